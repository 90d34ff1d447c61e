"""Puts the summaries of all modules together, and answers the questions of the rules."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from ssot_lint.model import Location, Scope, Span
from ssot_lint.project.atomicity import Atomicity
from ssot_lint.project.attribute_values import AttributeValues
from ssot_lint.project.by_module import ByModule
from ssot_lint.project.candidates import Candidate, gather
from ssot_lint.project.captives import Captive, find_captives
from ssot_lint.project.class_state import StateOnClass, find_class_state
from ssot_lint.project.context_stores import ContextStore, find_context_stores
from ssot_lint.project.contexts import Contexts
from ssot_lint.project.duplicates import Duplicates
from ssot_lint.project.evidence import Clue, find_clues
from ssot_lint.project.exposed_attributes import ExposedAttribute, find_exposed_attributes
from ssot_lint.project.given_objects import GivenObjects, find_given_objects
from ssot_lint.project.hits import Hit, Watch, count_uses, find_hits, is_owner
from ssot_lint.project.keepers import Keepers
from ssot_lint.project.making import Making
from ssot_lint.project.managed_index import ManagedIndex
from ssot_lint.project.module_contents import ModuleContents
from ssot_lint.project.names import ClassNode, Names
from ssot_lint.project.process_wide import ProcessWide
from ssot_lint.project.registries import Registries
from ssot_lint.project.removals import Removals
from ssot_lint.project.shared_attributes import SharedAttribute, SharedAttributes
from ssot_lint.project.shared_names import with_nearest_names
from ssot_lint.project.shared_places import SharedPlaces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.settings import ManagedDeclaration, Settings
    from ssot_lint.summary.facts import ModuleSummary, Use


class Project:
    """A linked project; it is asked, never changed."""

    def __init__(
        self,
        modules: Sequence[ModuleSummary],
        names: Names,
        settings: Settings,
        managed: Mapping[str, ManagedClass],
        hits: Mapping[str, tuple[Hit, ...]],
    ) -> None:
        self.modules = tuple(modules)
        self.names = names
        self.settings = settings
        self.managed = managed
        """The managed classes by qualified name, the surest first."""
        self._hits = hits
        self._by_path = {module.path: module for module in self.modules}

    def module_at(self, path: str) -> ModuleSummary | None:
        """The module that was read from a path."""
        return self._by_path.get(path)

    def hits_in(self, module: ModuleSummary) -> tuple[Hit, ...]:
        """The uses of managed classes and of what belongs to them in a module, in the order of the text."""
        return self._hits.get(module.path, ())

    def hits_of(self, managed: str) -> Sequence[tuple[ModuleSummary, Hit]]:
        """The uses of one managed class, and of what belongs to it, with the modules that they stand in."""
        return self._hits_by_class.get(managed, ())

    @cached_property
    def _hits_by_class(self) -> Mapping[str, Sequence[tuple[ModuleSummary, Hit]]]:
        found: dict[str, list[tuple[ModuleSummary, Hit]]] = {}
        for module in self.modules:
            for hit in self.hits_in(module):
                found.setdefault(hit.managed, []).append((module, hit))
        return found

    @cached_property
    def index(self) -> ManagedIndex:
        """The managed classes by what belongs to them."""
        return ManagedIndex(self.names, self.managed)

    @cached_property
    def keepers(self) -> Keepers:
        """Which class is kept in which place."""
        return Keepers(self.names, self.managed)

    @cached_property
    def atomicity(self) -> Atomicity:
        """Where somebody may come between the look at a place and its filling."""
        return Atomicity(self)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Where the project says things again; worked out when somebody asks."""
        return Duplicates(self.names, self.managed, self.hits_in)

    @cached_property
    def _attribute_values(self) -> AttributeValues:
        return AttributeValues(self.names)

    @cached_property
    def shared_attributes(self) -> ByModule[SharedAttribute]:
        """The class attributes that instances share and change."""
        single = frozenset(m.qualname for m in self.managed.values() if m.is_own_factory)
        return ByModule(
            self.names.sources, SharedAttributes(self._attribute_values, self.settings, single).find
        )

    @cached_property
    def exposed_attributes(self) -> Mapping[str, tuple[ExposedAttribute, ...]]:
        """Mutable class attributes of keyed classes, by the path of the module."""
        return find_exposed_attributes(self._attribute_values, self.managed, self.settings)

    @cached_property
    def process_wide(self) -> ProcessWide:
        """The classes that have an instance for the whole process."""
        return ProcessWide(self.names, self.managed)

    @cached_property
    def context_stores(self) -> ByModule[ContextStore]:
        """Where a user's context is stored in what all users share."""
        contexts = Contexts(self.settings.context_names)
        places = SharedPlaces(self.names, self.process_wide)
        find = partial(find_context_stores, self.names, self.process_wide, places, contexts)
        return ByModule(self.names.sources, find)

    @cached_property
    def captives(self) -> ByModule[Captive]:
        """Where instances that belong to one user are kept by what serves all."""
        contexts = Contexts(self.settings.context_names)
        places = SharedPlaces(self.names, self.process_wide)
        find = partial(find_captives, self.names, self.managed, self.process_wide, places, contexts)
        return ByModule(self.names.sources, find)

    @cached_property
    def registries(self) -> Registries:
        """Where the registries stand, and by what instances are found in them."""
        return Registries(self.names, self.managed)

    @cached_property
    def removals(self) -> Removals:
        """Whether anything ever leaves the registries."""
        return Removals(self.names, self.hits_in)

    @cached_property
    def making(self) -> Making:
        """What functions make anew, and which keys they look up by; put together when somebody asks."""
        return Making(self.names)

    @cached_property
    def class_state(self) -> Mapping[str, tuple[StateOnClass, ...]]:
        """What instances store on their classes, by the path of their module."""
        return find_class_state(self.names, self.managed, Contexts(self.settings.context_names))

    @cached_property
    def given_objects(self) -> GivenObjects:
        """Objects that instances change without having made them."""
        return find_given_objects(self._attribute_values)

    def owns(self, managed: ManagedClass, module: ModuleSummary, use: Use) -> bool:
        """Whether a place may construct a managed class."""
        return is_owner(managed.owners, managed.owner_modules, managed.allow, module, use.scope)


