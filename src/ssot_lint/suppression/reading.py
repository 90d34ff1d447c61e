"""Which findings a ``# noqa`` comment silences, exactly as flake8 means it."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssot_lint.model import Finding

# The patterns are flake8's own (its defaults.py, unchanged from 6.0 to 7.5); tests hold them equal. Flake8 is
# not imported here: the command line needs none of it, and this floor touches neither disk nor terminal.
INLINE: Final = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_WHOLE_FILE: Final = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"[,\s]")

CODE: Final = re.compile(r"[A-Z]+[0-9]+", re.IGNORECASE)
_ANYWHERE: Final = re.compile("noqa", re.IGNORECASE)
_REST: Final = re.compile(r"noqa[^\n]*", re.IGNORECASE)
"""A line from its first noqa on: all of it at once, since a line may have any number of them."""
_BLANKET: Final = ("",)


class NoqaMap(msgspec.Struct, frozen=True):
    """What the noqa comments of one file silence."""

    whole_file: bool = False
    """Whether a ``# flake8: noqa`` on a line of its own silences the file; flake8 ignores codes behind it."""
    prefixes: Mapping[int, tuple[str, ...]] = {}
    """For each line under a noqa, the code prefixes that it silences; an empty prefix silences all."""

    def suppresses(self, line: int, code: str) -> bool:
        """Whether a finding of ``code`` that points at ``line`` (counted from 1) is silenced."""
        return self.whole_file or code.startswith(self.prefixes.get(line, ()))


class NamedCode(msgspec.Struct, frozen=True):
    """A code that a noqa comment names, where it stands there, and the lines that the comment counts for."""

    code: str
    span: Span
    first: int
    last: int

    def silences(self, finding: Finding) -> bool:
        """Return whether the code is one of those that silence a finding."""
        return self.first <= finding.location.span.line <= self.last and finding.code.startswith(self.code)


def named_codes(text: str, prefix: str) -> tuple[NamedCode, ...]:
    """Return the codes with ``prefix`` that noqa comments name; blanket ones name none.

    What stands in a string silences, too, but speaks of something: it is no comment, and isn't returned.
    """
    code = re.compile(rf"{re.escape(prefix)}\d", re.IGNORECASE)
    if not any(code.search(text, *rest.span()) for rest in _REST.finditer(text)):
        return ()
    lines = lines_of(text)
    comments = comment_columns(lines)
    if any(map(_WHOLE_FILE.match, lines)):
        return ()
    found: list[NamedCode] = []
    ranges = {joined.start: joined for joined in joined_lines(lines)}
    number = 1
    while number <= len(lines):
        lines_here = ranges.get(number, range(number, number + 1))
        source = "".join(lines[lines_here.start - 1 : lines_here.stop - 1])
        found += _named_in(source, prefix, lines_here, comments)
        number = lines_here.stop
    return tuple(found)


def _named_in(source: str, prefix: str, lines: range, comments: Mapping[int, int]) -> Iterable[NamedCode]:
    match = INLINE.search(source)
    if match is None or match["codes"] is None:
        return
    row, begin, read = lines.start, 0, 0
    for code in CODE.finditer(source, match.start("codes"), match.end("codes")):
        row += source.count("\n", read, code.start())
        begin = source.rfind("\n", read, code.start()) + 1 or begin
        read, column = code.start(), code.start() - begin
        if code[0].startswith(prefix) and column > comments.get(row, column):
            span = Span(row, column, row, column + len(code[0]))
            yield NamedCode(code[0], span, lines.start, lines.stop - 1)


def comment_columns(lines: Sequence[str]) -> Mapping[int, int]:
    """Return the column at which each line's comment begins."""
    try:
        tokens = tokenize.generate_tokens(iter(lines).__next__)
        return {token.start[0]: token.start[1] for token in tokens if token.type == tokenize.COMMENT}
    except (tokenize.TokenError, SyntaxError, ValueError):
        return {}


def suppressed_lines(text: str) -> NoqaMap:
    """Read the noqa comments of a file; any text will do, also one that is no Python."""
    if not _ANYWHERE.search(text):
        return NoqaMap()
    lines = lines_of(text)
    if any(map(_WHOLE_FILE.match, lines)):
        return NoqaMap(whole_file=True)
    silenced = {number: _silenced(line) for number, line in enumerate(lines, start=1)}
    for joined in joined_lines(lines):
        source = "".join(lines[joined.start - 1 : joined.stop - 1])
        silenced.update(dict.fromkeys(joined, _silenced(source)))
    return NoqaMap(prefixes={number: codes for number, codes in silenced.items() if codes is not None})


def lines_of(text: str) -> list[str]:
    """Return the lines of a file as flake8 counts them, each with a newline, but for the last."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [f"{line}\n" for line in lines[:-1]] + lines[-1:]


def joined_lines(lines: Sequence[str]) -> Iterable[range]:
    """Return the line ranges that a noqa covers as a whole; none at all when the text can't be tokenized.

    A range ends wherever a line ends outside a string and without a backslash: flake8 speaks of logical
    lines, but inside brackets, too, a noqa counts for its own line.
    """
    ranges: list[range] = []
    first, last = len(lines) + 2, -1
    try:
        for token in tokenize.generate_tokens(iter(lines).__next__):
            if token.type in (tokenize.ENDMARKER, tokenize.DEDENT):
                continue
            first, last = min(first, token.start[0]), max(last, token.end[0])
            if token.type in (tokenize.NL, tokenize.NEWLINE):
                ranges.append(range(first, last + 1))
                first, last = len(lines) + 2, -1
    except (tokenize.TokenError, SyntaxError, ValueError):
        # Flake8 then judges every physical line by itself. Ranges found so far don't count either.
        return ()
    return ranges


def _silenced(source: str) -> tuple[str, ...] | None:
    """Return the code prefixes that the first noqa in ``source`` names, or None when it holds no noqa."""
    match = INLINE.search(source)
    if match is None:
        return None
    codes = match["codes"]
    return _BLANKET if codes is None else tuple(filter(None, _SEPARATOR.split(codes)))
