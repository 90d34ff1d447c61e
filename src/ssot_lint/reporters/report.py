"""What a reporter is given: the findings of a run and what it takes to show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from ssot_lint.model import Confidence, Finding

PLAIN_WIDTH: Final = 110


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of a run, with the terminal's say in how it is shown."""

    findings: tuple[Finding, ...] = ()
    texts: Mapping[str, str] = {}
    """The texts of the files with findings, by the path that is shown; without it there is no frame."""
    project_paths: Mapping[str, str] = {}
    """The path from the project's root by the path that is shown, which depends on where we stand."""
    checked_files: int = 0
    hidden_by_confidence: int = 0
    min_confidence: Confidence = Confidence.HIGH
    complete: bool = True
    """False when part of the work could not be done, so that silence must not read as a pass."""
    summarize: bool = True
    """Whether the closing line is wanted."""
    color: bool = False
    width: int = PLAIN_WIDTH
    """Cells that a line of source may take."""

    def closing_line(self) -> str:
        """Say in one sentence what was found, what was hidden and how much was looked at."""
        hidden = self._hidden()
        if self.findings:
            files = len({finding.location.path for finding in self.findings})
            return f"Found {_plural(len(self.findings), 'finding')} in {_plural(files, 'file')}{hidden}."
        if not self.complete:
            return f"No findings, but not everything could be checked{hidden}."
        return f"All checks passed: {_plural(self.checked_files, 'file')} checked{hidden}."

    def _hidden(self) -> str:
        if not self.hidden_by_confidence:
            return ""
        return (
            f" ({self.hidden_by_confidence} hidden below confidence {self.min_confidence.label};"
            " see --min-confidence)"
        )


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
