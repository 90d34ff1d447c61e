"""What the rules about slots and registries agree on: which uses read, which write, and who may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Scope
from ssot_lint.project.hits import Hit, place_symbols
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._construction import is_free_elsewhere
from ssot_lint.summary.facts import UseFlag, UseKind

if TYPE_CHECKING:
    import libcst as cst

    from ssot_lint.project import Project
    from ssot_lint.summary import ModuleSummary

_WRITERS: Final = frozenset(
    {
        ".clear",
        ".pop",
        ".popitem",
        ".update",
        ".setdefault",
        ".__setitem__",
        ".__delitem__",
        ".append",
        ".add",
    }
)
_CONTEXT_WRITERS: Final = frozenset({".set", ".reset"})
_STEP = re.compile(r"\.[^.()\[\]]+|\(\)|\[\]")


def is_foreign(hit: Hit, module: ModuleSummary, project: Project) -> bool:
    """Tell whether a use of a slot or registry lies outside the code that keeps it.

    The modules of the class, of its factories and of the slot itself keep it together, and so do the classes
    that inherit from the one that has it.
    """
    managed = project.managed[hit.managed]
    if hit.use.flags & (UseFlag.MAIN_GUARD | UseFlag.TYPE_CHECKING) or project.owns(managed, module, hit.use):
        return False
    if hit.use.flags & UseFlag.PATCHED and module.is_test:
        return False
    if any(project.index.home_of(symbol) is module for symbol in (hit.target, managed.qualname)):
        return False
    if project.index.has_factory_in(module, managed):
        return False
    return not _is_heir(hit, module, project)


def _is_heir(hit: Hit, module: ModuleSummary, project: Project) -> bool:
    """Whether a place lies in a subclass of the class whose attribute is used."""
    owner = hit.target.rpartition(".")[0]
    classes = project.names.classes
    return any(
        place in classes and owner in project.names.mro(place)
        for place in place_symbols(module, hit.use.scope)
    )


def confidence_of_place(hit: Hit, module: ModuleSummary, project: Project) -> Confidence:
    """Return the confidence of the class, or less where a module has no other way in.

    A package's own ``__init__`` may speak for all that is in the package.
    """
    managed = project.managed[hit.managed]
    if is_free_elsewhere(managed, module):
        return Confidence.LOW
    confidence = lowered(managed.confidence, module)
    is_face = module.is_package and "." in module.module and hit.target.startswith(f"{module.module}.")
    return min(confidence, Confidence.MEDIUM) if is_face else confidence


def is_private(hit: Hit) -> bool:
    """Tell whether a slot's name says that it is its module's own affair."""
    return hit.target.rpartition(".")[2].startswith("_")


def is_write(hit: Hit, project: Project) -> bool:
    """Tell whether a use changes a slot or registry, or makes a memoizing factory forget.

    What a method does to the instance in a slot is the instance's own affair.
    """
    kind, rest = hit.use.kind, hit.rest
    if hit.role == "factory":
        return kind is UseKind.CALL and rest == ".cache_clear"
    if hit.role not in ("slot", "registry"):
        return False
    if kind in (UseKind.STORE, UseKind.DELETE):
        return not rest or (rest == "[]" and hit.role == "registry")
    if hit.role == "slot":
        is_variable = project.managed[hit.managed].scope is Scope.CONTEXT
        return is_variable and kind is UseKind.CALL and rest in _CONTEXT_WRITERS
    return kind is UseKind.CALL and rest in _WRITERS


def narrowed(node: cst.CSTNode, rest: str) -> cst.CSTNode | None:
    """Return the part of an expression that is the slot: ``M._instance`` of ``M._instance.send()``.

    None when the slot isn't written there, because a local variable stands for it or for a part of it.
    """
    for step in reversed(_STEP.findall(rest)):
        inner = getattr(node, "func" if step == "()" else "value", None)
        if inner is None or isinstance(inner, str):
            return None
        node = inner
    return None if isinstance(getattr(node, "value", None), str) else node
