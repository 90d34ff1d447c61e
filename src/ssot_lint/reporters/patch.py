"""Differences as people and programs read them: rows for the text format, and patches for ``git apply``."""

from __future__ import annotations

import difflib
import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.fixing import apply
from ssot_lint.reporters.frame import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.model import Edit

ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
_CONTEXT: Final = 1
_NO_NEWLINE: Final = b"\\ No newline at end of file\n"
_QUOTED: Final = re.compile(rb'[\x00-\x1f"\\\x7f]')


class ChangedRow(NamedTuple):
    """A line of a difference; ``number`` is that of the old text, None for a new line."""

    sign: str
    number: int | None
    content: str


def changed_rows(text: str, edits: Iterable[Edit]) -> Iterator[ChangedRow]:
    """Yield the lines that edits change, each with its sign, with a line around them and ellipses between."""
    old, new = split_lines(text), split_lines(apply(text, edits))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for position, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if position:
            yield ChangedRow(ELLIPSIS, None, "")
        for tag, first, last, start, end in group:
            if tag == "equal":
                yield from (ChangedRow(" ", n + 1, old[n]) for n in range(first, last))
                continue
            yield from (ChangedRow("-", n + 1, old[n]) for n in range(first, last))
            yield from (ChangedRow("+", None, new[n]) for n in range(start, end))


def unified_patch(path: str, before: bytes, after: bytes) -> bytes:
    """Return a patch for a file, byte for byte, as ``git apply`` and ``patch`` take it."""
    old, new = before.split(b"\n"), after.split(b"\n")
    old_lines, new_lines = _with_ends(old), _with_ends(new)
    lines = difflib.diff_bytes(
        difflib.unified_diff, old_lines, new_lines, _name("a/", path), _name("b/", path), lineterm=b"\n"
    )
    return b"".join(line if line.endswith(b"\n") else line + b"\n" + _NO_NEWLINE for line in lines)


def _with_ends(lines: list[bytes]) -> list[bytes]:
    return [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def _name(prefix: str, path: str) -> bytes:
    """Return a path as git writes it in a patch: quoted where it has odd characters, else closed by a tab."""
    name = (prefix + PurePath(path).as_posix()).encode("utf-8", "surrogateescape")
    if _QUOTED.search(name):
        return b'"' + _QUOTED.sub(lambda found: b"\\%03o" % found[0][0], name) + b'"'
    return name + b"\t" if b" " in name else name
