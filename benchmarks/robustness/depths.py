"""Code that is nested as deeply as one likes, in each way that Python's grammar has.

    python -m benchmarks.robustness.depths [--levels 10000] [--python PYTHON]... [NAME...]

Each file is linted and mended by the command line in processes of their own, and read by the flake8 plugin.
Whatever is in the file, its ordinary leak or the file itself has to be told of, and the process must not die.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

BRACKETS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "attributes": ("x = a", ".b", "\n"),
        "calls": ("x = a", "()", "\n"),
        "items": ("x = a", "[0]", "\n"),
        "targets": ("a", ".b[0]", " = x\n"),
        "sums": ("x = a", " + a", "\n"),
        "powers": ("x = a", " ** a", "\n"),
        "comparisons": ("x = a", " < a", "\n"),
        "alternatives": ("x = a", " or a", "\n"),
        "negations": ("x = ", "not ", "a\n"),
        "signs": ("x = ", "-", "a\n"),
        "lambdas": ("x = ", "lambda: ", "a\n"),
        "choices": ("x = ", "a if b else ", "c\n"),
        "strings": ("x = (", "'a' ", ")\n"),
        "texts put together": ("x = 'a'", " + 'a'", "\n"),
        "f-strings": ("x = (", "f'{a}' ", ")\n"),
        "stars": ("x = [", "*a, ", "]\n"),
        "targets in a row": ("", "a = ", "b\n"),
        "decorators": ("", "@a\n", "def work(): pass\n"),
        "elif": ("if a: pass\n", "elif a: x = 1\n", "else: pass\n"),
        "handlers": ("try: pass\n", "except A: pass\n", "finally: pass\n"),
        "statements of a line": ("x = 1", "; x = 1", "\n"),
        "dotted import": ("import a", ".b", "\n"),
        "dotted import of a name": ("from a", ".b", " import c\n"),
        "union": ("x: int", " | a", " = 1\n"),
        "conditions of a comprehension": ("x = [a for a in b", " if a", "]\n"),
        "loops of a comprehension": ("x = [a", " for a in b", "]\n"),
        "alternatives of a pattern": ("match a:\n  case 1", " | 1", ": pass\n"),
        "dotted pattern": ("match a:\n  case a", ".b", ": pass\n"),
        "type parameters": ("def work[A", ", A", "](): pass\n"),
        "chained awaits": ("async def work():\n  x = ", "await ", "a\n"),
        "yields": ("def work():\n  x = a", ", (yield)", "\n"),
    }
)
"""What comes before, what is repeated, and what comes behind."""

NESTED: Final[Mapping[str, tuple[str, str, str, str, str]]] = MappingProxyType(
    {
        "parentheses": ("x = ", "(", "a", ")", "\n"),
        "lists": ("x = ", "[", "a", "]", "\n"),
        "tuples": ("x = ", "(", "a", ",)", "\n"),
        "sets": ("x = ", "{", "a", "}", "\n"),
        "dictionaries": ("x = ", "{1: ", "a", "}", "\n"),
        "arguments": ("x = ", "f(", "a", ")", "\n"),
        "named arguments": ("x = ", "f(a=", "a", ")", "\n"),
        "indices": ("x = ", "a[", "a", "]", "\n"),
        "slices": ("x = ", "a[1:", "a", "]", "\n"),
        "comprehensions": ("x = ", "[a for a in ", "a", "]", "\n"),
        "elements of comprehensions": ("x = ", "[", "a", " for a in b]", "\n"),
        "walruses": ("x = ", "(a := ", "b", ")", "\n"),
        "awaits": ("async def work():\n  x = ", "(await ", "a", ")", "\n"),
        "starred": ("x = ", "[*", "a", "]", "\n"),
        "f-strings inside": ("x = ", "f'{", "a", "}'", "\n"),
        "groups of a pattern": ("match a:\n  case ", "(", "b", ")", ": pass\n"),
        "sequences of a pattern": ("match a:\n  case ", "[", "b", "]", ": pass\n"),
        "mappings of a pattern": ("match a:\n  case ", "{1: ", "b", "}", ": pass\n"),
        "classes of a pattern": ("match a:\n  case ", "C(", "b", ")", ": pass\n"),
        "deleted": ("del ", "(", "a", ",)", "\n"),
        "bound": ("", "[", "a", "]", " = b\n"),
        "loop targets": ("for ", "(", "a", ",)", " in b: pass\n"),
        "with items": ("with ", "(", "a", ")", ": pass\n"),
        "annotations": ("x: ", "A[", "a", "]", " = 1\n"),
        "defaults": ("def work(a=", "(lambda b=", "1", ": b)", "): pass\n"),
        "type aliases": ("type X = ", "A[", "a", "]", "\n"),
    }
)
"""What comes before, what is opened, what is inside, what closes it, and what comes behind."""

BLOCKS: Final = (
    *("def work():", "async def work():", "class Work:", "if a:", "while a:", "for a in b:", "with a:"),
    *("try:", "match a:"),
)
"""What opens blocks that stand in one another: Python itself takes a hundred."""
LEAK: Final = "from app.ws import Manager\n\n\ndef use():\n    return Manager()\n\n\n"


def nestings(levels: int) -> Iterator[tuple[str, str]]:
    """Yield files that are nested so deeply, each with the name of its way."""
    for name, (before, piece, behind) in BRACKETS.items():
        yield name, f"{LEAK}{before}{piece * levels}{behind}"
    for name, (before, opening, inner, closing, behind) in NESTED.items():
        yield name, f"{LEAK}{before}{opening * levels}{inner}{closing * levels}{behind}"
    for line in BLOCKS:
        yield f"blocks of {line}", f"{LEAK}{_blocks(line, min(levels, 200))}"


def _blocks(line: str, levels: int) -> str:
    if line == "try:":
        opened = "".join(f"{' ' * level}try:\n" for level in range(levels))
        closed = "".join(f"{' ' * level}finally: pass\n" for level in reversed(range(levels)))
        return f"{opened}{' ' * levels}pass\n{closed}"
    if line == "match a:":
        half = levels // 2
        opened = "".join(
            f"{' ' * (2 * level)}match a:\n{' ' * (2 * level + 1)}case 1:\n" for level in range(half)
        )
        return f"{opened}{' ' * (2 * half)}pass\n"
    return "".join(f"{' ' * level}{line}\n" for level in range(levels)) + f"{' ' * levels}pass\n"


def project(folder: Path, text: str) -> Path:
    """Write a project with one such file, and return it."""
    (folder / "app").mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text("[tool.ssot-lint]\n", "utf-8")
    (folder / "app" / "__init__.py").write_text("", "utf-8")
    (folder / "app" / "ws.py").write_text(
        "class Manager:  # ssot: managed factory=get_manager\n    kept = ()\n\n\ndef get_manager():\n"
        "    Manager.kept = Manager.kept or (Manager(),)\n    return Manager.kept[0]\n",
        "utf-8",
    )
    (folder / "app" / "deep.py").write_text(text, "utf-8")
    return folder


def faults(folder: Path, python: str = sys.executable) -> Iterator[str]:
    """Lint a project by each face, and yield what went wrong."""
    text = (folder / "app" / "deep.py").read_text("utf-8")
    linter = (python, "-m", "ssot_lint", "--no-cache", "--output-format", "concise")
    for name, command in (
        ("check", (*linter, "--min-confidence", "low", "app")),
        ("fix", (*linter, "--fix", "--unsafe-fixes", "app")),
        ("flake8", (python, "-m", "flake8", "--select", "SST", "-j", "1", "app/ws.py", "app/deep.py")),
    ):
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        said = ran.stdout + ran.stderr
        if ran.returncode not in (0, 1, 2):
            yield f"{name}: status {ran.returncode}"
        elif "please report it" in said or (name != "flake8" and "Traceback" in said):
            yield f"{name}: {said.strip().splitlines()[-1][:200]}"
        elif name == "check" and "app/deep.py" not in said:
            yield f"{name}: nothing is told of the file"
        if name == "fix":
            new = (folder / "app" / "deep.py").read_text("utf-8")
            if abs(new.count("\n") - text.count("\n")) > 1:
                yield "fix: more than the leak was changed"
            (folder / "app" / "deep.py").write_text(text, "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what went wrong; 1 when anything did."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.robustness.depths", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--levels", type=int, action="append", help="10000 when nothing is given")
    parser.add_argument("--python", action="append", help="an interpreter that has ssot-lint and flake8")
    parser.add_argument("name", nargs="*")
    chosen = parser.parse_args(arguments)
    failed = tried = 0
    for python in chosen.python or [sys.executable]:
        for levels in chosen.levels or [10_000]:
            for name, text in nestings(levels):
                if chosen.name and name not in chosen.name:
                    continue
                with tempfile.TemporaryDirectory() as scratch:
                    found = list(faults(project(Path(scratch), text), python))
                tried += 1
                failed += bool(found)
                for fault in found:
                    print(f"{python}: {name} {levels}: {fault}", flush=True)
    print(f"{tried} files, {failed} with faults")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
