"""Parses a text with LibCST, and tells where its nodes stand in the text as Python counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import libcst as cst

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FORM_FEEDS: Final = re.compile(r"[ \t\f]*\f")


class UnreadableByLibCSTError(Exception):
    """LibCST has no tree for a text; the message is fit for a user."""


class SyntaxTree(NamedTuple):
    """The tree of a text, and where its nodes stand."""

    module: cst.Module
    positions: Mapping[cst.CSTNode, Span]
    """The places of the nodes, without the white space around them."""
    is_exact: bool
    """Whether the tree gives back the very text that it was made from."""


def parse(text: str) -> SyntaxTree:
    """Return the tree of a text; UnreadableByLibCSTError where LibCST has none."""
    import libcst as cst

    try:
        plain, shifts = _without_form_feeds(text)
        tree = cst.parse_module(plain)
        return SyntaxTree(tree, _positions(tree, shifts), tree.code == plain)
    except (cst.ParserSyntaxError, TypeError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UnreadableByLibCSTError(f"{type(error).__name__}: {reason}") from error


def _without_form_feeds(text: str) -> tuple[str, dict[int, int]]:
    """Return the text without form feeds in front of its lines, and how many characters each such line lost.

    Python begins to count the indentation anew there; LibCST counts otherwise, or takes it for an error.
    """
    if "\f" not in text:
        return text, {}
    lines = _LINE.findall(text)
    matches = {number: _FORM_FEEDS.match(line) for number, line in enumerate(lines, 1)}
    shifts = {number: found.end() for number, found in matches.items() if found is not None}
    return "".join(line[shifts.get(number, 0) :] for number, line in enumerate(lines, 1)), shifts


def _positions(tree: cst.Module, shifts: Mapping[int, int]) -> dict[cst.CSTNode, Span]:
    from libcst.metadata import MetadataWrapper, PositionProvider

    ranges = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider)
    return {
        node: Span(
            place.start.line,
            place.start.column + shifts.get(place.start.line, 0),
            place.end.line,
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

    fields: dict[type, tuple[str, ...]] = {}
    waiting: list[tuple[CSTNode, CSTNode | None]] = [(tree, None)]
    while waiting:
        node, parent = waiting.pop()
        yield node, parent
        kind = type(node)
        names = fields.get(kind)
        if names is None:
            names = fields[kind] = tuple(kind.__dataclass_fields__)
        for name in names:
            value = getattr(node, name)
            if isinstance(value, CSTNode):
                waiting.append((value, node))
            elif isinstance(value, (list, tuple)):
                waiting.extend((child, node) for child in value if isinstance(child, CSTNode))
