"""Managed classes by what belongs to them: rules ask of modules and functions which they have to do with."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.giving import ANYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import Names
    from ssot_lint.summary.facts import ModuleSummary, Parameter

_DOT: Final = re.compile(r"\.")


class ManagedIndex:
    """Answers for one project, in the order of the managed classes: the surest first."""

    def __init__(self, names: Names, managed: Mapping[str, ManagedClass]) -> None:
        self._names = names
        self._every = tuple(managed.values())
        self._number = {qualname: number for number, qualname in enumerate(managed)}
        self._factory_paths: dict[str, frozenset[str]] = {}
        self._given: dict[str, frozenset[str]] = {}
        self._with_patterns = [number for number, each in enumerate(self._every) if each.allow]

    def near(self, module: ModuleSummary) -> Sequence[ManagedClass]:
        """Return those of which anything is defined in a module."""
        return self._ordered({*self._near.get(module.module, ()), *self._near.get(module.path, ())})

    def made_by(self, factory: str, *classes: str | None) -> Sequence[ManagedClass]:
        """Return those that a function is a factory of, and those among some classes."""
        given = (self._number[symbol] for symbol in classes if symbol in self._number)
        return self._ordered({*self._by_factory.get(factory, ()), *given})

    def owned_by(self, symbols: Iterable[str], callers: Iterable[str]) -> Sequence[ManagedClass]:
        """Return those that some functions, classes and modules may own, or that a factory of calls them."""
        found = {number for symbol in symbols for number in self._by_owner.get(symbol, ())}
        for caller in callers:
            found.update(self._by_factory.get(caller, ()))
            found.update(self._by_owner.get(caller.rpartition(".")[0], ()))
        return self._ordered(found.union(self._with_patterns))

    def home_of(self, symbol: str) -> ModuleSummary | None:
        """Return the module that something is defined in."""
        while symbol := symbol.rpartition(".")[0]:
            found = self._names.modules.get(symbol)
            if found is not None:
                return found
        return None

    def has_factory_in(self, module: ModuleSummary, managed: ManagedClass) -> bool:
        """Whether a factory of a class stands in a module."""
        known = self._factory_paths.get(managed.qualname)
        if known is None:
            homes = map(self.home_of, managed.factory_symbols)
            known = frozenset(home.path for home in homes if home is not None)
            self._factory_paths[managed.qualname] = known
        return module.path in known

    def given_to_factories(self, managed: ManagedClass) -> frozenset[str]:
        """Return the names of what the factories of a class take."""
        known = self._given.get(managed.qualname)
        if known is None:
            nodes = map(self._names.functions.get, managed.factory_symbols)
            known = frozenset(p.name for node in nodes if node is not None for p in node.facts.parameters)
            self._given[managed.qualname] = known
        return known

    def factories_give(
        self, managed: ManagedClass, constructor: Sequence[Parameter]
    ) -> frozenset[str] | None:
        """Return the names of what instances from the factories may be given; None when that may be anything.

        ``constructor`` has the parameters of the class's constructor, without its receiver.
        """
        makers = [self._names.functions.get(s) for s in (*managed.factory_symbols, *managed.helpers)]
        known = [maker.facts for maker in makers if maker is not None]
        parameters = [p for facts in known for p in facts.parameters]
        given = {name for facts in known for name in facts.given}
        if not known or ANYTHING in given or any(p.kind in ("*", "**") for p in parameters):
            return None
        positional = [p.name for p in constructor if p.kind == "positional"]
        placed = (name for index, name in enumerate(positional) if f"#{index}" in given)
        return frozenset(given.union(placed, (p.name for p in parameters)))

    def _ordered(self, numbers: Iterable[int]) -> list[ManagedClass]:
        return [self._every[number] for number in sorted(numbers)]

    @cached_property
    def _near(self) -> Mapping[str, set[int]]:
        """By what names a module: its dotted name, and its path."""
        found: dict[str, set[int]] = defaultdict(set)
        for number, managed in enumerate(self._every):
            for symbol in managed.symbols:
                for end in (match.start() for match in _DOT.finditer(symbol)):
                    module = self._names.modules.get(symbol[:end])
                    if module is not None:
                        found[module.module].add(number)
            for evidence in managed.evidence:
                found[evidence.location.path].add(number)
            if managed.location is not None:
                found[managed.location.path].add(number)
        return found

    @cached_property
    def _by_factory(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, managed in enumerate(self._every):
            for factory in {each.symbol for each in managed.factories}:
                found[factory].append(number)
        return found

    @cached_property
    def _by_owner(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, managed in enumerate(self._every):
            for owner in {*managed.owners, managed.qualname}:
                found[owner].append(number)
        return found
