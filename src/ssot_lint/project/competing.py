"""Which factories of one managed class don't hand out the same instances."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.model import Location
from ssot_lint.project.hits import Hit, place_symbols
from ssot_lint.summary.facts import LOCALS, UseFlag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import FunctionNode, Names
    from ssot_lint.summary.facts import ModuleSummary

    HitsIn = Callable[[ModuleSummary], tuple[Hit, ...]]


class Competitor(msgspec.Struct, frozen=True):
    """A further factory of a managed class, and the first one."""

    managed: str
    factory: str
    location: Location
    first: str
    first_location: Location
    keeps: bool
    """Whether it keeps instances of its own, or only constructs under the first one's name."""
    first_keeps: bool
    number: int
    """How many places keep instances of the class, each without the others."""


class _Source:
    """Factories that hand out the same instances, since they keep them in the same places."""

    def __init__(self, factories: Iterable[str], places: Iterable[str], helpers: Iterable[str]) -> None:
        self.factories = list(dict.fromkeys(factories))
        self.places = set(places)
        self.functions = {*self.factories, *helpers}
        self.taken: list[_Source] = []
        """Those that have turned out to be the same."""

    @property
    def marks(self) -> Iterator[tuple[str, str]]:
        """What others are found to be the same by, with the kind of each."""
        yield from (("place", place) for place in self.places)
        yield from (("function", function) for function in self.functions)
        yield from (("factory", factory) for factory in self.factories)

    @property
    def wanted(self) -> Iterator[tuple[str, str]]:
        """The marks of those that have a place in common, or a function that is the other's factory."""
        yield from (("place", place) for place in self.places)
        yield from (("factory", function) for function in self.functions)
        yield from (("function", factory) for factory in self.factories)

    def whole(self) -> _Source:
        """Return one source of this one and of all that it has taken."""
        parts: list[_Source] = []
        waiting = [self]
        while waiting:
            parts.append(waiting.pop())
            waiting += reversed(parts[-1].taken)
        return _Source(
            (factory for part in parts for factory in part.factories),
            (place for part in parts for place in part.places),
            (function for part in parts for function in part.functions),
        )


