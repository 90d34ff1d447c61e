"""The text format: each finding with its source frame, why it is held to be one, and a way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Applicability, Confidence
from ssot_lint.reporters.ansi import CARETS, GUTTER, LABEL, paint
from ssot_lint.reporters.concise import header
from ssot_lint.reporters.frame import frame, split_lines
from ssot_lint.reporters.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssot_lint.model import Evidence, Finding, Location
    from ssot_lint.reporters.report import Report

_MOST_RELATED: Final = 8


def render(report: Report) -> Iterator[str]:
    """Yield each finding with frame, reasons and suggestions, one block apiece, and the closing line."""
    path, lines = "", list[str]()
    for finding in report.findings:
        if finding.location.path != path:
            path = finding.location.path
            text = report.texts.get(path, "")
            lines = split_lines(text) if text else []
        yield "\n".join(_block(finding, lines, report)) + "\n\n"
    if report.summarize:
        yield report.closing_line() + "\n"


def _block(finding: Finding, lines: Sequence[str], report: Report) -> Iterator[str]:
    yield header(finding, color=report.color)
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
    for suggestion in finding.suggestions:
        unsafe = " (unsafe)" if suggestion.applicability is Applicability.UNSAFE else ""
        yield "help", suggestion.title + unsafe


def _reason(evidence: Evidence) -> str:
    return f"{evidence.text or evidence.kind} ({_place(evidence.location)})"


def _place(location: Location) -> str:
    return f"{location.path}:{location.span.line}"
