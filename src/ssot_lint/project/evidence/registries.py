"""Registries: mappings in which get-or-create keeps an instance for each key that comes from a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model import Confidence, Location, Scope, Span
from ssot_lint.project.evidence.clues import (
    MANY_PARAMETERS,
    Clue,
    is_optimisation,
    is_picker,
    is_stand_in,
    short,
    words_of,
)
from ssot_lint.project.evidence.foreign import is_foreign
from ssot_lint.project.kinds import can_be_managed, is_record
from ssot_lint.summary.facts import LOCALS, Fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.evidence.keeping import Keeping
    from ssot_lint.project.names import FunctionNode, Names

_FACTORY_CLASS_WORDS: Final = ("Factory", "Provider", "Registry", "Container", "Locator", "Builder")


class _Identity(NamedTuple):
    """What instances are told apart by."""

    key: str
    parameters: tuple[str, ...]

    @property
    def sureness(self) -> Confidence:
        """How sure it can be at most that the key is an identity, and not the input of a computation."""
        return Confidence.MEDIUM if len(self.parameters) >= MANY_PARAMETERS else Confidence.HIGH


def registry_clues(node: FunctionNode, keeping: Keeping) -> Iterator[Clue]:
    """Yield clues of the mappings that a function fills, or that fill themselves."""
    if LOCALS in node.symbol or node.facts.name == "__new__":
        return
    for fill in node.facts.fills:
        if fill.target.endswith("[]") and fill.when_empty and fill.key_parameters and fill.made:
            base = fill.target[:-2]
            place = keeping.place(base)
            if place is not None and _hands_out(node, place, fill, keeping):
                identity = _Identity(fill.key, fill.key_parameters)
                yield from _registry(node, base, place, identity, fill.made, fill.span, keeping)
    for item in node.facts.returned_items:
        if item.key_parameters and item.symbol.endswith("[]"):
            place = keeping.place(item.symbol[:-2])
            made = keeping.missing_items.get(place, ()) if place is not None else ()
            if place is not None and made:
                identity = _Identity(item.key, item.key_parameters)
                yield from _registry(node, item.symbol[:-2], place, identity, made, node.facts.span, keeping)


def _registry(
    node: FunctionNode,
    base: str,
    place: str,
    identity: _Identity,
    made: tuple[str, ...],
    span: Span,
    keeping: Keeping,
) -> Iterator[Clue]:
    owner = keeping.names.resolve(_outermost(base).rpartition(".")[0])
    if owner is None or owner.kind not in ("module", "class", "function", "instance"):
        return
    sureness = identity.sureness
    if owner.kind == "instance" and not owner.symbol.endswith(_FACTORY_CLASS_WORDS):
        if owner.symbol not in keeping.module_made:
            return  # a table of its own in every object
        sureness = min(sureness, Confidence.MEDIUM)
    if owner.kind == "instance" and node.class_symbol is None:
        return
    products = (*keeping.products(made), *keeping.foreign_products(made))
    makers = tuple(keeping.creators(made))
    for symbol in products:
        if not can_be_managed(keeping.names, symbol) or is_record(keeping.names, symbol):
            continue
        if owner.kind == "instance" and symbol == node.class_symbol:
            continue
        if _is_pool(place, symbol):
            continue
        yield Clue(
            symbol,
            "registry",
            f"{node.facts.name}() keeps one instance for each {identity.key} in {short(place)}",
            Location(node.module.path, span),
            Scope.KEYED,
            factories=(node.symbol,),
            registries=(place.replace("[]", ""),),
            helpers=makers,
            makers=makers,
            in_test=node.module.is_test,
            at_most=Confidence.LOW
            if is_picker(products)
            else min(_at_most(node, place, symbol, keeping.names), sureness),
        )


def _outermost(symbol: str) -> str:
    """Return the mapping itself where a symbol is an item of it: a mapping in a mapping."""
    while True:
        for ending in ("[]", ".setdefault()", ".get()"):
            if symbol.endswith(ending):
                symbol = symbol.removesuffix(ending)
                break
        else:
            return symbol


def _hands_out(node: FunctionNode, place: str, fill: Fill, keeping: Keeping) -> bool:
    for item in node.facts.returned_items:
        if item.key == fill.key and keeping.place(item.symbol) == f"{place}[]":
            return True
    return any(made in node.facts.makes for made in fill.made)


def _is_pool(place: str, symbol: str) -> bool:
    """Tell whether a mapping is a pool that hands out one of many; a mapping of pools is a registry."""
    owner = place.rpartition(".")[0]
    return "pool" in (*words_of(place)[-1:], *words_of(owner)[-1:]) and "pool" not in words_of(symbol)


def _at_most(node: FunctionNode, place: str, symbol: str, names: Names) -> Confidence:
    if is_stand_in(place, symbol):
        return Confidence.LOW
    is_less = is_optimisation(place, node.symbol) or is_foreign(symbol, names)
    return Confidence.MEDIUM if is_less else Confidence.HIGH
