"""Lints projects that are huge in one way each, and tells status, CPU time and memory.

    python -m benchmarks.robustness.sizes [--shape lines=500000 ...]

``count`` tells how many calls a run takes: what a test can go by without a clock.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.robustness.counting import counted_calls
from benchmarks.robustness.shapes import SHAPES
from ssot_lint import Confidence, check
from ssot_lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LARGE: Final[Mapping[str, int]] = {
    "lines": 500_000,
    "attributes": 50_000,
    "own_attributes": 50_000,
    "shared_attributes": 2_000,
    "files": 100_000,
    "chain_of_imports": 5_000,
    "chain_of_classes": 2_000,
    "subclasses": 20_000,
    "constructions": 2_000,
    "users": 5_000,
    "registries_of_one_class": 5_000,
    "slots_of_one_class": 5_000,
    "files_of_one_folder": 10_000,
    "duplicates": 5_000,
    "silenced": 50_000,
    "entries": 100_000,
}
"""How large each shape is when nothing else is asked for."""


def make(folder: Path, shape: str, size: int) -> None:
    """Write a project."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text("[tool.ssot-lint]\n", "utf-8")
    for name, text in SHAPES[shape](size):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def count(folder: Path) -> tuple[int, int]:
    """Return how many calls a check with all rules takes in one process, and how many findings there are."""
    overrides = {"select": tuple(rule.code for rule in RULES), "min_confidence": Confidence.LOW}
    with counted_calls() as calls:
        result = check(cwd=folder, overrides=overrides)
    return calls.number, len(result.findings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Lint each project in a process of its own, and print; 1 when the work of one could not be done."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.robustness.sizes", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--shape", action="append", metavar="NAME=SIZE", help="this one, and so large")
    chosen = parser.parse_args(arguments).shape
    sizes = dict(each.split("=") for each in chosen) if chosen else LARGE
    failed = False
    for shape, size in sizes.items():
        with tempfile.TemporaryDirectory() as scratch:
            make(Path(scratch, "project"), shape, int(size))
            failed |= not _lint(Path(scratch, "project"), f"{shape} {int(size):,}")
    return 1 if failed else 0


def _lint(folder: Path, name: str) -> bool:
    """Lint a project, and say how that went."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "ssot_lint",
                "check",
                "--no-cache",
                "--jobs",
                "1",
                "--min-confidence",
                "low",
            ],
            cwd=folder,
            stdout=out,
            stderr=err,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        last = out.read().decode().splitlines()[-2:]
        complaint = err.read().decode()[:200]
    print(
        f"{name}: status {process.returncode}, {used.ru_utime + used.ru_stime:.1f} s of CPU time, "
        f"{used.ru_maxrss / 1024:.0f} MB; {' '.join(last)} {complaint}",
        flush=True,
    )
    return process.returncode in (0, 1)


if __name__ == "__main__":
    sys.exit(main())
