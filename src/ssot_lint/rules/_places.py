"""What the rules about slots and registries agree on: which uses read, which write, and whose business it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.project.hits import Hit
from ssot_lint.summary.facts import ModuleSummary, UseFlag, UseKind

if TYPE_CHECKING:
    import libcst as cst

    from ssot_lint.project import Project

_WRITERS: Final = frozenset(
    {".clear", ".pop", ".popitem", ".update", ".setdefault", ".set", ".__setitem__", ".__delitem__", ".append", ".add"}
)
_STEP = re.compile(r"\.[^.()\[\]]+|\(\)|\[\]")


def is_foreign(hit: Hit, module: ModuleSummary, project: Project) -> bool:
    """Whether a use of a slot or registry lies outside the code that keeps it."""
    managed = project.managed[hit.managed]
    if hit.use.flags & (UseFlag.MAIN_GUARD | UseFlag.TYPE_CHECKING) or project.owns(managed, module, hit.use):
        return False
    return hit.target.rpartition(".")[0] != module.module and _module_of(hit.target, project) is not module


def is_private(hit: Hit) -> bool:
    """Whether a slot's name says that it is its module's own affair."""
    return hit.target.rpartition(".")[2].startswith("_")


def is_write(hit: Hit) -> bool:
    """Whether a use changes a slot or registry, or makes a memoizing factory forget."""
    kind, rest = hit.use.kind, hit.rest
    if hit.role == "factory":
        return kind is UseKind.CALL and rest == ".cache_clear"
    if hit.role not in ("slot", "registry"):
        return False
    if kind in (UseKind.STORE, UseKind.DELETE):
        return rest in ("", "[]")
    return kind is UseKind.CALL and rest in _WRITERS


def narrowed(node: cst.CSTNode, rest: str) -> cst.CSTNode:
    """The part of an expression that is the slot itself: ``M._instance`` of ``M._instance.send()``."""
    for step in reversed(_STEP.findall(rest)):
        inner = getattr(node, "func" if step == "()" else "value", None)
        if inner is None:
            return node
        node = inner
    return node


def _module_of(symbol: str, project: Project) -> ModuleSummary | None:
    parts = symbol.split(".")
    for end in range(len(parts) - 1, 0, -1):
        found = project.names.modules.get(".".join(parts[:end]))
        if found is not None:
            return found
    return None
