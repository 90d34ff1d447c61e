"""Checks that what is reported depends on the sources and on nothing else, byte for byte.

    python -m benchmarks.robustness.determinism [--quick] FOLDER...

A copy of each folder is checked whole, with all rules and at low confidence, and reported in all formats, and
its map is drawn: with other hash seeds, locales, time zones, numbers of processes, widths of the terminal and
newlines of the platform, with other orders of the paths that are given and of the files on the disk, with and
without a cache. With CRLF for newlines in the sources the findings must be the same, and what ``--fix`` makes
of the files, too, but for the newlines; with CR the findings must be.
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
    columns: int = 80
    is_elsewhere: bool = False
    """Whether the system has other newlines, and lists files in another order."""


WAYS: Final = (
    Way("plain", 0, "C.UTF-8", "UTC", 1, None, 0),
    Way("cold cache", 1, "de_DE.UTF-8", "Pacific/Kiritimati", 2, "cache", 1, columns=200),
    Way("warm cache", 2, "tr_TR.UTF-8", "America/St_Johns", 1, "cache", 2, columns=20),
    Way("Latin", 3, "de_DE.ISO-8859-1", "Asia/Kathmandu", 2, None, 3, is_elsewhere=True),
)
_LOCALES: Final = ("de_DE.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1")
_FORMATS: Final = (
    *(("check", name) for name in ("concise", "sarif", "github", "gitlab", "junit")),
    *(("map", name) for name in ("text", "mermaid", "dot", "html")),
)
"""The formats besides the usual ones, by the commands that write them."""
_ELSEWHERE: Final = str(Path(__file__).with_name("elsewhere.py"))
_OF_FIXES: Final = ("fix", "suggestions")


class Said(NamedTuple):
    """What the program said in one of the ways."""

    status: int
    text: bytes
    findings: bytes
    map: bytes
    formats: bytes
    """The findings and the map in all further formats."""
    errors: bytes
    """What was said on standard error by all of these runs; nothing is to be said there."""


def differences(folder: Path, scratch: Path, formats: Sequence[tuple[str, str]] = _FORMATS) -> Iterator[str]:
    """Yield the ways in which something else is said of a folder."""
    copy = scratch / "there" / folder.name
    _make_locales(scratch)
    shutil.copytree(folder, copy, symlinks=True)
    usual = said(copy, WAYS[0], scratch, formats)
    if usual.errors:
        yield f"it complains: {usual.errors!r}"
    for way in WAYS[1:]:
        other = said(copy, way, scratch, formats)
        yield from (f"{way.name}: other {name}: {other.errors!r}" for name in differing(usual, other))
    yield from _differences_by_newlines(copy, scratch, usual)


def _differences_by_newlines(copy: Path, scratch: Path, usual: Said) -> Iterator[str]:
    sources = [path for path in copy.rglob("*.py") if path.is_file() and not path.is_symlink()]
    plain = {path: data for path in sources if b"\r" not in (data := path.read_bytes())}
    mended = _mended(copy, scratch)
    for path, data in plain.items():
        path.write_bytes(data.replace(b"\n", b"\r\n"))
    if wrong := places(_found(copy, WAYS[0], scratch)[1]) ^ places(usual.findings):
        yield f"CRLF: {sorted(wrong)}"
    otherwise = _mended(copy, scratch)
    for name in sorted(mended.keys() | otherwise.keys()):
        if mended.get(name) != otherwise.get(name):
            yield f"CRLF: {name} is mended otherwise"
    for path, data in plain.items():
        path.write_bytes(data.replace(b"\n", b"\r"))
    found = places(_found(copy, WAYS[0], scratch)[1], fixes=False)
    if wrong := found ^ places(usual.findings, fixes=False):
        yield f"CR: {sorted(wrong)}"


def said(folder: Path, way: Way, scratch: Path, formats: Sequence[tuple[str, str]] = ()) -> Said:
    """Run the program in one of the ways."""
    check, report = _found(folder, way, scratch)
    cache = ["--no-cache"] if way.cache is None else ["--cache-dir", str(scratch / way.cache)]
    drawn = _run(folder, way, "map", "--format", "json", *cache, *_paths(folder, way))
    options_of: dict[str, Sequence[str]] = {"check": _EVERYTHING, "map": ()}
    # How these are written is asked here, so what was found may be known.
    kept = ["--cache-dir", str(scratch / (way.cache or way.name)), *_paths(folder, way)]
    written = [
        _run(folder, way, command, *options_of[command], "--output-format", name, *kept)
        for command, name in formats
    ]
    return Said(
        check.returncode,
        check.stdout,
        report,
        drawn.stdout,
        b"\0".join(each.stdout for each in written),
        b"".join(each.stderr for each in (check, drawn, *written)),
    )


def _found(folder: Path, way: Way, scratch: Path) -> tuple[subprocess.CompletedProcess[bytes], bytes]:
    """Return what a check says, and its report in JSON, which is a file."""
    report = scratch / "report.json"
    report.unlink(missing_ok=True)
    cache = ["--no-cache"] if way.cache is None else ["--cache-dir", str(scratch / way.cache)]
    shown = ["--output-format", "json", "--output-file", str(report)]
    check = _run(folder, way, "check", *cache, *_EVERYTHING, *shown, *_paths(folder, way))
    return check, report.read_bytes() if report.exists() else b""


def _paths(folder: Path, way: Way) -> list[str]:
    """Return what there is in the folder, or in the one folder that is all that there is."""
    inner = sorted(path for path in folder.iterdir() if path.is_dir() or path.suffix == ".py")
    if len(inner) == 1 and inner[0].is_dir():
        return _paths(inner[0], way)
    if way.shuffles:
        random.Random(way.shuffles).shuffle(inner)
    return list(map(str, inner))


def _run(folder: Path, way: Way, command: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "PYTHONDONT", "PYTHONIOENCODING"))
    }
    environment |= {"PYTHONHASHSEED": str(way.seed), "LC_ALL": way.locale, "TZ": way.zone}
    environment |= {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "COLUMNS": str(way.columns)}
    program = [_ELSEWHERE] if way.is_elsewhere else ["-m", "ssot_lint"]
    return subprocess.run(
        [sys.executable, *program, command, "--isolated", "--jobs", str(way.jobs), *arguments],
        cwd=folder,
        env={**environment, "LOCPATH": str(folder.parent.with_name("locales"))},
        capture_output=True,
        check=False,
    )


def _make_locales(scratch: Path) -> None:
    """Make locales that sort and write in their own way, where the system can; else they are those of C."""
    (scratch / "locales").mkdir(exist_ok=True)
    for name in _LOCALES if shutil.which("localedef") else ():
        language, encoding = name.split(".", 1)
        command = ["localedef", "-i", language, "-f", encoding, str(scratch / "locales" / name)]
        subprocess.run(command, capture_output=True, check=False)


def _mended(folder: Path, scratch: Path) -> dict[str, bytes]:
    """Return what ``--fix`` makes of the files, as if newlines were all the usual ones."""
    copy = scratch / "mended" / folder.name
    shutil.copytree(folder, copy, symlinks=True)
    means = ["--fix", "--unsafe-fixes", "--quiet"]
    _run(copy, WAYS[0], "check", "--no-cache", *_EVERYTHING, *means)
    files = [path for path in copy.rglob("*.py") if path.is_file() and not path.is_symlink()]
    texts = {str(path.relative_to(copy)): path.read_bytes().replace(b"\r\n", b"\n") for path in files}
    shutil.rmtree(copy)
    return texts


def places(report: bytes, *, fixes: bool = True) -> set[str]:
    """Return the findings of a report in JSON, with their fixes as if newlines were all the same.

    Without ``fixes`` nothing is said of them: files with CR alone get none, since LibCST doesn't give them
    back as they are.
    """
    found: list[dict[str, Any]] = json.loads(report.replace(rb"\r\n", rb"\n"))
    kept = [{name: value for name, value in each.items() if fixes or name not in _OF_FIXES} for each in found]
    return {json.dumps(each, sort_keys=True) for each in kept}


def differing(one: Said, other: Said) -> list[str]:
    """Return what of two answers isn't the same."""
    return [name for name in Said._fields if getattr(one, name) != getattr(other, name)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check each folder in all ways, and print; 1 when one of them makes a difference."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.robustness.determinism", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--quick", action="store_true", help="the usual formats alone")
    options = parser.parse_args(arguments)
    differing_ways = 0
    for folder in options.folders:
        begin = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        with tempfile.TemporaryDirectory() as scratch:
            formats = () if options.quick else _FORMATS
            found = list(differences(folder, Path(scratch).resolve(), formats))
            number = len(json.loads(Path(scratch, "report.json").read_bytes()))
        seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begin
        print(
            f"{folder.name}: {number} findings, {len(found)} differences, {seconds:.0f} s of CPU time",
            flush=True,
        )
        for line in found:
            print(f"  {line[:2000]}")
        differing_ways += len(found)
    return 1 if differing_ways else 0


if __name__ == "__main__":
    sys.exit(main())
