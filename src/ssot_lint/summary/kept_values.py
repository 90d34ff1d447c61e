"""Finds the stores of what comes from parameters into variables and attributes that outlive the call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import LOCALS
from ssot_lint.summary.kept_facts import CONSTRUCTORS, KeptValue, Origin
from ssot_lint.summary.surroundings import Surroundings
from ssot_lint.summary.symbols import describe, namespace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.scopes import Scope
    from ssot_lint.summary.walker import ModuleWalker

_CONVERSIONS: Final = frozenset({"str", "int", "UUID", "cast", "copy", "deepcopy", "strip", "lower"})
"""Calls whose result stands for what they are given."""
_MAX_ORIGINS: Final = 4
_MAX_DEPTH: Final = 12


def read_kept_values(walker: ModuleWalker, positions: Positions) -> Iterator[KeptValue]:
    """Yield the stores of one module."""
    nodes = {id(record.scope): record.node for record in walker.functions}
    around: dict[int, Surroundings] = {}
    for store in walker.stores:
        node = nodes[id(store.scope)]
        place, key = _place(store.target)
        targets = _targets(place, store.scope) if place is not None else ()
        owners = namespace(place, store.scope) if place is not None and key.isidentifier() else ()
        if owners:  # globals()["name"] = value
            targets, key = tuple(f"{owner}.{key}" for owner in owners), ""
        if place is None or not targets:
            continue
        origins = tuple(dict.fromkeys(_origins(store.value, store.scope, (), set(), 0)))
        if node.name in CONSTRUCTORS:
            origins = tuple(origin for origin in origins if "()" in origin.steps)
        if origins and len(origins) <= _MAX_ORIGINS:
            if id(node) not in around:
                around[id(node)] = Surroundings(node)
            surroundings = around[id(node)]
            yield KeptValue(
                scope=store.scope.index,
                targets=targets,
                key=key,
                values=_outside(describe(store.value, store.scope)),
                origins=origins,
                span=positions.span(store.target),
                is_of_local=_is_of_local(place, store.scope),
                is_read_after_await=surroundings.reads_after_await(store.target),
                is_locked=surroundings.locks(store.target),
                is_restored=surroundings.restores(store.target),
            )


def _place(target: ast.expr) -> tuple[ast.expr | None, str]:
    """Return the variable, attribute or mapping that is stored into, and the constant key of an item."""
    if not isinstance(target, ast.Subscript):
        return target, ""
    key = target.slice
    if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value:
        return target.value, key.value
    return None, ""


def _targets(place: ast.expr, scope: Scope) -> tuple[str, ...]:
    if isinstance(place, ast.Name):
        home = scope.home_of(place.id)
        is_outer = home.kind == "module" and (home is not scope)
        is_local = any(b.kind == "parameter" for b in scope.bound.get(place.id, ()))
        if place.id in scope.globals and is_outer:
            return (f"{home.symbol}.{place.id}",)
        if is_local or not isinstance(place.ctx, ast.Load):
            return ()
    return _outside(describe(place, scope))


def _is_of_local(place: ast.expr, scope: Scope) -> bool:
    """Tell whether a place belongs to what this function has called for, maybe to what it has just made."""
    while isinstance(place, (ast.Attribute, ast.Subscript)):
        place = place.value
    bound = scope.bound.get(place.id, ()) if isinstance(place, ast.Name) else ()
    return isinstance(place, ast.Call) or any(isinstance(b.node, (ast.Call, ast.Await)) for b in bound)


def _outside(symbols: Iterable[str]) -> tuple[str, ...]:
    """Return the symbols that mean something outside their function."""
    return tuple(s for s in symbols if LOCALS not in s and not s.startswith("builtins."))


# -- where a value comes from


def _origins(
    node: ast.AST | None, scope: Scope, steps: tuple[str, ...], seen: set[int], depth: int
) -> Iterator[Origin]:
    """Yield the parameters that an expression is, is a part of, or is made of."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(node, ast.Name):
        yield from _origins_of_name(node.id, scope, steps, seen, depth)
    elif isinstance(node, ast.Attribute):
        yield from _origins(node.value, scope, (f".{node.attr}", *steps), seen, depth + 1)
    elif isinstance(node, ast.Subscript):
        yield from _origins(node.value, scope, (_item(node.slice), *steps), seen, depth + 1)
    elif isinstance(node, (ast.Await, ast.NamedExpr, ast.Starred)):
        yield from _origins(node.value, scope, steps, seen, depth + 1)
    elif isinstance(node, ast.Call):
        yield from _origins_of_call(node, scope, steps, seen, depth + 1)
    elif isinstance(node, ast.IfExp):
        yield from _origins(node.body, scope, steps, seen, depth + 1)
        yield from _origins(node.orelse, scope, steps, seen, depth + 1)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _origins(value, scope, steps, seen, depth + 1)


def _origins_of_name(
    name: str, scope: Scope, steps: tuple[str, ...], seen: set[int], depth: int
) -> Iterator[Origin]:
    holder = scope.holder_of(name)
    if holder is None or holder.kind != "function" or name == holder.receiver:
        return
    for bound in holder.bound[name]:
        if bound.kind == "parameter":
            yield Origin(name, holder.index, steps)
        elif bound.kind == "value" and bound.node is not None and id(bound.node) not in seen:
            seen.add(id(bound.node))
            yield from _origins(bound.node, bound.scope, steps, seen, depth + 1)


def _origins_of_call(
    node: ast.Call, scope: Scope, steps: tuple[str, ...], seen: set[int], depth: int
) -> Iterator[Origin]:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "get" and isinstance(function, ast.Attribute) and node.args:
        yield from _origins(function.value, scope, (_item(node.args[0]), *steps), seen, depth)
    elif name == "getattr" and len(node.args) > 1:
        step = _item(node.args[1])
        yield from _origins(node.args[0], scope, (f".{step[1:-1]}", *steps), seen, depth)
    elif name in _CONVERSIONS:
        converted = node.args[-1:] or [function.value if isinstance(function, ast.Attribute) else function]
        for value in converted:
            yield from _origins(value, scope, steps, seen, depth)
    else:
        parts: list[ast.expr] = [*node.args, *(k.value for k in node.keywords)]
        if isinstance(function, ast.Attribute):
            parts.append(function.value)
        for part in parts:
            yield from _origins(part, scope, ("()", *steps), seen, depth)


def _item(key: ast.expr) -> str:
    return f"[{key.value}]" if isinstance(key, ast.Constant) and isinstance(key.value, str) else "[]"
