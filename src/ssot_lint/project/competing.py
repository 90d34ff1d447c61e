"""Which factories of one managed class don't hand out the same instances."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.model import Location
from ssot_lint.project.hits import Hit, place_symbols
from ssot_lint.summary.facts import LOCALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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

    def shares(self, other: _Source) -> bool:
        """Whether two have a place or a factory in common."""
        return bool(self.places & other.places or self.functions & set(other.factories))

    def take(self, other: _Source) -> None:
        """Become one with another."""
        self.factories = list(dict.fromkeys((*self.factories, *other.factories)))
        self.places |= other.places
        self.functions |= other.functions


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
        for position, source in enumerate(sources[1:], start=1):
            if any(
                self._leads_to(source, other, managed) or self._leads_to(other, source, managed)
                for other in sources[:position]
            ):
                continue
            here, there = self._node_of(source), self._node_of(first)
            if here is not None and there is not None:
                yield _competitor(managed, here, there, keeps=True, first_keeps=True, number=len(sources))

    def _sources(self, managed: ManagedClass) -> list[_Source]:
        found: list[_Source] = []
        for keep in managed.keeps:
            if not keep.factories:
                continue  # a container hands it out, and no function that could be named
            source = _Source(keep.factories, keep.places, keep.helpers)
            for other in [other for other in found if other.shares(source) or source.shares(other)]:
                source.take(other)
                found.remove(other)
            found.append(source)
        return found

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

    def _leads_to(self, one: _Source, other: _Source, managed: ManagedClass) -> bool:
        """Whether a function of one asks a function of the other, or looks into the other's places."""
        for symbol in one.functions:
            node = self.names.functions.get(symbol)
            if node is not None and self._asks(node, other.functions | other.places, managed):
                return True
        return False

    def _asks(self, node: FunctionNode, targets: set[str], managed: ManagedClass) -> bool:
        return any(
            hit.target in targets
            and hit.role != "class"
            and node.symbol in place_symbols(node.module, hit.use.scope)
            for hit in self.hits_in(node.module)
            if hit.managed == managed.qualname
        )

    def _node_of(self, source: _Source) -> FunctionNode | None:
        found = (self.names.functions.get(factory) for factory in source.factories)
        return next((node for node in found if node is not None), None)

    # -- functions with a factory's name that construct as well

    def _that_share_a_name(self) -> Iterator[Competitor]:
        by_name: dict[str, list[tuple[FunctionNode, ManagedClass]]] = {}
        for managed in self.managed.values():
            for factory in managed.factories:
                node = self.names.functions.get(factory.symbol)
                if node is not None and _is_public_function(node):
                    by_name.setdefault(node.facts.name, []).append((node, managed))
        for node in self.names.functions.values():
            if node.facts.name in by_name and _is_public_function(node) and not node.module.is_test:
                for first, managed in by_name[node.facts.name]:
                    if self._is_second(node, first, managed):
                        keeps = any(first.symbol in keep.factories for keep in managed.keeps)
                        yield _competitor(managed, node, first, keeps=False, first_keeps=keeps, number=1)
                        break

    def _is_second(self, node: FunctionNode, first: FunctionNode, managed: ManagedClass) -> bool:
        known = {factory.symbol for factory in managed.factories}
        if node.symbol in known or node.module is first.module or managed.is_own_factory:
            return False
        made = (self.names.resolve(symbol) for symbol in node.facts.makes)
        if not any(t is not None and t.kind == "instance" and t.symbol == managed.qualname for t in made):
            return False
        others = {*known, *managed.slots, *managed.registries}
        return not self._asks(node, others, managed) and not self._asks(first, {node.symbol}, managed)


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
