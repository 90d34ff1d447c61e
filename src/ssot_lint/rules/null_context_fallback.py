"""SST402: without a key or context a factory makes one up, or builds an instance under no key at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Location, Suggestion
from ssot_lint.project.evidence.clues import words_of
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._contexts import is_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.names import FunctionNode
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.key_facts import Absence

_STAND_INS: Final = frozenset({"mock", "fake", "dummy", "stub", "test", "testing", "temporary"})
_MADE_ON_THE_SPOT: Final = ("builtins.type()()", "types.SimpleNamespace()")


class NullContextFallback(Rule[None]):
    """Reports the test for None."""

    code = "SST402"
    name = "null-context-fallback"
    summary = "Without a key or context a factory builds an instance under none, or under a made-up one"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """One finding for each test in a keyed factory."""
        here = {f"{module.module}.{handing.qualname}" for handing in module.handings if handing.absences}
        if not here:
            return
        for managed, factory in _factories(here, module, project):
            handing = project.making.handing(factory)
            node = project.names.functions[factory]
            for absence in handing.absences if handing is not None else ():
                confidence = _confidence(absence, node, managed, project)
                if confidence is not None:
                    yield cls._finding(absence, min(confidence, managed.confidence), managed, node)

    @classmethod
    def _finding(
        cls, absence: Absence, confidence: Confidence, managed: ManagedClass, node: FunctionNode
    ) -> Finding:
        does = {
            "replaced": f"a made-up one is used, and a new {managed.name} is built for it",
            "made": f"a new {managed.name} is built that is kept under no key",
            "filed": f"a new {managed.name} is kept under a key that nobody has",
        }[absence.how]
        return Finding(
            code=cls.code,
            name=cls.name,
            message=f"When {node.facts.name}() gets no {absence.parameter}, {does}: "
            "whoever calls it like that gets another one each time",
            location=Location(node.module.path, absence.span),
            confidence=lowered(confidence, node.module),
            evidence=managed.evidence,
            suggestions=(
                Suggestion(f"Require {absence.parameter}, and raise where it is None"),
                Suggestion("Keep one instance for the case without it, under one key"),
            ),
            scope=node.facts.qualname,
        )


def _factories(here: set[str], module: ModuleSummary, project: Project) -> Iterator[tuple[ManagedClass, str]]:
    for managed in project.index.near(module):
        if not managed.is_own_factory:
            for factory in managed.factories:
                if factory.symbol in here and factory.symbol in project.names.functions:
                    yield managed, factory.symbol


def _confidence(
    absence: Absence, node: FunctionNode, managed: ManagedClass, project: Project
) -> Confidence | None:
    """How sure it is that a second instance comes of it; None where the factory isn't keyed by that."""
    annotation = next((p.annotation for p in node.facts.parameters if p.name == absence.parameter), None)
    if annotation is None:
        return None  # another function of the same name is what was read
    is_owner = is_context(absence.parameter, [f"{symbol}()" for symbol in annotation], project)
    if not is_owner and absence.parameter not in _key_parameters(node):
        return None
    if absence.how == "made":
        is_new = any(project.making.makes_anew(symbol, managed) for symbol in absence.made)
        return Confidence.HIGH if is_new else None
    if absence.how == "filed":
        return Confidence.HIGH
    if absence.is_fresh or project.making.is_fresh(absence.made):
        return Confidence.HIGH
    return Confidence.HIGH if any(map(_is_stand_in, absence.made)) else None


def _is_stand_in(symbol: str) -> bool:
    """Whether the name of what is called says that its result only stands in for a real context."""
    names = symbol.removesuffix("()").split(".")[-2:]
    return symbol in _MADE_ON_THE_SPOT or any(_STAND_INS.intersection(words_of(name)) for name in names)


def _key_parameters(node: FunctionNode) -> set[str]:
    """Return the parameters that the keys of a factory's registry are computed from."""
    kept = {name for fill in node.facts.fills if fill.made for name in fill.key_parameters}
    return kept | {name for item in node.facts.returned_items for name in item.key_parameters}
