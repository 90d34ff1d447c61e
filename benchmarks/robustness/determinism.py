"""Checks that what is reported depends on the sources and on nothing else, byte for byte.

    python -m benchmarks.robustness.determinism FOLDER...

A copy of each folder is checked whole, with all rules and at low confidence, as text and as JSON, and its map
is drawn: with other hash seeds, locales, time zones, numbers of processes, orders of the paths that are given
and of the files on the disk, with and without a cache. With CRLF for newlines the findings must be the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ssot_lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EVERYTHING: Final = (
    "--select",
    ",".join(rule.code for rule in RULES),
    "--min-confidence",
    "low",
    "--check-tests",
)


class Way(NamedTuple):
    """A way to run the program that must not matter."""

    name: str
    seed: int
    locale: str
    zone: str
    jobs: int
    cache: str | None
    shuffles: int
    """With what seed the paths are shuffled; 0 leaves them as they are."""


WAYS: Final = (
    Way("plain", 0, "C", "UTC", 1, None, 0),
    Way("cold cache", 1, "C.UTF-8", "Pacific/Kiritimati", 2, "cache", 1),
    Way("warm cache", 2, "tr_TR.UTF-8", "America/St_Johns", 1, "cache", 2),
)


class Said(NamedTuple):
    """What the program said in one of the ways."""

    status: int
    text: bytes
    findings: bytes
    map: bytes
    errors: bytes


def differences(folder: Path, scratch: Path) -> Iterator[str]:
    """Yield the ways in which something else is said of a folder."""
    copy = scratch / "there" / "project"
    shutil.copytree(folder, copy, symlinks=True)
    usual = said(copy, WAYS[0], scratch)
    for way in WAYS[1:]:
        other = said(copy, way, scratch)
        yield from (f"{way.name}: other {name}" for name in _differing(usual, other))
    shutil.rmtree(copy)
    _copied_otherwise(folder, copy)
    other = said(copy, WAYS[0], scratch)
    yield from (f"another order on the disk: other {name}" for name in _differing(usual, other))
    _with_crlf(copy)
    other = said(copy, WAYS[0], scratch)
    if places(other.findings) != places(usual.findings):
        yield f"CRLF: {places(other.findings) ^ places(usual.findings)}"


def said(folder: Path, way: Way, scratch: Path) -> Said:
    """Run the program in one of the ways."""
    report = scratch / "report.json"
    cache = ["--no-cache"] if way.cache is None else ["--cache-dir", str(scratch / way.cache)]
    options = ["--isolated", "--jobs", str(way.jobs), *cache]
    paths = sorted(path.name for path in folder.iterdir())
    if way.shuffles:
        random.Random(way.shuffles).shuffle(paths)
    shown = ["--output-format", "json", "--output-file", str(report)]
    check = _run(folder, way, "check", *options, *_EVERYTHING, *shown, *paths)
    drawn = _run(folder, way, "map", "--format", "json", *options, *paths)
    return Said(
        check.returncode, check.stdout, report.read_bytes(), drawn.stdout, check.stderr + drawn.stderr
    )


def _run(folder: Path, way: Way, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "PYTHONDONT"))
    }
    environment |= {"PYTHONHASHSEED": str(way.seed), "LC_ALL": way.locale, "TZ": way.zone}
    return subprocess.run(
        [sys.executable, "-m", "ssot_lint", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
    )


def places(report: bytes) -> set[str]:
    """Return the findings of a report in JSON, with their fixes as if newlines were all the same."""
    found: list[dict[str, Any]] = json.loads(report.replace(rb"\r\n", rb"\n"))
    return {json.dumps(each, sort_keys=True) for each in found}


def _differing(one: Said, other: Said) -> list[str]:
    return [name for name in Said._fields if getattr(one, name) != getattr(other, name)]


def _copied_otherwise(folder: Path, copy: Path) -> None:
    """Copy a folder so that its files come into being the other way round."""
    paths = sorted(folder.rglob("*"), reverse=True)
    for path in paths:
        target = copy / path.relative_to(folder)
        if path.is_symlink() or not path.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target, follow_symlinks=False)
        else:
            target.mkdir(parents=True, exist_ok=True)


def _with_crlf(folder: Path) -> None:
    """Give all sources the newlines of Windows, but for those that have some other ones already."""
    for path in folder.rglob("*.py"):
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b"\r"
        if b"\r" not in data and b"\\\n" not in data:
            path.write_bytes(data.replace(b"\n", b"\r\n"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Check each folder in all ways, and print; 1 when one of them makes a difference."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.robustness.determinism", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    differing = 0
    for folder in parser.parse_args(arguments).folders:
        begin = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        with tempfile.TemporaryDirectory() as scratch:
            found = list(differences(folder, Path(scratch).resolve()))
            number = len(json.loads(Path(scratch, "report.json").read_bytes()))
        seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begin
        print(
            f"{folder.name}: {number} findings, {len(found)} differences, {seconds:.0f} s of CPU time",
            flush=True,
        )
        for line in found:
            print(f"  {line}")
        differing += len(found)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
