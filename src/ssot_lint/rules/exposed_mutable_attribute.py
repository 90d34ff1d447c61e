"""SST202: a class that each user has an instance of binds a mutable object that all of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Finding, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import Project
    from ssot_lint.project.exposed_attributes import ExposedAttribute
    from ssot_lint.summary import ModuleSummary


class ExposedMutableAttribute(Rule[None]):
    """Reports the attribute in the class body, where SST201 doesn't."""

    code = "SST202"
    name = "exposed-mutable-attribute"
    summary = "A mutable class attribute of a class that is managed for each user, not seen to be changed"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """One finding for each attribute."""
        changed = {shared.location for shared in project.shared_attributes.of(module)}
        for exposed in project.exposed_attributes.get(module.path, ()):
            if exposed.location not in changed:
                yield Finding(
                    code=cls.code,
                    name=cls.name,
                    message=_message(exposed, project.managed[exposed.managed].name),
                    location=exposed.location,
                    confidence=lowered(exposed.confidence, module),
                    evidence=project.managed[exposed.managed].evidence,
                    suggestions=_suggestions(exposed),
                    scope=exposed.class_name,
                )


def _message(exposed: ExposedAttribute, managed: str) -> str:
    return (
        f"the {exposed.kind} {exposed.name} of {exposed.class_name} is one object for all users: "
        f"whatever changes it for one {managed} changes it for all"
    )


def _suggestions(exposed: ExposedAttribute) -> tuple[Suggestion, ...]:
    frozen = {"list": "a tuple", "set": "a frozenset", "dict": "types.MappingProxyType"}.get(exposed.kind)
    own = Suggestion(f"Bind {exposed.name} in __init__, so that each instance has its own")
    if frozen is None:
        return (own,)
    return (Suggestion(f"If nobody is to change it, make it {frozen}"), own)
