"""SST104: a subclass of a managed class is constructed outside the owners."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence
from ssot_lint.project.hits import Hit, place_symbols
from ssot_lint.rules._base import Rule
from ssot_lint.rules._construction import is_excused, judged_confidence
from ssot_lint.rules._wording import allow_owner, use_factory, way_in
from ssot_lint.summary.facts import SUPER, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import libcst as cst

    from ssot_lint.model import Span
    from ssot_lint.project import Project
    from ssot_lint.project.nodes import ClassNode
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.facts import FunctionFacts

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_DOUBLES: Final = frozenset({"mock", "fake", "stub", "dummy", "spy", "test", "testing", "noop", "null"})
"""Words in the name of a class that stands in for its base."""
_MANY_HEIRS: Final = 3
_CONSTRUCTORS: Final = ("__init__", "__new__")


class SubclassInstantiation(Rule[Hit]):
    """Reports calls of subclasses that have no factory of their own."""

    code = "SST104"
    name = "subclass-instantiation"
    summary = "A subclass of a managed class is constructed outside the owners, and has no factory of its own"

    @classmethod
    def suspects(cls, module: ModuleSummary, project: Project) -> Mapping[Span, Hit]:
        """Foreign calls of subclasses, by the span of what is called; the nearest managed base counts."""
        found: dict[Span, Hit] = {}
        for hit in project.hits_in(module):
            if not _is_construction(hit) or project.managed[hit.managed].is_own_factory:
                continue
            known = found.get(hit.use.span)
            nearer = known is None or known.managed in project.names.mro(hit.managed)
            if nearer and _inherits_rule(hit, project) and not _is_allowed(hit, module, project):
                found[hit.use.span] = hit
        return found

    @classmethod
    def confidence_of(cls, suspect: Hit, module: ModuleSummary, project: Project) -> Confidence:
        """The confidence of the base, or of the place where that is less.

        A base that others construct as they like, or that many inherit from, is there to be built on.
        """
        managed = project.managed[suspect.managed]
        confidence = judged_confidence(suspect, managed, module, project)
        if managed.is_declared or managed.is_guarded:
            return confidence
        heirs = _heirs(managed.qualname, project)
        if heirs >= _MANY_HEIRS or managed.direct_constructions > managed.factory_uses:
            return min(confidence, Confidence.LOW)
        return min(confidence, Confidence.MEDIUM) if heirs > 1 else confidence

    def visit_Call(self, node: cst.Call) -> None:
        """Report the call when what is called is such a subclass."""
        suspect = self.suspect_at(node.func)
        span = self.file.span_of(node)
        if suspect is None or span is None:
            return
        hit, module = suspect[1], self.file.module
        managed = self.file.project.managed[hit.managed]
        scope = self.file.qualname_at(hit.use.scope)
        name = hit.target.rpartition(".")[2]
        self.report(
            span,
            f"{name} inherits from {managed.name} and is constructed directly; get the instance from"
            f" {way_in(managed)}",
            confidence=self.confidence_of(hit, module, self.file.project),
            evidence=managed.evidence,
            suggestions=(use_factory(managed), allow_owner(managed, f"{module.module}.{scope}".rstrip("."))),
            scope=scope,
        )


def _is_construction(hit: Hit) -> bool:
    return hit.role == "subclass" and hit.use.kind is UseKind.CALL and hit.rest in ("", "[]")


def _inherits_rule(hit: Hit, project: Project) -> bool:
    """Whether what holds for the base holds for the subclass: it is neither managed by itself nor special."""
    node = project.names.classes[hit.target]
    if hit.target in project.managed or node.module.is_test or _is_double(node):
        return False
    if _goes_its_own_way(hit, project):
        return False
    return not any(_makes(function, node.symbol, project) for function in _functions_beside(node))


def _goes_its_own_way(hit: Hit, project: Project) -> bool:
    """Whether a constructor between subclass and base leaves out the base's, or the guard in it."""
    managed = project.managed[hit.managed]
    for symbol in project.names.mro(hit.target):
        node = project.names.classes[symbol]
        if symbol == hit.managed:
            break
        if any(name in node.facts.methods for name in _CONSTRUCTORS) and (
            managed.is_guarded or not (managed.is_declared or _calls_inherited(node, project))
        ):
            return True
    return False


def _calls_inherited(node: ClassNode, project: Project) -> bool:
    """Whether a class's own constructor calls that of a base."""
    bases = project.names.mro(node.symbol)[1:]
    for symbol in node.module.packed_uses:
        owner, _, name = symbol.rpartition(".")
        if name not in _CONSTRUCTORS:
            continue
        if owner == f"{node.symbol}.{SUPER}":
            return True
        target = project.names.resolve(owner)
        if target is not None and target.symbol in bases:
            return True
    return False


def _heirs(symbol: str, project: Project) -> int:
    """Return how many classes inherit from a class directly, doubles and tests left out."""
    classes = project.names.classes
    return sum(
        symbol in project.names.bases(heir)
        and not classes[heir].module.is_test
        and not _is_double(classes[heir])
        for heir in project.names.subclasses(symbol)
    )


def _is_double(node: ClassNode) -> bool:
    return any(word.lower() in _DOUBLES for word in _WORD.findall(node.facts.name))


def _functions_beside(node: ClassNode) -> Iterator[FunctionFacts]:
    """Yield the functions of the subclass's module, and its own class methods."""
    for function in node.module.functions:
        if function.class_qualname is None or (
            function.class_qualname == node.facts.qualname
            and function.kind in ("classmethod", "staticmethod")
        ):
            yield function


def _makes(function: FunctionFacts, symbol: str, project: Project) -> bool:
    made = (*function.makes, *(value for fill in function.fills for value in fill.made))
    return any(project.names.class_of(value) == symbol for value in made)


def _is_allowed(hit: Hit, module: ModuleSummary, project: Project) -> bool:
    """Whether the place owns the base, is a script, or belongs to a class that inherits from the base.

    The one instance that a subclass's module keeps at its own level is what everybody shares of it.
    """
    if is_excused(hit, module, project):
        return True
    is_home = project.names.classes[hit.target].module is module
    if is_home and hit.use.scope == 0 and not project.managed[hit.managed].is_declared:
        return True
    return any(
        place in project.names.classes and hit.managed in project.names.mro(place)
        for place in place_symbols(module, hit.use.scope)
    )
