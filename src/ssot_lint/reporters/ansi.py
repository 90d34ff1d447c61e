"""The colours and links of the terminal, as escape sequences."""

from __future__ import annotations

from typing import Final

BOLD: Final = "1"
CODE: Final = "1;31"
GUTTER: Final = "1;34"
CARETS: Final = "1;31"
LABEL: Final = "1;36"
REMOVED: Final = "31"
ADDED: Final = "32"


def paint(text: str, style: str, *, on: bool) -> str:
    """Return the text in a style, or as it is where no colour is wanted."""
    return f"\x1b[{style}m{text}\x1b[0m" if on and text else text


def link(text: str, address: str, *, on: bool) -> str:
    """Return the text as a link (OSC 8), or as it is where the terminal follows none."""
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\" if on and text else text
