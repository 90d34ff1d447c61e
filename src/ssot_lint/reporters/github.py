"""The github format: workflow commands, which GitHub Actions shows beside the lines of a pull request.

Source: "Workflow commands for GitHub Actions", section "Setting an error message", of GitHub's documentation.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence
from ssot_lint.reporters.concise import position
from ssot_lint.reporters.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssot_lint.model import Finding
    from ssot_lint.reporters.report import Report

_COMMANDS: Final[Mapping[Confidence, str]] = MappingProxyType(
    {
        Confidence.HIGH: "error",
        Confidence.MEDIUM: "warning",
        Confidence.LOW: "notice",
    }
)


def render(report: Report) -> Iterator[str]:
    """Yield a command for each finding: an error, or a warning or notice where it is less sure."""
    for finding in report.findings:
        yield f"{_command(finding, report.from_root(finding.location.path))}\n"


def _command(finding: Finding, path: str) -> str:
    span = finding.location.span
    properties = {
        "title": f"ssot-lint ({finding.code})",
        "file": path,
        "line": str(span.line),
        "col": str(span.column + 1),
        "endLine": str(span.end_line),
        "endColumn": str(span.end_column + 1),
    }
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = _data(f"{position(finding.location)}: {finding.code} {one_line(finding.message)}")
    return f"::{_COMMANDS[finding.confidence]} {given}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
