"""Parses a text with LibCST, and tells where its nodes stand in the text as Python counts."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ssot_lint.model import Span
from ssot_lint.parse_limits import MOST_LEVELS, objection_to
from ssot_lint.summary.parsing import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import libcst as cst

    from ssot_lint.summary.parsing import Part

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FORM_FEEDS: Final = re.compile(r"[ \t\f]*\f")

PART_OF_LIBCST: Final = 2**14
"""How many characters, and more, of a large text LibCST is given at once."""
_CALLS: Final = 20 * MOST_LEVELS
"""Calls within one another that going through the deepest of trees takes LibCST, and more."""
_PANIC: Final = "PanicException"
"""What LibCST's native part raises when it has lost its way; no ``Exception``, and found in no module."""


class UnreadableByLibCSTError(Exception):
    """LibCST has no tree for a text; the message is fit for a user."""


class SyntaxTree:
    """The tree of a text, and where its nodes stand; what takes long is worked out when somebody asks.

    Whoever asks is told by UnreadableByLibCSTError if LibCST fails even then.
    """

    def __init__(self, module: cst.Module, plain: str, shifts: Mapping[int, int], above: int = 0) -> None:
        self.module = module
        self._plain = plain
        self._shifts = shifts
        self._above = above

    @cached_property
    def positions(self) -> Mapping[cst.CSTNode, Span]:
        """The places of the nodes, without the white space around them."""
        with _one_kind_of_error(), _room_for_depth():
            return _positions(self.module, self._shifts, self._above)

    @cached_property
    def is_exact(self) -> bool:
        """Whether the tree gives back the very text that it was made from."""
        with _one_kind_of_error(), _room_for_depth():
            return self.module.code == self._plain


@contextmanager
def _one_kind_of_error() -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        # LibCST's errors are of any kind: its own have no base in common, nor do Python's that it runs into.
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        raise UnreadableByLibCSTError(f"{type(error).__name__}: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())[:200]
    except RecursionError:  # its text would show a whole tree
        return "the code is nested too deeply"


@contextmanager
def _room_for_depth() -> Iterator[None]:
    """Let LibCST call itself as often as the deepest tree wants that ``parse`` returns.

    When it meets the limit on recursion halfway its errors are of any kind. ``parse`` has bounded the depth,
    so that the calls don't cost the process its stack, not even where Python's own need some of it.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _CALLS))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def parse(text: str, above: int = 0) -> SyntaxTree:
    """Return the tree of a text; UnreadableByLibCSTError where LibCST has none.

    Its places are those in a text with so many lines above this one.
    """
    import libcst as cst

    objection = objection_to(text)
    if objection is not None:
        raise UnreadableByLibCSTError(objection)
    with _one_kind_of_error():
        plain, shifts = _without_form_feeds(text)
        return SyntaxTree(cst.parse_module(plain), plain, shifts, above)


def trees_with(text: str, lines: Iterable[int]) -> Iterator[SyntaxTree]:
    """Yield the trees of those statements of a module that hold some lines, with others around them.

    A tree of LibCST takes about twenty times as long as one of ``ast``. UnreadableByLibCSTError ends this.
    """
    ascending = sorted(lines)

    def among(part: Part, above: int) -> bool:
        at = bisect_right(ascending, above + part.above)
        return at < len(ascending) and ascending[at] <= above + part.below

    for part in parts(text):
        if among(part, 0):
            for inner in parts(part.text, PART_OF_LIBCST):
                if among(inner, part.above):
                    yield parse(inner.text, part.above + inner.above)


def _without_form_feeds(text: str) -> tuple[str, dict[int, int]]:
    """Return the text without form feeds in front of its lines, and how many characters each such line lost.

    Python begins to count the indentation anew there; LibCST counts otherwise, or takes it for an error.
    """
    if "\f" not in text:
        return text, {}
    lines = _LINE.findall(text)
    matches = {number: _FORM_FEEDS.match(line) for number, line in enumerate(lines, 1)}
    shifts = {number: found.end() for number, found in matches.items() if found is not None}
    for number in shifts:
        rest = lines[number - 1][shifts[number] :]
        # Right behind a carriage return a line feed would only complete the end of the line before.
        lines[number - 1] = f" {rest}" if rest == "\n" else rest
    return "".join(lines), shifts


def _positions(tree: cst.Module, shifts: Mapping[int, int], above: int) -> dict[cst.CSTNode, Span]:
    from libcst.metadata import MetadataWrapper, PositionProvider

    class Wrapper(MetadataWrapper):
        """LibCST would also build the whole tree anew for visitors of which there are none."""

        def visit_batched(self, *_: object) -> cst.CSTNode:
            return self.module

    ranges = Wrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider)
    return {
        node: Span(
            place.start.line + above,
            place.start.column + shifts.get(place.start.line, 0),
            place.end.line + above,
            place.end.column + shifts.get(place.end.line, 0),
        )
        for node, place in ranges.items()
    }


def nodes(tree: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield all nodes of a tree: several times faster than LibCST's visiting, which rebuilds."""
    return (node for node, _ in nodes_with_parents(tree))


def nodes_with_parents(tree: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode | None]]:
    """Yield all nodes of a tree, each with the one that it is a field of."""
    from libcst import CSTNode

    fields: dict[type, tuple[str, ...] | None] = {list: None, tuple: None}
    """The fields of each kind of value that was met; none for what is no node."""
    waiting: list[tuple[Any, CSTNode | None]] = [(tree, None)]
    while waiting:
        node, parent = waiting.pop()
        kind = type(node)
        if kind not in fields:
            fields[kind] = tuple(kind.__dataclass_fields__) if issubclass(kind, CSTNode) else None
        names = fields[kind]
        if names is not None:
            yield node, parent
            waiting += [(getattr(node, name), node) for name in names]
        elif kind is list or kind is tuple:
            waiting += [(child, parent) for child in node]
