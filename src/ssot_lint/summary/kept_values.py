"""Finds the stores of what comes from parameters into variables and attributes that outlive the call."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import LOCALS
from ssot_lint.summary.kept_facts import CONSTRUCTORS, KeptValue, Origin
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import walk
from ssot_lint.summary.values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.scopes import Scope
    from ssot_lint.summary.walker import ModuleWalker

_CONVERSIONS: Final = frozenset({"str", "int", "UUID", "cast", "copy", "deepcopy", "strip", "lower"})
"""Calls whose result stands for what they are given."""
_LOCK: Final = re.compile(r"lock|mutex|semaphore|condition|_(?:cv|cond)\b", re.IGNORECASE)
_NAMING: Final = (ast.Attribute, ast.Name, ast.Subscript)
_WATCHED: Final = frozenset({*_NAMING, ast.Await, ast.AsyncFor, ast.AsyncWith, ast.With})
"""What is looked at in the function around a store."""
_MAX_ORIGINS: Final = 4
_MAX_DEPTH: Final = 12


def read_kept_values(walker: ModuleWalker, positions: Positions) -> Iterator[KeptValue]:
    """Yield the stores of one module."""
    nodes = {id(record.scope): record.node for record in walker.functions}
    around: dict[int, list[ast.AST]] = {}
    for store in walker.stores:
        node = nodes[id(store.scope)]
        place, key = _place(store.target)
        targets = _targets(place, store.scope) if place is not None else ()
        if place is None or not targets:
            continue
        origins = tuple(dict.fromkeys(_origins(store.value, store.scope, (), set(), 0)))
        if node.name in CONSTRUCTORS:
            origins = tuple(origin for origin in origins if "()" in origin.steps)
        if origins and len(origins) <= _MAX_ORIGINS:
            if id(node) not in around:
                around[id(node)] = [inner for inner in walk(node) if type(inner) in _WATCHED]
            surroundings = _Surroundings(around[id(node)], store.target)
            yield KeptValue(
                scope=store.scope.index,
                targets=targets,
                key=key,
                values=_outside(describe(store.value, store.scope)),
                origins=origins,
                span=positions.span(store.target),
                is_of_local=_is_of_local(place, store.scope),
                is_read_after_await=surroundings.is_read_after_await,
                is_locked=surroundings.is_locked,
                is_restored=surroundings.is_restored,
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


# -- what happens around a store


class _Surroundings:
    """The function around a store, and what it does with the place besides."""

    def __init__(self, nodes: Iterable[ast.AST], target: ast.expr) -> None:
        self._start = (target.lineno, target.col_offset)
        self._text = text_of(target)
        self._word = _last_word(target)
        self._awaits: list[tuple[int, int]] = []
        self._reads: list[tuple[int, int]] = []
        self._stores: list[tuple[int, int]] = []
        self.is_locked = False
        for node in nodes:
            self._look_at(node)

    def _look_at(self, node: ast.AST) -> None:
        if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
            self._awaits.append((node.lineno, node.col_offset))
        elif isinstance(node, _NAMING) and _last_word(node) == self._word and text_of(node) == self._text:
            places = self._reads if isinstance(node.ctx, ast.Load) else self._stores
            places.append((node.lineno, node.col_offset))
        if isinstance(node, (ast.With, ast.AsyncWith)):
            end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
            is_around = (node.lineno, node.col_offset) <= self._start <= end
            names = (text_of(item.context_expr) for item in node.items) if is_around else ()
            if any(_LOCK.search(name) for name in names):
                self.is_locked = self.is_locked or self._goes_on(node)

    def _goes_on(self, node: ast.With | ast.AsyncWith) -> bool:
        """Tell whether something is called behind the store, in the body that it stands in."""
        return any(
            isinstance(child, (ast.Call, ast.Await)) and (child.lineno, 0) > self._start
            for statement in node.body
            for child in walk(statement)
        )

    @property
    def is_restored(self) -> bool:
        """Whether a later statement stores something there again."""
        return any(store > self._start for store in self._stores)

    @property
    def is_read_after_await(self) -> bool:
        """Whether it is read behind an ``await`` that comes after the store."""
        first = min((a for a in self._awaits if a > self._start), default=None)
        if first is None:
            return False
        return any(
            read > first and not any(first < store < read for store in self._stores) for read in self._reads
        )


def _last_word(node: ast.expr) -> str:
    """Return the last name in a target: a cheap way to tell most places apart."""
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
