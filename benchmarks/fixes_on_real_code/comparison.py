"""Holds a fixed file against what it was, without any of the linter's own means."""

from __future__ import annotations

import ast
import codecs
import re
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

from pyflakes.checker import Checker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_NEWLINE: Final = re.compile(rb"\r\n|\r|\n")


class Lines(NamedTuple):
    """Lines of a file's old text, the first and the last one."""

    first: int
    last: int


class Import(NamedTuple):
    """A name that is imported: from which module (with leading dots, as written), and which."""

    module: str
    name: str


def faults(before: bytes, after: bytes, touched: Sequence[Lines] | None) -> Iterator[str]:
    """Yield what is wrong with a fixed file.

    ``touched`` are the lines that the edits are said to be in, None where they aren't known in terms of the
    old text; beside them only lines of import statements may differ.
    """
    yield from _faults_of_bytes(before, after)
    try:
        old, new = ast.parse(before), ast.parse(after)
    except (SyntaxError, ValueError) as error:
        yield f"doesn't parse: {error}"
        return
    yield from sorted(f"pyflakes: {message}" for message in _pyflakes(new) - _pyflakes(old))
    if touched is not None:
        allowed = {
            line for lines in (*touched, *_imports_lines(old)) for line in range(lines[0], lines[1] + 1)
        }
        strange = [line for line in changed_lines(before, after) if line not in allowed]
        if strange:
            yield f"lines outside the edits differ: {', '.join(map(str, strange))}"


def changed_lines(before: bytes, after: bytes) -> list[int]:
    """Return the numbers of the old lines that are gone, or that something new stands before."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    changed: set[int] = set()
    for kind, first, end, _, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind in ("replace", "delete"):
            changed.update(range(first + 1, end + 1))
    return sorted(changed)


def new_imports(before: bytes, after: bytes) -> frozenset[Import]:
    """Return what only the new text imports."""
    return _imported(ast.parse(after)) - _imported(ast.parse(before))


def resolves(wanted: Import, path: Path, root: Path) -> bool:
    """Whether an import in the file at ``path`` leads to something, as far as it lies below ``root``."""
    dots = len(wanted.module) - len(wanted.module.lstrip("."))
    words = [word for word in wanted.module.lstrip(".").split(".") if word]
    if dots:
        starts = [path.parents[dots - 1]]
    else:
        starts = [folder for folder in path.parents if folder.is_relative_to(root)]
        starts = [start for start in starts if _is_module(start / words[0])] or []
        if not starts:
            return True  # another project's
    return any(_leads(start.joinpath(*words), wanted.name) for start in starts)


def _leads(target: Path, name: str) -> bool:
    if not name:
        return _is_module(target)
    if _is_module(target / name):
        return True
    file = target / "__init__.py" if target.is_dir() else target.with_suffix(".py")
    if not file.exists():
        return False
    tree = ast.parse(file.read_bytes())
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add(node.asname or node.name)
    return bool(bound & {name, "*", "__getattr__"})


def _is_module(target: Path) -> bool:
    return target.is_dir() or target.with_name(f"{target.name}.py").exists()


def _faults_of_bytes(before: bytes, after: bytes) -> Iterator[str]:
    if before.startswith(codecs.BOM_UTF8) != after.startswith(codecs.BOM_UTF8):
        yield "the byte order mark came or went"
    strange = {*_NEWLINE.findall(after)} - {*_NEWLINE.findall(before)}
    if strange:
        yield f"other newlines: {sorted(strange)}"
    if before and after and before.endswith((b"\n", b"\r")) != after.endswith((b"\n", b"\r")):
        yield "the newline at the end came or went"


def _pyflakes(tree: ast.Module) -> Counter[str]:
    return Counter(
        f"{type(message).__name__} {[str(each) for each in message.message_args if isinstance(each, str)]}"
        for message in Checker(tree).messages
    )


def _imports_lines(tree: ast.Module) -> Iterable[Lines]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield Lines(node.lineno, node.end_lineno or node.lineno)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield Lines(node.lineno, node.lineno)  # which goes with the last import below it


def _imported(tree: ast.Module) -> frozenset[Import]:
    found: set[Import] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(Import(alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found.update(Import(module, alias.name) for alias in node.names if alias.name != "*")
    return frozenset(found)
