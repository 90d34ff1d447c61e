"""Which methods the classes of a module call on their own instances, and whether from one place alone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ssot_lint.summary.scopes import enclosing_class

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssot_lint.summary.records import OwnName
    from ssot_lint.summary.walker import ModuleWalker

MANY = -1
"""Stands for the scope of a method that isn't seen to be called once."""


def read_own_calls(walker: ModuleWalker) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return by the symbols of the classes what ``ClassFacts.own_calls`` is to hold."""
    named: dict[str, dict[str, list[OwnName]]] = defaultdict(lambda: defaultdict(list))
    for own in walker.own_names:
        named[enclosing_class(own.scope) or ""][own.name].append(own)
    methods = {(r.owner.scope.symbol, r.node.name) for r in walker.functions if r.owner is not None}
    return {
        symbol: tuple(
            (name, _only_scope(places))
            for name, places in names.items()
            if (symbol, name) in methods or any(place.is_called for place in places)
        )
        for symbol, names in named.items()
    }


def _only_scope(places: list[OwnName]) -> int:
    return places[0].scope.index if len(places) == 1 and places[0].is_once else MANY
