"""Says in edits how one text differs from another."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def edits_between(before: str, after: str) -> Iterator[Edit]:
    """Yield edits that make one text the other: the lines that differ, of these only the words that do."""
    old, new = _LINE.findall(before), _LINE.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            continue
        yield _narrowed(first, old[first:last], "".join(new[start:end]))


def _narrowed(first: int, old: list[str], new: str) -> Edit:
    """Return the edit of some lines without what they begin and end with in both texts."""
    text = "".join(old)
    head = 0
    while head < min(len(text), len(new)) and text[head] == new[head]:
        head += 1
    while head and _is_word(text[head - 1]):
        head -= 1
    tail = 0
    while tail < min(len(text), len(new)) - head and text[-tail - 1] == new[-tail - 1]:
        tail += 1
    while tail and _is_word(text[-tail]):
        tail -= 1
    line, column = _place(first, old, head)
    end_line, end_column = _place(first, old, len(text) - tail)
    return Edit(Span(line, column, end_line, end_column), new[head : len(new) - tail])


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()


def _place(first: int, lines: list[str], offset: int) -> tuple[int, int]:
    """Return line and column of an offset into some lines; the first of them is line ``first + 1``."""
    for number, line in enumerate(lines, start=first + 1):
        if offset < len(line):
            return number, offset
        offset -= len(line)
    if lines and not lines[-1].endswith(("\r", "\n")):
        return first + len(lines), len(lines[-1])
    return first + len(lines) + 1, 0
