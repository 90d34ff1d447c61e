"""How far a run is, told to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias


class Step(Enum):
    """What a run is at."""

    READING = "Reading"
    LINKING = "Linking"
    CHECKING = "Checking"


Progress: TypeAlias = Callable[[Step, int, int], object]
"""What is told of each step: how many files are done, and how many there are."""


def unseen(_step: Step, _done: int, _total: int) -> None:
    """Tell nobody."""


class Tally:
    """Counts the files that a step is done with."""

    def __init__(self, progress: Progress, step: Step, total: int) -> None:
        self._progress = progress
        self._step = step
        self._total = total
        self._done = 0

    def add(self, number: int = 1) -> None:
        """Count further files, and tell of it."""
        self._done += number
        self._progress(self._step, self._done, self._total)
