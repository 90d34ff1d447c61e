"""Which lines of a text can hold a change of an attribute: a quick look before the tree is read."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.containers import MUTATING_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CHANGES: Final = (
    re.compile(rf"\.\s*(?:{'|'.join(sorted(MUTATING_NAMES, key=len, reverse=True))})(?:\s*\(|[ \t]*[,)\n])"),
    re.compile(r"\]\s*(?:[-+*/|&^%@]|//|\*\*|<<|>>)?=(?!=)"),
    re.compile(r"=(?<=[-+*|&^]=)"),
)
"""Each begins with a character of its own, which is searched for much faster than alternatives are."""
_CHANGING_WORDS: Final = ("del ", "del(", "heap", "insort", "shuffle")
_ATTRIBUTE_STORE: Final = re.compile(r"\.\s*\w+\s*(?:=(?!=)|[:,])")
_ON_SELF: Final = re.compile(r"(?<![\w.])self\s*\Z")
_NEAR: Final = 20
"""Characters before a dot in which its owner is looked for."""
_SELF: Final = re.compile(r"self(?:\s*\.\s*\w+)?\s*[(,)]")
_CALLING_WORDS: Final = (":=", "add_done_callback", "setattr", "getattr", "__dict__", "super(", "vars(")


class SuspectLines:
    """The lines of one text that are worth a look; what isn't among them holds no change."""

    def __init__(self, text: str) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        starts = [at for pattern in _CHANGES for at in _matches(pattern, text)]
        starts += _words(_CHANGING_WORDS, text)
        self._changes = _lines_of(starts, text)
        others = [*_matches(_SELF, text), *_words(_CALLING_WORDS, text)]
        self._all = sorted({*self._changes, *_lines_of(others, text)})

    def may_change(self, first: int, last: int) -> bool:
        """Tell whether something may be changed in these lines."""
        return _any_between(self._changes, first, last)

    def are_of_interest(self, first: int, last: int) -> bool:
        """Tell whether an expression in these lines is to be read."""
        return _any_between(self._all, first, last)


class EveryLine(SuspectLines):
    """For functions whose receiver isn't called ``self``: every line is worth a look."""

    def are_of_interest(self, first: int, last: int) -> bool:
        """Return True for every range of lines."""
        return first <= last


class ForeignStoreLines:
    """The lines of a text in which an attribute of something else than ``self`` may be set."""

    def __init__(self, text: str) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._lines = _lines_of([*_foreign_stores(text), *_words(("setattr",), text)], text)

    def __bool__(self) -> bool:
        return bool(self._lines)

    def between(self, first: int, last: int) -> bool:
        """Tell whether one of them is among these lines."""
        return _any_between(self._lines, first, last)


def _foreign_stores(text: str) -> Iterator[int]:
    """Yield where such statements have their ``=``; the search is for the dot, which is the rarest part."""
    equals = newline = -1
    for found in _ATTRIBUTE_STORE.finditer(text):
        at = found.end() - 1
        if text[at] != "=":
            # An annotation, or further targets. What comes next is looked for once, however many there are.
            equals = equals if equals > at else _next("=", text, at)
            newline = newline if newline > at else _next("\n", text, at)
            if not at + 1 < equals < newline or text.startswith("==", equals):
                continue
            at = equals
        if _ON_SELF.search(text, max(0, found.start() - _NEAR), found.start()) is None:
            yield at


def _next(character: str, text: str, position: int) -> int:
    """Return where a character is found next; the end of the text where it isn't."""
    found = text.find(character, position)
    return len(text) if found < 0 else found


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """Where the matches begin and end: a statement that spans lines is found by either."""
    for match in pattern.finditer(text):
        yield match.start()
        yield match.end() - 1


def _words(words: Iterable[str], text: str) -> Iterator[int]:
    for word in words:
        position = text.find(word)
        while position >= 0:
            yield position
            position = text.find(word, position + 1)


def _lines_of(positions: Iterable[int], text: str) -> list[int]:
    """Return the lines of these places, ascending."""
    found: list[int] = []
    line, before = 1, 0
    for position in sorted(positions):
        line += text.count("\n", before, position)
        before = position
        if not found or found[-1] != line:
            found.append(line)
    return found


def _any_between(lines: list[int], first: int, last: int) -> bool:
    position = bisect_left(lines, first)
    return position < len(lines) and lines[position] <= last
