"""The gitlab format: a Code Quality report, which GitLab shows in merge requests.

Source: "Code Quality", section "Code Quality report format", of GitLab's documentation.
"""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence
from ssot_lint.reporters.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssot_lint.reporters.report import Report

_SEVERITIES: Final[Mapping[Confidence, str]] = MappingProxyType(
    {
        Confidence.HIGH: "major",
        Confidence.MEDIUM: "minor",
        Confidence.LOW: "info",
    }
)


def render(report: Report) -> Iterator[str]:
    """Yield a JSON array with an issue for each finding; no two share a fingerprint."""
    import json

    seen: Counter[str] = Counter()
    issues = []
    for finding in report.findings:
        path = report.from_root(finding.location.path)
        known = fingerprint(finding, path)
        seen[known] += 1
        span = finding.location.span
        issues.append(
            {
                "description": f"{finding.code} {finding.message}",
                "check_name": finding.code,
                "fingerprint": known if seen[known] == 1 else f"{known}-{seen[known]}",
                "severity": _SEVERITIES[finding.confidence],
                "location": {"path": path, "lines": {"begin": span.line, "end": span.end_line}},
            }
        )
    yield json.dumps(issues, indent=2) + "\n"
