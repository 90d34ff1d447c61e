"""The texts of a copy of a package, while violations are planted in them."""

from __future__ import annotations

import ast
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_STARTED = ("main", "create_app", "make_app", "build_app", "lifespan", "bootstrap", "wire", "compose")


class Misfit(Exception):  # noqa: N818 - no error: another place or spelling is tried
    """A violation can't be planted like this here."""


class Gap(NamedTuple):
    """A place between two statements: the number of lines before it, and its indentation."""

    line: int
    indent: int


class Draft:
    """Texts by path, changed in memory until they are written."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.texts: dict[str, str] = {}

    def copy(self) -> Draft:
        """Return a draft to try something in."""
        other = Draft(self._root)
        other.texts = dict(self.texts)
        return other

    def text(self, path: str) -> str:
        """Return the text of a file as it stands."""
        if path not in self.texts:
            self.texts[path] = (self._root / path).read_text(encoding="utf-8")
        return self.texts[path]

    def exists(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return path in self.texts or (self._root / path).exists()

    def write_new(self, path: str, text: str) -> None:
        """Add a file."""
        if self.exists(path):
            raise Misfit(path)
        _parsed(text)
        self.texts[path] = text

    def insert(self, path: str, block: str, gap: Gap) -> None:
        """Insert a block at a gap; Misfit when the file is no Python any more then."""
        lines = self.text(path).split("\n")
        block = textwrap.indent(textwrap.dedent(block).strip("\n"), " " * gap.indent)
        lines[gap.line : gap.line] = block.split("\n")
        text = "\n".join(lines)
        _parsed(text)
        self.texts[path] = text

    def insert_import(self, path: str, block: str) -> None:
        """Insert statements before the first one that isn't a docstring or a future import."""
        if block:
            self.insert(path, block, _after_head(self.text(path)))

    def insert_block(self, path: str, block: str, random: Random) -> None:
        """Insert statements somewhere at the module's level."""
        text = self.text(path)
        body = _parsed(text).body
        head = _after_head(text)
        gaps = [head, Gap(_end(text), 0), Gap(_end(text), 0)]
        for before, after in pairwise(body):
            line = _first_line(after) - 1
            if before.end_lineno is not None and before.end_lineno <= line and line > head.line:
                gaps.append(Gap(line, 0))
        self.insert(path, f"\n{block}\n", random.choice(gaps))

    def insert_in_function(self, path: str, block: str, random: Random) -> None:
        """Insert statements at the start of some function of the module."""
        gaps = []
        tree = _parsed(self.text(path))
        for node in ast.walk(tree):
            if isinstance(node, FunctionNode) and not node.decorator_list and _is_plain(node):
                gap = start_of(node)
                if gap is not None:
                    gaps.append(gap)
        if not gaps:
            raise Misfit("no function")
        self.insert(path, block, random.choice(gaps))

    def insert_in(self, path: str, qualname: str, block: str) -> None:
        """Insert statements at the start of the function of a name."""
        gap = start_of(find_function(_parsed(self.text(path)), qualname))
        if gap is None:
            raise Misfit(qualname)
        self.insert(path, block, gap)


def find_function(tree: ast.Module, qualname: str) -> FunctionNode:
    """Return the one function or method of a name."""
    body: list[ast.stmt] = tree.body
    *outer, name = qualname.split(".")
    for word in outer:
        classes = [n for n in body if isinstance(n, ast.ClassDef) and n.name == word]
        if len(classes) != 1:
            raise Misfit(qualname)
        body = classes[0].body
    functions = [n for n in body if isinstance(n, FunctionNode) and n.name == name]
    if len(functions) != 1:
        raise Misfit(qualname)
    return functions[0]


def start_of(node: FunctionNode) -> Gap | None:
    """Return the gap after a function's docstring and declarations of names."""
    first = node.body[0]
    if first.lineno <= node.lineno:
        return None
    last: ast.stmt | None = None
    for statement in node.body:
        is_docstring = statement is first and ast.get_docstring(node, clean=False) is not None
        if not is_docstring and not isinstance(statement, (ast.Global, ast.Nonlocal)):
            break
        last = statement
    if last is None:
        return Gap(_first_line(first) - 1, first.col_offset)
    return Gap(last.end_lineno or last.lineno, first.col_offset)


def _is_plain(node: FunctionNode) -> bool:
    return node.name not in _STARTED and not node.name.startswith("__")


def _after_head(text: str) -> Gap:
    line = 0
    body = _parsed(text).body
    for index, node in enumerate(body):
        is_docstring = (
            not index and isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)
        )
        if not is_docstring and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            break
        line = node.end_lineno or node.lineno
    else:
        return Gap(_end(text), 0)
    if not line:
        first = body[0] if body else None
        if first is not None:
            line = _first_line(first) - 1
    return Gap(line, 0)


def _first_line(node: ast.stmt) -> int:
    """Return the line on which a statement starts, decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])


def _end(text: str) -> int:
    return text.count("\n")


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise Misfit(str(error)) from error
