"""Slots: variables that hold the one instance, filled when they are empty, or at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Scope
from ssot_lint.project.evidence.applications import (
    application_place,
    is_application_place,
    is_of_request,
)
from ssot_lint.project.evidence.clues import Clue, first_word, is_stand_in, location_of, short
from ssot_lint.project.evidence.foreign import is_foreign
from ssot_lint.project.kinds import can_be_managed
from ssot_lint.summary.facts import LOCALS, Fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.evidence.keeping import Keeping
    from ssot_lint.project.names import FunctionNode

_PROTOCOL: Final = frozenset({"__new__", "__init__", "__enter__", "__aenter__"})
_CONFIGURING: Final = frozenset(
    {"configure", "init", "initialize", "initialise", "setup", "start", "startup", "install", "connect"}
    | {"bootstrap", "lifespan"}
)


def slot_clues(node: FunctionNode, keeping: Keeping) -> Iterator[Clue]:
    """Yield clues of the variables and attributes that a function fills."""
    if node.facts.name in _PROTOCOL:
        return  # the class is its own factory, or something else than the call gives the instance
    for fill in node.facts.fills:
        place = _place(node, fill, keeping) if fill.made else None
        if place is None:
            continue
        for symbol in (*keeping.products(fill.made), *keeping.foreign_products(fill.made)):
            if can_be_managed(keeping.names, symbol):
                yield from _slot(node, fill, place, symbol, keeping)


def _place(node: FunctionNode, fill: Fill, keeping: Keeping) -> str | None:
    """Return the process-wide place that a store fills."""
    place = application_place(fill.target, fill.key, node, keeping.names)
    if place is not None or fill.target.endswith("[]"):
        return place
    place = keeping.place(fill.target)
    return place if place is not None and _is_process_wide(fill.target, place, keeping) else None


def _is_process_wide(symbol: str, place: str, keeping: Keeping) -> bool:
    """Tell whether a place belongs to a module, a class, a function or a context."""
    if place.endswith(".get()"):
        return True
    base = keeping.names.resolve(symbol.rpartition(".")[0])
    return base is not None and base.kind in ("module", "class", "function")


def _slot(node: FunctionNode, fill: Fill, place: str, symbol: str, keeping: Keeping) -> Iterator[Clue]:
    hands_out = _hands_out(node, place, fill, keeping)
    getters = [g for g in keeping.returners.get(place, ()) if g.symbol != node.symbol and is_getter(g, place)]
    is_configured = bool(getters) and not hands_out and (_configures(node) or is_application_place(place))
    if not fill.when_empty and not is_configured:
        return
    handing = [node] if fill.when_empty and hands_out else []
    near = [g for g in getters if g.module is node.module or place.startswith(f"{g.module.module}.")]
    if handing or near:
        getters = [g for g in getters if g in near or not _is_private(place)]
    factories = [f.symbol for f in (*handing, *getters) if LOCALS not in f.symbol]
    if not factories:
        return
    slot = place.removesuffix(".get()")
    yield Clue(
        symbol,
        "slot",
        f"{node.facts.name}() keeps one instance in {short(slot)}",
        location_of(node, fill.span),
        Scope.CONTEXT if place.endswith(".get()") or is_of_request(place) else Scope.PROCESS,
        factories=tuple(dict.fromkeys(factories)),
        slots=(slot,),
        helpers=(node.symbol, *(makers := tuple(keeping.creators(fill.made)))),
        makers=makers,
        in_test=node.module.is_test,
        at_most=min(at_most(keeping, symbol, place), _chosen(fill)),
    )


def _chosen(fill: Fill) -> Confidence:
    """Return how sure it can be at most where an object that was given is kept just as well."""
    is_choice = not fill.when_empty and not set(fill.values).issubset(fill.made)
    return Confidence.MEDIUM if is_choice else Confidence.HIGH


def at_most(keeping: Keeping, symbol: str, place: str) -> Confidence:
    """Return how sure it can be at most that a class is meant to come from a slot.

    Where others may put an instance of some other class into it, or do put one of their own, this one is only
    what there is by default.
    """
    if is_stand_in(place, symbol):
        return Confidence.LOW
    if is_foreign(symbol, keeping.names):
        return Confidence.MEDIUM
    settable = keeping.settable.get(place, set())
    if settable.isdisjoint(keeping.names.mro(symbol)[1:]) and not (
        symbol in settable and keeping.is_set_by_others(place)
    ):
        return Confidence.HIGH
    return Confidence.MEDIUM


def _hands_out(node: FunctionNode, place: str, fill: Fill, keeping: Keeping) -> bool:
    if any(made in node.facts.makes for made in fill.made):
        return True
    return place in keeping.returned_places(node)


def is_getter(node: FunctionNode, place: str) -> bool:
    """Tell whether a function that returns a place is open to everybody: no method of another class."""
    if node.facts.is_generator:
        return False
    if node.facts.kind in ("function", "classmethod", "staticmethod"):
        return True
    return node.class_symbol == place.rpartition(".")[0]


def _is_private(place: str) -> bool:
    """Tell whether a place is its module's own affair: who returns it elsewhere has reached into it."""
    return place.removesuffix(".get()").rpartition(".")[2].startswith("_")


def _configures(node: FunctionNode) -> bool:
    return first_word(node.facts.name) in _CONFIGURING or node.facts.name.lstrip("_").startswith("set_up")
