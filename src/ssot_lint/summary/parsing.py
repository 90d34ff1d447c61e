"""Parses a text as ``ast`` does, a large one part by part.

While Python's parser is at work it takes more memory than the tree that comes of it, and gives that back
only at the end.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

PART: Final = 2**18
"""How many characters a text has that is parsed as a whole: few have more."""
MOST_PARTS: Final = 32
"""Parts of one text: a later one is parsed with as many empty lines before it as it has lines above it."""
_STATEMENT: Final = re.compile(r"\n(?=(?!(?:elif|else|except|finally)\b)(?:[^\W\d]|@))")
"""What comes before a line that may begin a statement of the module."""


class Part(NamedTuple):
    """Some statements of a module; the tree counts lines as that of the whole module does."""

    text: str
    above: int
    """How many lines of the module are above."""
    below: int
    """How many are above what comes next."""
    tree: ast.Module


def parse(text: str) -> ast.Module:
    """Return the tree of a text, as ``ast.parse`` does, with the same errors; nothing is warned of."""
    if len(text) <= PART:
        return _parsed(text)
    try:
        body = [statement for part in parts(text, PART) for statement in part.tree.body]
    except (SyntaxError, ValueError):
        return _parsed(text)  # a part alone may have another error
    return ast.Module(body, type_ignores=[])


def parts(text: str, least: int = PART) -> Iterator[Part]:
    """Yield the parts of a text, each with whole statements and ``least`` characters or more, but the last.

    Where a part ends is a guess, which its parsing tells: it can't be valid by itself when it ends within
    a string, brackets, or a statement that goes on. It is made longer then.
    """
    size = max(least, len(text) // MOST_PARTS)
    start = above = 0
    while True:
        part = _part(text, start, above, size)
        yield part
        start += len(part.text)
        above = part.below
        if start == len(text):
            return


def _part(text: str, start: int, above: int, size: int) -> Part:
    while True:
        found = _STATEMENT.search(text, start + size) if start + size < len(text) else None
        piece = text[start : found.end()] if found is not None else text[start:]
        try:
            return Part(piece, above, above + _lines(piece), _parsed("\n" * above + piece))
        except (SyntaxError, ValueError):
            if found is None:
                raise
            size *= 2


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape sequence is the file's business
        return ast.parse(text)


def _lines(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")
