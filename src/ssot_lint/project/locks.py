"""Which of the things that a function holds are locks, and whether everybody holds the same one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import Names
    from ssot_lint.summary.creation_facts import Held

_MODULES: Final = frozenset({"threading", "asyncio", "multiprocessing", "anyio", "trio", "_thread"})
_CLASSES: Final = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "allocate_lock"})
_PERHAPS: Final = re.compile(r"(?i)lock|mutex|semaphore|synchroni|guard|critical|exclusive|\bcond|_cv\b|once")
_SURELY: Final = re.compile(r"(?i)(?:^|_|\b)r?(?:lock|mutex)s?(?:\b|$|\[)|[a-z]Lock\b")
_ENTERING: Final = ("__enter__", "__aenter__")


class Locks:
    """Answers for one project."""

    def __init__(self, names: Names, managed: Mapping[str, ManagedClass]) -> None:
        self._names = names
        self._managed = managed
        self._helpers = frozenset(
            f"{module.module}.{qualname}"
            for module in names.sources
            for qualname in module.creation.lock_helpers
        )

    def may_be_lock(self, held: Held) -> bool:
        """Tell whether something that is held may keep others out, by its name or by what it does."""
        if _PERHAPS.search(held.text):
            return True
        return any(self._is_helper(symbol) or self.is_made(symbol) for symbol in held.symbols)

    def is_lock(self, held: Held) -> bool:
        """Tell whether something is a lock for sure, as far as its name or its making tells."""
        made = [m for symbol in held.symbols for m in self._made_of(symbol)]
        if made:
            return any(map(_makes_lock, made))
        return _SURELY.search(held.text) is not None and not held.text.endswith(")")

    def is_for_tasks(self, symbols: Iterable[str]) -> bool:
        """Tell whether a lock keeps out tasks, not threads."""
        made = [m for symbol in symbols for m in self._made_of(symbol)]
        return any(m.partition(".")[0] in ("asyncio", "anyio", "trio") for m in made)

    def is_helper(self, symbol: str) -> bool:
        """Tell whether a function or decorator takes a lock for others, or says so by its name."""
        return _PERHAPS.search(symbol.rpartition(".")[2]) is not None or self._is_helper(symbol)

    def holder(self, held: Held) -> str | None:
        """Return the class each instance of which has this lock for itself, if there may be several."""
        for symbol in held.symbols:
            target = self._names.resolve(symbol)
            if target is None or target.kind != "attribute":
                continue
            owner, _, name = target.symbol.rpartition(".")
            if self._is_class_level(owner, name) or self._is_single(owner):
                return None
            base = self._names.resolve(symbol.rpartition(".")[0])
            if base is None or base.kind != "instance":
                return None
            return None if self._is_single(base.symbol) else owner
        return None

    def _is_class_level(self, owner: str, name: str) -> bool:
        return any(
            attribute.name == name and attribute.value
            for class_symbol in self._names.mro(owner)
            for attribute in self._names.classes[class_symbol].facts.attributes
        )

    def _is_single(self, class_symbol: str) -> bool:
        managed = self._managed.get(class_symbol)
        return managed is not None and managed.scope is Scope.PROCESS

    def _is_helper(self, symbol: str) -> bool:
        target = self._names.resolve(symbol.removesuffix("()"))
        if target is None:
            return False
        if target.symbol in self._helpers:
            return True
        held = self._names.class_of(symbol) or target.symbol
        return any(f"{held}.{name}" in self._helpers for name in _ENTERING)

    def is_made(self, symbol: str) -> bool:
        """Tell whether something is seen to be bound to a lock."""
        return any(map(_makes_lock, self._made_of(symbol)))

    def _made_of(self, symbol: str) -> Iterator[str]:
        """Yield what a variable or attribute is bound to."""
        if symbol.endswith("()"):
            yield symbol
            return
        target = self._names.resolve(symbol)
        if target is None or target.kind not in ("variable", "attribute"):
            return
        owner, _, name = target.symbol.rpartition(".")
        if target.kind == "variable":
            for binding in self._names.modules[owner].bindings.get(name, ()):
                yield from binding.symbols
            return
        for class_symbol in self._names.mro(owner):
            facts = self._names.classes[class_symbol].facts
            yield from _symbols_of(name, ((a.name, a.symbols) for a in facts.attributes))
            yield from _symbols_of(name, facts.instance_attributes)


def _symbols_of(name: str, rows: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    for row, symbols in rows:
        if row == name:
            yield from symbols


def _makes_lock(symbol: str) -> bool:
    module, _, name = symbol.removesuffix("()").rpartition(".")
    return name in _CLASSES and module.partition(".")[0] in _MODULES
