"""SST407: ``__new__`` returns the kept instance, and ``__init__`` sets it up again each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Location, Related, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._wording import listed
from ssot_lint.summary.facts import UseKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.names import FunctionNode
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.creation_facts import Constructor

_LOST: Final = frozenset({"fresh", "changed"})
_SEVERAL: Final = 2


class ReinitializedSingleton(Rule[None]):
    """Reports the constructors."""

    code = "SST407"
    name = "reinitialized-singleton"
    summary = "__new__ returns the kept instance, and __init__ sets its state again at each call"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """Report the constructors of classes that keep their instance in ``__new__``."""
        for constructor in module.creation.constructors:
            qualname = module.scopes[constructor.scope].qualname
            symbol = f"{module.module}.{qualname.rpartition('.')[0]}"
            managed = project.managed.get(symbol)
            new = _keeping_new(managed, project) if managed is not None else None
            if managed is None or new is None:
                continue
            names = [r.name for r in constructor.resets if r.kind in _LOST] or [
                r.name for r in constructor.resets
            ]
            yield Finding(
                code=cls.code,
                name=cls.name,
                message=f"{managed.name}() returns the kept instance and then runs __init__ on it again, "
                f"which resets {listed(names)}",
                location=Location(module.path, constructor.span),
                confidence=lowered(_confidence(constructor, managed, project), module),
                evidence=managed.evidence,
                related=(
                    Related("__new__ returns the kept instance", Location(new.module.path, new.facts.span)),
                ),
                suggestions=(
                    Suggestion(f"Set {listed(names)} in __new__, where the instance is made"),
                    Suggestion("Return at the start of __init__ when the instance has been set up before"),
                ),
                scope=qualname,
            )


def _keeping_new(managed: ManagedClass, project: Project) -> FunctionNode | None:
    """Return the ``__new__`` that keeps the instance, if that is what makes the class a singleton.

    One that raises where there is an instance hands none out again.
    """
    if "singleton-class" not in managed.evidence_kinds:
        return None
    names = project.names
    for class_symbol in names.mro(managed.qualname):
        new = names.functions.get(f"{class_symbol}.__new__")
        if new is not None:
            refuses = any(guard.kind == "slot" for guard in new.facts.guards)
            return new if not refuses and any(fill.when_empty for fill in new.facts.fills) else None
    return None


def _confidence(constructor: Constructor, managed: ManagedClass, project: Project) -> Confidence:
    """Return how sure it is that something is lost: not where the class is called but once."""
    if all(reset.kind not in _LOST for reset in constructor.resets):
        return min(managed.confidence, Confidence.MEDIUM)
    calls = sum(
        hit.target == managed.qualname
        and hit.role == "class"
        and hit.use.kind is UseKind.CALL
        and not hit.rest
        for module, hit in project.hits_of(managed.qualname)
        if not module.is_test
    )
    return managed.confidence if calls >= _SEVERAL else min(managed.confidence, Confidence.MEDIUM)
