"""The fix of SST406: the default is made when it is needed, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, has_comment
from ssot_lint.model import Applicability, Edit, Suggestion
from ssot_lint.syntax_tree import nodes_with_parents

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.model import Finding

_LOCAL = "found"


class _Asking(NamedTuple):
    """``registry.setdefault(key, default)`` as the value of a statement."""

    line: cst.SimpleStatementLine
    call: cst.Call
    method: str
    registry: str
    key: cst.BaseExpression
    default: cst.BaseExpression
    name: str | None
    """The variable that the result is bound to; None when it is returned."""


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the look-up with the construction behind it."""
    asking = _asking(file, finding)
    margin = file.margin(file.span(asking.line).line)
    deeper = margin + file.indent
    name = asking.name or _free(file)
    key, default = file.written(asking.key), file.written(asking.default)
    lines = [
        f"{name} = {asking.registry}.get({key})",
        f"{margin}if {name} is None:",
        f"{deeper}{name} = {asking.registry}[{key}] = {default}",
    ]
    if asking.name is None:
        lines.append(f"{margin}return {name}")
    safe = (
        asking.method == "setdefault"
        and not has_comment(asking.call)
        and not any(isinstance(n, (cst.Call, cst.Await)) for n, p in nodes_with_parents(asking.default) if p)
    )
    edit = Edit(file.span(asking.line.body[0]), file.newline.join(lines))
    yield Suggestion(
        finding.suggestions[0].title, Applicability.SAFE if safe else Applicability.UNSAFE, (edit,)
    )
    yield from finding.suggestions[1:]


def _asking(file: FixedFile, finding: Finding) -> _Asking:
    call = next(
        node
        for node in file.parents
        if isinstance(node, cst.Call) and finding.location.span in (file.span(node), file.span(node.func))
    )
    if not isinstance(call.func, cst.Attribute) or any(each.star or each.keyword for each in call.args):
        raise NoFixError("the registry isn't asked by a plain call")
    registry, (key, default) = call.func.value, (argument.value for argument in call.args)
    if any(
        isinstance(n, (cst.Call, cst.Await, cst.NamedExpr))
        for e in (registry, key)
        for n, _ in nodes_with_parents(e)
    ):
        raise NoFixError("the registry or the key is computed, and would be twice")
    if not isinstance(default, cst.Call):
        raise NoFixError("the default is made before, on another line or by awaiting it")
    line = file.statement_line(call)
    parent = file.parents[call]
    if (
        line is None
        or len(line.body) != 1
        or not isinstance(file.parents[line], (cst.IndentedBlock, cst.Module))
    ):
        raise NoFixError("it shares its line with other statements")
    name = _bound(parent, call)
    return _Asking(line, call, call.func.attr.value, file.written(registry), key, default, name)


def _bound(statement: cst.CSTNode | None, call: cst.Call) -> str | None:
    """Return the variable that a statement binds the call's result to, None when it returns it."""
    if isinstance(statement, cst.Return):
        return None
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1 and statement.value is call:
        target = statement.targets[0].target
        if isinstance(target, cst.Name):
            return target.value
    raise NoFixError("the result is neither returned nor bound to a variable")


def _free(file: FixedFile) -> str:
    names = (_LOCAL, *(f"{_LOCAL}_{number}" for number in range(2, 9)))
    return next(name for name in names if name not in file.occurring_names)
