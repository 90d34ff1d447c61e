"""The fix of SST505: import over the path that the configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError
from ssot_lint.fixes._import_rewriting import alias_at, imported_from
from ssot_lint.fixes._imports import refer
from ssot_lint.model import Applicability, Edit, Suggestion
from ssot_lint.syntax_tree import nodes_with_parents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.fixes._imports import Reference
    from ssot_lint.model import Finding


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the import over the canonical path.

    A file that imports it by name goes on to use the name that it uses; one that reaches it through a module
    comes to use the name.
    """
    title = finding.suggestions[0].title  # "from app.ws import Manager"
    _, module, _, name = title.split()
    path = f"{module}.{name}"
    reached = file.find(finding.location.span, cst.Attribute)
    if isinstance(reached, cst.Attribute):
        found = list(_by_name(file, reached, path))
        uses = (Edit(file.span(node), reference.text) for node, reference in found)
        edits = (*dict.fromkeys(edit for _, reference in found for edit in reference.edits), *uses)
        notes = dict.fromkeys(reference.note for _, reference in found if reference.note)
        title = " ".join([title, *(f"({note})" for note in notes)])
    else:
        edits = tuple(imported_from(file, *alias_at(file, finding.location.span), path))
    yield Suggestion(title, Applicability.SAFE, edits)
    yield from finding.suggestions[1:]


def _by_name(file: FixedFile, reached: cst.Attribute, path: str) -> Iterator[tuple[cst.Attribute, Reference]]:
    """Yield every use through the module, and how the name is reached there."""
    written = file.written(reached)
    root = written.partition(".")[0]
    for node, parent in file.parents.items():
        if not isinstance(node, cst.Attribute) or file.written(node) != written:
            continue
        if root in file.locals_at(node) - _imported(file, node):
            continue
        if isinstance(parent, (cst.AssignTarget, cst.AnnAssign, cst.AugAssign, cst.Del)):
            raise NoFixError("it is set on the module, too")
        yield node, refer(file, [path], node)


def _imported(file: FixedFile, node: cst.CSTNode) -> frozenset[str]:
    """Return the names that the functions around a place import themselves."""
    return frozenset(
        each.evaluated_alias or each.evaluated_name.partition(".")[0]
        for around in file.ancestors(node)
        if isinstance(around, cst.FunctionDef)
        for each, _ in nodes_with_parents(around.body)
        if isinstance(each, cst.ImportAlias)
    )
