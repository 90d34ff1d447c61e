"""The line that shows how far a long run is, on a terminal; it is gone when the run is over."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from ssot_lint.session import Progress, Step

AFTER: Final = 1.0
"""Seconds of work after which somebody may wonder whether anything happens at all."""
_BETWEEN: Final = 0.1
"""Seconds from one drawing to the next."""


@contextmanager
def shown_progress(
    environment: Mapping[str, str], *, wanted: bool, verbose: bool = False
) -> Iterator[Progress]:
    """Give what is to be told of a run's progress, and show it where somebody looks on.

    ``verbose`` lines take the place of the one that is drawn: they tell more, and stay.
    """
    from ssot_lint.session import Progress

    stream: TextIO | None = sys.stderr
    if verbose:
        from ssot_lint.cli.narrating import Narrator

        yield Narrator()
        return
    if stream is None or not wanted or not is_watched(stream, environment):
        yield Progress()
        return
    line = ProgressLine(after=AFTER)
    try:
        yield Progress(line.tell)
    finally:
        line.clear()


def is_watched(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Return whether somebody looks on: not in CI, and not at a pipe."""
    if environment.get("CI") or environment.get("TERM") == "dumb":
        return False
    return stream.isatty()


class ProgressLine:
    """A bar for the step that the run is at, once the run has taken some time.

    It has no thread of its own, which the forking of workers would not go well with.
    """

    def __init__(self, *, after: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due = clock() + after
        self._bars: Bars | None = None
        self._step: Step | None = None
        self._task: TaskID | None = None

    def tell(self, step: Step, done: int, total: int) -> None:
        """Draw how far the step is, but not for every file."""
        now = self._clock()
        if now < self._due and (self._bars is None or step is self._step):
            return
        self._due = now + _BETWEEN
        bars = self._bars = self._bars or _started()
        if self._task is None or step is not self._step:
            if self._task is not None:
                bars.remove_task(self._task)
            self._step, self._task = step, bars.add_task(step.value, total=total)
        bars.update(self._task, completed=done)
        bars.refresh()

    def clear(self) -> None:
        """Take the line from the terminal."""
        if self._bars is not None:
            self._bars.stop()


def _started() -> Bars:
    from shutil import get_terminal_size

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    size = get_terminal_size()  # rich itself fails for what is no number in COLUMNS and LINES
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files"),
        console=Console(stderr=True, width=size.columns, height=size.lines),
        auto_refresh=False,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    bars.start()
    return bars
