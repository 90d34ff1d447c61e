"""SST409, opt-in: a registry that no code ever removes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Finding, Location, Scope, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary import ModuleSummary


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
            here = project.registries.within(module.path, managed)
            for registry, place in here if here and not project.registries.has_few_keys(managed) else ():
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
