"""Which lines of a text can hold a change of an attribute: a quick look before the tree is read."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from ssot_lint.summary.containers import MUTATING_NAMES

_CHANGES: Final = re.compile(
    rf"\.\s*(?:{'|'.join(sorted(MUTATING_NAMES, key=len, reverse=True))})\s*\("
    r"|\]\s*(?:[-+*/|&^%@]|//|\*\*|<<|>>)?=(?!=)|\bdel\b|[-+*|&^]=|heap|insort|shuffle"
)
_CALLS: Final = re.compile(
    r"\bself\s*\.\s*\w+\s*\(|[(,=*]\s*self\s*[,)]|\(\s*self\.\w+|:=|setattr|__dict__|\bsuper\b|\bvars\b"
)


class SuspectLines:
    """The lines of one text that are worth a look; what isn't among them holds no change."""

    def __init__(self, text: str) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._changes = _lines_of(_CHANGES, text)
        self._all = sorted({*self._changes, *_lines_of(_CALLS, text)})

    def may_change(self, first: int, last: int) -> bool:
        """Whether something may be changed in these lines."""
        return _any_between(self._changes, first, last)

    def are_of_interest(self, first: int, last: int) -> bool:
        """Whether an expression in these lines is to be read."""
        return _any_between(self._all, first, last)


class EveryLine(SuspectLines):
    """For functions whose receiver isn't called ``self``: every line is worth a look."""

    def are_of_interest(self, first: int, last: int) -> bool:
        """Always."""
        return True


def _lines_of(pattern: re.Pattern[str], text: str) -> list[int]:
    """The lines that a match begins or ends in, ascending."""
    found: list[int] = []
    line, position = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        found.append(line)
        inner = text.count("\n", match.start(), match.end())
        if inner:
            found.append(line + inner)
    return found


def _any_between(lines: list[int], first: int, last: int) -> bool:
    position = bisect_left(lines, first)
    return position < len(lines) and lines[position] <= last
