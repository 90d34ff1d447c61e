"""``check --verbose``: what a run does, told line by line on standard error."""

from __future__ import annotations

import platform
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from ssot_lint.cli.options import CONFIDENCES
from ssot_lint.cli.terminal import complain
from ssot_lint.cli.version import version_line
from ssot_lint.session import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssot_lint.session import LinkedProject, Step
    from ssot_lint.session.surveying import Survey


class Narrator(Progress):
    """Tells of each step when it is done; the seconds are those since it has begun."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(self._go_on)
        self._clock = clock
        self._begun = clock()
        interpreter = f"{platform.python_implementation()} {platform.python_version()}"
        _tell(f"{version_line()} on {interpreter} ({sys.executable})")

    def surveyed(self, seen: Survey) -> None:
        """Tell where the project is, what it goes by, and of its files."""
        seconds = self._seconds()
        walked, left_out = seen.walked, seen.walked.left_out
        targets = sum(record.is_target for record in walked.records)
        _tell(f"project: {seen.root}")
        _tell(f"configuration: {seen.settings.config_path or 'none'}")
        _tell(f"cache: {seen.memory.folder if seen.memory else f'not used: {seen.why_no_memory}'}")
        _tell(
            f"left out: {_counted(left_out.by_exclude, 'path')} by exclude, "
            f"{_counted(left_out.by_ignore_files, 'path')} by ignore files"
        )
        checked = "standard input" if seen.buffer else _counted(targets, "file")
        _tell(f"found {_counted(len(walked.records), 'file')} {seconds}; to be checked: {checked}")

    def found_again(self) -> None:
        """Tell why there is nothing more to tell."""
        _tell(f"nothing has changed since an earlier run, whose result is recalled {self._seconds()}")

    def read(self, recalled: int, anew: int, workers: int) -> None:
        """Tell where the facts come from."""
        processes = _counted(workers or 1, "process", "es")
        _tell(
            f"recalled the facts of {_counted(recalled, 'file')}, "
            f"read {_counted(anew, 'file')} anew with {processes}, {self._seconds()}"
        )

    def linked(self, opened: LinkedProject) -> None:
        """Tell how many classes are managed."""
        managed = opened.project.managed.values()
        sure = Counter(each.confidence.label for each in managed)
        levels = ", ".join(f"{sure[label]} {label}" for label in CONFIDENCES)
        files = _counted(len(opened.files), "file")
        _tell(f"linked {files} {self._seconds()}; managed classes: {len(managed)} ({levels})")

    def opened(self, path: str) -> None:
        """Tell of a file that takes longer than most."""
        _tell(f"opened with LibCST: {path}")

    def checked(self, files: int) -> None:
        """Tell that the run is over, or a round of fixes."""
        _tell(f"checked {_counted(files, 'file')} {self._seconds()}")

    def _go_on(self, _step: Step, done: int, _total: int) -> None:
        if not done:
            self._begun = self._clock()

    def _seconds(self) -> str:
        now = self._clock()
        seconds, self._begun = now - self._begun, now
        return f"in {seconds:.2f} s"


def _counted(number: int, noun: str, ending: str = "s") -> str:
    return f"{number} {noun}{'' if number == 1 else ending}"


def _tell(line: str) -> None:
    complain("note", line)
