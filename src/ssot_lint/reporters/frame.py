"""The source frame of a finding: numbered lines with carets under the span, cut to the terminal's width."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.reporters.printable import cells, picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.model import Span

_NEWLINE: Final = re.compile(r"\r\n|\r|\n")
_TAB: Final = 4
_MOST_MARKED_LINES: Final = 4
_SLICE: Final = 2000
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


class Row(NamedTuple):
    """One row of a frame: a line of source with its number, or without one the carets below it."""

    number: int | None
    content: str


class _Window(NamedTuple):
    """What is shown of the lines: characters from ``offset`` on, of these ``width`` cells from ``left``."""

    offset: int
    left: int
    width: int

    @property
    def is_cut(self) -> bool:
        """Whether something is left out before what is shown."""
        return bool(self.left or self.offset)

    @property
    def low(self) -> int:
        """The first cell that a character may take; the one before it is the ellipsis, where there is one."""
        return self.left + self.is_cut

    @property
    def high(self) -> int:
        """The cell behind the last one that is shown."""
        return self.left + self.width


class _Cell(NamedTuple):
    """What is shown for one character, and the cells that it fills."""

    shown: str
    start: int
    end: int


def split_lines(text: str) -> list[str]:
    """Return the lines of a source text without their ends, as Python counts them: a form feed ends none."""
    return _NEWLINE.split(text)


def frame(lines: Sequence[str], span: Span, *, width: int, context: int = 1) -> list[Row]:
    """Return the rows that show a span with its carets; none when the span lies outside the text."""
    if not 1 <= span.line <= len(lines):
        return []
    last = max(span.line, min(span.end_line, span.line + _MOST_MARKED_LINES - 1, len(lines)))
    window = _window(lines[span.line - 1], span, width)
    rows = [
        Row(number, _clip(lines[number - 1], window))
        for number in range(max(1, span.line - context), span.line)
        if lines[number - 1].strip()
    ]
    for number in range(span.line, last + 1):
        line = lines[number - 1]
        rows.append(Row(number, _clip(line, window)))
        marked = _marked(line, number, span)
        if number == span.line or marked[0] < marked[1]:
            rows.append(Row(None, _carets(line, marked, window)))
    if span.end_line > last:
        rows.append(Row(None, _ELLIPSIS))
        return rows
    rows += [
        Row(number, _clip(lines[number - 1], window))
        for number in range(last + 1, min(last + context, len(lines)) + 1)
        if lines[number - 1].strip()
    ]
    return rows


def clipped(line: str, width: int) -> str:
    """Return the beginning of a line, as it is shown in a frame, with an ellipsis where it is too long."""
    return _clip(line, _Window(0, 0, width))


def _marked(line: str, number: int, span: Span) -> tuple[int, int]:
    """Return the range of a line that the span covers, without the blanks around them on inner lines."""
    start = span.column if number == span.line else len(line) - len(line.lstrip())
    end = span.end_column if number == span.end_line else len(line.rstrip())
    return start, max(start, end)


def _window(line: str, span: Span, width: int) -> _Window:
    """Choose the part of the lines to show so that the start of the span is in sight."""
    offset = 0 if span.column < _SLICE // 2 else span.column - _SLICE // 4
    laid = _lay_out(line, offset)
    first, last = _marked(line, span.line, span)
    start, end = _cell_at(laid, first - offset), _cell_at(laid, last - offset)
    if end < width or not laid or laid[-1].end <= width:
        left = 0
    elif end - start < width - 4:
        left = max(0, start - (width - (end - start)) // 2)
    else:
        left = max(0, start - 4)
    return _Window(offset, left, width)


def _lay_out(line: str, offset: int) -> list[_Cell]:
    """Return the cells of a slice of a line; one is kept free for the ellipsis before a slice from within."""
    laid: list[_Cell] = []
    position = min(offset, 1)
    for char in line[offset : offset + _SLICE]:
        shown = " " * (_TAB - position % _TAB) if char == "\t" else picture(char)
        end = position + (len(shown) if char == "\t" else cells(shown))
        laid.append(_Cell(shown, position, end))
        position = end
    return laid


def _cell_at(laid: Sequence[_Cell], column: int) -> int:
    """Return the cell at which a character starts; behind the last one a column is a cell."""
    if column < len(laid):
        return laid[max(0, column)].start
    return (laid[-1].end if laid else 0) + column - len(laid)


def _clip(line: str, window: _Window) -> str:
    """Return the visible part of a line, with an ellipsis where something is cut away."""
    laid = _lay_out(line, window.offset)
    low, high = window.low, window.high
    cut = bool(laid) and (laid[-1].end > high or len(line) > window.offset + _SLICE)
    if cut:
        high -= 1
    pieces: list[str] = []
    position = low
    for cell in laid:
        if cell.start < low or (cell.start == cell.end == low and not pieces):
            continue
        if cell.end > high:
            break
        pieces.append(" " * (cell.start - position) + cell.shown)
        position = cell.end
    head = _ELLIPSIS if window.is_cut and line else ""
    return (head + "".join(pieces) + (_ELLIPSIS if cut else "")).rstrip()


def _carets(line: str, marked: tuple[int, int], window: _Window) -> str:
    """Return the row of carets below a line, at least one, as far as they are in sight."""
    laid = _lay_out(line, window.offset)
    high = window.high - 1
    start = min(high, max(window.low, _cell_at(laid, marked[0] - window.offset)))
    end = min(high, _cell_at(laid, marked[1] - window.offset))
    return " " * (start - window.left) + "^" * max(1, end - start)
