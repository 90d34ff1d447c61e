"""What every instance of a class has been given when its construction is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.summary.facts import SUPER

if TYPE_CHECKING:
    from ssot_lint.project.attribute_values import AttributeValues
    from ssot_lint.summary.attribute_facts import MethodFacts, Mutation

CONSTRUCTION: Final = (
    "__new__",
    "__attrs_pre_init__",
    "__init__",
    "__attrs_post_init__",
    "__post_init__",
    "setUp",
    "asyncSetUp",
    "setup_method",
    "setup",
)
"""The methods that every instance goes through, in this order."""
_RECORDS: Final = frozenset(
    {
        "dataclasses.dataclass",
        "pydantic.dataclasses.dataclass",
        "attr.s",
        "attr.attrs",
        "attr.attributes",
        "attr.define",
        "attr.mutable",
        "attr.frozen",
        "attr.dataclass",
        "attrs.define",
        "attrs.mutable",
        "attrs.frozen",
    }
)


class Construction(msgspec.Struct, frozen=True):
    """What construction does for sure, and which methods it goes through."""

    binds: frozenset[str]
    reached: frozenset[tuple[str, str]]
    """Methods that it goes through on some path, as (class, name)."""
    binds_any: bool


class ConstructionPaths:
    """Answers for the classes of a project, by the methods that their lines of inheritance define."""

    def __init__(self, values: AttributeValues) -> None:
        self._values = values
        self._names = values.names
        self._methods: dict[str, dict[str, MethodFacts]] = {
            symbol: {m.name: m for m in facts.methods} for symbol, (_, facts) in values.facts.items()
        }
        self._known: dict[str, Construction] = {}

    def of(self, class_symbol: str) -> Construction:
        """Return the construction of instances of exactly this class."""
        known = self._known.get(class_symbol)
        if known is None:
            known = self._known[class_symbol] = self._construct(class_symbol, CONSTRUCTION)
        return known

    def has_own(self, class_symbol: str, method_owner: str, method: str, mutation: Mutation) -> bool:
        """Tell whether instances of a class have a value of their own where a method changes one."""
        name = mutation.attribute
        if method in CONSTRUCTION and self._defines(class_symbol, method) == method_owner:
            before = CONSTRUCTION[: CONSTRUCTION.index(method)]
            if name in self._construct(class_symbol, before).binds:
                return True
        elif name in self.of(class_symbol).binds:
            return True
        seen: set[tuple[str, str]] = set()
        found: set[str] = set()
        for call in mutation.after:
            self._follow(class_symbol, method_owner, call, found, seen)
        return name in found

    def keeps(self, class_symbol: str, name: str, attribute: str) -> bool:
        """Tell whether construction leaves, under a name, what another attribute of the class holds."""
        binding = [
            method
            for owner, method_name in sorted(self.of(class_symbol).reached)
            if (method := self._methods.get(owner, {}).get(method_name)) is not None
            and (name in method.binds or name in method.may_bind)
        ]
        return bool(binding) and all((name, attribute) in method.keeps for method in binding)

    def binds_elsewhere(self, class_symbol: str, name: str) -> bool:
        """Tell whether a method that construction doesn't go through binds the attribute."""
        reached = self.of(class_symbol).reached
        return any(
            (name in method.binds or name in method.may_bind) and (owner, method.name) not in reached
            for owner in self._names.mro(class_symbol)
            for method in self._methods.get(owner, {}).values()
        )

    def may_bind(self, class_symbol: str, name: str) -> bool:
        """Tell whether any method gives the instance a value of its own, on whatever path."""
        return any(
            name in method.binds or name in method.may_bind
            for owner in self._names.mro(class_symbol)
            for method in self._methods.get(owner, {}).values()
        )

    def _construct(self, class_symbol: str, methods: tuple[str, ...]) -> Construction:
        found: set[str] = set()
        sure: set[tuple[str, str]] = set()
        for name in methods:
            self._follow(class_symbol, None, name, found, sure)
        seen: set[tuple[str, str]] = set()
        for name in methods:
            self._follow(class_symbol, None, name, set(), seen, on_any_path=True)
        if methods and methods[-1] != "__new__":
            found |= self._record_fields(class_symbol)
        any_ = any(
            self._methods[owner][name].binds_any
            for owner, name in seen
            if name in self._methods.get(owner, {})
        )
        return Construction(frozenset(found), frozenset(seen), any_)

    def _follow(
        self,
        class_symbol: str,
        caller: str | None,
        call: str,
        found: set[str],
        seen: set[tuple[str, str]],
        *,
        on_any_path: bool = False,
    ) -> None:
        """Add what a call on an instance binds for sure, and the methods that it goes through in turn."""
        waiting = [(caller, call)]
        while waiting:
            caller, call = waiting.pop()
            place = self._callee(class_symbol, caller, call)
            if place is None or place in seen:
                continue
            seen.add(place)
            owner, name = place
            method = self._methods.get(owner, {}).get(name)
            if method is not None:
                found.update(method.binds)
                waiting += [(owner, inner) for inner in method.calls]
                if on_any_path:
                    waiting += [(owner, inner) for inner in method.may_call]

    def _callee(self, class_symbol: str, caller: str | None, call: str) -> tuple[str, str] | None:
        """Return the class and name of the method that a call on an instance leads to."""
        mro = self._names.mro(class_symbol)
        name = call
        if call.startswith(f"{SUPER}."):
            name = call.removeprefix(f"{SUPER}.")
            mro = mro[mro.index(caller) + 1 :] if caller in mro else ()
        elif "." in call:
            target = self._names.resolve(call)
            if target is None or target.kind != "function":
                return None
            owner, _, name = target.symbol.rpartition(".")
            return (owner, name) if owner in self._names.classes else None
        for owner in mro:
            if name in self._names.classes[owner].facts.methods:
                return owner, name
        return None

    def _defines(self, class_symbol: str, method: str) -> str | None:
        found = self._callee(class_symbol, None, method)
        return found[0] if found is not None else None

    def _record_fields(self, class_symbol: str) -> set[str]:
        """Return the fields without a default that a generated constructor fills."""
        found: set[str] = set()
        for owner in self._names.mro(class_symbol):
            if owner in self._values.facts and self.is_record(owner):
                facts = self._values.facts[owner][1]
                valued = {a.name for a in self._names.classes[owner].facts.attributes if a.value}
                found.update(name for name in facts.fields if name not in valued)
        return found

    def is_record(self, class_symbol: str) -> bool:
        """Tell whether a dataclass or attrs decorator generates the constructor."""
        return bool(self.record_decorators(class_symbol))

    def record_decorators(self, class_symbol: str) -> frozenset[str]:
        """Return the dotted names of the dataclass or attrs decorators of a class."""
        decorators = self._names.classes[class_symbol].facts.decorators
        found = {d.symbol for d in decorators}
        resolved = {t.symbol for s in found if (t := self._names.resolve(s)) is not None}
        return frozenset((found | resolved) & _RECORDS)
