"""SST401: a factory that reads as retrieval hands out a new instance on every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Location, Related, Suggestion
from ssot_lint.project.evidence.clues import words_of
from ssot_lint.project.registries import parameters_of
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.names import FunctionNode
    from ssot_lint.summary import ModuleSummary

_FIRST: Final = frozenset({"get", "current", "obtain", "instance", "shared"})
_LAST: Final = frozenset({"instance", "singleton"})
_NEW: Final = frozenset({"new", "fresh", "create", "make", "build", "copy", "another", "temporary", "unique"})
_WEAK: Final = frozenset({"typed-factory", "module-instance"})


class UnmemoizedFactory(Rule[None]):
    """Reports the function's name."""

    code = "SST401"
    name = "unmemoized-factory"
    summary = "A factory that reads as retrieval hands out a new instance on every call"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """One finding for each factory in the module that keeps nothing."""
        here = [f"{module.module}.{handing.qualname}" for handing in module.handings if handing.only_makes]
        if not here:
            return
        for managed in project.index.near(module):
            for node in _factories(managed, here, project):
                if project.making.only_makes(node, managed):
                    yield cls._finding(node, managed, project)

    @classmethod
    def _finding(cls, node: FunctionNode, managed: ManagedClass, project: Project) -> Finding:
        keeper = next((f for keep in managed.keeps for f in keep.factories), None)
        known = project.names.functions.get(keeper) if keeper is not None else None
        other = f", while {keeper}() keeps it" if keeper is not None else ""
        return Finding(
            code=cls.code,
            name=cls.name,
            message=f"{node.facts.name}() builds another {managed.name} on every call and keeps none{other}",
            location=Location(node.module.path, node.facts.span),
            confidence=lowered(_confidence(node, managed, project), node.module),
            evidence=managed.evidence,
            related=(
                (Related(f"keeps the {managed.name}", Location(known.module.path, known.facts.span)),)
                if known is not None
                else ()
            ),
            suggestions=(
                Suggestion(f"Return {keeper}()") if keeper is not None else Suggestion(_keep_it(node)),
                Suggestion("If callers are to get a new one each time, let the name say so: create_..."),
            ),
            scope=node.facts.qualname,
        )


def _keep_it(node: FunctionNode) -> str:
    given = [p.name for p in node.facts.parameters if p.name not in ("self", "cls")]
    return f"Keep one for each {given[0]}" if given else "Keep the instance, and hand it out again"


def _factories(managed: ManagedClass, here: Iterable[str], project: Project) -> Iterator[FunctionNode]:
    """Yield those of some functions that hand the class out under a name that promises a kept instance."""
    is_weak = managed.is_own_factory or managed.evidence_kinds <= _WEAK
    if is_weak and not managed.is_declared:
        return
    for symbol in dict.fromkeys(here):
        is_factory = symbol in managed.factory_symbols
        if symbol in managed.keepers or not (is_factory or _is_beside(symbol, managed, project)):
            continue
        node = project.names.functions.get(symbol)
        if node is None or node.facts.kind == "property":
            continue
        if node.facts.kind == "method" and symbol.startswith(f"{managed.qualname}."):
            continue
        if (is_factory and managed.is_declared) or reads_as_retrieval(node.facts.name):
            yield node


def _is_beside(symbol: str, managed: ManagedClass, project: Project) -> bool:
    """Whether a function is a method of the class itself, or of one that has factories of it."""
    owner, _, name = symbol.rpartition(".")
    known = project.names.classes.get(owner)
    if known is None or not (owner == managed.qualname or owner in managed.factory_owners):
        return False
    return name in known.facts.methods


def reads_as_retrieval(name: str) -> bool:
    """Tell whether a function's name promises an instance that is there."""
    words = words_of(name)
    if not words or _NEW.intersection(words):
        return False
    return words[0] in _FIRST or words[-1] in _LAST


def _confidence(node: FunctionNode, managed: ManagedClass, project: Project) -> Confidence:
    if managed.qualname not in project.names.classes and not reads_as_retrieval(node.facts.name):
        return min(managed.confidence, Confidence.MEDIUM)
    if _asks_for_other(node, managed, project):
        return min(managed.confidence, Confidence.MEDIUM)
    return managed.confidence


def _asks_for_other(node: FunctionNode, managed: ManagedClass, project: Project) -> bool:
    """Tell whether a function is given nothing by which those that keep instances by a key could find one."""
    keys, given = project.registries.keys(managed), parameters_of(node)
    return bool(keys and given) and given.isdisjoint(keys)
