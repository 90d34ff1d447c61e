"""Where a new import belongs among those of a module, in the order that isort and ruff give them."""

from __future__ import annotations

import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FUTURE: Final = 0
_STANDARD: Final = 1
_FOREIGN: Final = 2
_OWN: Final = 3
_RELATIVE: Final = 4


class _Place(NamedTuple):
    """What an import is sorted by: the section, plain imports before the others, the module."""

    section: int
    is_from: bool
    module: str


class Room(NamedTuple):
    """The import beside which a new one belongs."""

    line: cst.SimpleStatementLine
    is_before: bool
    """Whether it belongs before that one, and not behind it."""
    is_apart: bool
    """Whether the two are of different sections."""
    borders: tuple[tuple[cst.SimpleStatementLine, cst.SimpleStatementLine], ...] = ()
    """The imports between which one section ends and the next begins."""


def room_for(lines: Sequence[cst.SimpleStatementLine], statement: str, own: Iterable[str]) -> Room | None:
    """Return where a new import belongs; None where the sections of the others follow no order.

    ``own`` are the project's topmost packages.
    """
    packages = frozenset(own)
    found = [_place_of(line.body[0], packages) if len(line.body) == 1 else None for line in lines]
    parsed = cst.ensure_type(cst.parse_statement(statement), cst.SimpleStatementLine)
    new = _place_of(parsed.body[0], packages)
    places = [place for place in found if place is not None]
    if new is None or len(places) < len(found) or any(a.section > b.section for a, b in pairwise(places)):
        return None
    mixes = any(a.section == b.section and a.is_from and not b.is_from for a, b in pairwise(places))
    beside = [line for line, place in zip(lines, places, strict=True) if place.section == new.section]
    before = [
        line
        for line, place in zip(lines, places, strict=True)
        if place.section == new.section and _comes_first(place, new, mixes=mixes)
    ]
    if beside:
        return Room(before[-1] if before else beside[0], is_before=not before, is_apart=False)
    borders = tuple(
        (lines[index], lines[index + 1])
        for index, (a, b) in enumerate(pairwise(places))
        if a.section < b.section
    )
    lower = [line for line, place in zip(lines, places, strict=True) if place.section < new.section]
    return Room(lower[-1] if lower else lines[0], is_before=not lower, is_apart=True, borders=borders)


def _comes_first(one: _Place, other: _Place, *, mixes: bool) -> bool:
    return one.module <= other.module if mixes else one[1:] <= other[1:]


def _place_of(node: cst.CSTNode, own: frozenset[str]) -> _Place | None:
    if isinstance(node, cst.Import):
        name = _dotted(node.names[0].name)
        return _Place(_section(name, own), is_from=False, module=name.lower())
    if not isinstance(node, cst.ImportFrom):
        return None
    name = _dotted(node.module) if node.module is not None else ""
    if node.relative:
        return _Place(_RELATIVE, is_from=True, module=f"{'.' * len(node.relative)}{name}".lower())
    return _Place(_section(name, own), is_from=True, module=name.lower())


def _section(module: str, own: frozenset[str]) -> int:
    top = module.partition(".")[0]
    if top == "__future__":
        return _FUTURE
    if top in own:
        return _OWN
    return _STANDARD if top in sys.stdlib_module_names else _FOREIGN


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""
