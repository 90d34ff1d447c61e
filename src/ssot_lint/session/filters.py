"""Which findings the user wants to see: selection, per-file ignores, noqa comments, confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.discovery.ignoring import PathPatterns
from ssot_lint.suppression import suppressed_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.model import Finding, SourceFile
    from ssot_lint.settings import Settings


class FindingFilter:
    """Keeps the findings that the settings ask for, and counts what only confidence or a noqa hides."""

    def __init__(self, settings: Settings, *, noqa: bool = True) -> None:
        self.hidden_by_confidence = 0
        self.silenced = 0
        self._settings = settings
        self._noqa = noqa
        self._ignores = [
            (PathPatterns.of([entry.pattern]), entry.codes) for entry in settings.per_file_ignores
        ]

    def keep(self, findings: Iterable[Finding], source: SourceFile | None) -> list[Finding]:
        """Return those of a file's findings that are wanted; no source means that there is no Python file."""
        wanted = [finding for finding in findings if self._settings.selects(finding.code)]
        if source is not None and wanted:
            ignored = self.ignored_codes(source.project_path)
            noqa = suppressed_lines(source.text if self._noqa else "")
            wanted = [finding for finding in wanted if not finding.code.startswith(ignored)]
            silenced = [f for f in wanted if noqa.suppresses(f.location.span.line, f.code)]
            self.silenced += sum(map(self._is_sure_enough, silenced))
            wanted = [finding for finding in wanted if finding not in silenced] if silenced else wanted
        shown = [finding for finding in wanted if self._is_sure_enough(finding)]
        self.hidden_by_confidence += len(wanted) - len(shown)
        return shown

    def _is_sure_enough(self, finding: Finding) -> bool:
        return finding.confidence >= self._settings.min_confidence

    def ignored_codes(self, project_path: str) -> tuple[str, ...]:
        """Return the code prefixes that the per-file ignores hide in a file."""
        return tuple(
            code for patterns, codes in self._ignores if patterns.match(project_path, "") for code in codes
        )
