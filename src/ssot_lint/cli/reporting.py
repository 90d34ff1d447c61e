"""How ``check`` shows what it found: in which format, and where."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.cli.terminal import (
    emit,
    emit_aside,
    enable_color,
    follows_links,
    source_width,
    wants_color,
    write_report,
)
from ssot_lint.reporters import REPORTERS, STATISTICS

if TYPE_CHECKING:
    from pathlib import Path

    from ssot_lint.cli.carrying_out import Outcome
    from ssot_lint.reporters.report import Report


class Shape(NamedTuple):
    """What a report is to look like."""

    output_format: str
    output_file: Path | None
    color: str
    statistics: bool
    quiet: bool


def show(outcome: Outcome, shape: Shape, *, aside: bool) -> None:
    """Write the report to standard output, or ``aside`` where that is taken, and to the named file."""
    colored = wants_color(shape.color, os.environ)
    if colored:
        enable_color()
    reporters = STATISTICS if shape.statistics else REPORTERS
    shown = "text" if shape.output_file is not None else shape.output_format
    tell = emit_aside if aside else emit
    report = _report(outcome, shape, color=colored, links=colored and follows_links(os.environ))
    tell(reporters[shown](report))
    if shape.output_file is not None:
        write_report(shape.output_file, reporters[shape.output_format](_report(outcome, shape)))


def _report(outcome: Outcome, shape: Shape, *, color: bool = False, links: bool = False) -> Report:
    from ssot_lint.reporters.report import Report

    result = outcome.result
    return Report(
        findings=result.findings,
        texts=result.texts,
        project_paths=result.project_paths,
        checked_files=result.checked_files,
        hidden_by_confidence=result.hidden_by_confidence,
        min_confidence=result.min_confidence,
        fixed=outcome.fixed,
        known=outcome.known,
        stale=outcome.stale,
        silenced=result.silenced,
        complete=not result.problems,
        summarize=not shape.quiet,
        color=color,
        links=links,
        width=source_width(),
    )
