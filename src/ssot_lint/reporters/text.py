"""The text format: each finding with its source frame, why it is held to be one, and a way out."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Applicability, Confidence
from ssot_lint.reporters.ansi import ADDED, CARETS, GUTTER, LABEL, REMOVED, paint
from ssot_lint.reporters.concise import header
from ssot_lint.reporters.frame import clipped, frame, split_lines
from ssot_lint.reporters.patch import ELLIPSIS, changed_rows
from ssot_lint.reporters.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.model import Evidence, Finding, Location, Suggestion
    from ssot_lint.reporters.report import Report

_MOST_RELATED: Final = 8
_APPLICABILITY: Final[Mapping[Applicability, str]] = MappingProxyType({Applicability.UNSAFE: " (unsafe)"})


def render(report: Report) -> Iterator[str]:
    """Yield each finding with frame, reasons and suggestions, one block apiece, and the closing line."""
    path, text, lines = "", "", list[str]()
    for finding in report.findings:
        if finding.location.path != path:
            path = finding.location.path
            text = report.texts.get(path, "")
            lines = split_lines(text) if text else []
        yield "\n".join(_block(finding, text, lines, report)) + "\n\n"
    if report.summarize:
        yield from (f"{line}\n" for line in report.closing_lines())


def _block(finding: Finding, text: str, lines: Sequence[str], report: Report) -> Iterator[str]:
    yield header(finding, color=report.color, links=report.links)
    rows = frame(lines, finding.location.span, width=report.width)
    gutter = len(str(max((row.number or 0 for row in rows), default=0)))
    bar = paint(" " * gutter + " |", GUTTER, on=report.color)
    if rows:
        yield bar
    for row in rows:
        if row.number is None:
            yield f"{bar} {paint(row.content, CARETS, on=report.color)}"
        else:
            number = paint(f"{row.number:>{gutter}} |", GUTTER, on=report.color)
            yield f"{number} {row.content}".rstrip()
    if rows:
        yield bar
    sign = paint(" " * gutter + " =", GUTTER, on=report.color)
    for label, note in _notes(finding):
        yield f"{sign} {paint(label + ':', LABEL, on=report.color)} {one_line(note)}"
    for suggestion in finding.suggestions:
        note = suggestion.title + _APPLICABILITY.get(suggestion.applicability, "")
        yield f"{sign} {paint('help:', LABEL, on=report.color)} {one_line(note)}"
        if suggestion is finding.fix:
            yield from _preview(suggestion, text, report, gutter)


def _preview(fix: Suggestion, text: str, report: Report, gutter: int) -> Iterator[str]:
    """Yield what the fix makes of the lines that it changes, as a diff with the numbers of the old lines."""
    if not text:
        return
    bar = paint(" " * gutter + " |", GUTTER, on=report.color)
    yield bar
    for row in changed_rows(text, fix.edits):
        if row.sign == ELLIPSIS:
            yield f"{bar} {ELLIPSIS}"
            continue
        number = paint(f"{row.number or '':>{gutter}} |", GUTTER, on=report.color)
        style = {"-": REMOVED, "+": ADDED}.get(row.sign)
        line = f"{row.sign} {clipped(row.content, report.width)}".rstrip()
        yield f"{number} {paint(line, style, on=report.color) if style else line}"
    yield bar


def _notes(finding: Finding) -> Iterator[tuple[str, str]]:
    """Yield the lines below the frame: a label and a sentence each."""
    if finding.evidence:
        yield "why", "managed because " + "; ".join(map(_reason, finding.evidence))
    if finding.confidence < Confidence.HIGH:
        yield "confidence", finding.confidence.label
    for related in finding.related[:_MOST_RELATED]:
        yield "note", f"{_place(related.location)}: {related.message}"
    if len(finding.related) > _MOST_RELATED:
        yield "note", f"and {len(finding.related) - _MOST_RELATED} more places"


def _reason(evidence: Evidence) -> str:
    return f"{evidence.text or evidence.kind} ({_place(evidence.location)})"


def _place(location: Location) -> str:
    return f"{location.path}:{location.span.line}"
