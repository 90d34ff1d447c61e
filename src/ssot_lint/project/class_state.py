"""State of one instance that is stored on its class, where all instances meet it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import Confidence, Location
from ssot_lint.summary.class_store_facts import ClassStore, Stored
from ssot_lint.summary.facts import ModuleSummary, Parameter, UseFlag, UseKind
from ssot_lint.summary.kept_facts import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.project.contexts import Contexts
    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import Names

_SET_BY_PYTHON: Final = frozenset(
    {"__new__", "__init_subclass__", "__class_getitem__", "__set_name__", "__set_owner__"}
)
_NO_INSTANCES: Final = frozenset({"builtins.type", "abc.ABCMeta", "enum.EnumMeta", "enum.EnumType"})
_SLOT_WORDS: Final = frozenset({"instance", "instances", "inst", "singleton", "shared", "default", "self"})
_POINTER_WORDS: Final = frozenset({"current", "running", "root", "main", "global", "top"})
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_STEP: Final = re.compile(r"\.([^.(\[]+)")


class StateOnClass(msgspec.Struct, frozen=True, kw_only=True):
    """A store of an instance's own state on its class."""

    class_name: str
    attribute: str
    method: str
    what: str
    """What is stored, in words."""
    location: Location
    scope: int
    confidence: Confidence
    reason: str = ""
    """What speaks for storing it there on purpose, when the confidence isn't high."""


def find_class_state(
    names: Names, managed: Mapping[str, ManagedClass], contexts: Contexts
) -> Mapping[str, tuple[StateOnClass, ...]]:
    """Return the stores by the path of their module, in the order of the text."""
    found = [(module, store) for module in names.sources for store in module.class_stores]
    kept = [(module, store, owner) for module, store in found if (owner := _own_class(names, store))]
    if not kept:
        return {}
    judge = _Judge(names, managed, contexts, [(owner, store.attribute) for _, store, owner in kept])
    by_path: dict[str, list[StateOnClass]] = defaultdict(list)
    for module, store, owner in kept:
        state = judge.judge(module, store, owner)
        if state is not None:
            by_path[module.path].append(state)
    return {path: tuple(sorted(s, key=lambda s: s.location)) for path, s in sorted(by_path.items())}


def _own_class(names: Names, store: ClassStore) -> str | None:
    """Return the class that is stored into, if it is the method's own or a base of it."""
    target = names.resolve(store.holder)
    if target is None or target.kind != "class" or store.owner not in names.classes:
        return None
    return target.symbol if target.symbol in names.mro(store.owner) else None


