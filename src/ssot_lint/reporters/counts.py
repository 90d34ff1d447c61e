"""The statistics: how many findings there are of each code."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.reporters.report import Report


def render(report: Report) -> Iterator[str]:
    """Yield a line ``count  CODE  name`` for each code, the most frequent first, and the closing line."""
    rows = _counted(report)
    digits = len(str(rows[0][2])) if rows else 0
    for code, name, count in rows:
        yield f"{count:>{digits}}  {code}  {name}\n"
    if report.summarize:
        yield from (f"{line}\n" for line in report.closing_lines())


def render_json(report: Report) -> Iterator[str]:
    """Yield a JSON array of ``{code, name, count}``, the most frequent first."""
    import json

    rows = [{"code": code, "name": name, "count": count} for code, name, count in _counted(report)]
    yield json.dumps(rows, indent=2) + "\n"


def _counted(report: Report) -> list[tuple[str, str, int]]:
    counts = Counter((finding.code, finding.name) for finding in report.findings)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(code, name, count) for (code, name), count in ranked]
