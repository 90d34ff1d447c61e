"""The fix of SST301: where the private class is only named as a type, import it by its public name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError
from ssot_lint.fixes._import_rewriting import alias_at, imported_from
from ssot_lint.fixes._imports import module_text
from ssot_lint.model import Applicability, Edit, Suggestion
from ssot_lint.summary.facts import UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.model import Finding

_TYPES: Final = frozenset({UseKind.ANNOTATION, UseKind.CHECK, UseKind.IMPORT})
_PREFIX: Final = "For annotations: from "


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the import of the public name with the renaming of its uses, before the other ways out."""
    first, *others = finding.suggestions
    public = next((each for each in others if each.title.startswith(_PREFIX)), None)
    if public is None:
        raise NoFixError("the class has no public name")
    module, _, name = public.title.removeprefix(_PREFIX).partition(" import ")
    node, alias = alias_at(file, finding.location.span)
    local = alias.evaluated_alias or alias.evaluated_name
    symbols = {
        hit.symbol
        for hit in file.project.hits_in(file.module)
        if hit.use.span == finding.location.span and hit.use.kind is UseKind.IMPORT
    }
    kinds = {use.kind for symbol in symbols for use in file.module.uses_of(symbol)}
    if not kinds <= _TYPES or any(_goes_further(file, symbol) for symbol in symbols):
        raise NoFixError("the class isn't only named as a type here")
    renamed = tuple(_renamings(file, alias, local, name))
    edits = (*imported_from(file, node, alias, f"{module}.{name}", keep_name=not renamed), *renamed)
    title = f"Import its public name: from {module_text(file, module)} import {name}"
    yield Suggestion(title, Applicability.SAFE, edits)
    yield first
    yield from (each for each in others if each is not public)


def _goes_further(file: FixedFile, symbol: str) -> bool:
    """Whether the file uses attributes of the class, too."""
    return any(other.startswith(f"{symbol}.") for other in file.module.packed_uses)


def _renamings(file: FixedFile, alias: cst.ImportAlias, local: str, name: str) -> Iterator[Edit]:
    """Yield the renaming of every use, if all of them are plain names and the new one is free."""
    if alias.evaluated_alias or name == local or name in file.occurring_names:
        return
    if local in file.local_names or any(
        isinstance(node, cst.SimpleString) and local in node.value for node in file.parents
    ):
        return
    for node, parent in file.parents.items():
        if isinstance(node, cst.Name) and node.value == local and not isinstance(parent, cst.ImportAlias):
            if (isinstance(parent, cst.Attribute) and parent.attr is node) or (
                isinstance(parent, cst.Arg) and parent.keyword is node
            ):
                continue
            yield Edit(file.span(node), name)
