"""Sends work through an executor that somebody else made, and takes back what comes of it."""

from __future__ import annotations

import warnings
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Task = TypeVar("Task")
Result = TypeVar("Result")

IN_FLIGHT: Final = 128
"""Tasks that are under way at most: enough for large clusters, few enough to fit into memory."""


def distributed(
    executor: Executor, function: Callable[[Task, str], Result], tasks: Iterable[Task]
) -> Iterator[tuple[int, Result]]:
    """Yield number and result of each task as they come, but not of those that failed or died with a worker.

    ``function`` is also given a text that no other run has: a scheduler such as Dask's takes equal calls for
    the same, and would answer with what it told an earlier run. A RuntimeWarning says why nothing came back.
    """
    run = uuid4().hex
    waiting: dict[Future[Result], int] = {}
    failures: list[BaseException] = []
    try:
        for number, task in enumerate(tasks):
            while len(waiting) >= IN_FLIGHT:
                yield from _finished(waiting, failures)
            try:
                waiting[executor.submit(function, task, run)] = number
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
