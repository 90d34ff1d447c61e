"""Objects that instances only keep and yet change: defaults that are made once, and objects of modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from ssot_lint.model import Confidence, Location
from ssot_lint.project.attribute_changes import AttributeChanges
from ssot_lint.project.construction_paths import ConstructionPaths
from ssot_lint.project.given_intent import GivenIntent, Verdict
from ssot_lint.project.overriding_constructors import may_give_its_own
from ssot_lint.summary.attribute_facts import Mutation, Signal
from ssot_lint.summary.containers import changes, changes_element
from ssot_lint.summary.facts import SUPER, FunctionFacts, ModuleSummary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ssot_lint.project.attribute_values import AttributeValues
    from ssot_lint.summary.given_facts import GivenDefault, GivenObject

_NO_PARAMETER: Final = ("*", "**")


class GivenChange(msgspec.Struct, frozen=True, order=True):
    """A place where a kept object is changed."""

    location: Location
    operation: str
    method: str
    """Qualified name of the function, as far as the class; empty for a change from outside."""


class SharedDefault(msgspec.Struct, frozen=True, kw_only=True):
    """A mutable default that is kept or handed out, and changed."""

    function: str
    """The function, with its class if it is a method."""
    parameter: str
    text: str
    kind: str
    attribute: str
    """What keeps it on the instance, with the class; empty when it is only returned."""
    is_constructor: bool
    location: Location
    scope: int
    places: tuple[GivenChange, ...]
    confidence: Confidence
    reason: str


class SharedObject(msgspec.Struct, frozen=True, kw_only=True):
    """A module's object that an attribute of instances holds, and that is changed through it."""

    class_name: str
    attribute: str
    name: str
    """The variable."""
    symbol: str
    kind: str
    location: Location
    scope: int
    places: tuple[GivenChange, ...]
    confidence: Confidence
    reason: str


class GivenObjects(NamedTuple):
    """All of them, by the path of the module."""

    defaults: Mapping[str, tuple[SharedDefault, ...]]
    objects: Mapping[str, tuple[SharedObject, ...]]


class Kept(NamedTuple):
    """An attribute that holds a given object from a method on."""

    class_symbol: str
    """The class whose instances are meant."""
    attribute: str
    method_owner: str
    method: str


def find_given_objects(values: AttributeValues) -> GivenObjects:
    """Return the objects that instances share without having made them."""
    return _Finder(values).find()


