"""Which findings a ``# noqa`` comment silences, exactly as flake8 means it."""

from __future__ import annotations

import re
import tokenize
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# The patterns are flake8's own (its defaults.py, unchanged from 6.0 to 7.5); tests hold them equal. Flake8 is
# not imported here: the command line needs none of it, and this floor touches neither disk nor terminal.
_INLINE: Final = re.compile(r"# noqa(?::[\s]?(?P<codes>([A-Z]+[0-9]+(?:[,\s]+)?)+))?", re.IGNORECASE)
_WHOLE_FILE: Final = re.compile(r"\s*# flake8[:=]\s*noqa", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"[,\s]")

_ANYWHERE: Final = re.compile("noqa", re.IGNORECASE)
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


def suppressed_lines(text: str) -> NoqaMap:
    """Read the noqa comments of a file; any text will do, also one that is no Python."""
    if not _ANYWHERE.search(text):
        return NoqaMap()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [f"{line}\n" for line in lines[:-1]] + lines[-1:]
    if any(map(_WHOLE_FILE.match, lines)):
        return NoqaMap(whole_file=True)
    silenced = {number: _silenced(line) for number, line in enumerate(lines, start=1)}
    for joined in _joined_lines(lines):
        source = "".join(lines[joined.start - 1 : joined.stop - 1])
        silenced.update(dict.fromkeys(joined, _silenced(source)))
    return NoqaMap(prefixes={number: codes for number, codes in silenced.items() if codes is not None})


def _joined_lines(lines: Sequence[str]) -> Iterable[range]:
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
    match = _INLINE.search(source)
    if match is None:
        return None
    codes = match["codes"]
    return _BLANKET if codes is None else tuple(filter(None, _SEPARATOR.split(codes)))
