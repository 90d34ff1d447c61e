"""Mutable class attributes that are changed through instances which don't have one of their own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.model import Confidence, Location
from ssot_lint.project.attribute_changes import AttributeChanges, Change
from ssot_lint.project.attribute_intent import Intent
from ssot_lint.project.attribute_leaks import Leak, Verdict
from ssot_lint.project.attribute_settings import AttributeSettings
from ssot_lint.project.attribute_uses import lowered_by_uses
from ssot_lint.project.construction_paths import ConstructionPaths
from ssot_lint.project.default_copies import copies_default
from ssot_lint.summary.attribute_facts import Mutation, Signal
from ssot_lint.summary.containers import changes, changes_element

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.project.attribute_values import Attribute, AttributeValues
    from ssot_lint.settings import Settings
    from ssot_lint.summary.facts import ModuleSummary


class ChangingPlace(msgspec.Struct, frozen=True, order=True):
    """A place where a shared attribute is changed."""

    location: Location
    operation: str
    method: str
    """Qualified name of the method, empty for a change from outside the class."""


class SharedAttribute(msgspec.Struct, frozen=True, kw_only=True):
    """A class attribute that instances share and change."""

    owner: str
    """Qualified name of the class that binds it."""
    class_name: str
    name: str
    kind: str
    location: Location
    confidence: Confidence
    reason: str
    """What speaks for sharing it on purpose, when the confidence isn't high."""
    places: tuple[ChangingPlace, ...]
    overrides: tuple[Location, ...]
    """Attributes of subclasses that the same places change."""
    home: str
    """How the class gets its constructor: ``dataclass``, ``attrs``, ``namedtuple`` or empty."""
    may_be_declared: bool
    """Whether ``ClassVar`` is a way out: no base declares an instance variable of that name."""


