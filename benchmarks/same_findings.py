"""Checks that the cache, the screen, processes and executors change no finding in real code.

    python -m benchmarks.same_findings FOLDER...

Each folder is checked whole, with all rules and at low confidence, in each of these ways. Nothing is written
into it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ssot_lint import Confidence, check
from ssot_lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssot_lint import CheckResult

PLAIN: Final[Mapping[str, Any]] = {"jobs": 1, "cache": False, "screen": True}

EVERYTHING: Final[Mapping[str, object]] = {
    "select": tuple(rule.code for rule in RULES),
    "min_confidence": Confidence.LOW,
    "check_tests": True,
}


def main(arguments: list[str] | None = None) -> int:
    """Check each folder in all ways; 1 when one of them finds something else than the others."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.same_findings", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    differing = 0
    for folder in parser.parse_args(arguments).folders:
        with tempfile.TemporaryDirectory() as cache:
            differing += not _is_same(folder, Path(cache))
    return 1 if differing else 0


def _is_same(folder: Path, cache: Path) -> bool:
    """Check a folder in all ways, and print what comes of each."""
    plain = _checked(folder, "plain", PLAIN)
    same = True
    for name, options in _ways(cache):
        other = _checked(folder, name, {**PLAIN, **options})
        if other != plain:
            same = False
            print(f"{folder.name}: {name}: DIFFERENT")
            for line in sorted(_lines(plain) ^ _lines(other)):
                print(f"    {'-' if line in _lines(plain) else '+'} {line}")
    return same


def _ways(cache: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "cold cache", {"cache": cache}
    yield "warm cache", {"cache": cache}
    yield "two processes, if it is large", {"jobs": 2}
    with ProcessPoolExecutor(2) as executor:
        yield "an executor of two processes", {"executor": executor}
    yield "screen off", {"screen": False}


def _checked(folder: Path, name: str, options: Mapping[str, Any]) -> CheckResult:
    begin = time.process_time()
    result = check(["."], cwd=folder, isolated=True, overrides=EVERYTHING, **options)
    print(
        f"{folder.name}: {name}: {len(result.findings)} findings in {result.checked_files} files, "
        f"{len(result.problems)} problems, {time.process_time() - begin:.0f} s of CPU time in the parent",
        flush=True,
    )
    return result


def _lines(result: CheckResult) -> frozenset[str]:
    """Return what a result says, one line for each thing, to be compared."""
    found = (f"{f.location.path}:{f.location.span.line}: {f.code} {f.message}" for f in result.findings)
    return frozenset((*found, *result.problems, *result.warnings))


if __name__ == "__main__":
    sys.exit(main())
