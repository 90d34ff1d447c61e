"""The registries of managed classes: where they stand, and by what instances are found in them.

A class may have one in each module; what is asked of all of them is worked out once.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Location

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import FunctionNode, Names

_FINITE: Final = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})


class Registries:
    """Answers for one project."""

    def __init__(self, names: Names, managed: Mapping[str, ManagedClass]) -> None:
        self._names = names
        self._managed = managed
        self._few: dict[str, bool] = {}
        self._keys: dict[str, frozenset[str]] = {}

    def within(self, path: str, managed: ManagedClass) -> Sequence[tuple[str, Location]]:
        """Return the registries of a class that stand in a file, each with its place."""
        return self._places.get((path, managed.qualname), ())

    def has_few_keys(self, managed: ManagedClass) -> bool:
        """Whether all that the keys are computed from are truth values and members of enumerations."""
        known = self._few.get(managed.qualname)
        if known is None:
            annotations = list(self._annotations(managed))
            known = bool(annotations) and all(map(self._is_finite, annotations))
            self._few[managed.qualname] = known
        return known

    def keys(self, managed: ManagedClass) -> frozenset[str]:
        """Return the parameters of the factories that keep instances in registries alone."""
        known = self._keys.get(managed.qualname)
        if known is None:
            registries = frozenset(managed.registries)
            known = self._keys[managed.qualname] = frozenset(
                parameter
                for keep in managed.keeps
                if registries and registries.issuperset(keep.places)
                for symbol in keep.factories
                if (keeper := self._names.functions.get(symbol)) is not None
                for parameter in parameters_of(keeper)
            )
        return known

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], list[tuple[str, Location]]]:
        found: dict[tuple[str, str], list[tuple[str, Location]]] = defaultdict(list)
        for managed in self._managed.values():
            for registry in managed.registries:
                place = self._place(registry, managed)
                if place is not None:
                    found[place.path, managed.qualname].append((registry, place))
        return found

    def _place(self, registry: str, managed: ManagedClass) -> Location | None:
        """Return where a registry is defined, else where it is filled."""
        owner, _, name = registry.rpartition(".")
        module, node = self._names.modules.get(owner), self._names.classes.get(owner)
        if module is not None and (bindings := module.bindings.get(name)):
            return Location(module.path, bindings[0].span)
        for attribute in node.facts.attributes if node is not None else ():
            if node is not None and attribute.name == name and attribute.value:
                return Location(node.module.path, attribute.span)
        return next((e.location for e in managed.evidence if e.kind == "registry"), None)

    def _annotations(self, managed: ManagedClass) -> Iterator[tuple[str, ...]]:
        for factory in managed.factories:
            node = self._names.functions.get(factory.symbol)
            if node is not None:
                keyed = {name for fill in node.facts.fills for name in fill.key_parameters}
                yield from (p.annotation for p in node.facts.parameters if p.name in keyed)

    def _is_finite(self, annotation: Sequence[str]) -> bool:
        return any(
            symbol == "builtins.bool" or self._names.external_bases(symbol) & _FINITE
            for symbol in annotation
            if symbol == "builtins.bool" or symbol in self._names.classes
        )


def parameters_of(node: FunctionNode) -> frozenset[str]:
    """Return what a function is given, beside its receiver."""
    return frozenset(p.name for p in node.facts.parameters if p.name not in ("self", "cls"))
