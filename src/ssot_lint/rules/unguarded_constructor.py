"""SST408, opt-in: nothing stops direct construction of a managed class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Confidence, Finding, Location, Related, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._wording import way_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.names import Names
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.facts import Guard


class UnguardedConstructor(Rule[None]):
    """Reports the class's name."""

    code = "SST408"
    name = "unguarded-constructor"
    summary = "Nothing stops direct construction of a managed class (opt-in)"
    opt_in = True

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """One finding for each managed class of the module that anybody can call."""
        for managed in project.index.near(module):
            place = managed.location
            if place is None or place.path != module.path or managed.is_own_factory:
                continue
            guards = _guards(managed.qualname, project.names)
            if not guards and (managed.name.startswith("_") or _hands_itself_out(managed)):
                continue
            if all(guard.is_weak for _, guard in guards):
                confidence = lowered(_confidence(managed, is_guarded=bool(guards)), module)
                scope = project.names.classes[managed.qualname].facts.qualname
                yield cls._finding(managed, place, guards, confidence, scope)

    @classmethod
    def _finding(
        cls,
        managed: ManagedClass,
        place: Location,
        guards: list[tuple[str, Guard]],
        confidence: Confidence,
        scope: str,
    ) -> Finding:
        lacks = (
            "has a guard in its constructor that takes anything of the right form"
            if guards
            else "can be constructed by anybody"
        )
        return Finding(
            code=cls.code,
            name=cls.name,
            message=f"{managed.name} {lacks}, although it is to come from {way_in(managed)}",
            location=place,
            confidence=confidence,
            evidence=managed.evidence,
            related=tuple(Related("the guard", Location(path, guard.span)) for path, guard in guards),
            suggestions=(
                Suggestion(
                    "Let the constructor raise unless it is given a private object that the factory has"
                ),
            ),
            scope=scope,
        )


def _confidence(managed: ManagedClass, *, is_guarded: bool) -> Confidence:
    """How sure it is that the class was to be closed: a declaration or an attempt at a guard says so.

    Custom alone says less.
    """
    if managed.is_declared or is_guarded:
        return managed.confidence
    return min(managed.confidence, Confidence.MEDIUM)


def _hands_itself_out(managed: ManagedClass) -> bool:
    """Whether the class's own ``__new__`` is what gives the kept instance."""
    return f"{managed.qualname}.__new__" in managed.factory_symbols


def _guards(symbol: str, names: Names) -> list[tuple[str, Guard]]:
    """Return the refusals of the constructors that a class has or inherits, and the files they stand in."""
    return [
        (constructor.module.path, guard)
        for line in names.mro(symbol)
        for name in ("__init__", "__new__")
        if (constructor := names.functions.get(f"{line}.{name}")) is not None
        for guard in constructor.facts.guards
    ]
