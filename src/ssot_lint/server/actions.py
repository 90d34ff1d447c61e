"""What an editor offers to do about findings: to mend them, to mend all of a file, to silence them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from ssot_lint.model import Applicability
from ssot_lint.server.positions import Places
from ssot_lint.session.silencing import silencing_edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.model import Edit, Finding, Suggestion
    from ssot_lint.server.client import Client
    from ssot_lint.server.reports import Report, Shown

FIX_ALL: Final = f"{types.CodeActionKind.SourceFixAll.value}.ssot-lint"
KINDS: Final = (types.CodeActionKind.QuickFix, FIX_ALL)


@dataclass(frozen=True)
class Actions:
    """The code actions for a report, as its client understands them."""

    report: Report
    client: Client

    def offered(self, span: types.Range, only: Sequence[str] | None) -> Iterator[types.CodeAction]:
        """Yield the actions for what is found at a range, and for the whole file, of the kinds asked for."""
        if _wants(only, types.CodeActionKind.QuickFix.value):
            here = [shown for shown in self.report.shown if _touch(shown.diagnostic.range, span)]
            for shown in here:
                yield from self._fixes(shown)
            for shown in here:
                yield from self._silencing(shown)
        if _wants(only, FIX_ALL) and self.has_safe_fixes:
            yield types.CodeAction(
                title="Make all safe fixes of ssot-lint",
                kind=FIX_ALL,
                data={"uri": self.report.document.uri},
            )

    @property
    def has_safe_fixes(self) -> bool:
        """Whether there is anything to be mended without being looked over."""
        fixes = (shown.finding.fix for shown in self.report.shown)
        return any(fix is not None and fix.applicability is Applicability.SAFE for fix in fixes)

    def edit(self, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        """Return some edits of the report's text; a client that can will refuse them for any other."""
        document = self.report.document
        places = Places(document.text, self.client.encoding)
        changes = [types.TextEdit(places.range_of(edit.span), edit.text) for edit in edits]
        if not self.client.document_changes:
            return types.WorkspaceEdit(changes={document.uri: changes})
        named = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(named, changes)])

    def _fixes(self, shown: Shown) -> Iterator[types.CodeAction]:
        for suggestion in shown.finding.suggestions:
            if suggestion.edits:
                safe = suggestion.applicability is Applicability.SAFE
                yield types.CodeAction(
                    title=_title(shown.finding, suggestion),
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=[shown.diagnostic],
                    is_preferred=True if safe and self.client.preferred_actions else None,
                    edit=self.edit(suggestion.edits),
                )

    def _silencing(self, shown: Shown) -> Iterator[types.CodeAction]:
        edit = silencing_edit(self.report.document.source, shown.finding)
        if edit is not None:
            yield types.CodeAction(
                title=f"{shown.finding.code}: Disable for this line (noqa)",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[shown.diagnostic],
                edit=self.edit([edit]),
            )


def _title(finding: Finding, suggestion: Suggestion) -> str:
    unsafe = " (unsafe: look it over)" if suggestion.applicability is Applicability.UNSAFE else ""
    return f"{finding.code}: {suggestion.title}{unsafe}"


def _wants(only: Sequence[str] | None, kind: str) -> bool:
    """Whether a client that asks for some kinds of actions, and for all below these, wants this one."""
    return only is None or any(kind == each or kind.startswith(f"{each}.") or not each for each in only)


def _touch(one: types.Range, other: types.Range) -> bool:
    return one.start <= other.end and other.start <= one.end
