"""SST504: a managed class goes by more than one public name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Related, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._sources import is_somebody_elses, second_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.model import Finding
    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary import ModuleSummary

_CLASS_NAME: Final = re.compile(r"[A-Z]+[a-z]\w*$")


class SecondPublicName(Rule[None]):
    """Reports public names that a managed class gets besides the first."""

    code = "SST504"
    name = "second-public-name"
    summary = "A managed class goes by more than one public name"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """One finding for each further name that the module gives a managed class."""
        for second in project.duplicates.second_names.get(module.path, ()):
            managed = project.managed[second.managed]
            first = project.duplicates.public_name[second.managed]
            if not _is_second(second.name, first, managed) or is_somebody_elses(module):
                continue
            related = (
                ()
                if managed.location is None
                else (Related(f"{managed.name} is defined here", managed.location),)
            )
            yield second_source(
                cls,
                module,
                second.location.span,
                f"{second.name} is a second name of {first}; one class under two names looks like two",
                managed,
                confidence=min(Confidence.MEDIUM, lowered(managed.confidence, module)),
                related=related,
                suggestions=(Suggestion(f"Use the name {first} everywhere, and remove {second.name}"),),
            )


def _is_second(name: str, first: str, managed: ManagedClass) -> bool:
    """Whether a name reads as that of a class, other than the first; a default chooses one among several."""
    if managed.location is None and not managed.is_declared:
        return False
    return name != first and _CLASS_NAME.match(name) is not None and "default" not in name.lower()
