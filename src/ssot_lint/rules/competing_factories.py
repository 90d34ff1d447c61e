"""SST503: a managed class has more than one factory, and each keeps or makes instances of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Related, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._sources import apart, is_somebody_elses, second_source
from ssot_lint.rules._wording import one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.model import Finding
    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.competing import Competitor
    from ssot_lint.summary import ModuleSummary

MANY: Final = 3
"""When so many places keep instances of a class, each without the others, it isn't held to be one source."""


class CompetingFactories(Rule[None]):
    """Reports each factory beside the first that keeps instances elsewhere, or constructs under its name."""

    code = "SST503"
    name = "competing-factories"
    summary = "A managed class has several factories that don't hand out the same instances"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """One finding for each factory in the module that competes with a first one elsewhere."""
        competitors = project.duplicates.competitors.get(module.path, ())
        if not competitors or is_somebody_elses(module):
            return
        for each in competitors:
            managed = project.managed[each.managed]
            place = f"{each.first_location.path}:{each.first_location.span.line}"
            does = (
                f"keeps {managed.name} in a place of its own"
                if each.keeps
                else f"makes {one(managed.name)} of its own"
            )
            yield second_source(
                cls,
                module,
                each.location.span,
                f"{each.factory.rpartition('.')[2]}() {does}, beside {each.first}() ({place}): "
                "who asks the one doesn't get what the other hands out",
                managed,
                confidence=lowered(_confidence(each, managed, module, project), module),
                related=(Related(f"the first factory of {managed.name}", each.first_location),),
                suggestions=(Suggestion(f"Let it return {each.first}()"), Suggestion("Remove it")),
                scope=each.factory.removeprefix(f"{module.module}."),
            )


def _confidence(
    each: Competitor, managed: ManagedClass, module: ModuleSummary, project: Project
) -> Confidence:
    """Return how sure it is that two factories were meant to be one.

    Whoever writes two of them into one module means two instances, and a class that many keep for themselves
    is a building block. What a module keeps behind a private function is more its own affair.
    """
    first = project.module_at(each.first_location.path)
    if first is None or first is module or each.number >= MANY:
        return Confidence.LOW
    is_memo = managed.evidence_kinds == {"memoized"}
    if is_memo or not (each.keeps or each.first_keeps):  # two memos may save two kinds of work
        return min(managed.confidence, Confidence.MEDIUM)
    confidence = apart(managed.confidence, module, first.module)
    is_private = each.factory.rpartition(".")[2].startswith("_")
    return Confidence(max(confidence - is_private, Confidence.LOW))
