"""Where something that serves the whole process keeps an instance that belongs to one user."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.model import Confidence, Location, Scope
from ssot_lint.project.shared_places import SharedPlace
from ssot_lint.summary.kept_facts import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ssot_lint.project.contexts import Contexts
    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import Names
    from ssot_lint.project.process_wide import ProcessWide
    from ssot_lint.project.shared_places import SharedPlaces
    from ssot_lint.summary.facts import Fill, FunctionFacts, ModuleSummary
    from ssot_lint.summary.kept_facts import KeptValue


class Captive(msgspec.Struct, frozen=True, kw_only=True):
    """A store of a keyed instance in something that outlives the key's owner."""

    location: Location
    scope: int
    managed: str
    """The managed class of the instance."""
    place: SharedPlace
    when_empty: bool
    """Whether it is stored only when nothing is there yet."""
    is_passed: bool
    """Whether it was passed in, rather than asked for."""
    confidence: Confidence


def find_captives(
    names: Names,
    managed: Mapping[str, ManagedClass],
    process_wide: ProcessWide,
    places: SharedPlaces,
    contexts: Contexts,
    modules: Iterable[ModuleSummary],
) -> Mapping[str, tuple[Captive, ...]]:
    """Return the captives of some modules, by the paths of those, in the order of the text."""
    keyed = {m.qualname: m for m in managed.values() if m.scope is not Scope.PROCESS}
    return _Finder(names, keyed, process_wide, places, contexts).find(modules) if keyed else {}


class _Finder:
    def __init__(
        self,
        names: Names,
        keyed: Mapping[str, ManagedClass],
        process_wide: ProcessWide,
        places: SharedPlaces,
        contexts: Contexts,
    ) -> None:
        self._names = names
        self._keyed = keyed
        self._process_wide = process_wide
        self._places = places
        self._contexts = contexts

    def find(self, modules: Iterable[ModuleSummary]) -> Mapping[str, tuple[Captive, ...]]:
        """All of some modules."""
        captives = [c for module in modules for c in self._in_module(module)]
        wanted = {c.place.instance_of for c in captives if c.place.instance_of}
        elsewhere = self._process_wide.made_elsewhere(wanted) if wanted else {}
        found: dict[str, list[Captive]] = defaultdict(list)
        for captive in captives:
            if elsewhere.get(captive.place.instance_of) or not captive.place.is_sure:
                lower = Confidence(max(captive.confidence - 1, Confidence.LOW))
                captive = msgspec.structs.replace(captive, confidence=lower)
            found[captive.location.path].append(captive)
        return {path: tuple(sorted(all_, key=lambda c: c.location)) for path, all_ in found.items()}

    def _in_module(self, module: ModuleSummary) -> Iterator[Captive]:
        kept = {value.span: value for value in module.kept_values}
        for function in module.functions:
            for fill in function.fills:
                if fill.values and not fill.key_parameters and not fill.target.endswith("()"):
                    captive = self._captive(module, function, fill, kept.get(fill.span))
                    if captive is not None:
                        yield captive

    def _captive(
        self, module: ModuleSummary, function: FunctionFacts, fill: Fill, kept: KeptValue | None
    ) -> Captive | None:
        managed = self._held(fill)
        if managed is None:
            return None
        place = self._places.find(fill.target.removesuffix("[]"), fill.key.strip("'\""), module, function)
        if place is None or self._process_wide.is_slot(fill.target.removesuffix("[]")):
            return None
        if place.instance_of and self._is_owner(place.instance_of, managed):
            return None
        is_passed = not fill.made
        sure = self._confidence(managed, is_derived=is_passed or kept is not None)
        return Captive(
            location=Location(module.path, fill.span),
            scope=function.scope,
            managed=managed.qualname,
            place=place,
            when_empty=fill.when_empty,
            is_passed=is_passed,
            confidence=Confidence(max(sure - (not place.instance_of), Confidence.LOW)),
        )

    def _held(self, fill: Fill) -> ManagedClass | None:
        """Return the keyed managed class that what is stored is an instance of."""
        for symbol in fill.values:
            class_symbol = self._names.class_of(symbol)
            for each in self._names.mro(class_symbol) if class_symbol in self._names.classes else ():
                if each in self._keyed:
                    return self._keyed[each]
        return None

    def _is_owner(self, class_symbol: str, managed: ManagedClass) -> bool:
        """Tell whether a class is the managed one itself, or what keeps its instances."""
        line = (class_symbol, *self._names.mro(class_symbol), *self._names.subclasses(class_symbol))
        return any(each in self._keyed or each in managed.owners for each in line)

    def _confidence(self, managed: ManagedClass, *, is_derived: bool) -> Confidence:
        if managed.confidence is Confidence.LOW:
            return Confidence.LOW
        if self._belongs_to_user(managed):
            return Confidence.HIGH if is_derived else Confidence.MEDIUM
        return Confidence.MEDIUM if is_derived else Confidence.LOW

    def _belongs_to_user(self, managed: ManagedClass) -> bool:
        """Tell whether the key stands for a user, rather than for a name, a path or a kind."""
        if managed.scope is Scope.CONTEXT or managed.is_declared:
            return True
        for factory in managed.factories:
            node = self._names.functions.get(factory.symbol)
            parameters = node.facts.parameters if node is not None else ()
            if any(self._contexts.value(Origin(p.name, 0), p, parameters) is not None for p in parameters):
                return True
        return False
