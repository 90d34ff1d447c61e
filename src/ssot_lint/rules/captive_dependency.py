"""SST207: an instance that belongs to one user is kept by something that serves everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Finding, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._wording import way_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.captives import Captive
    from ssot_lint.summary import ModuleSummary


class CaptiveDependency(Rule[None]):
    """Reports the attribute where the instance is stored."""

    code = "SST207"
    name = "captive-dependency"
    summary = "An instance that is managed for each user is kept by an object that serves all of them"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """One finding for each store."""
        for captive in project.captives.of(module):
            managed = project.managed[captive.managed]
            yield Finding(
                code=cls.code,
                name=cls.name,
                message=_message(captive, managed),
                location=captive.location,
                confidence=lowered(captive.confidence, module),
                evidence=managed.evidence,
                related=captive.place.related,
                suggestions=(
                    Suggestion(f"Ask for the {managed.name} at each call: {way_in(managed)}"),
                    Suggestion("Keep what tells the users apart, and one instance for each in a mapping"),
                ),
                scope=module.scopes[captive.scope].qualname,
            )


def _message(captive: Captive, managed: ManagedClass) -> str:
    whose = "first" if captive.when_empty else "last"
    got = "that is passed in" if captive.is_passed else "of one user"
    return f"the {managed.name} {got} is kept in {captive.place.words}: the {whose} user's serves everyone"