class _Judge:
    def __init__(
        self,
        names: Names,
        managed: Mapping[str, ManagedClass],
        contexts: Contexts,
        places: Sequence[tuple[str, str]],
    ) -> None:
        self._names = names
        self._contexts = contexts
        self._slots = frozenset(p for m in managed.values() for p in (*m.slots, *m.registries))
        self._single = frozenset(m.qualname for m in managed.values() if m.is_own_factory)
        self._declared: dict[str, frozenset[str]] = {}
        self._wanted: dict[str, set[str]] = defaultdict(set)
        for owner, attribute in places:
            self._wanted[attribute].add(owner)
        self._read_from_outside: set[tuple[str, str]] = set()
        self._made: dict[str, list[bool]] = defaultdict(list)
        """For each class, whether each of its constructions is one that happens once."""
        class_names = {owner.rpartition(".")[2] for owners in self._wanted.values() for owner in owners}
        for module in names.sources:
            if not module.is_test:
                self._read(module, class_names)

    def judge(self, module: ModuleSummary, store: ClassStore, owner: str) -> StateOnClass | None:
        """Return the finding for a store; None when it is plainly meant."""
        if store.is_asked or store.is_read_by_class or self._is_exempt(store, owner):
            return None
        context = self._context(module, store)
        what = f"{context}, which belongs to one user," if context else self._what(store)
        is_plain = bool(context) or store.stored is Stored.SELF or self._is_method(store)
        doubt = self._doubt(module, store, owner, is_context=bool(context))
        reason = doubt if is_plain or doubt else "only what derives from it is stored, which is often meant"
        return StateOnClass(
            class_name=owner.rpartition(".")[2],
            attribute=store.attribute,
            method=store.method,
            what=what,
            location=Location(module.path, store.span),
            scope=store.scope,
            confidence=Confidence(Confidence.HIGH - bool(doubt) - (not is_plain)),
            reason=reason,
        )

    def _what(self, store: ClassStore) -> str:
        if store.stored is Stored.SELF:
            return "the instance itself"
        if self._is_method(store):
            return f"the instance's method {store.name}()"
        if store.stored is Stored.ATTRIBUTE:
            return f"the instance's {store.name}"
        if store.stored is Stored.PARAMETER:
            return f"the argument {store.name} of one call"
        return "what was computed for one instance"

    def _context(self, module: ModuleSummary, store: ClassStore) -> str:
        """Return what to call a stored user, tenant, session or request; empty for all other values."""
        if store.stored not in (Stored.PARAMETER, Stored.ATTRIBUTE):
            return ""
        origin = Origin(store.name, store.scope, store.steps)
        found = self._contexts.value(origin, self._parameter(module, store))
        if found is None:
            return ""
        return f"self.{found.label}" if store.stored is Stored.ATTRIBUTE else found.label

    def _parameter(self, module: ModuleSummary, store: ClassStore) -> Parameter | None:
        node = self._names.functions.get(f"{module.module}.{module.scopes[store.scope].qualname}")
        if node is None or store.stored is not Stored.PARAMETER:
            return None
        return next((p for p in node.facts.parameters if p.name == store.name), None)

    def _is_method(self, store: ClassStore) -> bool:
        if store.stored is not Stored.ATTRIBUTE:
            return False
        for class_symbol in self._names.mro(store.owner):
            facts = self._names.classes[class_symbol].facts
            if any(name == store.name for name, _ in facts.instance_attributes):
                return False
            if store.name in facts.methods:
                return self._names.functions[f"{class_symbol}.{store.name}"].facts.kind == "method"
        return False

    # -- silent

    def _is_exempt(self, store: ClassStore, owner: str) -> bool:
        name = store.attribute
        if store.method in _SET_BY_PYTHON or (name.startswith("__") and name.endswith("__")):
            return True
        line = {*self._names.mro(store.owner), owner}
        if self._single & line or any(f"{symbol}.{name}" in self._slots for symbol in line):
            return True
        if store.stored is Stored.SELF and _SLOT_WORDS & _words(name):
            return True
        if self._names.external_bases(store.owner) & _NO_INSTANCES:
            return True
        return any(self._is_class_variable(symbol, name) for symbol in line)

    def _is_class_variable(self, symbol: str, name: str) -> bool:
        if symbol not in self._declared:
            attributes = self._names.classes[symbol].facts.attributes
            self._declared[symbol] = frozenset(a.name for a in attributes if "ClassVar" in a.annotation)
        return name in self._declared[symbol]

    # -- medium

    def _doubt(self, module: ModuleSummary, store: ClassStore, owner: str, *, is_context: bool) -> str:
        if module.is_test:
            return "it belongs to a test"
        if store.is_reset:
            return "the class sets it to something else again"
        if (owner, store.attribute) in self._read_from_outside:
            return "it is read through the class elsewhere"
        if store.is_remarked:
            return "a comment speaks of the one for all"
        if _POINTER_WORDS & _words(store.attribute) and not is_context:  # of users there are many at a time
            return "its name speaks of the one that is current"
        made = [once for symbol in (owner, *self._names.subclasses(owner)) for once in self._made[symbol]]
        return "the project makes one instance" if made == [True] else ""

    def _read(self, module: ModuleSummary, class_names: set[str]) -> None:
        """Note where a module reads the attributes through the class, and where it makes instances."""
        for key in module.packed_uses:
            for name, base in self._parts(key):
                self._note_read(module, key, name, base)
            if key.rpartition(".")[2] in class_names:
                target = self._names.resolve(key)
                if target is not None and target.kind == "class":
                    self._made[target.symbol] += [
                        use.scope == 0 or bool(use.flags & UseFlag.MAIN_GUARD)
                        for use in module.uses_of(key)
                        if use.kind is UseKind.CALL
                    ]

    def _parts(self, key: str) -> Iterator[tuple[str, str]]:
        """Yield the wanted attributes in a symbol, each with the symbol that it is read from."""
        seen: set[str] = set()
        for step in _STEP.finditer(key):
            if step[1] in self._wanted and step[1] not in seen and step.start():
                seen.add(step[1])
                yield step[1], key[: step.start()]

    def _note_read(self, module: ModuleSummary, key: str, name: str, base: str) -> None:
        target = self._names.resolve(base)
        if target is None or target.kind != "class":
            return
        owners = {o for o in self._wanted[name] if o in self._names.mro(target.symbol)}
        for use in module.uses_of(key) if owners else ():
            is_plain_store = use.kind is UseKind.STORE and key == f"{base}.{name}"
            if not is_plain_store and not self._is_in_method(module, use.scope, target.symbol):
                self._read_from_outside.update((owner, name) for owner in owners)

    def _is_in_method(self, module: ModuleSummary, scope: int, class_symbol: str) -> bool:
        """Tell whether a scope is, or lies in, an instance method of a class or of its subclasses."""
        line = {class_symbol, *self._names.mro(class_symbol), *self._names.subclasses(class_symbol)}
        while scope:
            symbol = f"{module.module}.{module.scopes[scope].qualname}"
            function = self._names.functions.get(symbol)
            if function is not None and function.class_symbol in line:
                return function.facts.kind in ("method", "property")
            scope = module.scopes[scope].parent
        return False


def _words(name: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(name)}
