"""The fix of SST407: the constructor returns at once when the kept instance has been set up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, insertion
from ssot_lint.fixes._imports import is_docstring
from ssot_lint.model import Applicability, Suggestion
from ssot_lint.syntax_tree import nodes_with_parents

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.model import Finding

_FLAG: Final = "_is_set_up"


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the guard, before the other ways out."""
    name = file.find(finding.location.span, cst.Name)
    function = file.parents[name] if name is not None else None
    if not isinstance(function, cst.FunctionDef) or not isinstance(function.body, cst.IndentedBlock):
        raise NoFixError("__init__ has no body on lines of its own")
    if not function.params.params or _FLAG in file.text:
        raise NoFixError("the name of the flag isn't free")
    node = file.project.names.classes.get(f"{file.module.module}.{finding.scope.rpartition('.')[0]}")
    if node is not None and any(attribute.name == "__slots__" for attribute in node.facts.attributes):
        raise NoFixError(f"{node.facts.name} has __slots__")
    me = function.params.params[0].name.value
    body = function.body.body
    first = body[1] if is_docstring(body[0]) and len(body) > 1 else body[0]
    line = file.above(file.start(first)[0])
    margin = file.margin(line)
    deeper = margin + (margin.removeprefix(file.margin(file.start(function)[0])) or file.indent)
    guard = [f'{margin}if getattr({me}, "{_FLAG}", False):', f"{deeper}return"]
    note = f"{margin}{me}.{_FLAG} = True"
    edits = []
    if any(isinstance(node, cst.Return) for node, _ in nodes_with_parents(function.body)):
        guard.append(note)
    else:
        end = file.span(body[-1])
        last = end.end_line - (end.end_column == 0)
        edits.append(insertion(last, len(file.lines[last - 1]), f"{file.newline}{note}"))
    edits.insert(0, insertion(line, 0, "".join(f"{text}{file.newline}" for text in guard)))
    title = "Return at the start of __init__ when the instance has been set up before"
    yield Suggestion(title, Applicability.UNSAFE, tuple(edits))
    yield from (each for each in finding.suggestions if each.title != title)
