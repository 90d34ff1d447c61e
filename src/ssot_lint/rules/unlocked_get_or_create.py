"""SST403: between the look at a slot or registry and its filling, somebody else may fill it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Finding, Location, Related, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.model import Span
    from ssot_lint.project import Project
    from ssot_lint.project.atomicity import Race
    from ssot_lint.summary import ModuleSummary


class UnlockedGetOrCreate(Rule[None]):
    """Reports the looks."""

    code = "SST403"
    name = "unlocked-get-or-create"
    summary = "Another task or thread may come between the look at a slot or registry and its filling"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """Report each look once, whatever number of fillings follow it."""
        found: dict[Span, Finding] = {}
        for race in project.atomicity.races(module):
            finding = cls._finding(race, module)
            found.setdefault(finding.location.span, finding)
        return found.values()

    @classmethod
    def _finding(cls, race: Race, module: ModuleSummary) -> Finding:
        related = [Related("it is filled here", Location(module.path, race.get.fill))]
        if race.gap is not None:
            related.insert(0, Related("another task may run here", Location(module.path, race.gap.span)))
        if race.lock is not None:
            related.append(Related("the lock is taken here", Location(module.path, race.lock.span)))
        return Finding(
            code=cls.code,
            name=cls.name,
            message=_message(race),
            location=Location(module.path, race.get.look),
            confidence=lowered(race.confidence, module),
            evidence=race.managed.evidence,
            related=tuple(related),
            suggestions=tuple(_suggestions(race)),
            scope=race.function.qualname,
        )


def _message(race: Race) -> str:
    place, name = race.place.rpartition(".")[2], race.managed.name
    lock = race.lock.text if race.lock is not None else race.lock_name.rpartition(".")[2]
    who = f"two callers for one {race.get.key}" if race.get.key else "two callers"
    reason = {
        "await": f"{race.function.name}() awaits between the look at {place} and its filling",
        "late": f"{place} is filled under {lock}, but looked at before that is taken, and not again",
        "fresh": f"{lock} is another lock in each call, and keeps nobody from filling {place}",
        "instance": f"each {race.holder.rpartition('.')[2]} has a {lock} of its own, and {place} is for all",
        "elsewhere": f"{place} is looked at and filled without {lock}, under which it is used elsewhere",
        "unused": f"{place} is looked at and filled without a lock, and {lock} is never taken",
        "threads": f"{place} is looked at and filled without a lock, and threads are about",
    }[race.how]
    return f"{reason}: {who} may each get their own {name}"


def _suggestions(race: Race) -> Iterator[Suggestion]:
    place = race.place.rpartition(".")[2]
    if race.how == "await":
        yield Suggestion(f"Look at {place} and fill it under one asyncio.Lock")
        yield Suggestion(f"Or keep the task that makes the {race.managed.name}, and let everybody await that")
    elif race.how == "late":
        yield Suggestion(f"Look at {place} again under the lock")
    elif race.how in ("fresh", "instance"):
        yield Suggestion(f"Keep the lock where {place} is kept")
    else:
        yield Suggestion(f"Look at {place} and fill it under one lock")
