"""Managed classes as values: by whom they are managed, why, how sure that is, and who keeps to it."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import Confidence, Evidence, Location, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPECTED_SHARE: Final = 0.9
"""The prior of the deviance model: the share of uses that keep to a rule that people hold (Engler et al.,
"Bugs as Deviant Behavior", SOSP 2001, section 3.2)."""


class Callable(msgspec.Struct, frozen=True):
    """A function that hands instances out, and where it stands."""

    symbol: str
    location: Location | None
    is_async: bool = False


class Keep(msgspec.Struct, frozen=True):
    """One way of keeping instances: the places, and the functions that keep them there and hand them out."""

    factories: tuple[str, ...]
    places: tuple[str, ...]
    """Slots and registries; a memoizing factory is a place of its own."""
    helpers: tuple[str, ...] = ()


class ManagedClass(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A managed class with all that is known of its management.

    It may have as many factories, registries and clues as the project has modules: what each of these asks
    of all of them is worked out once.
    """

    qualname: str
    location: Location | None
    scope: Scope
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    factories: tuple[Callable, ...]
    slots: tuple[str, ...]
    registries: tuple[str, ...]
    owners: frozenset[str]
    """Qualified names of classes and functions inside which the class may be constructed, and of modules at
    whose own level it may."""
    owner_modules: frozenset[str]
    """Modules in which the class may be constructed anywhere."""
    homes: frozenset[str]
    """The modules of the class and of its factories: what they do with it is their own affair."""
    allow: tuple[str, ...]
    """Further owners as the configuration names them, with patterns."""
    canonical: str
    is_declared: bool
    is_own_factory: bool
    """Whether calling the class is the way to get the instance."""
    is_factory_declared: bool = False
    """Whether the first of the factories is one that the declaration names."""
    keeps: tuple[Keep, ...] = ()
    """What each clue of a slot, registry, memoizing function or provider says by itself."""
    factory_uses: int = 0
    direct_constructions: int = 0
    is_configurable: bool = False
    """Whether several modules construct it with arguments, which its factories neither take nor give."""

    @cached_property
    def evidence_kinds(self) -> frozenset[str]:
        """The kinds of the clues."""
        return frozenset(evidence.kind for evidence in self.evidence)

    @cached_property
    def factory_symbols(self) -> frozenset[str]:
        """The names of the factories."""
        return frozenset(factory.symbol for factory in self.factories)

    @cached_property
    def factory_owners(self) -> frozenset[str]:
        """The modules and classes that the factories stand in."""
        return frozenset(symbol.rpartition(".")[0] for symbol in self.factory_symbols)

    @cached_property
    def helpers(self) -> frozenset[str]:
        """The functions that help with the keeping."""
        return frozenset(helper for keep in self.keeps for helper in keep.helpers)

    @cached_property
    def keepers(self) -> frozenset[str]:
        """The functions that keep instances, or help with that."""
        return self.helpers.union(factory for keep in self.keeps for factory in keep.factories)

    @cached_property
    def sources(self) -> frozenset[str]:
        """The factories and the places: whatever an instance can be had from."""
        return self.factory_symbols.union(self.slots, self.registries)

    @cached_property
    def source_owners(self) -> frozenset[str]:
        """The modules and classes that factories and places stand in."""
        return frozenset(symbol.rpartition(".")[0] for symbol in self.sources)

    @cached_property
    def registry_names(self) -> frozenset[str]:
        """The last names of the registries."""
        return frozenset(registry.rpartition(".")[2] for registry in self.registries)

    @cached_property
    def surroundings(self) -> frozenset[str]:
        """All packages, modules and classes that owners and factories stand in, at whatever depth."""
        found: set[str] = set()
        for symbol in (*self.owners, *self.factory_symbols):
            while symbol := symbol.rpartition(".")[0]:
                if symbol in found:
                    break
                found.add(symbol)
        return frozenset(found)

    @cached_property
    def has_private_factories(self) -> bool:
        """Whether there are factories, and all of them are private."""
        names = [symbol.rpartition(".")[2] for symbol in self.factory_symbols]
        return bool(names) and all(name.startswith("_") for name in names)

    @property
    def is_guarded(self) -> bool:
        """Whether the constructor itself refuses others."""
        return "guarded" in self.evidence_kinds

    @property
    def is_closed(self) -> bool:
        """Whether others are told to keep out: it is declared, it refuses them, or it is private."""
        return self.is_declared or self.is_guarded or "typed-factory" in self.evidence_kinds

    @property
    def symbols(self) -> Iterator[str]:
        """The names of all that belongs to its management: where one of these is defined, it is at home."""
        yield self.qualname
        yield from (factory.symbol for factory in self.factories)
        yield from (*self.slots, *self.registries)
        for keep in self.keeps:
            yield from (*keep.factories, *keep.helpers)

    @property
    def name(self) -> str:
        """The class's own name."""
        return self.qualname.rpartition(".")[2]

    @property
    def z(self) -> float:
        """How deviant direct construction is: the z of Engler et al. (SOSP 2001) with ``EXPECTED_SHARE``."""
        total = self.factory_uses + self.direct_constructions
        if not total:
            return 0.0
        share = self.factory_uses / total
        return (share - EXPECTED_SHARE) / math.sqrt(EXPECTED_SHARE * (1 - EXPECTED_SHARE) / total)