def link(summaries: Sequence[ModuleSummary], settings: Settings) -> Project:
    """The project that the modules make up together; the order of the summaries is of no account."""
    ordered = with_nearest_names(sorted(summaries, key=lambda s: s.path))
    names = Names(ordered)
    declared = _declared(names, settings)
    clues = list(find_clues(names)) if settings.infer else []
    clues += _marked(names)
    clues += _configured(declared, settings)
    contents = ModuleContents(names)
    candidates = gather(clues, declared, names, contents)
    _add_declared_factories(candidates, names, contents)
    watch = Watch(candidates, names)
    hits = {module.path: found for module in ordered if (found := find_hits(module, names, watch))}
    for module in ordered:
        count_uses(module, hits.get(module.path, ()), candidates)
    managed = [candidate.finish(names) for candidate in candidates.values()]
    managed.sort(key=lambda m: (-m.confidence, -m.z, m.qualname))
    return Project(ordered, names, settings, {m.qualname: m for m in managed}, hits)


def _declared(names: Names, settings: Settings) -> dict[str, ManagedDeclaration]:
    """The declarations by the qualified name that their class really has."""
    found: dict[str, ManagedDeclaration] = {}
    for declaration in settings.managed:
        target = names.resolve(declaration.class_)
        known = target is not None and target.kind in ("class", "function", "external")
        found[target.symbol if target is not None and known else declaration.class_] = declaration
    return found


def _add_declared_factories(
    candidates: Mapping[str, Candidate], names: Names, contents: ModuleContents
) -> None:
    """Put the declared factories before those that the code shows: they are the ones to go through."""
    for candidate in candidates.values():
        if candidate.declaration is None:
            continue
        targets = {factory: names.resolve(factory) for factory in candidate.declaration.factories}
        declared = [target.symbol if target is not None else name for name, target in targets.items()]
        candidate.factories = list(dict.fromkeys((*declared, *candidate.factories)))
        candidate.find_owners(names, contents)


def _configured(declared: Mapping[str, ManagedDeclaration], settings: Settings) -> list[Clue]:
    """Clues of the configuration's entries."""
    return [
        Clue(
            symbol,
            "config",
            "the configuration declares it",
            location_of_declaration(settings, declaration),
            declaration.scope or Scope.PROCESS,
        )
        for symbol, declaration in declared.items()
    ]


def _marked(names: Names) -> list[Clue]:
    """Clues of ``# ssot: managed`` comments."""
    found = []
    for node in names.classes.values():
        marker = node.facts.marker
        if marker is None:
            continue
        factory = _marked_factory(node, marker.factory, names)
        scopes = {scope.value: scope for scope in Scope}
        found.append(
            Clue(
                node.symbol,
                "marker",
                "a comment on the class line says so",
                Location(node.module.path, marker.span),
                scopes.get(marker.scope or "", Scope.PROCESS),
                factories=(factory,) if factory is not None else (),
            )
        )
    return found


def _marked_factory(node: ClassNode, name: str | None, names: Names) -> str | None:
    """The factory that a marker names: a member of the class or of its module, or by a dotted path."""
    if name is None:
        return None
    for symbol in (f"{node.symbol}.{name}", f"{node.module.module}.{name}", name):
        target = names.resolve(symbol)
        if target is not None and target.kind in ("function", "variable", "attribute", "class"):
            return target.symbol
    return name


def location_of_declaration(settings: Settings, declaration: ManagedDeclaration) -> Location:
    """Where a declaration stands in the configuration file."""
    return location_in_configuration(settings, declaration.row)


def location_in_configuration(settings: Settings, row: int) -> Location:
    """A line of the configuration file, or the option of the command line that takes its place."""
    if not row:
        return Location("--config", Span(1, 0, 1, 0))
    return Location(settings.config_path or "pyproject.toml", Span(row, 0, row, 0))
