"""The noqa comments that would silence what is found, put where flake8 looks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Edit, Span
from ssot_lint.suppression.reading import CODE, INLINE, comment_columns, joined_lines, lines_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_BLANKS: Final = " \t\f"


def added_comments(
    text: str, wanted: Mapping[int, Collection[str]], reason: str = ""
) -> tuple[dict[int, Edit], frozenset[int]]:
    """Return by line the edits that let comments silence codes there, and the lines for which there is none.

    A comment stands at the end of the lines that it counts for; codes join those of a noqa that is there.
    What no comment can do is to silence a line that already says noqa in a string, which flake8 reads first.
    """
    lines = lines_of(text)
    comments = comment_columns(lines)
    edits: dict[int, Edit] = {}
    impossible: set[int] = set()
    for counted in _ranges(lines):
        here = [line for line in counted if line in wanted]
        if not here:
            continue
        codes = sorted({code for line in here for code in wanted[line]})
        edit = _edit(lines, counted, comments, codes, reason)
        if edit is None:
            impossible.update(here)
        else:
            edits.update(dict.fromkeys(here, edit))
    return edits, frozenset(impossible | (wanted.keys() - edits.keys()))


def _ranges(lines: Sequence[str]) -> Iterator[range]:
    """Yield the ranges of lines for which one comment counts, each line in one of them."""
    joined = {each.start: each for each in joined_lines(lines)}
    number = 1
    while number <= len(lines):
        counted = joined.get(number, range(number, number + 1))
        yield counted
        number = counted.stop


def _edit(
    lines: Sequence[str], counted: range, comments: Mapping[int, int], codes: Iterable[str], reason: str
) -> Edit | None:
    source = "".join(lines[counted.start - 1 : counted.stop - 1])
    known = INLINE.search(source)
    row, line = counted.stop - 1, lines[counted.stop - 2].rstrip("\n")
    if known is None:
        start = len(line.rstrip(_BLANKS))
        return Edit(Span(row, start, row, len(line)), f"  # noqa: {', '.join(codes)}{_spoken(reason)}")
    named = list(CODE.finditer(source, known.start("codes"), known.end("codes"))) if known["codes"] else []
    before = source[: named[-1].end()] if named else ""
    column = len(before) - (before.rfind("\n") + 1)
    if not named or counted.start + before.count("\n") != row or column <= comments.get(row, column):
        return None
    separator = "," if "," in known["codes"] and ", " not in known["codes"] else ", "
    said = "" if line[column:].strip() else _spoken(reason)
    return Edit(Span(row, column, row, column), "".join(separator + code for code in codes) + said)


def _spoken(reason: str) -> str:
    """Return a reason as it stands behind codes: one that begins like a code must not be taken for it."""
    if not reason:
        return ""
    return f" - {reason}" if CODE.match(reason) else f" {reason}"
