"""SST409, opt-in: a registry that no code ever removes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Finding, Location, Scope, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary import ModuleSummary

_FINITE: Final = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})


class UnboundedRegistry(Rule[None]):
    """Reports where the registry is defined; one that is an attribute of an object, where it is filled."""

    code = "SST409"
    name = "unbounded-registry"
    summary = "A registry keeps an instance for each key, and nothing is ever removed from it (opt-in)"
    opt_in = True

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """One finding for each registry of the module."""
        for managed in project.index.near(module):
            if managed.scope is Scope.PROCESS:
                continue
            places = ((registry, _place(registry, managed, project)) for registry in managed.registries)
            here = [(registry, place) for registry, place in places if place and place.path == module.path]
            for registry, place in here if here and not _has_few_keys(managed, project) else ():
                if project.removals.is_unbounded(registry, managed.qualname):
                    yield cls._finding(registry, place, managed, module)

    @classmethod
    def _finding(
        cls, registry: str, place: Location, managed: ManagedClass, module: ModuleSummary
    ) -> Finding:
        name = registry.rpartition(".")[2]
        return Finding(
            code=cls.code,
            name=cls.name,
            message=f"{name} keeps one {managed.name} for each key, and nothing ever removes one: "
            "it grows as long as the process runs",
            location=place,
            confidence=lowered(managed.confidence, module),
            evidence=managed.evidence,
            suggestions=(
                Suggestion(
                    "Give the owner a function that removes an instance, and call it when its user is gone"
                ),
                Suggestion(
                    "Use a WeakValueDictionary, if others hold the instances as long as they are needed"
                ),
            ),
        )


def _place(registry: str, managed: ManagedClass, project: Project) -> Location | None:
    """Return where a registry is defined, else where it is filled."""
    owner, _, name = registry.rpartition(".")
    module, node = project.names.modules.get(owner), project.names.classes.get(owner)
    if module is not None and (bindings := module.bindings.get(name)):
        return Location(module.path, bindings[0].span)
    for attribute in node.facts.attributes if node is not None else ():
        if node is not None and attribute.name == name and attribute.value:
            return Location(node.module.path, attribute.span)
    return next((e.location for e in managed.evidence if e.kind == "registry"), None)


def _has_few_keys(managed: ManagedClass, project: Project) -> bool:
    """Whether all that the key is computed from are truth values and members of enumerations."""
    annotations = list(_annotations(managed, project))
    return bool(annotations) and all(
        any(
            symbol == "builtins.bool" or project.names.external_bases(symbol) & _FINITE
            for symbol in annotation
            if symbol == "builtins.bool" or symbol in project.names.classes
        )
        for annotation in annotations
    )


def _annotations(managed: ManagedClass, project: Project) -> Iterator[tuple[str, ...]]:
    for factory in managed.factories:
        node = project.names.functions.get(factory.symbol)
        if node is not None:
            keyed = {name for fill in node.facts.fills for name in fill.key_parameters}
            yield from (p.annotation for p in node.facts.parameters if p.name in keyed)
