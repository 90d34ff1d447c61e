"""From the places of findings to those of the protocol, and back.

We count lines from 1 and columns in characters; the protocol counts lines from 0 and columns in the units of
the encoding that client and server have agreed on, UTF-16 if of none.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.model import Span

BYTE_ORDER_MARK: Final = "\ufeff"

_END: Final = re.compile(r"\r\n|\r|\n")


class Places:
    """The places in a text, as a client counts them.

    A byte order mark at the beginning is the client's affair: the linter has a text without it.
    """

    def __init__(self, text: str, encoding: types.PositionEncodingKind | str) -> None:
        self._text = text
        self._encoding = encoding

    @cached_property
    def _lines(self) -> Sequence[str]:
        return _END.split(self._text)

    def range_of(self, span: Span) -> types.Range:
        """Return the range of a span; what lies behind the end of a line or of the text is cut off."""
        return types.Range(
            self._position(span.line, span.column), self._position(span.end_line, span.end_column)
        )

    def _position(self, line: int, column: int) -> types.Position:
        if line > len(self._lines):
            line, column = len(self._lines), len(self._lines[-1])
        text = self._lines[line - 1]
        before = text[: column + self._mark(line - 1)]
        return types.Position(line - 1, len(before) if before.isascii() else self._units(before))

    def _mark(self, line: int) -> int:
        """Return how many characters of a line, counted from 0, the linter doesn't see."""
        return int(line == 0 and self._text.startswith(BYTE_ORDER_MARK))

    def _units(self, text: str) -> int:
        if self._encoding == types.PositionEncodingKind.Utf32:
            return len(text)
        if self._encoding == types.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
