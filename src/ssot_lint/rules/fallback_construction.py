"""SST305: when something fails, a factory hands out an instance that it doesn't keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Location, Suggestion
from ssot_lint.project.kinds import is_exception, is_record
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._roles import function_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.names import Names
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.facts import FunctionFacts
    from ssot_lint.summary.fail_open_facts import Fallback

_RECORDS: Final = ("Result", "Response", "Error", "Report", "Record", "Status", "Outcome", "Failure")
_KEEPING_DECORATORS: Final = ("cache", "memo", "singleton", "once", "provide", "fixture")
_MAX_HELPERS: Final = 3
"""Chains of helper functions that hand on what another makes are followed that far."""


class FallbackConstruction(Rule[None]):
    """Reports the calls that make the instance."""

    code = "SST305"
    name = "fallback-construction"
    summary = "When something fails, a factory hands out another instance that it doesn't keep"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """Report each construction in a factory of the class."""
        found = []
        for fallback in module.fail_open.fallbacks:
            function = function_at(module, fallback.scope, project)
            if function is None or function.is_generator or _is_kept_by_decorator(function):
                continue
            for managed in _managed_by(f"{module.module}.{function.qualname}", project):
                if any(_makes(symbol, managed, project.names, 0) for symbol in fallback.symbols):
                    confidence = _confidence(fallback, managed, project.names)
                    if confidence is not None:
                        found.append(cls._finding(fallback, managed, confidence, module))
        return found

    @classmethod
    def _finding(
        cls, fallback: Fallback, managed: ManagedClass, confidence: Confidence, module: ModuleSummary
    ) -> Finding:
        places = (*managed.registries, *managed.slots)
        kept = f"entered under another key, {fallback.other_key}" if fallback.other_key else "kept nowhere"
        ending = f"; it is {kept}" + (
            f", and {places[0]} doesn't know of it" if places and not fallback.other_key else ""
        )
        why = _SITUATIONS[fallback.when]
        return Finding(
            code=cls.code,
            name=cls.name,
            message=f"{why} another {managed.name} is constructed{ending}",
            location=Location(module.path, fallback.span),
            confidence=lowered(min(confidence, managed.confidence), module),
            evidence=managed.evidence,
            suggestions=(
                Suggestion("Let the error pass: whoever asks for the instance must know that there is none"),
                *(
                    (Suggestion(f"Keep the instance in {places[0]} under the key that is asked for"),)
                    if places
                    else ()
                ),
            ),
            scope=module.scopes[fallback.scope].qualname,
        )


_SITUATIONS: Final = {
    "except": "After an exception",
    "finally": "In a finally block",
    "unavailable": "When something isn't available",
}


def _managed_by(factory: str, project: Project) -> list[ManagedClass]:
    """Return the managed classes that a function is a factory of."""
    return [managed for managed in project.index.made_by(factory) if not managed.is_own_factory]


def _is_kept_by_decorator(function: FunctionFacts) -> bool:
    """Whether what a function returns is kept for it."""
    return any(
        word in decorator.symbol.rpartition(".")[2].lower()
        for decorator in function.decorators
        for word in _KEEPING_DECORATORS
    )


def _makes(symbol: str, managed: ManagedClass, names: Names, depth: int) -> bool:
    """Whether a call makes a new instance that nobody keeps: of the class itself, or by way of a helper."""
    target = names.resolve(symbol.removesuffix("()"))
    if target is None:
        return False
    if target.kind == "class":
        return target.symbol == managed.qualname
    node = names.functions.get(target.symbol) if target.kind == "function" else None
    if node is None or depth >= _MAX_HELPERS or target.symbol in managed.factory_symbols:
        return False
    kept = any(names.class_of(made) == managed.qualname for fill in node.facts.fills for made in fill.made)
    if kept or _is_kept_by_decorator(node.facts):
        return False
    return any(_makes(made, managed, names, depth + 1) for made in node.facts.makes)


def _confidence(fallback: Fallback, managed: ManagedClass, names: Names) -> Confidence | None:
    """How sure it is that there will be two; None for what is meant to be made anew."""
    if managed.qualname.endswith(_RECORDS) or managed.qualname not in names.classes:
        return None
    if is_exception(names, managed.qualname):
        return None
    if managed.registries or managed.slots:
        return Confidence.MEDIUM if is_record(names, managed.qualname) else Confidence.HIGH
    if not fallback.is_broad:
        return None  # a second try with other arguments
    return Confidence.HIGH if managed.is_guarded or managed.is_declared else Confidence.MEDIUM
