"""The error by which a managed class, or what makes it, says that it can't be had."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from ssot_lint.fixes._arguments import constructor_parameters
from ssot_lint.fixes._file import FixedFile, NoFixError
from ssot_lint.fixes._imports import functions_around, refer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.model import Edit
    from ssot_lint.project import ManagedClass, Project


class OwnError(NamedTuple):
    """An exception class, how a place names it, and the edits that make the name known."""

    name: str
    text: str
    edits: tuple[Edit, ...]
    takes_text: bool
    """Whether it is made with a message."""


def own_error(file: FixedFile, managed: ManagedClass, at: cst.CSTNode) -> OwnError | None:
    """Return the class's own error for a place in a function, if there is one that can be raised there.

    It is defined beside the class or in the file, and has the class's name in its own, or is raised in the
    file already, or is the only one.
    """
    if not functions_around(file, at):
        return None  # while the module is imported nobody has asked for an instance
    found = sorted(_candidates(file, managed))
    names = [s for s in found if managed.name.lstrip("_") in s.rpartition(".")[2]]
    raised = [s for s in found if s.rpartition(".")[2] in _raised(file)]
    chosen = next((few[0] for few in (names, raised, found) if len(few) == 1), None)
    parameters = constructor_parameters(chosen, file.project) if chosen is not None else ()
    needed = [p for p in parameters or () if not p.default and p.kind in ("positional", "keyword")]
    if chosen is None or len(needed) > 1 or any(p.kind == "keyword" for p in needed):
        return None
    try:
        reference = refer(file, [chosen], at)
    except NoFixError:
        return None
    takes_text = parameters is None or bool(needed)
    return OwnError(chosen.rpartition(".")[2], reference.text, reference.edits, takes_text)


def _candidates(file: FixedFile, managed: ManagedClass) -> Iterator[str]:
    home = managed.qualname.rpartition(".")[0]
    for symbol, node in file.project.names.classes.items():
        module = symbol.rpartition(".")[0]
        is_near = module in (home, file.module.module) and not node.facts.name.startswith("_")
        if is_near and _is_error(symbol, file.project):
            yield symbol


def _is_error(symbol: str, project: Project) -> bool:
    bases = project.names.external_bases(symbol)
    known = [getattr(builtins, base.removeprefix("builtins."), None) for base in bases]
    return any(isinstance(base, type) and issubclass(base, Exception) for base in known)


def _raised(file: FixedFile) -> frozenset[str]:
    """Return the names of what the file raises."""
    raised = [node.exc for node in file.of_kind(cst.Raise) if node.exc is not None]
    kinds = [each.func if isinstance(each, cst.Call) else each for each in raised]
    return frozenset(kind.value for kind in kinds if isinstance(kind, cst.Name))
