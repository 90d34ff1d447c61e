"""Who comes by the instances of managed classes: through the factory, around it, or as somebody who may."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.model import Location
from ssot_lint.project.hits import Keeping, is_owner, place_symbols, way_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssot_lint.project.linking import Project


class Road(enum.Enum):
    """How somebody comes by an instance."""

    FACTORY = "factory"
    DIRECT = "direct"
    ALLOWED = "allowed"
    """A direct construction that the configuration allows."""


class Passage(msgspec.Struct, frozen=True):
    """A place where somebody comes by an instance of a managed class."""

    road: Road
    module: str
    scope: str
    """Qualified name of the function or class around the place, else of the module."""
    by: str
    """Qualified name of what is called or named there: the factory, the place of the instance, the class."""
    location: Location


def find_traffic(project: Project) -> Mapping[str, tuple[Passage, ...]]:
    """Return the places by the qualified names of the managed classes, in the order of the files.

    They are those that the counts of ``ManagedClass`` are about.
    """
    found: dict[str, list[Passage]] = {name: [] for name in project.managed}
    keeping = {
        name: Keeping(
            managed.owners,
            managed.owner_modules,
            managed.homes,
            "provider" in managed.evidence_kinds,
        )
        for name, managed in project.managed.items()
    }
    for module in project.modules:
        for hit in project.hits_in(module):
            way = way_of(module, hit, keeping[hit.managed])
            if way not in ("factory", "direct"):
                continue
            allow = project.managed[hit.managed].allow
            is_allowed = is_owner(frozenset(), frozenset(), allow, module, hit.use.scope)
            road = Road.FACTORY if way == "factory" else Road.ALLOWED if is_allowed else Road.DIRECT
            scope = next(place_symbols(module, hit.use.scope), module.module)
            location = Location(module.path, hit.use.span)
            found[hit.managed].append(Passage(road, module.module, scope, hit.target, location))
    return {name: tuple(passages) for name, passages in found.items()}
