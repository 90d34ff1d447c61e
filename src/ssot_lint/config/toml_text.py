"""Parses TOML, and finds where its keys and values stand: for messages, and for what is put beside them."""

from __future__ import annotations

import contextlib
import re
import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KeyPath = tuple[str | int, ...]
"""The keys, and the positions in arrays, that lead to a value."""

LARGEST: Final = 1 << 20
"""Bytes of a document that are read at the most: parsers take seconds for more."""

_PART: Final = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')[ \t]*"""
_LONG_KEY: Final = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:\.[ \t]*{_PART}){{99}}\.")
"""A dotted key of more than a hundred parts: parsers take time and memory by the square of their number."""
_DEEPEST: Final = 16
"""The number of keys and positions that lead to a place, up to which it is kept; ours have six."""


def parse_toml(text: str) -> dict[str, Any]:
    """Return the tables of a TOML document; ValueError, with the place in its text, when it is none.

    So is one that can't be read in a time that has something to do with its length.
    """
    if len(text) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST >> 20} MiB")
    if endless := _LONG_KEY.search(text):
        line = text.count("\n", 0, endless.start()) + 1
        column = endless.start() - text.rfind("\n", 0, endless.start())
        raise ValueError(f"a key has more than 100 parts (at line {line}, column {column})")
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)


def place_of_error(error: ValueError, text: str) -> tuple[int, int, str]:
    """Return line, column and reason of an error that ``parse_toml`` raised for ``text``."""
    message = str(error)
    match = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if match is None:
        return 1, 1, message
    reason = message[: match.start()]
    if match[1] is None:
        return text.count("\n") + 1, len(text) - text.rfind("\n"), reason
    return int(match[1]), int(match[2]), reason


class Stretch(NamedTuple):
    """Where something stands in a text, in characters."""

    start: int
    end: int


class Statement(NamedTuple):
    """The head of a table, or a key with its value."""

    path: KeyPath
    place: Stretch


class KeyLines:
    """The lines, counted from 1, of the keys and array elements of a valid TOML document."""

    def __init__(self, text: str) -> None:
        locator = _Locator(text)
        self._lines: Mapping[KeyPath, int] = locator.locate()
        self.statements: Sequence[Statement] = locator.statements
        """The statements, in their order."""
        self.values: Mapping[KeyPath, Stretch] = locator.values
        """The values after equals signs, and the elements of arrays."""

    def line(self, *path: str | int) -> int:
        """Return the line of the value at ``path``, or of the innermost table around it that has one."""
        for length in range(len(path), 0, -1):
            found = self._lines.get(path[:length])
            if found is not None:
                return found
        return 1


_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_SCALAR = re.compile(
    r'''"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?'{3,5}'''
    r"""|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'"""
    r"""|[^\s,\]}#]+(?: \d[^\s,\]}#]*)?""",  # a date and its time may have a space between them
    re.DOTALL,
)


class _Locator:
    """Reads a valid document once; only good for finding places, it checks nothing."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._lines: dict[KeyPath, int] = {}
        self._elements: dict[KeyPath, int] = {}
        self.statements: list[Statement] = []
        self.values: dict[KeyPath, Stretch] = {}

    def locate(self) -> dict[KeyPath, int]:
        """Return the first line of every key path that isn't too long to be ours."""
        with contextlib.suppress(RecursionError):  # the parser may have had more of the stack
            self._read()
        return self._lines

    def _read(self) -> None:
        table: KeyPath = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            start = self._at
            if self._text.startswith("[[", self._at):
                self._at += 2
                path = table = self._element(self._key(()))
                self._at += 2
            elif self._text.startswith("[", self._at):
                self._at += 1
                path = table = self._key(())
                self._at += 1
            else:
                path = self._pair(table)
            self.statements.append(Statement(path, Stretch(start, self._at)))
            self._skip(_BLANK)

    def _pair(self, table: KeyPath) -> KeyPath:
        path = self._key(table)
        self._at += 1  # the equals sign
        self._value(path)
        return path

    def _value(self, path: KeyPath) -> None:
        self._skip(_BLANK)
        start = self._at
        opening = self._text[self._at : self._at + 1]
        if opening == "[":
            self._items("]", path)
        elif opening == "{":
            self._items("}", path)
        else:
            self._skip(_SCALAR)
        if len(path) <= _DEEPEST:
            self.values[path] = Stretch(start, self._at)

    def _items(self, closing: str, path: KeyPath) -> None:
        """Read an array, or an inline table, up to its closing bracket."""
        self._at += 1
        index = 0
        while True:
            self._skip(_BLANK)
            start = self._at
            if self._text[self._at : self._at + 1] in (closing, ""):
                self._at += 1
                return
            if closing == "]":
                self._record((*path, index))
                self._value((*path, index))
                index += 1
            else:
                self._pair(path)
            self._skip(_BLANK)
            if self._text.startswith(",", self._at):
                self._at += 1
            if self._at == start:
                return

    def _key(self, table: KeyPath) -> KeyPath:
        """Read a dotted key, record its line for each part, and return its path below ``table``."""
        path = table
        while True:
            self._skip(_SPACE)
            match = _KEY.match(self._text, self._at)
            part = match[0] if match else ""
            self._at += len(part)
            path = (*path, _unquoted(part))
            self._record(path)
            if path in self._elements:
                path = (*path, self._elements[path])
            self._skip(_SPACE)
            if not self._text.startswith(".", self._at):
                return path
            self._at += 1

    def _element(self, path: KeyPath) -> KeyPath:
        """Return the path of a new element of the array of tables at ``path``."""
        array = path[:-1] if isinstance(path[-1], int) else path
        self._elements[array] = self._elements.get(array, -1) + 1
        element = (*array, self._elements[array])
        self._record(element)
        return element

    def _record(self, path: KeyPath) -> None:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        if len(path) <= _DEEPEST:
            self._lines.setdefault(path, self._line)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()


def _unquoted(key: str) -> str:
    if key.startswith("'"):
        return key[1:-1]
    if key.startswith('"'):
        return str(next(iter(parse_toml(f"{key} = 0"))))
    return key
