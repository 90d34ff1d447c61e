"""From the spans of ``ast``, whose columns count UTF-8 bytes, to spans in characters."""

from __future__ import annotations

import ast
import re
from functools import cached_property

from ssot_lint.model import Span

_LINE_END = re.compile(r"\r\n|\r|\n")


class Positions:
    """Turns node positions of one text into spans."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ascii = text.isascii()

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines without their ends, split where Python's tokenizer splits."""
        return _LINE_END.split(self._text)

    def span(self, node: ast.expr | ast.stmt | ast.alias | ast.excepthandler | ast.arg | ast.keyword) -> Span:
        """The span of a node."""
        end_line = node.end_lineno or node.lineno
        end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
        if self._ascii:
            return Span(node.lineno, node.col_offset, end_line, end)
        return Span(node.lineno, self._column(node.lineno, node.col_offset), end_line, self._column(end_line, end))

    def name_span(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Span:
        """The span of the name in a ``def`` or ``class`` statement."""
        words = {ast.ClassDef: "class", ast.FunctionDef: "def", ast.AsyncFunctionDef: "async"}
        line = self.lines[node.lineno - 1]
        start = self._column(node.lineno, node.col_offset)
        found = re.compile(rf"\b{re.escape(node.name)}\b").search(line, start + len(words[type(node)]))
        if found is None:  # the name is on a continued line, or spelled in another normal form
            return Span(node.lineno, start, node.lineno, start + len(words[type(node)]))
        return Span(node.lineno, found.start(), node.lineno, found.end())

    def _column(self, line: int, column: int) -> int:
        if self._ascii:
            return column
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():
            return column
        return len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "replace"))
