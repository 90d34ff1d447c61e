"""Doubles what a file has of one construct, and tells in which phase the work more than doubles.

    python -m benchmarks.robustness.growth [--size 50] [NAME...]

The work is counted in calls, so that the answer doesn't depend on the machine; a construct is chosen by
a part of its name.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

from benchmarks.robustness.constructs import NAMES, construct
from benchmarks.robustness.counting import counted_calls
from ssot_lint import Confidence
from ssot_lint.rules import RULES
from ssot_lint.session import checking, linked, summarizing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

EVERYTHING: Final = {
    "select": tuple(rule.code for rule in RULES),
    "min_confidence": Confidence.LOW,
    "check_tests": True,
}
PHASES: Final[tuple[tuple[str, ModuleType, str], ...]] = (
    ("summarize", summarizing, "summarize"),
    ("link", linked, "link"),
    ("fix", checking, "with_fixes"),
)
"""What is counted by itself, and the function that does it; what is left of a check is ``inspect``."""
BOUNDED: Final = "fix"
"""What may grow faster, since it has a bound in each file: ``fixes.MOST_WORK``."""
MOST_GROWTH: Final = 2.25
FEWEST_CALLS: Final = 5_000
"""Of a phase that takes fewer, nothing can be told."""


def calls_of(name: str, size: int) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return how many calls each phase takes for so many pieces, and what could not be done."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "pyproject.toml").write_text("[tool.ssot-lint]\n", "utf-8")
        (folder / "app.py").write_text(construct(name).text(size), "utf-8")
        return _counted(folder)


def _counted(folder: Path) -> tuple[dict[str, int], tuple[str, ...]]:
    found: Counter[str] = Counter()

    def counting(phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: object, **options: object) -> object:
            before = calls.number
            try:
                return function(*arguments, **options)
            finally:
                found[phase] += calls.number - before

        return counted

    with counted_calls() as calls, ExitStack() as stack:
        for phase, module, name in PHASES:
            stack.enter_context(mock.patch.object(module, name, counting(phase, getattr(module, name))))
        opened = linked.open_project(["."], cwd=folder, overrides=EVERYTHING)
        begin = calls.number
        result = checking.check_opened(opened)
        found["inspect"] = calls.number - begin - found["fix"]
    return dict(found), result.problems


def growth(name: str, size: int) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return by how much each phase grows when a file has twice as many pieces."""
    few, problems = calls_of(name, size)
    many, more_problems = calls_of(name, 2 * size)
    grown = {
        phase: calls / few[phase] for phase, calls in many.items() if calls > FEWEST_CALLS and few.get(phase)
    }
    return grown, problems or more_problems


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what grows too fast; 1 when something does, or when a check could not be done."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.robustness.growth", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--size", type=int, default=50)
    parser.add_argument("name", nargs="*")
    chosen = parser.parse_args(arguments)
    calls_of(NAMES[0], 2)  # what is imported and compiled once isn't part of it
    failed = tried = 0
    for name in NAMES:
        if chosen.name and not any(part in name for part in chosen.name):
            continue
        tried += 1
        grown, problems = growth(name, chosen.size)
        steep = {phase: times for phase, times in grown.items() if times > MOST_GROWTH and phase != BOUNDED}
        if steep or problems:
            failed += 1
            told = (f"{phase} {times:.2f} times" for phase, times in steep.items())
            print(f"{name}: {', '.join((*told, *problems))}", flush=True)
    print(f"{tried} constructs, {failed} that grow faster than {MOST_GROWTH} times")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
