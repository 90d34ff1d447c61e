"""What the names of a module's own level are bound to when it has run, and which of them it exports."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import Binding
from ssot_lint.summary.registrations import wrapped_symbols
from ssot_lint.summary.symbols import annotated_classes, describe
from ssot_lint.summary.values import kind_of_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import Target
    from ssot_lint.summary.scopes import Scope
    from ssot_lint.summary.walker import ModuleWalker

_EXPORTS: Final = "__all__"


def read_bindings(walker: ModuleWalker, positions: Positions) -> dict[str, tuple[Binding, ...]]:
    """Return the bindings of each name that still hold at the module's end, in the order of the text."""
    top = walker.top
    found: dict[str, list[Binding]] = defaultdict(list)
    for imported in walker.import_bindings:
        if imported.scope is top and top.is_final(imported.name, imported.node):
            span = positions.span(imported.node)
            found[imported.name].append(Binding("import", (imported.symbol,), span, "", imported.flags))
    for definition in walker.definitions:
        if top.is_final(definition.name, definition.node):
            span, symbols = positions.name_span(definition.node), (f"{top.symbol}.{definition.name}",)
            found[definition.name].append(Binding(definition.kind, symbols, span, "", definition.flags))
    for target in walker.targets:
        if target.scope is top and top.is_final(target.name, target.node):
            found[target.name].append(_variable(target, positions))
    return {name: tuple(sorted(every, key=lambda b: b.span)) for name, every in found.items()}


def _variable(target: Target, positions: Positions) -> Binding:
    own = f"{target.scope.symbol}.{target.name}"
    symbols = describe(target.value, target.reader) if target.value is not None else ()
    symbols += wrapped_symbols(target.value, target.reader)
    return Binding(
        "value",
        tuple(s for s in symbols if s != own),
        positions.span(target.node),
        kind_of_value(target.value),
        target.flags,
        annotated_classes(target.annotation, target.reader) if target.annotation is not None else (),
    )


def read_exports(tree: ast.Module, top: Scope) -> tuple[str, ...] | None:
    """Return the names in ``__all__``, ``*module`` for those of another; None if the text doesn't tell."""
    if _EXPORTS not in top.bound:
        return None
    found: list[str] | None = []
    for statement in _statements(tree.body):
        value = _exported_by(statement)
        if value is None:
            continue
        names = _names_in(value, top)
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            found = []
        if names is None or found is None:
            found = None
        else:
            found += names
    return tuple(dict.fromkeys(found)) if found is not None else None


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Return the statements of a module's level, also those under a condition."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try)):
            yield from _statements([*statement.body, *statement.orelse])


def _exported_by(statement: ast.stmt) -> ast.expr | None:
    """Return what a statement puts into ``__all__``."""
    if isinstance(statement, ast.Assign):
        return statement.value if any(_is_exports(target) for target in statement.targets) else None
    if isinstance(statement, (ast.AnnAssign, ast.AugAssign)):
        return statement.value if _is_exports(statement.target) else None
    call = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and _is_exports(call.func.value):
        if call.func.attr == "append" and len(call.args) == 1:
            return ast.List([call.args[0]], ast.Load())
        if call.func.attr == "extend" and len(call.args) == 1:
            return call.args[0]
    return None


def _is_exports(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == _EXPORTS


def _names_in(value: ast.expr, top: Scope) -> list[str] | None:
    found: list[str] = []
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            waiting += (node.right, node.left)
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            waiting += reversed(node.elts)
        elif isinstance(node, ast.Starred):
            waiting.append(node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, ast.Attribute) and node.attr == _EXPORTS:
            found += [f"*{module}" for module in describe(node.value, top)]
        elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            waiting.append(node.args[0])  # list(...), tuple(...), sorted(...)
        else:
            return None
    return found
