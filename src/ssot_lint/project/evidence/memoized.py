"""Memoized functions: a cache decorator keeps what they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Scope
from ssot_lint.project.evidence.clues import MANY_PARAMETERS, Clue, is_optimisation, is_stand_in, location_of
from ssot_lint.project.evidence.keeping import Keeping, own_parameters
from ssot_lint.project.kinds import can_be_managed, is_record
from ssot_lint.summary.facts import LOCALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.names import FunctionNode, Names

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
    for symbol in keeping.products(node.facts.makes):
        if can_be_managed(keeping.names, symbol) and not (keyed and is_record(keeping.names, symbol)):
            yield Clue(
                symbol,
                "memoized",
                f"{node.facts.name}() remembers what it returns",
                location_of(node, decorator.span),
                Scope.KEYED if keyed else Scope.PROCESS,
                factories=(node.symbol,),
                helpers=tuple(keeping.creators(node.facts.makes)),
                in_test=node.module.is_test,
                at_most=_at_most(node, symbol),
            )


def is_cache(symbol: str, names: Names) -> bool:
    """Tell whether a decorator is one that remembers results, under whatever name it was imported."""
    target = names.resolve(symbol)
    return target is not None and target.symbol in CACHES


def _at_most(node: FunctionNode, symbol: str) -> Confidence:
    if is_stand_in(node.symbol, symbol):
        return Confidence.LOW
    saves_work = is_optimisation(node.symbol) or len(own_parameters(node)) >= MANY_PARAMETERS
    return Confidence.MEDIUM if saves_work else Confidence.HIGH
