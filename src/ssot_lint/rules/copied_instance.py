"""SST103: a managed instance is copied."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Location, Suggestion
from ssot_lint.project.hits import Hit
from ssot_lint.project.kinds import is_record
from ssot_lint.rules._base import Rule
from ssot_lint.rules._construction import is_excused, judged_confidence
from ssot_lint.rules._wording import allow_owner, way_in
from ssot_lint.summary.facts import Use, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.facts import CopyCall

_ALTERNATIVES: Final = re.compile(r"^(?:typing\.)?Any$|\|(?!\s*None\b)|Union\[(?!\s*[\w.]+\s*,\s*None\s*\])")
_COPY_METHODS: Final = frozenset({"__copy__", "__deepcopy__", "__replace__", "__reduce__", "__reduce_ex__"})


class CopiedInstance(Rule[None]):
    """Reports copies of managed instances; no syntax tree is needed for that."""

    code = "SST103"
    name = "copied-instance"
    summary = "A managed instance is copied: copy, deepcopy, replace, or pickled and loaded again"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """Yield a finding for each copy that the class neither makes nor knows how to make."""
        for call in module.copies:
            managed = _managed(call, project)
            if managed is None or _says_how(managed, project):
                continue
            use = Use(call.span, UseKind.CALL, call.flags, call.scope)
            hit = Hit(managed.qualname, "class", "", call.symbols[0], use, managed.qualname)
            if is_excused(hit, module, project):
                continue
            scope = module.scopes[call.scope].qualname
            yield Finding(
                code=cls.code,
                name=cls.name,
                message=f"{managed.name} is copied by {_told(call)}; everybody is to share the instance from"
                f" {way_in(managed)}",
                location=Location(module.path, call.span),
                confidence=min(_confidence(hit, managed, module, project), _certainty(call, project)),
                evidence=managed.evidence,
                suggestions=(
                    Suggestion("Use the instance itself, or copy only the values that you need from it"),
                    allow_owner(managed, f"{module.module}.{scope}".rstrip(".")),
                ),
                scope=scope,
            )


def _managed(call: CopyCall, project: Project) -> ManagedClass | None:
    """Return the managed class that what is copied is an instance of."""
    for symbol in call.symbols:
        target = project.names.resolve(symbol)
        if target is not None and target.kind == "external":
            name = target.symbol.removesuffix("()") if target.symbol.endswith("()") else None
        else:
            name = project.names.class_of(symbol)
        if name is not None and name in project.managed:
            return project.managed[name]
    return None


def _confidence(hit: Hit, managed: ManagedClass, module: ModuleSummary, project: Project) -> Confidence:
    """Return the class's confidence: less for records, and in the modules that keep the instance."""
    confidence = judged_confidence(hit, managed, module, project)
    if managed.is_declared:
        return confidence
    if module.module in managed.source_owners or (
        managed.qualname in project.names.classes and is_record(project.names, managed.qualname)
    ):
        return Confidence.LOW
    return confidence


def _certainty(call: CopyCall, project: Project) -> Confidence:
    """Return how sure it is what is copied: an attribute may be annotated as one of several types."""
    for symbol in call.symbols:
        target = project.names.resolve(symbol)
        owner, _, name = target.symbol.rpartition(".") if target is not None else ("", "", "")
        node = project.names.classes.get(owner)
        for attribute in node.facts.attributes if node is not None else ():
            if attribute.name == name and _ALTERNATIVES.search(attribute.annotation.replace("None |", "")):
                return Confidence.MEDIUM
    return Confidence.HIGH


def _says_how(managed: ManagedClass, project: Project) -> bool:
    """Whether the class itself says what a copy of it is."""
    classes = project.names.classes
    mro = project.names.mro(managed.qualname) if managed.qualname in classes else ()
    return any(_COPY_METHODS.intersection(classes[symbol].facts.methods) for symbol in mro)


def _told(call: CopyCall) -> str:
    """Return how it is copied."""
    return "pickling and loading it again" if call.function.endswith("loads") else f"{call.function}()"
