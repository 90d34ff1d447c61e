"""The table of a run: what was planted and found of each code, and the missed ones by cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ssot_lint.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.seeded_recall.running import Outcome

_ROW = "{:8} {:>8} {:>7} {:>8} {:>7} {:>7} {:>7}"


def render(outcomes: Sequence[Outcome], packages: Sequence[str], *, show_missed: bool) -> str:
    """Return the table; found is what is reported at the planted line at medium or high."""
    lines = [_ROW.format("code", "planted", "found", "share", "high", "medium", "real")]
    by_code: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_code[outcome.plant.code].append(outcome)
    lines += [_row(code, by_code[code]) for code in sorted(by_code)]
    lines.append(_row("all", outcomes))
    lines.append("real: planted about a class of the package itself, the others about a planted class")
    lines.append(f"{len(packages)} packages: {', '.join(sorted(packages))}")
    missed = [outcome for outcome in outcomes if not outcome.is_found]
    if missed:
        lines += ["", "Missed, by cause:"]
        causes = Counter((outcome.plant.code, outcome.cause) for outcome in missed)
        lines += [f"{count:4} {code} {cause}" for (code, cause), count in sorted(causes.items())]
    if show_missed:
        for outcome in missed:
            plant = outcome.plant
            lines += ["", f"== {plant.code} {plant.spelling} ({outcome.cause}) {plant.symbol}"]
            lines += [f"{plant.package}/{plant.path}", outcome.excerpt]
    return "\n".join(lines)


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    found = sum(outcome.is_found for outcome in outcomes)
    high = sum(outcome.confidence is Confidence.HIGH for outcome in outcomes)
    real = sum(not outcome.plant.is_planted_class for outcome in outcomes)
    share = f"{100 * found / max(len(outcomes), 1):.1f} %"
    return _ROW.format(name, len(outcomes), found, share, high, found - high, real)
