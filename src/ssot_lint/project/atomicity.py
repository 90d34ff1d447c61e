"""Which get-or-creates may give two instances for one key: somebody else comes between look and filling."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model import Confidence
from ssot_lint.project.hits import place_symbols
from ssot_lint.project.locks import Locks
from ssot_lint.project.suspensions import Suspensions
from ssot_lint.project.threads import Threads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ssot_lint.project.linking import Project
    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import Names
    from ssot_lint.summary.creation_facts import Gap, GetOrCreate, Held, HeldAccess, HeldCall
    from ssot_lint.summary.facts import FunctionFacts, ModuleSummary

_MAKING: Final = frozenset({"__new__", "__call__"})
_CALLER_LOCKS: Final = re.compile(r"(?:_|^)(?:un|no)?_?locked$|_nolock$|_no_lock$|_unsafe$|under_lock")
_WRAPPING: Final = re.compile(r"(?i)cache|memo|singleton|once|serial|thread_?safe|atomic")
"""Decorators that see to it that the function runs once for each key, by their names."""


class Race(NamedTuple):
    """A look at a place and a filling of it that belong together, and what is wrong between them."""

    managed: ManagedClass
    get: GetOrCreate
    function: FunctionFacts
    place: str
    how: str
    """``await``, ``late``, ``fresh``, ``instance``, ``elsewhere``, ``unused`` or ``threads``."""
    confidence: Confidence
    gap: Gap | None = None
    lock: Held | None = None
    lock_name: str = ""
    holder: str = ""


class Atomicity:
    """Answers for one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._locks = Locks(project.names, project.managed)
        self._suspensions = Suspensions(project.names)
        self._threads = Threads(project.names)
        self._modules: dict[str, _Module] = {}
        self._called_by_threads: dict[str, bool] = {}

    def races(self, module: ModuleSummary) -> Iterator[Race]:
        """Yield the races of a module."""
        for get in module.creation.gets:
            managed = self._project.keepers.of(get.target, get.made)
            function = self._of(module).functions.get(get.scope)
            if managed is None or function is None or get.is_claimed:
                continue
            if self._asks_the_class(get, managed, function):
                continue
            if self._is_guarded(function) or self._is_held_by_callers(function, module):
                continue
            race = self._judge(get, managed, function, module)
            if race is not None:
                yield race

    def _asks_the_class(self, get: GetOrCreate, managed: ManagedClass, function: FunctionFacts) -> bool:
        """Tell whether what is filled in is the one instance anyway: the call of its class is the factory."""
        if not managed.is_own_factory or function.name in _MAKING:
            return False
        made = [self._project.names.resolve(symbol.removesuffix("()")) for symbol in get.made]
        return bool(made) and all(each is not None and each.symbol == managed.qualname for each in made)

    def _judge(
        self, get: GetOrCreate, managed: ManagedClass, function: FunctionFacts, module: ModuleSummary
    ) -> Race | None:
        place = self._project.keepers.place(get.target)
        found = Race(managed, get, function, place, "", managed.confidence)
        around = [held for held in get.around if self._locks.may_be_lock(held)]
        if around:
            return self._wrong_lock(found, around)
        late = [held for held in get.late if self._locks.is_lock(held) and not held.is_fresh]
        if late:
            known = {held.text for held in get.given_back}
            if known.intersection(
                held.text for held in late
            ):  # the lock was let go while the instance is made
                found = found._replace(confidence=min(found.confidence, Confidence.MEDIUM))
            return None if get.asks_again else found._replace(how="late", lock=late[-1])
        if any(self._locks.may_be_lock(held) for held in get.late):
            return None
        gap = next((gap for gap in get.gaps if self._suspensions.suspends(gap)), None)
        if gap is not None:
            is_factory = self._hands_out(found, module)
            confidence = found.confidence if is_factory else min(found.confidence, Confidence.MEDIUM)
            return found._replace(how="await", gap=gap, confidence=confidence)
        return self._without_lock(found, module)

    def _hands_out(self, found: Race, module: ModuleSummary) -> bool:
        """Whether the function is what callers get the instance from, and no step of a start-up."""
        symbol = f"{module.module}.{found.function.qualname}"
        return found.managed.is_own_factory or any(f.symbol == symbol for f in found.managed.factories)

    # -- locks that keep nobody out

    def _wrong_lock(self, found: Race, around: Iterable[Held]) -> Race | None:
        """Return what is wrong with the locks, if with each of them."""
        wrong: Race | None = None
        for held in around:
            if held.is_fresh:
                wrong = found._replace(how="fresh", lock=held)
                continue
            holder = self._locks.holder(held) if self._locks.is_lock(held) else None
            if holder is None or not self._is_shared(found):
                return None
            wrong = found._replace(how="instance", lock=held, holder=holder)
        return wrong

    def _is_shared(self, found: Race) -> bool:
        """Whether a place belongs to a module or class, and not to one object."""
        owner, _, name = found.place.rpartition(".")
        if owner in self._project.names.modules:
            return True
        base = found.get.target.removesuffix("[]").rpartition(".")[0]
        holder = self._project.names.resolve(base)
        if holder is not None and holder.kind == "class":
            return True
        node = self._project.names.classes.get(owner)
        return node is not None and any(a.name == name and a.value for a in node.facts.attributes)

    # -- locks that others hold

    def _is_guarded(self, function: FunctionFacts) -> bool:
        if _CALLER_LOCKS.search(function.name):
            return True
        return any(
            _WRAPPING.search(decorator.symbol.rpartition(".")[2]) or self._locks.is_helper(decorator.symbol)
            for decorator in function.decorators
        )

    def _is_held_by_callers(self, function: FunctionFacts, module: ModuleSummary) -> bool:
        """Whether every call that can be seen is made under a lock."""
        symbol = f"{module.module}.{function.qualname}"
        of_module = self._of(module)
        calls = [*of_module.calls_of(symbol, function.name), *of_module.unknown_calls.get(function.name, ())]
        if not calls or not all(any(map(self._locks.may_be_lock, call.held)) for call in calls):
            return False
        return self._used_by.get(symbol, module.path) == module.path

    @cached_property
    def _used_by(self) -> Mapping[str, str]:
        """The path of the module that uses what belongs to a managed class; empty where several do."""
        found: dict[str, str] = {}
        for module in self._project.modules:
            for target in () if module.is_test else {hit.target for hit in self._project.hits_in(module)}:
                found[target] = "" if target in found else module.path
        return found

    # -- threads

    def _without_lock(self, found: Race, module: ModuleSummary) -> Race | None:
        """Return the race of threads, where there is a sign of them."""
        guarding = self._guarding(found, module)
        if guarding is not None:
            return found._replace(how="elsewhere", lock=guarding)
        unused = self._unused(found, module)
        if unused is not None:
            return found._replace(how="unused", lock_name=unused)
        is_shared = (
            self._threads.starts(module) and not found.function.is_async and self._hands_out(found, module)
        )
        if is_shared or self._is_called_by_threads(found.managed):
            return found._replace(how="threads", confidence=min(found.confidence, Confidence.MEDIUM))
        return None

    def _guarding(self, found: Race, module: ModuleSummary) -> Held | None:
        """Return the lock that other functions of the module hold when they use the place."""
        name = found.place.rpartition(".")[2]
        for access in self._of(module).accesses.get(name, ()):
            if access.scope == found.get.scope:
                continue
            if found.place not in map(self._project.keepers.place, access.symbols):
                continue
            for held in access.held:
                if self._is_for_threads(held):
                    return held
        return None

    def _is_for_threads(self, held: Held) -> bool:
        is_for_tasks = self._locks.is_for_tasks(held.symbols)
        return self._locks.is_lock(held) and not held.is_fresh and not is_for_tasks

    def _unused(self, found: Race, module: ModuleSummary) -> str | None:
        """Return a lock of the place's owner that nobody ever takes."""
        owner = found.place.rpartition(".")[0]
        locks = self._of(module).lone_locks
        homes = ("threading", "multiprocessing", owner)
        for _, lock in sorted(each for home in homes for each in locks.get(home, ())):
            if lock.rpartition(".")[0] != owner:
                return lock
            if self._is_forgotten(lock, module):
                return lock
        here = (lock for _, lock in locks.get(module.module, ()) if _is_import(lock, module))
        return next((lock for lock in here if self._is_forgotten(lock, module)), None)

    def _is_forgotten(self, symbol: str, module: ModuleSummary) -> bool:
        """Whether what reads as a lock is one for threads, and no other module uses it."""
        if _is_import(symbol, module) and not self._locks.is_made(symbol):
            return False
        return symbol not in self._imported and not self._locks.is_for_tasks((symbol,))

    @cached_property
    def _imported(self) -> frozenset[str]:
        """The lone locks that other modules than their own use."""
        lone = {lock for module in self._project.modules for lock in module.creation.lone_locks}
        return frozenset(
            symbol
            for module in (self._project.modules if lone else ())
            for symbol in module.packed_uses
            if symbol in lone and not symbol.startswith(f"{module.module}.")
        )

    def _is_called_by_threads(self, managed: ManagedClass) -> bool:
        if managed.qualname not in self._called_by_threads:
            self._called_by_threads[managed.qualname] = any(
                hit.role == "factory" and self._threads.runs(place_symbols(module, hit.use.scope))
                for module, hit in self._project.hits_of(managed.qualname)
                if not module.is_test
            )
        return self._called_by_threads[managed.qualname]

    def _of(self, module: ModuleSummary) -> _Module:
        if module.path not in self._modules:
            self._modules[module.path] = _Module(module, self._project.names)
        return self._modules[module.path]


