"""Text from files made fit for a terminal: no control characters, and widths in cells."""

from __future__ import annotations

import unicodedata
from typing import Final

_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_ZERO_WIDTH: Final = ("Mn", "Me")

PLAIN_WIDTH: Final = 110
"""Cells that a line of source may take where there is no terminal."""


def one_line(text: str) -> str:
    """Return the text with control, direction and newline characters as escapes, fit for a terminal."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char.encode("unicode_escape").decode("ascii") if unicodedata.category(char) in _INVISIBLE else char
        for char in text
    )


def picture(char: str) -> str:
    """Return the character, or what stands for it in one cell where it would be invisible or do harm."""
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if unicodedata.category(char) == "Zs":
        return " "
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"


def cells(char: str) -> int:
    """Return how many cells of a terminal a printable character takes: none, one or two."""
    if char.isascii():
        return 1
    if unicodedata.category(char) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
