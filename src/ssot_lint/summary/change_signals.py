"""What the place of a change says about its purpose: where keys and values come from."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.attribute_facts import Signal
from ssot_lint.summary.containers import REMOVING
from ssot_lint.summary.traversal import children

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from ssot_lint.summary.scopes import Scope

_REPEATABLE: Final = frozenset(
    {"[]=", "del []", "add", "discard", "update", "setdefault", "pop", "|=", "-=", "difference_update", ".="}
)
_CONVERSIONS: Final = frozenset(
    {"str", "id", "hash", "type", "tuple", "repr", "int", "frozenset", "format", "bytes"}
)
_TELLING: Final = frozenset({"debug", "info", "error", "exception", "critical", "log", "print"})
_MAX_NODES: Final = 60
_MAX_DEPTH: Final = 4


class Reader:
    """Answers for one function: ``receiver`` is the name of ``self`` or ``cls``, if there is one."""

    def __init__(
        self,
        scope: Scope,
        receiver: str | None,
        parameters: Collection[str],
        looped: Mapping[str, ast.expr],
        constant: Collection[str],
    ) -> None:
        self._looped = looped
        self._constants = constant
        self._scope = scope
        self._receiver = receiver
        self._parameters = parameters

    def signals(self, operation: str, key: ast.expr | None, values: list[ast.expr], *, keyed: bool) -> Signal:
        """Return the signals of one change; ``values`` are what is stored or handed to the method."""
        found = Signal.REMOVES if operation in REMOVING else Signal.NONE
        if any(self._is_identity(v) for v in values) or (key is not None and self._is_identity(key)):
            found |= Signal.STORES_SELF
        if key is not None and self._receiver is not None and self._identifies_self(key):
            found |= Signal.KEY_OF_SELF
        parts = [*values, *([key] if key is not None else [])]
        if all(self._is_constant(p) for p in parts):
            can_repeat = operation in _REPEATABLE and (key is not None or not keyed)
            if can_repeat and not _is_position(operation, key):
                found |= Signal.CONSTANT
            elif parts and not found & Signal.REMOVES:
                found |= Signal.SAME_FOR_ALL
        if any(_is_weak(value) for value in values):
            found |= Signal.WEAK
        if any(self._derives_from(p, self._parameters) for p in parts):
            found |= Signal.FROM_PARAMETERS
        return found

    def of_member(self, node: ast.expr) -> Signal:
        """Return what the member that a condition asks for says of a collection."""
        is_own = self._receiver is not None and self._identifies_self(node)
        return Signal.KEY_OF_SELF if is_own else Signal.NONE

    def _is_identity(self, node: ast.expr) -> bool:
        """``self``, ``id(self)``, ``weakref.ref(self)``, or a tuple with one of these."""
        if isinstance(node, ast.Name):
            return node.id == self._receiver
        if isinstance(node, ast.Tuple):
            return any(self._is_identity(e) for e in node.elts)
        if isinstance(node, ast.Call) and len(node.args) >= 1:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            return name in ("id", "ref", "proxy", "hash") and self._is_identity(node.args[0])
        return False

    def _identifies_self(self, node: ast.expr) -> bool:
        """Tell whether a key is made of attributes of the instance or its class, not by its methods."""
        waiting: list[ast.AST] = [node]
        seen: set[str] = set()
        while waiting:
            here = waiting.pop()
            if isinstance(here, ast.Name):
                if here.id == self._receiver:
                    return True
                bound = self._scope.bound.get(here.id, ())
                if here.id not in seen and len(bound) == 1 and bound[0].kind == "value":
                    seen.add(here.id)
                    waiting += [bound[0].node] if bound[0].node is not None else []
            elif isinstance(here, ast.Call):
                waiting += self._parts_of_call(here)
            elif isinstance(
                here, (ast.Attribute, ast.JoinedStr, ast.FormattedValue, ast.Tuple, ast.BinOp, ast.Await)
            ):
                waiting += children(here)
        return False

    def _parts_of_call(self, node: ast.Call) -> list[ast.AST]:
        """Return what the result of a call is made of."""
        function = node.func
        if isinstance(function, ast.Name) and function.id == "super" and self._receiver is not None:
            return [ast.Name(self._receiver, ast.Load())]
        if isinstance(function, ast.Name):
            return list(node.args) if function.id in _CONVERSIONS else []
        if isinstance(function, ast.Attribute):
            is_own_method = isinstance(function.value, ast.Name) and function.value.id == self._receiver
            return [] if is_own_method and (node.args or node.keywords) else [function.value]
        return []

    def _is_constant(self, node: ast.expr, depth: int = 0) -> bool:
        """Tell what is the same for every instance: literals, names of the module and of the class body.

        Also what is made of these by a display, an item, ``getattr`` or a conversion.
        """
        if isinstance(node, ast.Constant):
            return True
        if depth > _MAX_DEPTH:
            return False
        if isinstance(node, ast.Name):
            return (
                node.id.isupper()
                or self._is_bound_by_module(node.id)
                or self._is_constant_here(node.id, depth)
            )
        if isinstance(node, ast.Attribute):
            is_own = isinstance(node.value, ast.Name) and node.value.id == self._receiver
            return node.attr.isupper() or (is_own and node.attr in self._constants)
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            made = name in _CONVERSIONS or name == "getattr"
            return made and bool(node.args) and all(self._is_constant(a, depth + 1) for a in node.args)
        if isinstance(node, ast.Subscript):
            return self._is_constant(node.value, depth + 1) and self._is_constant(node.slice, depth + 1)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
            return all(self._is_constant(part, depth + 1) for part in _parts(node))
        return isinstance(node, ast.UnaryOp) and self._is_constant(node.operand, depth)

    def _is_constant_here(self, name: str, depth: int) -> bool:
        """Tell whether a local variable only ever holds what is the same for every instance."""
        bound = self._scope.bound.get(name, ())
        if name in self._looped:
            is_loops = not any(b.kind == "value" and isinstance(b.node, ast.expr) for b in bound)
            return is_loops and self._is_constant(self._looped[name], depth + 1)
        return bool(bound) and all(
            b.kind == "import"
            or (b.kind == "value" and isinstance(b.node, ast.expr) and self._is_constant(b.node, depth + 1))
            for b in bound
        )

    def _is_bound_by_module(self, name: str) -> bool:
        """Tell whether a name is the module's, and no function binds it."""
        holder = self._scope.holder_of(name)
        return (
            holder is not None
            and holder.kind == "module"
            and not any(bound.is_remote for bound in holder.bound[name])
        )

    def _derives_from(self, node: ast.expr, names: Collection[str]) -> bool:
        """Tell whether an expression is computed from one of these names, also by way of local variables."""
        seen: set[str] = set()
        waiting: list[ast.AST] = [node]
        budget = _MAX_NODES
        while waiting and budget > 0:
            budget -= 1
            here = waiting.pop()
            if isinstance(here, ast.Name):
                if here.id in names:
                    return True
                if here.id not in seen:
                    seen.add(here.id)
                    bound = self._scope.bound.get(here.id, ())
                    waiting += [b.node for b in bound if b.kind == "value" and isinstance(b.node, ast.expr)]
            elif isinstance(here, ast.Call) and isinstance(here.func, ast.Attribute):
                waiting += [*here.args, here.func.value, *(k.value for k in here.keywords)]
            else:
                waiting += children(here)
        return False


def tells_something(statements: Iterable[ast.stmt]) -> bool:
    """Tell whether one of the statements is a call that logs or warns."""
    for statement in statements:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call):
            function = call.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name.strip("_") in _TELLING or "warn" in name.lower() or "deprecat" in name.lower():
                return True
    return False


def _is_weak(node: ast.expr) -> bool:
    """Tell a weak reference: what it refers to lives and dies elsewhere."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in ("ref", "WeakMethod", "finalize")


def _is_position(operation: str, key: ast.expr | None) -> bool:
    """Tell whether what is taken out is told by its position, as ``pop(0)`` does: each time it is another."""
    return operation in ("pop", "del []") and isinstance(key, ast.Constant) and isinstance(key.value, int)


def _parts(node: ast.List | ast.Tuple | ast.Set | ast.Dict) -> Iterator[ast.expr]:
    if isinstance(node, ast.Dict):
        yield from (key for key in node.keys if key is not None)
        yield from node.values
    else:
        yield from node.elts
