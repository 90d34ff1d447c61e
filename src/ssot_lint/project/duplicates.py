"""Where a project says the same thing again: second names and factories of its managed classes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import Location, Span
from ssot_lint.project.competing import CompetitionReader, Competitor
from ssot_lint.summary.facts import LOCALS, ModuleSummary, UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ssot_lint.project.hits import Hit
    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import Names

    HitsIn = Callable[[ModuleSummary], tuple[Hit, ...]]

_ASIDE: Final = UseFlag.MAIN_GUARD | UseFlag.TYPE_CHECKING


class SecondName(msgspec.Struct, frozen=True):
    """A module's own name for a managed class, other than the class's."""

    managed: str
    name: str
    location: Location


class Duplicates:
    """An index over a linked project by what would be a second source of something.

    Everything is looked for under the names of managed classes and their factories: there are few.
    """

    def __init__(self, names: Names, managed: Mapping[str, ManagedClass], hits_in: HitsIn) -> None:
        self._names, self._managed, self._hits_in = names, managed, hits_in
        ranked = sorted((m for m in managed.values() if m.location is not None), key=_rank)
        self.second_names = _second_names(names, managed, hits_in)
        """The names that modules bind managed classes to, by path."""
        self.public_name = {m.qualname: self._public_name(m) for m in managed.values()}
        """What everybody calls a class: its own name, or the name that its module gives a private class."""
        self.managed_named: dict[str, list[ManagedClass]] = {}
        """The managed classes by own and public name, the one that others are copies of first."""
        for each in ranked:
            for name in {each.name, self.public_name[each.qualname]}:
                self.managed_named.setdefault(name, []).append(each)
        self.factories_named: dict[str, list[tuple[str, ManagedClass]]] = {}
        """The managed classes by the names of their factories that are functions of modules."""
        for each in managed.values():
            for factory in each.factories:
                node = names.functions.get(factory.symbol)
                if node is not None and node.facts.kind == "function" and LOCALS not in factory.symbol:
                    found = self.factories_named.setdefault(node.facts.name, [])
                    found.append((factory.symbol, each))

    @cached_property
    def top_packages(self) -> frozenset[str]:
        """The first parts of the project's module names: what begins otherwise is somebody else's."""
        return frozenset(module.module.partition(".")[0] for module in self._names.sources)

    @cached_property
    def competitors(self) -> Mapping[str, tuple[Competitor, ...]]:
        """The factories that compete with a first one, by path."""
        return CompetitionReader(self._names, self._managed, self._hits_in).competitors()

    def _public_name(self, managed: ManagedClass) -> str:
        if not managed.name.startswith("_"):
            return managed.name
        found = [n for names in self.second_names.values() for n in names if n.managed == managed.qualname]
        path = managed.location.path if managed.location is not None else ""
        found.sort(key=lambda n: (n.location.path != path, n.location))
        return found[0].name if found else managed.name

    def rank(self, managed: ManagedClass) -> tuple[object, ...]:
        """Return what definitions of one thing are compared by; the least is the one that others go by."""
        return _rank(managed)


def _rank(managed: ManagedClass) -> tuple[bool, int, int, str]:
    uses = managed.factory_uses + managed.direct_constructions
    return not managed.is_declared, -managed.confidence, -uses, managed.qualname


def _second_names(
    names: Names, managed: Mapping[str, ManagedClass], hits_in: HitsIn
) -> Mapping[str, tuple[SecondName, ...]]:
    found: dict[str, tuple[SecondName, ...]] = {}
    imported = None
    for module in names.sources:
        if module.is_test or module.is_stub:
            continue
        bound = list(_aliases(module, hits_in(module)))
        renamed = list(_renamed_imports(module, hits_in(module)))
        if renamed:
            imported = _imported_symbols(names, hits_in) if imported is None else imported
            bound += [each for each in renamed if _is_passed_on(module, each.name, imported)]
        bound = [each for each in bound if each.name != managed[each.managed].name]
        if bound:
            found[module.path] = tuple(sorted(bound, key=lambda each: (each.location, each.managed)))
    return found


def _aliases(module: ModuleSummary, hits: tuple[Hit, ...]) -> Iterator[SecondName]:
    """Names of the module that are assigned a managed class as it is, whatever else happens."""
    symbols = {
        hit.symbol: hit.managed
        for hit in hits
        if hit.role == "class" and not hit.rest and hit.use.kind is UseKind.ALIAS and hit.use.scope == 0
    }
    if not symbols:
        return
    for name, bindings in module.bindings.items():
        binding = bindings[0]
        if len(bindings) != 1 or binding.kind != "value" or binding.flags & _ASIDE:
            continue
        if len(binding.symbols) == 1 and binding.symbols[0] in symbols:
            yield _named(symbols[binding.symbols[0]], module, name, binding.span)


def _renamed_imports(module: ModuleSummary, hits: tuple[Hit, ...]) -> Iterator[SecondName]:
    symbols = {
        hit.symbol: hit.managed
        for hit in hits
        if hit.role == "class" and not hit.rest and hit.use.kind is UseKind.IMPORT and hit.use.scope == 0
    }
    if not symbols:
        return
    for name, bindings in module.bindings.items():
        binding = bindings[0]
        if len(bindings) != 1 or binding.kind != "import" or binding.symbols[0] not in symbols:
            continue
        if binding.symbols[0].rpartition(".")[2] != name:
            yield _named(symbols[binding.symbols[0]], module, name, binding.span)


def _named(managed: str, module: ModuleSummary, name: str, span: Span) -> SecondName:
    return SecondName(managed, name, Location(module.path, span))


def _imported_symbols(names: Names, hits_in: HitsIn) -> frozenset[str]:
    return frozenset(
        hit.symbol
        for module in names.sources
        for hit in hits_in(module)
        if hit.role == "class" and hit.use.kind is UseKind.IMPORT
    )


def _is_passed_on(module: ModuleSummary, name: str, imported: frozenset[str]) -> bool:
    """Whether a name under which a module imports something is meant for others, too."""
    return name in (module.exports or ()) or f"{module.module}.{name}" in imported
