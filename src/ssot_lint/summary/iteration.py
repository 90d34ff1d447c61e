"""What loops take from what they go through, as far as the text of the loop tells."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

_SAME_ITEMS: Final = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"})
"""Builtins that hand on the items of their first argument."""
_PAIR: Final = 2


def loop_variables(target: ast.expr, iterable: ast.expr) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield the targets of a loop, each with the collection of which it takes the items; None if unknown."""
    if isinstance(target, ast.Starred):
        yield from loop_variables(target.value, ast.Tuple([], ast.Load()))
    elif not isinstance(target, (ast.Tuple, ast.List)):
        yield target, iterable
    else:
        columns = _columns(iterable, len(target.elts))
        for element, column in zip(target.elts, columns, strict=True):
            if column is not None:
                yield from loop_variables(element, column)
            else:
                yield element, None


def _columns(iterable: ast.expr, width: int) -> list[ast.expr | None]:
    """Return the collections of the first, the second, ... parts of the items."""
    unknown: list[ast.expr | None] = [None] * width
    if isinstance(iterable, ast.Call):
        function, arguments = iterable.func, iterable.args
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name == "items" and width == _PAIR and isinstance(function, ast.Attribute):
            values = ast.Attribute(function.value, "values", ast.Load())
            return [function.value, ast.Call(values, [], [])]
        if name == "enumerate" and width == _PAIR and arguments:
            return [None, arguments[0]]
        if name == "zip" and len(arguments) == width:
            return list(arguments)
    if isinstance(iterable, (ast.Tuple, ast.List, ast.Set)) and iterable.elts:
        rows = [row.elts for row in iterable.elts if isinstance(row, (ast.Tuple, ast.List))]
        if len(rows) == len(iterable.elts) and all(len(row) == width for row in rows):
            return [ast.Tuple(list(column), ast.Load()) for column in zip(*rows, strict=True)]
    return unknown


def passed_on(call: ast.Call) -> tuple[ast.expr | None, bool]:
    """Return the collection whose items a call hands on, and whether these are a mapping's values."""
    function = call.func
    if isinstance(function, ast.Name):
        return (call.args[0] if function.id in _SAME_ITEMS and call.args else None), False
    if isinstance(function, ast.Attribute) and not call.args:
        if function.attr == "values":
            return function.value, True
        if function.attr in ("copy", "keys"):
            return function.value, False
    return None, False


def makes_each(node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> bool:
    """Whether each item is what one call returns, whatever the comprehension goes through."""
    if not isinstance(node.elt, ast.Call):
        return False
    own = {n.id for g in node.generators for n in walk(g.target) if isinstance(n, ast.Name)}
    return not any(isinstance(n, ast.Name) and n.id in own for n in walk(node.elt.func))
