"""From the spans of ``ast``, whose columns count UTF-8 bytes, to spans in characters."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from functools import cached_property
from typing import Final

from ssot_lint.model import Span

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_DEFINING: Final = re.compile(r"(?:class|(?:async\s+)?def)\s+")

Located = ast.expr | ast.stmt | ast.alias | ast.excepthandler | ast.arg | ast.keyword | ast.pattern


class Positions:
    """Turns node positions of one text into spans."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ascii = text.isascii()
        self._wide: dict[int, tuple[list[int], list[int]]] = {}

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines without their ends, split where Python's tokenizer splits."""
        return _LINE_END.split(self._text) if "\r" in self._text else self._text.split("\n")

    def comments(self, first: int, last: int) -> list[str]:
        """Return the comments on some lines, and on those right above that are nothing else."""
        found = [line.partition("#")[2] for line in self.lines[first - 1 : last] if "#" in line]
        while first > 1 and self.lines[first - 2].lstrip().startswith("#"):
            first -= 1
            found.append(self.lines[first - 1])
        return found

    def span(self, node: Located) -> Span:
        """Return the span of a node."""
        return Span(*self.bounds(node))

    def bounds(self, node: Located) -> tuple[int, int, int, int]:
        """Return the numbers of a node's span."""
        line, column = node.lineno, node.col_offset
        end_line = node.end_lineno or line
        end = node.end_col_offset if node.end_col_offset is not None else column
        if self._ascii:
            return line, column, end_line, end
        return line, self._column(line, column), end_line, self._column(end_line, end)

    def name_span(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Span:
        """Return the span of the name in a ``def`` or ``class`` statement."""
        line = self.lines[node.lineno - 1]
        start = self._column(node.lineno, node.col_offset)
        word = _DEFINING.match(line, start)
        if word is not None and line.startswith(node.name, word.end()):
            return Span(node.lineno, word.end(), node.lineno, word.end() + len(node.name))
        # the name is on a continued line, or spelled in another normal form
        keyword = 5 if isinstance(node, (ast.ClassDef, ast.AsyncFunctionDef)) else 3
        return Span(node.lineno, start, node.lineno, start + keyword)

    def _column(self, line: int, column: int) -> int:
        if self._ascii:
            return column
        known = self._wide.get(line)
        if known is None:
            known = self._wide[line] = self._wide_characters(line)
        ends, surplus = known
        return column - surplus[bisect_left(ends, column + 1)]

    def _wide_characters(self, line: int) -> tuple[list[int], list[int]]:
        """Where characters of more than one byte end, and how many bytes too many there are up to each."""
        ends: list[int] = []
        surplus = [0]
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if not text.isascii():
            for position, character in enumerate(text):
                if character > "\x7f":
                    surplus.append(surplus[-1] + len(character.encode("utf-8", "surrogatepass")) - 1)
                    ends.append(position + 1 + surplus[-1])
        return ends, surplus
