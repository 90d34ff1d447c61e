"""Sends work through an executor that somebody else made, and takes back what comes of it."""

from __future__ import annotations

import warnings
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Task = TypeVar("Task")
Result = TypeVar("Result")

IN_FLIGHT: Final = 128
"""Tasks that are under way at most: enough for large clusters, few enough to fit into memory."""


def distributed(
    executor: Executor, function: Callable[[Task], Result], tasks: Iterable[Task]
) -> Iterator[tuple[int, Result]]:
    """Yield number and result of each task as they come, but not of those that failed or died with a worker.

    A scheduler such as Dask's takes equal calls for the same, and calls once: the answer must depend on the
    task alone, and on no file or time. A RuntimeWarning says why nothing came back.
    """
    waiting: dict[Future[Result], int] = {}
    failures: list[BaseException] = []
    try:
        for number, task in enumerate(tasks):
            while len(waiting) >= IN_FLIGHT:
                yield from _finished(waiting, failures)
            try:
                waiting[executor.submit(function, task)] = number
            except BrokenExecutor as error:
                failures.append(error)
                break
        while waiting:
            yield from _finished(waiting, failures)
    finally:
        for future in waiting:
            future.cancel()
    if failures:
        reason = " ".join(f"{type(failures[0]).__name__}: {failures[0]}".split())
        warnings.warn(f"the executor failed, and is done without: {reason}", RuntimeWarning, stacklevel=2)


def _finished(
    waiting: dict[Future[Result], int], failures: list[BaseException]
) -> Iterator[tuple[int, Result]]:
    """Wait until some of the tasks are done, and yield what came of them."""
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        number = waiting.pop(future)
        try:
            result = future.result()
        except Exception as error:  # noqa: BLE001 - whatever an executor makes of a worker's death
            failures.append(error)
        else:
            yield number, result
