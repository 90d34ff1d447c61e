"""Mutable class attributes of keyed classes: one object for all users, though nothing is seen to change."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import Confidence, Location, Scope
from ssot_lint.project.attribute_settings import AttributeSettings
from ssot_lint.project.construction_paths import ConstructionPaths
from ssot_lint.project.default_copies import copies_default
from ssot_lint.project.kinds import is_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssot_lint.project.attribute_values import Attribute, AttributeValues
    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.settings import Settings

_READ_ONLY: Final = re.compile(
    r"\b(?:Sequence|Mapping|AbstractSet|Iterable|Collection|Container|FrozenSet|frozenset|Set\b(?=\[)|"
    r"MappingProxyType|ReadOnly\w*)\b"
)
_MUTABLE: Final = re.compile(r"\bMutable(?:Sequence|Mapping|Set)\b")
_SHARED: Final = re.compile(
    r"(?:^|_)(?:caches?|memos?|pools?|registr(?:y|ies)|instances?|locks?|singletons?|shared)(?:_|$)"
)


class ExposedAttribute(msgspec.Struct, frozen=True, kw_only=True):
    """A mutable object that all instances of a keyed class share."""

    managed: str
    class_name: str
    """The class that binds it: the managed one, or one that it inherits from."""
    name: str
    kind: str
    location: Location
    confidence: Confidence


def find_exposed_attributes(
    values: AttributeValues, managed: Mapping[str, ManagedClass], settings: Settings
) -> Mapping[str, tuple[ExposedAttribute, ...]]:
    """Return the attributes by the path of their module, in the order of the text; each counts once."""
    keyed = [
        m for m in managed.values() if m.scope is not Scope.PROCESS and m.qualname in values.names.classes
    ]
    if not keyed:
        return {}
    finder = _Finder(values, settings)
    found: dict[Location, ExposedAttribute] = {}
    for each in keyed:
        for exposed in finder.exposed(each):
            known = found.setdefault(exposed.location, exposed)
            if exposed.confidence > known.confidence:
                found[exposed.location] = exposed
    by_path: dict[str, list[ExposedAttribute]] = defaultdict(list)
    for location in sorted(found):
        by_path[location.path].append(found[location])
    return {path: tuple(all_) for path, all_ in by_path.items()}


class _Finder:
    def __init__(self, values: AttributeValues, settings: Settings) -> None:
        names = self._names = values.names
        self._settings = AttributeSettings(names, settings)
        self._values = values
        self._paths = ConstructionPaths(self._values)

    def exposed(self, managed: ManagedClass) -> Iterator[ExposedAttribute]:
        """Yield the attributes of one class and its bases that its instances share."""
        if is_record(self._names, managed.qualname):
            return
        kept = {place.rpartition(".")[2] for place in (*managed.registries, *managed.slots)}
        own = self._paths.of(managed.qualname).binds
        for owner in self._names.mro(managed.qualname):
            for name in self._values.by_class.get(owner, ()):
                bound_by, attribute = self._values.find(managed.qualname, name)
                if bound_by != owner or attribute is None or name in kept or name in own:
                    continue
                if self._is_meant(managed.qualname, attribute):
                    continue
                node = self._names.classes[owner]
                yield ExposedAttribute(
                    managed=managed.qualname,
                    class_name=node.facts.name,
                    name=name,
                    kind=attribute.kind,
                    location=Location(node.module.path, attribute.facts.span),
                    confidence=min(managed.confidence, Confidence.MEDIUM),
                )

    def _is_meant(self, receiver: str, attribute: Attribute) -> bool:
        """Tell whether sharing is declared, said by the name or a comment, or doesn't happen at all."""
        facts = attribute.facts
        if facts.declared or facts.is_remarked or facts.name.strip("_").isupper():
            return True
        if _SHARED.search(facts.name.lower()) or self._is_class_level(receiver, facts.name):
            return True
        if self._settings.copies(receiver) or self._settings.is_declaration(attribute.owner, facts.name):
            return True
        if copies_default(self._names, self._paths, receiver, attribute):
            return True
        bound = self._names.classes[attribute.owner].facts.attributes
        annotation = next((a.annotation for a in bound if a.name == facts.name), "")
        return bool(_READ_ONLY.search(annotation)) and not _MUTABLE.search(annotation)

    def _is_class_level(self, receiver: str, name: str) -> bool:
        """Tell whether a class of the line declares it as its own, or handles it through the class."""
        for each in self._names.mro(receiver):
            facts = self._values.facts[each][1] if each in self._values.facts else None
            if facts is not None and name in (*facts.declared, *facts.class_level, *facts.class_reads):
                return True
        return False
