"""Carries edits out: text and edits in, new text out, and which fixes can be carried out together."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssot_lint.model import Edit, Span, Suggestion

Item = TypeVar("Item")

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


class OverlapError(ValueError):
    """Two edits change the same text."""


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with all edits carried out; what no edit covers stays as it is.

    Insertions at one place come in the order in which they are given. OverlapError says that two edits want
    the same text.
    """
    starts = _line_starts(text)
    placed = [(_offset(starts, e.span, end=False), _offset(starts, e.span, end=True), e.text) for e in edits]
    ordered = sorted(placed, key=lambda edit: edit[:2])
    pieces: list[str] = []
    position = 0
    for start, end, new in ordered:
        if start < position:
            raise OverlapError(f"an edit begins at {start}, within another that ends at {position}")
        pieces += (text[position:start], new)
        position = end
    return "".join([*pieces, text[position:]])


def text_at(text: str, span: Span) -> str:
    """Return the text that a span covers."""
    starts = _line_starts(text)
    return text[_offset(starts, span, end=False) : _offset(starts, span, end=True)]


def compatible(fixes: Sequence[tuple[Item, Suggestion]]) -> list[tuple[Item, Suggestion]]:
    """Return the fixes, from the first on, that don't get into each other's way; others have to wait.

    Fixes that share an edit (the same import, say) can be carried out together: it is made once.
    """
    chosen: list[tuple[Item, Suggestion]] = []
    taken: list[Edit] = []
    for item, suggestion in fixes:
        new = [edit for edit in suggestion.edits if edit not in taken]
        if new and not any(_touch(edit.span, other.span) for edit in new for other in taken):
            chosen.append((item, suggestion))
            taken += new
    return chosen


def merged(suggestions: Iterable[Suggestion]) -> tuple[Edit, ...]:
    """Return the edits of compatible fixes, each once."""
    return tuple(dict.fromkeys(edit for suggestion in suggestions for edit in suggestion.edits))


def _touch(one: Span, other: Span) -> bool:
    """Whether two spans overlap or begin at the same place."""
    starts = (one.line, one.column), (other.line, other.column)
    if starts[0] == starts[1]:
        return True
    (_, first_end), (second_start, _) = sorted([(starts[0], _end(one)), (starts[1], _end(other))])
    return second_start < first_end


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column


def _line_starts(text: str) -> list[int]:
    """Return where each line begins, and the end of the text."""
    return [0, *accumulate(map(len, _LINE.findall(text)))]


def _offset(starts: Sequence[int], span: Span, *, end: bool) -> int:
    line, column = (span.end_line, span.end_column) if end else (span.line, span.column)
    return starts[min(line - 1, len(starts) - 1)] + column
