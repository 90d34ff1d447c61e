"""What is measured: each item is a question, and the programs that answer it."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Final

from benchmarks.generated_project import generate
from benchmarks.speed.measuring import Item, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.speed.programs import Programs

OURS: Final = "ssot-lint"
_LINT: Final = ("check", "--exit-zero", "--output-format", "concise")
_ANY_STATUS: Final = frozenset(range(32))
"""Pylint's exit status tells the kinds of what it found."""
_SHORT: Final = 5
"""How often a round starts what ends at once."""

NAMES: Final = ("large", "peers", "flake8", "scaling", "start-up")


class Corpus:
    """Copies of unpacked packages, each a project: the largest of them, and the one in the middle."""

    def __init__(self, originals: Path, work: Path) -> None:
        folders = sorted((f for f in originals.iterdir() if f.is_dir()), key=_size)
        self.large = _copy(folders[-1], work)
        self.part = _copy(folders[len(folders) // 2], work)


def items(
    names: Sequence[str], corpus: Corpus, programs: Programs, work: Path, modules: Sequence[int]
) -> Iterator[Item]:
    """Yield the items that are asked for by name."""
    if "large" in names:
        yield _large(corpus.large, programs)
    if "peers" in names:
        yield _peers(corpus.part, programs, work)
    if "flake8" in names:
        yield _flake8(corpus.part, programs)
    if "scaling" in names:
        for count in modules:
            yield _scaling(count, programs, work)
    if "start-up" in names:
        yield _start_up(programs, work)


def _large(folder: Path, programs: Programs) -> Item:
    return Item(
        "large",
        f"{folder.name}, {_extent(folder)}",
        "ruff",
        (_ruff(folder, programs), *_ours(folder, programs)),
    )


def _peers(folder: Path, programs: Programs, work: Path) -> Item:
    pylint = Run(
        "pylint, its cheapest check",
        [
            str(programs.peers / "pylint"),
            f"--rcfile={os.devnull}",
            "--disable=all",
            "--enable=trailing-newlines",
            "-j0",
            "--recursive=y",
            ".",
        ],
        folder,
        {"PYLINTHOME": str(work / "pylint")},
        statuses=_ANY_STATUS,
    )
    fixit = Run(
        "fixit, one rule",
        [str(programs.peers / "fixit"), "--rules", "fixit.rules:NoInheritFromObject", "lint", "."],
        folder,
    )
    cold = _ours(folder, programs)[0]
    runs = (_ruff(folder, programs), cold, _flake8_alone(folder, programs), pylint, fixit)
    return Item("peers", f"{folder.name}, {_extent(folder)}", OURS, runs)


def _flake8(folder: Path, programs: Programs) -> Item:
    with_us = Run("flake8 with ssot-lint, warm", [str(programs.ours / "flake8"), "--isolated", "."], folder)
    return Item(
        "flake8", f"{folder.name}, {_extent(folder)}", "flake8", (_flake8_alone(folder, programs), with_us)
    )


def _scaling(count: int, programs: Programs, work: Path) -> Item:
    folder = work / "generated" / str(count)
    if not folder.exists():
        generate(folder, count, seed=1)
    return Item(f"scaling-{count}", f"generated, {_extent(folder)}", OURS, _ours(folder, programs))


def _start_up(programs: Programs, work: Path) -> Item:
    python = str(programs.ours / "python")
    click = Run("import click", [python, "-c", "import click"], work, repeat=_SHORT)
    usage = Run("ssot-lint --help", [str(programs.ours / "ssot-lint"), "--help"], work, repeat=_SHORT)
    return Item("start-up", "start-up", click.label, (click, usage))


def _ours(folder: Path, programs: Programs) -> tuple[Run, ...]:
    """Return our runs: without a cache, with nothing changed, and with one file changed and asked for.

    The changing file is in a copy, so that elsewhere nothing changes indeed; nine in ten are smaller.
    """
    lint = [str(programs.ours / "ssot-lint"), *_LINT]
    copy = folder.with_name(f"{folder.name}-changing")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".*_cache"))
    sources = sorted(copy.rglob("*.py"), key=lambda path: (path.stat().st_size, path))
    changing = sources[len(sources) * 9 // 10]
    return (
        Run(OURS, [*lint, "--no-cache", "."], folder),
        Run(f"{OURS}, nothing changed", [*lint, "."], folder),
        Run(
            f"{OURS}, one file changed",
            [*lint, str(changing.relative_to(copy))],
            copy,
            before=_changer(changing),
        ),
    )


def _changer(path: Path) -> Callable[[int], None]:
    """Return what gives a file another function in each round; after it stands what was there."""
    original = path.read_text(encoding="utf-8")

    def change(number: int) -> None:
        path.write_text(f"{original}\n\ndef changed_{number}():\n    return {number}\n", encoding="utf-8")

    return change


def _ruff(folder: Path, programs: Programs) -> Run:
    ruff = str(programs.peers / "ruff")
    return Run("ruff", [ruff, "check", "--select", "RUF012", "--no-cache", "--isolated", "."], folder)


def _flake8_alone(folder: Path, programs: Programs) -> Run:
    return Run("flake8", [str(programs.peers / "flake8"), "--isolated", "."], folder)


def _copy(original: Path, work: Path) -> Path:
    """Return a copy that is a project of its own, made anew."""
    copy = work / "corpus" / original.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(original, copy, ignore=shutil.ignore_patterns("*.pyc", ".*_cache"))
    (copy / "pyproject.toml").touch()
    return copy


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.py"))


def _extent(folder: Path) -> str:
    paths = list(folder.rglob("*.py"))
    lines = sum(path.read_bytes().count(b"\n") for path in paths)
    return f"{len(paths):,} files, {lines:,} lines"
