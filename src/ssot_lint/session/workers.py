"""Has other processes of this machine work through tasks, whatever becomes of them."""

from __future__ import annotations

import gc
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures import TimeoutError as StillAtWorkError  # the builtin one from Python 3.11 on
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import parent_process
from typing import TYPE_CHECKING, Final, TypeVar

from ssot_lint.interrupts import interrupts_held_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from multiprocessing.context import BaseContext

Task = TypeVar("Task")
Answer = TypeVar("Answer")

_REFUSALS: Final = (OSError, ImportError, NotImplementedError, RuntimeError)
"""What comes of a system without a free process, thread or descriptor, shared memory or semaphores."""
_PATIENCE: Final = 1.0
"""Seconds without an answer after which it is asked whether any can come."""


class NoProcessError(Exception):
    """The system has no other process for us, or nothing to talk with it by."""


def answers(
    work: Callable[[Task], Answer], tasks: Sequence[Task], jobs: int, context: BaseContext | None = None
) -> Iterator[tuple[int, Answer]]:
    """Yield number and answer of each task as they come, but not of those that died with a worker.

    NoProcessError says that there are no workers, or none any more; what was answered by then, was.
    """
    try:
        pool = ProcessPoolExecutor(min(jobs, len(tasks)), mp_context=context, initializer=_begin)
    except _REFUSALS as error:
        raise NoProcessError from error
    try:
        with _silent_about_threads_of(pool):
            numbers = _submitted(pool, work, tasks)
            for future in _completed(pool, numbers):
                yield numbers.pop(future), future.result()
                del future
    except BrokenProcessPool as broken:
        if broken.__cause__ is not None:  # no worker died: the pool's own thread tells what failed
            raise NoProcessError from broken
        return
    except BaseException:
        # Nobody waits any more for what the workers are at, Ctrl-C above all.
        with interrupts_held_back():
            for process in list((pool._processes or {}).values()):  # noqa: SLF001 - public from Python 3.14 on
                process.terminate()
        raise
    finally:
        # Once and with waiting: a pool that is told not to wait, or told twice, may never end (Python 3.11).
        with suppress(RuntimeError):  # its thread could not be started
            pool.shutdown(wait=True, cancel_futures=True)


def _submitted(
    pool: ProcessPoolExecutor, work: Callable[[Task], Answer], tasks: Sequence[Task]
) -> dict[Future[Answer], int]:
    """Hand the tasks to a pool, which starts its processes now, and return what will come of each."""
    try:
        with interrupts_held_back():  # which a worker would else meet before it can leave it to us
            return {pool.submit(work, task): number for number, task in enumerate(tasks)}
    except BrokenProcessPool:
        raise
    except _REFUSALS as error:
        raise NoProcessError from error


def _completed(pool: ProcessPoolExecutor, waiting: dict[Future[Answer], int]) -> Iterator[Future[Answer]]:
    """Yield futures as they come, which the caller takes out of ``waiting``, while there is hope for more."""
    while waiting:
        with suppress(StillAtWorkError):
            yield from as_completed(list(waiting), timeout=_PATIENCE)
            return
        thread = _manager_of(pool)
        if thread is not None and not thread.is_alive():
            raise NoProcessError


def _manager_of(pool: ProcessPoolExecutor) -> threading.Thread | None:
    """Return the thread that hands tasks out; it dies unnoticed where it can't start one of its own."""
    manager: threading.Thread | None = getattr(pool, "_executor_manager_thread", None)
    return manager


@contextmanager
def _silent_about_threads_of(pool: ProcessPoolExecutor) -> Iterator[None]:
    """Keep the traceback of a pool's own thread from the user, who is to be told what comes of it."""
    before = threading.excepthook

    def tell(happened: threading.ExceptHookArgs) -> None:
        if happened.thread is None or happened.thread is not _manager_of(pool):
            before(happened)

    threading.excepthook = tell
    try:
        yield
    finally:
        threading.excepthook = before


def _begin() -> None:
    """Leave Ctrl-C to the parent, which ends its workers without a traceback from each.

    Nothing here makes cycles: the garbage collector would only go through living syntax trees.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    with suppress(RuntimeError):  # no thread is to be had
        threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process with the one that it works for: that may be killed, and nobody else would tell."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