def _is_import(symbol: str, module: ModuleSummary) -> bool:
    bindings = module.bindings.get(symbol.rpartition(".")[2], ())
    return bool(bindings) and all(binding.kind == "import" for binding in bindings)


class _Module:
    """What is asked of a module for each of its places, by what it is asked for."""

    def __init__(self, module: ModuleSummary, names: Names) -> None:
        creation = module.creation
        self._names = names
        self.functions = {facts.scope: facts for facts in reversed(module.functions)}
        self.unknown_calls: dict[str, list[HeldCall]] = defaultdict(list)
        """By the name of what is called, where nothing else is known of it."""
        self._calls: dict[str, list[HeldCall]] = defaultdict(list)
        self._calls_by_target: dict[str, Mapping[str, Sequence[HeldCall]]] = {}
        for call in creation.calls:
            (self._calls if call.symbols else self.unknown_calls)[call.name].append(call)
        self.accesses: dict[str, list[HeldAccess]] = defaultdict(list)
        for access in creation.accesses:
            self.accesses[access.name].append(access)
        self.lone_locks: dict[str, list[tuple[int, str]]] = defaultdict(list)
        """By their owners, each with its number among those of the module."""
        for number, lock in enumerate(creation.lone_locks):
            self.lone_locks[lock.rpartition(".")[0]].append((number, lock))

    def calls_of(self, symbol: str, name: str) -> Sequence[HeldCall]:
        """Return the calls of a function that are made by its own name."""
        if name not in self._calls_by_target:
            found: dict[str, list[HeldCall]] = defaultdict(list)
            for call in self._calls.get(name, ()):
                for target in {t.symbol for s in call.symbols if (t := self._names.resolve(s)) is not None}:
                    found[target].append(call)
            self._calls_by_target[name] = found
        return self._calls_by_target[name].get(symbol, ())
