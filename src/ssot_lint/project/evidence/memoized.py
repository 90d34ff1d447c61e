"""Memoized functions: a cache decorator keeps what they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Location, Scope
from ssot_lint.project.evidence.clues import (
    MANY_PARAMETERS,
    Clue,
    is_optimisation,
    is_picker,
    is_stand_in,
    location_of,
    short,
)
from ssot_lint.project.evidence.foreign import is_foreign
from ssot_lint.project.evidence.keeping import Keeping, own_parameters
from ssot_lint.project.kinds import can_be_managed, is_record
from ssot_lint.summary.facts import LOCALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.names import FunctionNode, Names
    from ssot_lint.summary.facts import ModuleSummary, Registration

CACHES: Final = frozenset(
    {
        "functools.cache",
        "functools.lru_cache",
        "cachetools.cached",
        "cachetools.func.fifo_cache",
        "cachetools.func.lfu_cache",
        "cachetools.func.lru_cache",
        "cachetools.func.rr_cache",
        "cachetools.func.ttl_cache",
        "async_lru.alru_cache",
    }
)


def memoized_clues(node: FunctionNode, keeping: Keeping) -> Iterator[Clue]:
    """Yield the clue of a function that remembers what it returns; a method would do so per object."""
    decorator = next((d for d in node.facts.decorators if is_cache(d.symbol, keeping.names)), None)
    if decorator is None or node.facts.kind in ("method", "property") or LOCALS in node.symbol:
        return
    keyed = bool(own_parameters(node))
    makes = node.facts.makes
    products = (*keeping.products(makes), *keeping.foreign_products(makes))
    makers = tuple(keeping.creators(makes))
    for symbol in products:
        if can_be_managed(keeping.names, symbol) and not (keyed and is_record(keeping.names, symbol)):
            yield Clue(
                symbol,
                "memoized",
                f"{node.facts.name}() remembers what it returns",
                location_of(node, decorator.span),
                Scope.KEYED if keyed else Scope.PROCESS,
                factories=(node.symbol,),
                helpers=makers,
                makers=makers,
                in_test=node.module.is_test,
                at_most=Confidence.LOW if is_picker(products) else _at_most(node, symbol, keeping.names),
            )


def memoized_by_call_clues(keeping: Keeping) -> Iterator[Clue]:
    """Yield clues of the names that are bound to a cache around a function or a class."""
    names = keeping.names
    for module in names.sources:
        for registration in module.registrations:
            if registration.place and is_cache(registration.function, names):
                yield from _bound_to_cache(registration, module, keeping)


def _bound_to_cache(registration: Registration, module: ModuleSummary, keeping: Keeping) -> Iterator[Clue]:
    place = registration.place
    for symbol in registration.given[0].symbols:
        made = symbol if registration.given[0].kind == "lambda" else f"{symbol}()"
        maker = keeping.names.functions.get(_meaning(symbol, keeping.names))
        keyed = maker is not None and bool(own_parameters(maker))
        for product in (*keeping.products([made]), *keeping.foreign_products([made])):
            is_kept_value = keyed and is_record(keeping.names, product)
            if not can_be_managed(keeping.names, product) or is_kept_value:
                continue
            saves_work = is_optimisation(place) or is_foreign(product, keeping.names)
            sureness = Confidence.MEDIUM if saves_work else Confidence.HIGH
            yield Clue(
                product,
                "memoized",
                f"{short(place)}() remembers what it returns",
                Location(module.path, registration.span),
                Scope.KEYED if keyed else Scope.PROCESS,
                factories=(place,),
                helpers=tuple(keeping.creators([made])),
                in_test=module.is_test,
                at_most=Confidence.LOW if is_stand_in(place, product) else sureness,
            )


def _meaning(symbol: str, names: Names) -> str:
    target = names.resolve(symbol)
    return target.symbol if target is not None else ""


def is_cache(symbol: str, names: Names) -> bool:
    """Tell whether a decorator is one that remembers results, under whatever name it was imported."""
    target = names.resolve(symbol)
    return target is not None and target.symbol in CACHES


def _at_most(node: FunctionNode, symbol: str, names: Names) -> Confidence:
    if is_stand_in(node.symbol, symbol):
        return Confidence.LOW
    saves_work = is_optimisation(node.symbol) or len(own_parameters(node)) >= MANY_PARAMETERS
    return Confidence.MEDIUM if saves_work or is_foreign(symbol, names) else Confidence.HIGH
