"""The concise format: one line for each finding, which editors and pre-commit logs can jump to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.reporters.addresses import page_address
from ssot_lint.reporters.ansi import BOLD, CODE, link, paint
from ssot_lint.reporters.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.model import Finding, Location
    from ssot_lint.reporters.report import Report


def render(report: Report) -> Iterator[str]:
    """Yield a line ``path:line:column: CODE message`` for each finding, and the closing line."""
    for finding in report.findings:
        yield header(finding, color=report.color, links=report.links) + "\n"
    if report.summarize:
        yield from (f"{line}\n" for line in report.closing_lines())


def header(finding: Finding, *, color: bool, links: bool = False) -> str:
    """Return the line that names a finding: place, code and message; the code leads to the rule's page."""
    place = paint(position(finding.location), BOLD, on=color)
    code = link(paint(finding.code, CODE, on=color), page_address(finding.name), on=links)
    return f"{place}: {code} {one_line(finding.message)}"


def position(location: Location) -> str:
    """Where a location starts, as ``path:line:column`` with the column counted from 1."""
    return f"{one_line(location.path)}:{location.span.line}:{location.span.column + 1}"
