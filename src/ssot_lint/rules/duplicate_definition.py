"""SST501: a managed class is defined a second time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Related, Suggestion
from ssot_lint.project.kinds import can_be_managed
from ssot_lint.rules._base import Rule
from ssot_lint.rules._sources import apart, is_somebody_elses, second_source
from ssot_lint.summary.facts import UseFlag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.model import Finding
    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.facts import ClassFacts

ENOUGH_METHODS: Final = 3
"""Fewer common names than this can be chance."""
MOSTLY: Final = 1 / 2
HARDLY: Final = 1 / 5
_NO_INTERFACES: Final = frozenset(
    {"builtins.object", "object", "typing.Generic", "typing_extensions.Generic"}
)


class DuplicateDefinition(Rule[None]):
    """Reports class statements that define a managed class's name again, with methods like its own."""

    code = "SST501"
    name = "duplicate-definition"
    summary = "A managed class is defined a second time, under the same name in another module"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """One finding for each class that is a copy of a managed one."""
        named = project.duplicates.managed_named
        for facts in module.classes:
            if facts.name in named and _counts(module, facts):
                yield from cls._judge(module, facts, project)

    @classmethod
    def _judge(cls, module: ModuleSummary, facts: ClassFacts, project: Project) -> Iterator[Finding]:
        own = f"{module.module}.{facts.qualname}"
        duplicates = project.duplicates
        itself = project.managed.get(own)
        for managed in duplicates.managed_named[facts.name]:
            if itself is not None and duplicates.rank(itself) <= duplicates.rank(managed):
                return
            likeness = _likeness(module, facts, managed, project)
            if likeness is None or managed.location is None:
                continue
            place = f"{managed.location.path}:{managed.location.span.line}"
            yield second_source(
                cls,
                module,
                facts.span,
                f"{facts.name} is defined a second time; the one that its factory hands out is "
                f"{managed.qualname} ({place})",
                managed,
                confidence=min(likeness, managed.confidence),
                related=(Related(f"{managed.name} is defined here", managed.location),),
                suggestions=(
                    Suggestion(f"Import {facts.name} from {managed.canonical} instead of defining it"),
                    Suggestion("Give the class another name if it is another thing"),
                ),
                scope=facts.qualname.rpartition(".")[0],
            )
            return


def _counts(module: ModuleSummary, facts: ClassFacts) -> bool:
    """Whether a class statement defines something that others could take for the managed class."""
    if (
        facts.is_local
        or "." in facts.qualname
        or facts.flags & (UseFlag.TYPE_CHECKING | UseFlag.IMPORT_FALLBACK)
    ):
        return False
    return not is_somebody_elses(module)


def _likeness(
    module: ModuleSummary, facts: ClassFacts, managed: ManagedClass, project: Project
) -> Confidence | None:
    """How sure it is that a class is a copy of a managed one; None when it isn't."""
    names = project.names
    own, first = f"{module.module}.{facts.qualname}", names.classes.get(managed.qualname)
    if first is None or first.module is module or own not in names.classes or first.facts.is_local:
        return None
    if (
        is_somebody_elses(first.module)
        or not can_be_managed(names, own)
        or _is_interface(facts, own, project)
    ):
        return None
    if _are_relatives(own, managed.qualname, project):
        return None
    here, there = _method_names(facts), _method_names(first.facts)
    common, fewer = len(here & there), min(len(here), len(there))
    if not fewer or common / fewer < HARDLY:
        return None
    is_copy = common / fewer > MOSTLY and common >= ENOUGH_METHODS
    return apart(Confidence.HIGH if is_copy else Confidence.MEDIUM, module, first.module.module)


def _method_names(facts: ClassFacts) -> set[str]:
    return {name for name in facts.methods if not (name.startswith("__") and name.endswith("__"))}


def _is_interface(facts: ClassFacts, symbol: str, project: Project) -> bool:
    """Whether a class only says what others are to have."""
    if "abc.ABC" in facts.bases or facts.metaclass == "abc.ABCMeta":
        return True
    return any(
        decorator.symbol.startswith("abc.abstract")
        for name in facts.methods
        if (method := project.names.functions.get(f"{symbol}.{name}")) is not None
        for decorator in method.facts.decorators
    )


def _are_relatives(one: str, other: str, project: Project) -> bool:
    """Whether one class inherits from the other, or both from an interface that they have in common."""
    names = project.names
    lines = set(names.mro(one)), set(names.mro(other))
    if lines[0] & lines[1]:
        return True
    return bool((names.external_bases(one) & names.external_bases(other)) - _NO_INTERFACES)
