"""SST406: a registry is asked with a default that is constructed first, whether it is needed or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Finding, Location, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._wording import one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.creation_facts import EagerDefault


class EagerRegistryDefault(Rule[None]):
    """Reports the calls of ``setdefault`` and ``get``."""

    code = "SST406"
    name = "eager-registry-default"
    summary = "A registry is asked with a default instance that is constructed on every call"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """Report each default that is an instance of the class whose registry is asked."""
        for eager in module.creation.eager:
            managed = project.keepers.of(eager.target, eager.made)
            if managed is not None:
                yield Finding(
                    code=cls.code,
                    name=cls.name,
                    message=_message(eager, managed, project),
                    location=Location(module.path, eager.span),
                    confidence=lowered(managed.confidence, module),
                    evidence=managed.evidence,
                    suggestions=(
                        Suggestion(f"Construct {managed.name} only when there is none for {eager.key} yet"),
                    ),
                    scope=module.scopes[eager.scope].qualname,
                )


def _message(eager: EagerDefault, managed: ManagedClass, project: Project) -> str:
    place = project.keepers.place(eager.target).rpartition(".")[2]
    beginning = f"{place}.{eager.method}() constructs {one(managed.name)} on every call"
    if eager.method == "get":
        return f"{beginning}, and keeps it nowhere: without one for {eager.key}, each caller gets another"
    return f"{beginning}, and throws it away when there is one for {eager.key}"
