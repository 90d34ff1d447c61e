"""What a reporter is given: the findings of a run and what it takes to show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from ssot_lint.model import Applicability, Confidence, Finding
from ssot_lint.reporters.printable import PLAIN_WIDTH


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
    fixed: int = 0
    """Findings that aren't there any more, because they were mended."""
    known: int = 0
    """Findings that aren't shown because a baseline has them."""
    stale: int = 0
    """Findings that a baseline has, and that aren't there any more."""
    silenced: int = 0
    """Findings that aren't shown because a noqa comment silences them."""
    complete: bool = True
    """False when part of the work could not be done, so that silence must not read as a pass."""
    summarize: bool = True
    """Whether the closing line is wanted."""
    color: bool = False
    links: bool = False
    """Whether the terminal follows links."""
    width: int = PLAIN_WIDTH
    """Cells that a line of source may take."""

    def from_root(self, path: str) -> str:
        """Return the path of a file from the project's root, by the path that is shown.

        Where nothing tells how the two kinds of paths differ, that is the path that is shown.
        """
        if path in self.project_paths:
            return self.project_paths[path]
        for shown, known in self.project_paths.items():
            if known.endswith(shown):  # we stand below the root
                return known.removesuffix(shown) + path
            start = shown.removesuffix(known)
            if shown.endswith(known) and path.startswith(start):  # we stand above it, or paths are absolute
                return path.removeprefix(start)
        return path

    def closing_line(self) -> str:
        """Say in one sentence what was found, what was hidden and how much was looked at."""
        hidden = self._hidden()
        if self.findings or self.fixed:
            files = len({finding.location.path for finding in self.findings})
            found = _plural(len(self.findings) + self.fixed, "finding")
            if self.fixed:
                return f"Found {found}: {self.fixed} fixed, {len(self.findings)} remaining{hidden}."
            looked_at = (
                f", checked {_plural(self.checked_files, 'file')}" if self.checked_files > files else ""
            )
            return f"Found {found} in {_plural(files, 'file')}{looked_at}{hidden}."
        if not self.complete:
            return f"No findings, but not everything could be checked{hidden}."
        checked = f"{_plural(self.checked_files, 'file')} checked{hidden}"
        if self.stale:
            match = "1 entry of the baseline matches"
            if self.stale > 1:
                match = f"{self.stale} entries of the baseline match"
            return f"No new findings, but {match} nothing any more: {checked}."
        return f"All checks passed: {checked}."

    def closing_lines(self) -> Iterator[str]:
        """Yield the closing line, and a second one where something can be mended by a fix."""
        yield self.closing_line()
        made = [finding.fix for finding in self.findings]
        safe = sum(fix is not None and fix.applicability is Applicability.SAFE for fix in made)
        unsafe = sum(fix is not None and fix.applicability is Applicability.UNSAFE for fix in made)
        if safe and unsafe:
            yield f"{safe} fixable with --fix, {unsafe} more with --fix --unsafe-fixes."
        elif safe or unsafe:
            yield f"{safe or unsafe} fixable with --fix{'' if safe else ' --unsafe-fixes'}."

    def _hidden(self) -> str:
        """Return, in brackets, what isn't shown and why; nothing when all is."""
        reasons = []
        if self.known:
            reasons.append(f"{self.known} known by the baseline")
        if self.silenced:
            reasons.append(f"{self.silenced} under noqa")
        if self.hidden_by_confidence:
            # Files in which nothing is to be shown aren't opened: some suspects there are none.
            label = self.min_confidence.label
            reasons.append(
                f"up to {self.hidden_by_confidence} hidden below confidence {label}; see --min-confidence"
            )
        return f" ({', '.join(reasons)})" if reasons else ""


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
