"""Which classes have an instance that serves the whole process, and where that is kept."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import Scope
from ssot_lint.project.hits import place_symbols
from ssot_lint.summary.facts import UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import Names
    from ssot_lint.summary.facts import Binding, ModuleSummary

_OWN_TO_THREADS: Final = frozenset(
    {
        "threading.local",
        "_thread._local",
        "_threading_local.local",
        "gevent.local.local",
        "eventlet.corolocal.local",
        "asgiref.local.Local",
        "werkzeug.local.Local",
        "contextvars.ContextVar",
    }
)
"""Bases whose instances hold other attributes in each thread or context."""
MAX_DISTANCE: Final = 3
"""What is held by what is held is followed that far."""


class Keeper(msgspec.Struct, frozen=True):
    """What keeps the instance of a class for the whole process."""

    place: str
    """The variable, attribute or function that it is in; empty where the class itself keeps it."""
    is_of_subclass: bool = False
    """Whether it holds an instance of a subclass."""


class ProcessWide:
    """The classes of which one instance lives as long as the process."""

    def __init__(self, names: Names, managed: Mapping[str, ManagedClass]) -> None:
        self._names = names
        self._managed = managed

    @cached_property
    def keepers(self) -> Mapping[str, Keeper]:
        """What keeps an instance of each class: a slot, a variable, or something that is kept itself."""
        found: dict[str, Keeper] = {}
        for managed in self._managed.values():
            kept = managed.slots or managed.is_own_factory or managed.keeps
            if managed.scope is Scope.PROCESS and kept and managed.qualname in self._names.classes:
                places = [*managed.slots, *(f"{factory.symbol}()" for factory in managed.factories)]
                place = places[0] if places else ""
                found.setdefault(managed.qualname, Keeper(place))
        for place, symbol in self._kept_at_top():
            found.setdefault(symbol, Keeper(place))
        for symbol in [*found]:
            self._add_held(symbol, found)
        return {symbol: keeper for symbol, keeper in found.items() if not self._is_of_somebody(symbol)}

    def keeper_of(self, symbol: str) -> Keeper | None:
        """Return what keeps an instance of a class, or of a subclass that inherits its methods."""
        if symbol in self.keepers:
            return self.keepers[symbol]
        kept = next((each for each in self._names.subclasses(symbol) if each in self.keepers), None)
        return Keeper(self.keepers[kept].place, is_of_subclass=True) if kept is not None else None

    def is_own_factory(self, symbol: str) -> bool:
        """Tell whether calling a class gives the one instance that there is."""
        return symbol in self._managed and self._managed[symbol].is_own_factory

    def is_slot(self, symbol: str) -> bool:
        """Tell whether a factory keeps the instances of a managed class there."""
        return symbol in self._slots

    @cached_property
    def _slots(self) -> frozenset[str]:
        return frozenset(slot for managed in self._managed.values() for slot in managed.slots)

    # -- variables

    def _kept_at_top(self) -> Iterator[tuple[str, str]]:
        """Yield the variables of modules that hold an instance, with its class; tests are left out."""
        for module in self._names.sources:
            if module.is_test:
                continue
            for name, bindings in module.bindings.items():
                for symbol in self._instances(bindings):
                    yield f"{module.module}.{name}", symbol

    def _instances(self, bindings: Iterable[Binding]) -> Iterator[str]:
        for binding in bindings:
            if binding.kind == "value" and binding.value == "call" and not binding.flags & UseFlag.MAIN_GUARD:
                yield from self._made(binding.symbols)

    def _made(self, symbols: Iterable[str]) -> Iterator[str]:
        """Yield the classes that are called; results of functions may be made for each call."""
        for symbol in symbols:
            if symbol.endswith("()"):
                called = self._names.resolve(symbol[:-2])
                if called is not None and called.kind == "class":
                    yield called.symbol

    def _add_held(self, symbol: str, found: dict[str, Keeper]) -> None:
        """Add what instances of a class make for themselves and hold in their attributes."""
        waiting = [(symbol, 0)]
        while waiting:
            holder, distance = waiting.pop()
            if distance >= MAX_DISTANCE:
                continue
            for owner in self._names.mro(holder):
                for name, symbols in self._names.classes[owner].facts.instance_attributes:
                    for held in self._made(symbols):
                        if held not in found:
                            found[held] = Keeper(f"{holder}.{name}")
                            waiting.append((held, distance + 1))

    def _is_of_somebody(self, symbol: str) -> bool:
        """Tell whether each thread, context or user has an instance or a state of his own."""
        managed = self._managed.get(symbol)
        is_keyed = managed is not None and managed.scope is not Scope.PROCESS
        return is_keyed or bool(self._names.external_bases(symbol) & _OWN_TO_THREADS)

    # -- constructions elsewhere

    def made_elsewhere(self, wanted: AbstractSet[str]) -> Mapping[str, int]:
        """Return how often each of some classes is made where nothing keeps it for the process.

        Modules' own levels, the functions that fill slots, and the classes that hold it don't count.
        """
        several = {symbol for symbol in wanted if not self.is_own_factory(symbol)}
        names = {symbol.rpartition(".")[2] for symbol in several}
        found: dict[str, int] = defaultdict(int)
        for module in self._names.sources if names else ():
            if module.is_test:
                continue
            for key in module.packed_uses:
                if key.rpartition(".")[2] in names:
                    target = self._names.resolve(key)
                    if target is not None and target.symbol in several:
                        found[target.symbol] += self._count(module, key, target.symbol)
        return found

    def _count(self, module: ModuleSummary, key: str, symbol: str) -> int:
        keeper = self.keepers.get(symbol)
        managed = self._managed.get(symbol)
        owners = set(managed.owners) if managed is not None else set()
        if keeper is not None:
            owners.add(keeper.place.rpartition(".")[0])
        filling = self._filling(module, keeper.place) if keeper is not None else frozenset()
        count = 0
        for use in module.uses_of(key):
            if use.kind is not UseKind.CALL or use.scope == 0 or use.flags & UseFlag.MAIN_GUARD:
                continue
            places = set(place_symbols(module, use.scope))
            count += not (places & owners or use.scope in filling)
        return count

    def _filling(self, module: ModuleSummary, place: str) -> frozenset[int]:
        """Return the functions of a module that fill a variable."""
        return frozenset(
            function.scope for function in module.functions for fill in function.fills if fill.target == place
        )
