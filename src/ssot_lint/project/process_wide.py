"""Which classes have an instance that serves the whole process, and where that is kept."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import Location, Scope
from ssot_lint.project.candidates import is_aside
from ssot_lint.project.hits import place_symbols
from ssot_lint.summary.facts import UseFlag, UseKind
from ssot_lint.summary.kept_facts import CONSTRUCTORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import Names
    from ssot_lint.summary.facts import FunctionFacts, ModuleSummary

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
_MIDDLEWARES: Final = frozenset(
    {"django.utils.deprecation.MiddlewareMixin", "starlette.middleware.base.BaseHTTPMiddleware"}
)
MAX_DISTANCE: Final = 3
"""What is held by what is held is followed that far."""


class Keeper(msgspec.Struct, frozen=True):
    """What keeps the instance of a class for the whole process."""

    place: str
    """The variable, attribute or function that it is in; empty where the class itself keeps it."""
    location: Location | None = None
    """Where it is put there."""
    maker: str = ""
    """The function that made it, where that wasn't a call of the class."""
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
                found.setdefault(managed.qualname, Keeper(place, _evidence(managed)))
        for symbol, keeper in self._kept_at_top():
            found.setdefault(symbol, keeper)
        for symbol in self._names.classes:
            if self._is_middleware(symbol):
                found.setdefault(symbol, Keeper("the server makes each middleware once"))
        for symbol in [*found]:
            self._add_held(symbol, found)
        return {symbol: keeper for symbol, keeper in found.items() if not self._is_of_somebody(symbol)}

    def keeper_of(self, symbol: str) -> Keeper | None:
        """Return what keeps an instance of a class, or of a subclass that inherits its methods."""
        if symbol in self.keepers:
            return self.keepers[symbol]
        kept = next((each for each in self._names.subclasses(symbol) if each in self.keepers), None)
        return msgspec.structs.replace(self.keepers[kept], is_of_subclass=True) if kept is not None else None

    def is_own_factory(self, symbol: str) -> bool:
        """Tell whether calling a class gives the one instance that there is."""
        return symbol in self._managed and self._managed[symbol].is_own_factory

    def factories_of(self, symbol: str) -> tuple[str, ...]:
        """Return the factories of the one instance of a class; none where there may be more of it."""
        managed = self._managed.get(symbol)
        if managed is None or symbol not in self.keepers:
            return ()
        return tuple(factory.symbol for factory in managed.factories)

    def is_slot(self, symbol: str) -> bool:
        """Tell whether a factory keeps the instances of a managed class there."""
        return symbol in self._slots

    @cached_property
    def _slots(self) -> frozenset[str]:
        return frozenset(slot for managed in self._managed.values() for slot in managed.slots)

    def _is_middleware(self, symbol: str) -> bool:
        """Tell whether a server makes one instance of a class when it starts, for all requests."""
        constructor = self._names.functions.get(f"{symbol}.__init__")
        parameters = constructor.facts.parameters if constructor is not None else ()
        if any(parameter.name == "get_response" for parameter in parameters):
            return not self._names.classes[symbol].module.is_test
        return bool(self._names.external_bases(symbol) & _MIDDLEWARES)

    # -- variables

    def _kept_at_top(self) -> Iterator[tuple[str, Keeper]]:
        """Yield classes of which a variable of a module holds an instance.

        Tests are left out, and what only shows something or can't be imported.
        """
        for module in self._names.sources:
            is_importable = all(part.isidentifier() for part in module.module.split("."))
            if module.is_test or not is_importable or is_aside(module.project_path):
                continue
            for name, bindings in module.bindings.items():
                for binding in bindings:
                    is_call = binding.kind == "value" and binding.value == "call"
                    if is_call and not binding.flags & UseFlag.MAIN_GUARD:
                        location = Location(module.path, binding.span)
                        yield from self._kept(f"{module.module}.{name}", location, binding.symbols)

    def _kept(self, place: str, location: Location, symbols: Iterable[str]) -> Iterator[tuple[str, Keeper]]:
        """Yield the classes of what calls give, as kept in a place."""
        for symbol in symbols:
            found = self._names.resolve(symbol) if symbol.endswith("()") else None
            if found is not None and found.kind == "instance":
                called = self._names.resolve(symbol[:-2])
                is_function = called is not None and called.kind == "function"
                maker = called.symbol if called is not None and is_function else ""
                yield found.symbol, Keeper(place, location, maker)

    def _add_held(self, symbol: str, found: dict[str, Keeper]) -> None:
        """Add what the constructors of a class make and put into attributes of the instance."""
        waiting = [(symbol, 0)]
        while waiting:
            holder, distance = waiting.pop()
            for held, keeper in self._held(holder) if distance < MAX_DISTANCE else ():
                if held not in found:
                    found[held] = keeper
                    waiting.append((held, distance + 1))

    def _held(self, holder: str) -> Iterator[tuple[str, Keeper]]:
        """Yield the classes of what the constructors of a class put into attributes."""
        for owner in self._names.mro(holder):
            for name in CONSTRUCTORS:
                node = self._names.functions.get(f"{owner}.{name}")
                if node is None:
                    continue
                for fill in node.facts.fills:
                    base, _, attribute = fill.target.rpartition(".")
                    if base == f"{owner}()" and not fill.key:
                        location = Location(node.module.path, fill.span)
                        yield from self._kept(f"{holder}.{attribute}", location, fill.made)

    def _is_of_somebody(self, symbol: str) -> bool:
        """Tell whether each thread, context or user has an instance or a state of his own."""
        managed = self._managed.get(symbol)
        if managed is not None and managed.scope is not Scope.PROCESS:
            return True
        return symbol in self._in_contexts or bool(self._names.external_bases(symbol) & _OWN_TO_THREADS)

    @cached_property
    def _in_contexts(self) -> frozenset[str]:
        """The classes of what is put into context variables."""
        return frozenset(
            symbol
            for node in self._names.functions.values()
            for fill in node.facts.fills
            if fill.target.endswith(".get()")
            for symbol, _ in self._kept(fill.target, Location(node.module.path, fill.span), fill.made)
        )

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
        place = keeper.place if keeper is not None else ""
        managed = self._managed.get(symbol)
        factories = [factory.symbol for factory in managed.factories] if managed is not None else []
        helpers = [h for keep in managed.keeps for h in keep.helpers] if managed is not None else []
        maker = keeper.maker if keeper is not None else ""
        exempt = {maker, *factories, *helpers}
        filling = {function.scope for function in module.functions if self._fills(function, place)}
        count = 0
        for use in module.uses_of(key):
            if use.kind is not UseKind.CALL or use.flags & UseFlag.MAIN_GUARD:
                continue
            places = list(place_symbols(module, use.scope))
            is_once = _runs_once(module, use.scope) or any(self._is_constructor(p) for p in places)
            count += not (is_once or use.scope in filling or not exempt.isdisjoint(places))
        return count

    def _is_constructor(self, symbol: str) -> bool:
        """Tell whether a function makes something that serves the process, with all that it holds."""
        owner, _, name = symbol.rpartition(".")
        return name in CONSTRUCTORS and owner in self.keepers

    def _fills(self, function: FunctionFacts, place: str) -> bool:
        return any(fill.target == place for fill in function.fills)


def _evidence(managed: ManagedClass) -> Location | None:
    """Return where it is seen that a class has one instance."""
    return managed.evidence[0].location if managed.evidence else managed.location


def _runs_once(module: ModuleSummary, scope: int) -> bool:
    """Tell whether code stands at a module's own level, or in a class body there."""
    while scope and module.scopes[scope].kind == "class":
        scope = module.scopes[scope].parent
    return not scope