class CompetitionReader:
    """Compares the factories of each managed class."""

    def __init__(self, names: Names, managed: Mapping[str, ManagedClass], hits_in: HitsIn) -> None:
        self.names = names
        self.managed = managed
        self.hits_in = hits_in

    def competitors(self) -> dict[str, tuple[Competitor, ...]]:
        """Return the further factories, by the path that they stand in."""
        found: dict[str, set[Competitor]] = {}
        for managed in self.managed.values():
            for each in self._that_keep_elsewhere(managed):
                found.setdefault(each.location.path, set()).add(each)
        for each in self._that_share_a_name():
            found.setdefault(each.location.path, set()).add(each)
        return {
            path: tuple(sorted(all_, key=lambda c: (c.location, c.managed))) for path, all_ in found.items()
        }

    # -- factories that keep instances in places of their own

    def _that_keep_elsewhere(self, managed: ManagedClass) -> Iterator[Competitor]:
        sources = self._sources(managed)
        if len(sources) < 2:
            return
        uses = self._uses(managed)
        sources.sort(key=lambda s: self._order(s, managed, uses))
        first = sources[0]
        known: set[str] = set()
        """What the sources before have: functions and places."""
        asked: set[str] = set()
        """What the functions of the sources before ask for."""
        for source in sources:
            has, asks = source.functions | source.places, self._asked_by(source, managed)
            if source is not first and known.isdisjoint(asks) and asked.isdisjoint(has):
                here, there = self._node_of(source), self._node_of(first)
                if here is not None and there is not None:
                    yield _competitor(managed, here, there, keeps=True, first_keeps=True, number=len(sources))
            known |= has
            asked |= asks

    def _sources(self, managed: ManagedClass) -> list[_Source]:
        """Return what keeps instances; those that have something in common are one."""
        found: dict[int, _Source] = {}
        within: dict[int, int] = {}
        """Of those that were taken, by whom."""
        marked: dict[tuple[str, str], set[int]] = {}
        for number, keep in enumerate(managed.keeps):
            if not keep.factories:
                continue  # a container hands it out, and no function that could be named
            source = _Source(keep.factories, keep.places, keep.helpers)
            same: set[int] = set()
            for mark in source.wanted:
                if mark in marked:
                    same |= {_outermost(n, within) for n in marked[mark]}
                    marked[mark] = {number}
            source.taken = [found.pop(n) for n in sorted(same)]
            within.update(dict.fromkeys(same, number))
            found[number] = source
            for mark in source.marks:
                marked.setdefault(mark, set()).add(number)
        return [source.whole() for source in found.values()]

    def _uses(self, managed: ManagedClass) -> Counter[str]:
        return Counter(
            hit.target
            for module in self.names.sources
            if not module.is_test
            for hit in self.hits_in(module)
            if hit.managed == managed.qualname and hit.role == "factory"
        )

    def _order(self, source: _Source, managed: ManagedClass, uses: Counter[str]) -> tuple[object, ...]:
        """Return a key: the declared factory first, then the one beside the class, then the most used."""
        home = managed.location.path if managed.location is not None else ""
        nodes = [node for f in source.factories if (node := self.names.functions.get(f)) is not None]
        declared = managed.is_factory_declared and managed.factories[0].symbol in source.factories
        return (
            not declared,
            not any(node.module.path == home for node in nodes),
            -sum(uses[factory] for factory in source.factories),
            min(source.factories),
        )

    def _asked_by(self, source: _Source, managed: ManagedClass) -> set[str]:
        """Return the functions that those of a source ask, and the places that they look into."""
        asked = self._asked.get(managed.qualname, {})
        return {target for symbol in source.functions for target in asked.get(symbol, ())}

    @cached_property
    def _keeping(self) -> Mapping[str, frozenset[str]]:
        """The factories of each managed class that keep instances."""
        return {
            qualname: frozenset(factory for keep in managed.keeps for factory in keep.factories)
            for qualname, managed in self.managed.items()
        }

    @cached_property
    def _asked(self) -> Mapping[str, Mapping[str, set[str]]]:
        """What of each managed class, beside the class itself, each function asks for."""
        found: dict[str, dict[str, set[str]]] = {}
        for module in self.names.sources:
            for hit in self.hits_in(module):
                if hit.role != "class":
                    of_class = found.setdefault(hit.managed, {})
                    for symbol in place_symbols(module, hit.use.scope):
                        of_class.setdefault(symbol, set()).add(hit.target)
        return found

    def _asks(self, node: FunctionNode, targets: AbstractSet[str], managed: ManagedClass) -> bool:
        return not targets.isdisjoint(self._asked.get(managed.qualname, {}).get(node.symbol, ()))

    def _node_of(self, source: _Source) -> FunctionNode | None:
        found = (self.names.functions.get(factory) for factory in source.factories)
        return next((node for node in found if node is not None), None)

    # -- functions with a factory's name that construct as well

    def _that_share_a_name(self) -> Iterator[Competitor]:
        by_name: dict[str, dict[str, list[FunctionNode]]] = {}
        for managed in self.managed.values():
            for factory in managed.factories:
                node = self.names.functions.get(factory.symbol)
                if node is not None and _is_public_function(node):
                    by_name.setdefault(node.facts.name, {}).setdefault(managed.qualname, []).append(node)
        for node in self.names.functions.values():
            if node.facts.name in by_name and _is_public_function(node) and not node.module.is_test:
                yield from islice(self._beside(node, by_name[node.facts.name]), 1)

    def _beside(
        self, node: FunctionNode, factories: Mapping[str, Sequence[FunctionNode]]
    ) -> Iterator[Competitor]:
        """Yield what a function competes with that has the name of some factories, by their classes."""
        for qualname, of_class in factories.items():
            managed = self.managed[qualname]
            if self._makes_as_well(node, managed):
                for first in of_class:
                    if node.module is not first.module and not self._asks(first, {node.symbol}, managed):
                        keeps = first.symbol in self._keeping[qualname]
                        yield _competitor(managed, node, first, keeps=False, first_keeps=keeps, number=1)

    def _makes_as_well(self, node: FunctionNode, managed: ManagedClass) -> bool:
        if node.symbol in managed.factory_symbols or managed.is_own_factory:
            return False
        if node.facts.flags & UseFlag.IMPORT_FALLBACK:
            return False  # that it stands in for the first one is the whole matter
        made = (self.names.resolve(symbol) for symbol in node.facts.makes)
        if not any(t is not None and t.kind == "instance" and t.symbol == managed.qualname for t in made):
            return False
        return not self._asks(node, managed.sources, managed)


def _outermost(number: int, within: dict[int, int]) -> int:
    """Return who has taken a source at last, and remember the way."""
    way = []
    while number in within:
        way.append(number)
        number = within[number]
    within.update(dict.fromkeys(way, number))
    return number


def _is_public_function(node: FunctionNode) -> bool:
    facts = node.facts
    return facts.kind == "function" and not facts.name.startswith("_") and LOCALS not in facts.qualname


def _competitor(
    managed: ManagedClass,
    node: FunctionNode,
    first: FunctionNode,
    *,
    keeps: bool,
    first_keeps: bool,
    number: int,
) -> Competitor:
    return Competitor(
        managed.qualname,
        node.symbol,
        Location(node.module.path, node.facts.span),
        first.symbol,
        Location(first.module.path, first.facts.span),
        keeps,
        first_keeps,
        number,
    )