class SharedAttributes:
    """Finds the shared mutable attributes of a project's classes.

    ``singletons`` are classes of which there is one instance by their own making.
    """

    def __init__(
        self, values: AttributeValues, settings: Settings, singletons: frozenset[str] = frozenset()
    ) -> None:
        names = self._names = values.names
        self._settings = AttributeSettings(names, settings)
        self._values = values
        self._paths = ConstructionPaths(self._values)
        self._changes = AttributeChanges(self._values)
        self._leaks: dict[tuple[str, str], Leak] = {}
        self._abstract: dict[str, bool] = {}
        for (class_symbol, name), found in self._changes.by_attribute.items():
            self._follow(class_symbol, name, found)
        self._intent = Intent(self._values, self._paths, self._changes, singletons)

    def find(self, modules: Sequence[ModuleSummary]) -> Mapping[str, tuple[SharedAttribute, ...]]:
        """Return those in classes of some modules by the paths of these, in the order of the text."""
        paths = frozenset(module.path for module in modules)
        judged: list[tuple[Leak, Verdict]] = []
        for leak in self._leaks.values():
            if self._path(leak.attribute) not in paths:
                continue
            verdict = self._intent.judge(
                leak.attribute, leak.changes, tuple(leak.receivers), leak.overrides.values()
            )
            if verdict is not None:
                judged.append((leak, verdict))
        judged = list(lowered_by_uses(judged, self._values))
        found_by_path: dict[str, list[SharedAttribute]] = defaultdict(list)
        for leak, verdict in judged:
            found_by_path[self._path(leak.attribute)].append(self._shared(leak, verdict))
        for shared in self._unchanged_fields({leak.place for leak, _ in judged}, paths):
            found_by_path[shared.location.path].append(shared)
        return {
            path: tuple(sorted(all_, key=lambda s: s.location))
            for path, all_ in sorted(found_by_path.items())
        }

    def _path(self, attribute: Attribute) -> str:
        return self._names.classes[attribute.owner].module.path

    def _location(self, attribute: Attribute) -> Location:
        return Location(self._path(attribute), attribute.facts.span)

    # -- which attribute is hit

    def _follow(self, class_symbol: str, name: str, found: Sequence[Change]) -> None:
        receivers = (class_symbol, *sorted(self._names.subclasses(class_symbol)))
        resolved = [(receiver, self._values.find(receiver, name)[1]) for receiver in receivers]
        known = [
            (receiver, attribute)
            for receiver, attribute in resolved
            if attribute is not None and not self._settings.is_declaration(attribute.owner, name)
        ]
        if not known:
            return
        for change in found:
            hit: dict[str, list[str]] = defaultdict(list)
            attributes: dict[str, Attribute] = {}
            for receiver, attribute in known:
                if self._is_hit(receiver, attribute, change):
                    hit[attribute.owner].append(receiver)
                    attributes[attribute.owner] = attribute
            if hit:
                self._note(change, hit, attributes)

    def _is_hit(self, receiver: str, attribute: Attribute, change: Change) -> bool:
        if not _fits(change.mutation, attribute):
            return False
        if change.kept_as and not self._paths.keeps(receiver, change.kept_as, attribute.facts.name):
            return False
        module = self._names.classes[attribute.owner].module
        if change.module.is_stub or (change.module.is_test and not module.is_test):
            return False
        if self._settings.copies(receiver) or copies_default(self._names, self._paths, receiver, attribute):
            return False
        return not self._paths.has_own(receiver, change.class_symbol, change.method, change.mutation)

    def _note(
        self, change: Change, hit: Mapping[str, list[str]], attributes: Mapping[str, Attribute]
    ) -> None:
        """Put a change down to one attribute: the changing class's own, else the first that it hits."""
        own = self._values.find(change.class_symbol, change.mutation.attribute)[1]
        if own is not None and change.class_symbol in hit.get(own.owner, ()):
            receivers = hit[own.owner]
            below = self._names.subclasses(change.class_symbol)
            if self._is_abstract(change.class_symbol) and below and receivers == [change.class_symbol]:
                hit = {owner: found for owner, found in hit.items() if owner != own.owner}
                if not hit:
                    return
        main = (
            own.owner
            if own is not None and own.owner in hit
            else min(hit, key=lambda o: self._location(attributes[o]))
        )
        leak = self._leaks.setdefault((main, change.mutation.attribute), Leak(attributes[main]))
        leak.changes.append(change)
        leak.receivers.update(dict.fromkeys(hit[main]))
        leak.overrides.update({owner: attributes[owner] for owner in hit if owner != main})

    def _is_abstract(self, class_symbol: str) -> bool:
        """Tell whether a class isn't instantiated itself, by its methods or by its name."""
        known = self._abstract.get(class_symbol)
        if known is None:
            facts = self._names.classes[class_symbol].facts
            known = self._abstract[class_symbol] = facts.name.endswith("Mixin") or any(
                decorator.symbol.endswith("abstractmethod")
                for method in facts.methods
                if (function := self._names.functions.get(f"{class_symbol}.{method}")) is not None
                for decorator in function.facts.decorators
            )
        return known

    # -- findings

    def _shared(self, leak: Leak, verdict: Verdict) -> SharedAttribute:
        attribute = leak.attribute
        node = self._names.classes[attribute.owner]
        places = {
            ChangingPlace(
                Location(change.module.path, change.mutation.span),
                change.mutation.operation,
                f"{change.class_symbol.rpartition('.')[2]}.{change.method}" if change.method else "",
            )
            for change in leak.changes
        }
        return SharedAttribute(
            owner=attribute.owner,
            class_name=node.facts.name,
            name=attribute.facts.name,
            kind=attribute.kind,
            location=self._location(attribute),
            confidence=verdict.confidence,
            reason=verdict.reason,
            places=tuple(sorted(places)),
            overrides=tuple(sorted(self._location(a) for a in leak.overrides.values())),
            home=self._home(attribute.owner),
            may_be_declared=not self._declares_instance_variable(attribute),
        )

    def _home(self, class_symbol: str) -> str:
        decorators = self._paths.record_decorators(class_symbol)
        if decorators:
            return "attrs" if any(d.startswith("attr") for d in decorators) else "dataclass"
        external = self._names.external_bases(class_symbol)
        return "namedtuple" if external & {"typing.NamedTuple", "typing_extensions.NamedTuple"} else ""

    def _declares_instance_variable(self, attribute: Attribute) -> bool:
        name = attribute.facts.name
        bases = self._names.mro(attribute.owner)[1:]
        return any(b in self._values.facts and name in self._values.facts[b][1].fields for b in bases)

    def _unchanged_fields(
        self, known: set[tuple[str, str]], paths: frozenset[str]
    ) -> Iterator[SharedAttribute]:
        """Yield the attrs fields whose default is one mutable object, though nothing is seen to change it."""
        for owner, found in self._values.by_class.items():
            if self._names.classes[owner].module.path not in paths or self._home(owner) != "attrs":
                continue
            for name in found:
                attribute = self._values.find(owner, name)[1]
                if attribute is None or (owner, name) in known or attribute.facts.declared:
                    continue
                if self._settings.copies(owner) or self._settings.is_declaration(owner, name):
                    continue
                if attribute.facts.in_field or attribute.facts.is_annotated:
                    verdict = Verdict(Confidence.LOW, "nothing is seen to change it")
                    yield self._shared(Leak(attribute), verdict)


def _fits(mutation: Mutation, attribute: Attribute) -> bool:
    """Tell whether an operation changes this kind of container, or what is in it."""
    if mutation.signals & Signal.NESTED:
        return changes_element(mutation.operation, attribute.kind, attribute.element)
    return changes(mutation.operation, attribute.kind)
