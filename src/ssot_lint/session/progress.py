"""How a run goes, told to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from ssot_lint.session.linked import LinkedProject
    from ssot_lint.session.surveying import Survey


class Step(Enum):
    """What a run is at."""

    READING = "Reading"
    LINKING = "Linking"
    CHECKING = "Checking"


Tell: TypeAlias = Callable[[Step, int, int], object]
"""What is told of each step: how many files are done, and how many there are."""


def _tell_nobody(_step: Step, _done: int, _total: int) -> None:
    return


class Progress:
    """Is told how far each step of a run is, and once it is done what came of it.

    What comes of the steps is for those who override the methods; else nobody hears of it.
    """

    def __init__(self, tell: Tell = _tell_nobody) -> None:
        self.tell: Final = tell

    def surveyed(self, seen: Survey) -> None:
        """Hear which project it is, and which files it has."""

    def found_again(self) -> None:
        """Hear that nothing has changed since a run whose whole result is known: no further step follows."""

    def read(self, recalled: int, anew: int, workers: int) -> None:
        """Hear of how many files the facts were known, and how many were read, with how many workers."""

    def linked(self, opened: LinkedProject) -> None:
        """Hear what the linked project is."""

    def opened(self, path: str) -> None:
        """Hear of a file that LibCST reads, while files are checked."""

    def checked(self, files: int) -> None:
        """Hear how many files were checked."""


UNSEEN: Final = Progress()
"""Tells nobody."""


class Tally:
    """Counts the files that a step is done with."""

    def __init__(self, progress: Progress, step: Step, total: int) -> None:
        self._tell = progress.tell
        self._step = step
        self._total = total
        self._done = 0
        self.add(0)

    def add(self, number: int = 1) -> None:
        """Count further files, and tell of it."""
        self._done += number
        self._tell(self._step, self._done, self._total)