class _Finder:
    def __init__(self, values: AttributeValues) -> None:
        names = self._names = values.names
        self._values = values
        self._paths = ConstructionPaths(self._values)
        getting = {
            callee.rpartition(".")[2]
            for module in names.sources
            for default in module.given.defaults
            for callee, _ in default.passed
        }
        self._kept_parameters = {
            (f"{module.module}.{kept.method}", kept.parameter): kept.attribute
            for module in names.sources
            for kept in (module.given.parameters if getting else ())
            if kept.method.rpartition(".")[2] in getting
        }
        self._attributes = frozenset(
            attribute
            for module in names.sources
            for attribute in (
                *(a for default in module.given.defaults for a in default.kept),
                *(o.attribute for o in module.given.objects),
            )
        ).union(self._kept_parameters.values())
        self._changes = AttributeChanges(self._values, self._attributes)
        self._intent = GivenIntent(self._values, self._paths)

    def find(self) -> GivenObjects:
        """All of them, in the order of the text."""
        defaults: dict[str, tuple[SharedDefault, ...]] = {}
        objects: dict[str, tuple[SharedObject, ...]] = {}
        for module in self._names.sources:
            found = [d for default in module.given.defaults if (d := self._default(module, default))]
            if found:
                defaults[module.path] = tuple(sorted(found, key=lambda d: d.location))
            shared = [o for given in module.given.objects if (o := self._object(module, given))]
            if shared:
                objects[module.path] = tuple(sorted(shared, key=lambda o: o.location))
        return GivenObjects(defaults, objects)

    # -- defaults

    def _default(self, module: ModuleSummary, default: GivenDefault) -> SharedDefault | None:
        node = self._names.functions.get(f"{module.module}.{default.function}")
        kind = self._kind_of_default(default)
        if node is None or kind is None or node.module is not module:
            return None
        kept = list(self._kept(module, node.facts, default))
        if not kept and not default.is_returned:
            return None
        name = _short(node.facts)
        found = {
            GivenChange(Location(module.path, m.span), m.operation, name): m
            for m in default.mutations
            if _fits(m, *kind)
        }
        for each in kept:
            found.update(self._changes_of(each, *kind))
        verdict = self._intent.of_default(default, node, kept, found) if found else None
        if verdict is None:
            return None
        is_sure = default.mutations or self._is_changed_for_sure(kept, found)
        if verdict.confidence is Confidence.HIGH and not is_sure:
            verdict = Verdict(Confidence.MEDIUM, "the subclasses that change it give it their own")
        return SharedDefault(
            function=name,
            parameter=default.parameter,
            text=default.text,
            kind=kind[0],
            attribute=f"{kept[0].class_symbol.rpartition('.')[2]}.{kept[0].attribute}" if kept else "",
            is_constructor=node.facts.name in ("__init__", "__new__"),
            location=Location(module.path, default.span),
            scope=default.scope,
            places=tuple(sorted(found)),
            confidence=verdict.confidence,
            reason=verdict.reason,
        )

    def _kind_of_default(self, default: GivenDefault) -> tuple[str, str] | None:
        if default.kind != "name":
            return default.kind, default.element
        return self._values.kind_of_name(default.maker)

    def _kept(self, module: ModuleSummary, facts: FunctionFacts, default: GivenDefault) -> Iterator[Kept]:
        """Yield the attributes that hold a default when its function, or a method that gets it, has run."""
        if facts.class_qualname is None:
            return
        owner = f"{module.module}.{facts.class_qualname}"
        if owner not in self._names.classes or facts.kind == "staticmethod":
            return
        for attribute in default.kept:
            yield Kept(owner, attribute, owner, facts.name)
        for callee, place in default.passed:
            found = self._callee(owner, callee)
            parameter = self._parameter_at(found, place)
            kept = self._kept_parameters.get((found, parameter)) if found and parameter else None
            if found is not None and kept is not None:
                holder, _, method = found.rpartition(".")
                yield Kept(owner, kept, holder, method)

    def _callee(self, owner: str, callee: str) -> str | None:
        """Return the method that a call on an instance leads to."""
        mro = self._names.mro(owner)
        if callee.startswith(f"{SUPER}."):
            callee, mro = callee.removeprefix(f"{SUPER}."), mro[1:]
        elif "." in callee:
            target = self._names.resolve(callee)
            return target.symbol if target is not None and target.kind == "function" else None
        for symbol in mro:
            if callee in self._names.classes[symbol].facts.methods:
                return f"{symbol}.{callee}"
        return None

    def _parameter_at(self, function: str | None, place: str) -> str | None:
        node = self._names.functions.get(function or "")
        if node is None:
            return None
        if not place.isdecimal():
            return place
        positional = [p.name for p in node.facts.parameters if p.kind == "positional"]
        at = int(place) + (node.facts.kind != "staticmethod")
        return positional[at] if at < len(positional) else None

    # -- objects of modules

    def _object(self, module: ModuleSummary, given: GivenObject) -> SharedObject | None:
        kind = self._values.kind_of_name(given.symbol)
        node = self._names.classes.get(given.class_symbol)
        if kind is None or node is None or node.module is not module:
            return None
        name = f"{node.facts.name}.{given.method}"
        found = {
            GivenChange(Location(module.path, m.span), m.operation, name): m
            for m in given.mutations
            if _fits(m, *kind)
        }
        kept = Kept(given.class_symbol, given.attribute, given.class_symbol, given.method)
        found.update(self._changes_of(kept, *kind))
        verdict: Verdict | None = self._intent.of_object(given, kept, found) if found else None
        target = self._names.resolve(given.symbol)
        if verdict is None or target is None:
            return None
        return SharedObject(
            class_name=node.facts.name,
            attribute=given.attribute,
            name=target.symbol.rpartition(".")[2],
            symbol=target.symbol,
            kind=kind[0],
            location=Location(module.path, given.span),
            scope=given.scope,
            places=tuple(sorted(found)),
            confidence=verdict.confidence,
            reason=verdict.reason,
        )

    # -- changes

    def _changes_of(self, kept: Kept, kind: str, element: str) -> dict[GivenChange, Mutation]:
        """Return the changes of what an attribute of instances of a class, or of its subclasses, holds."""
        found: dict[GivenChange, Mutation] = {}
        mro = self._names.mro(kept.class_symbol)
        for symbol in (*mro, *self._names.subclasses(kept.class_symbol)):
            for change in self._changes.by_attribute.get((symbol, kept.attribute), ()):
                if not _fits(change.mutation, kind, element) or change.module.is_stub:
                    continue
                is_hidden = (
                    change.method and symbol in mro and self._is_overridden(mro, symbol, change.method)
                )
                if is_hidden or (change.module.is_test and not self._is_test(kept)):
                    continue
                method = f"{symbol.rpartition('.')[2]}.{change.method}" if change.method else ""
                place = Location(change.module.path, change.mutation.span)
                found[GivenChange(place, change.mutation.operation, method)] = change.mutation
        return found

    def _is_changed_for_sure(self, kept: Sequence[Kept], changes: Iterable[GivenChange]) -> bool:
        """Whether not all changes are those of subclasses that give their own to the constructor."""
        choosing = {
            subclass.rpartition(".")[2]
            for each in kept
            for subclass in self._names.subclasses(each.class_symbol)
            if may_give_its_own(self._names, subclass, each.method_owner, each.method)
        }
        return any(change.method.partition(".")[0] not in choosing for change in changes)

    def _is_test(self, kept: Kept) -> bool:
        return self._names.classes[kept.class_symbol].module.is_test

    def _is_overridden(self, mro: tuple[str, ...], symbol: str, method: str) -> bool:
        before = mro[: mro.index(symbol)]
        return method != "__init__" and any(method in self._names.classes[c].facts.methods for c in before)


def _short(facts: FunctionFacts) -> str:
    owner = facts.class_qualname
    return f"{owner.rpartition('.')[2]}.{facts.name}" if owner is not None else facts.name


def _fits(mutation: Mutation, kind: str, element: str) -> bool:
    """Tell whether an operation changes this kind of container, or what is in it."""
    if mutation.signals & Signal.NESTED:
        return changes_element(mutation.operation, kind, element)
    return changes(mutation.operation, kind)


__all__ = ["GivenChange", "GivenObjects", "Kept", "SharedDefault", "SharedObject", "find_given_objects"]
