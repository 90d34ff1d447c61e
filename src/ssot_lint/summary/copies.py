"""Which objects a module copies: by ``copy``, ``dataclasses.replace``, or by pickling and unpickling."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import CopyCall
from ssot_lint.summary.symbols import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import CallRecord
    from ssot_lint.summary.scopes import Scope

_COPIERS: Final = frozenset(
    {
        "copy.copy",
        "copy.deepcopy",
        "copy.replace",
        "dataclasses.replace",
        "attr.evolve",
        "attrs.evolve",
        "msgspec.structs.replace",
    }
)
_COPIED: Final = frozenset({"x", "obj", "inst"})
"""What the parameter for the object is called, where it can be given by its name."""
_PICKLERS: Final = frozenset({"pickle", "_pickle", "cloudpickle", "dill"})


def read_copies(calls: Iterable[CallRecord], positions: Positions) -> Iterator[CopyCall]:
    """Yield the calls that copy something that has a name; ``calls`` are those whose last word may copy."""
    for call, flags, scope in calls:
        for function in describe(call.func, scope):
            copied = _copied(function, call, scope)
            if copied is None:
                continue
            symbols = describe(copied, scope)
            if symbols:
                yield CopyCall(function, symbols, positions.span(call), flags, scope.index)


def _copied(function: str, call: ast.Call, scope: Scope) -> ast.expr | None:
    if function in _COPIERS:
        return call.args[0] if call.args else next((k.value for k in call.keywords if k.arg in _COPIED), None)
    module, _, name = function.rpartition(".")
    if name != "loads" or module not in _PICKLERS or not call.args:
        return None
    pickled = _value_of(call.args[0], scope)
    if not isinstance(pickled, ast.Call) or not pickled.args:
        return None
    is_pickled = any(
        f.rpartition(".")[0] in _PICKLERS and f.endswith(".dumps") for f in describe(pickled.func, scope)
    )
    return pickled.args[0] if is_pickled else None


def _value_of(node: ast.expr, scope: Scope) -> ast.AST | None:
    """Return the expression itself, or what the one assignment to a local variable gives it."""
    if not isinstance(node, ast.Name):
        return node
    holder = scope.holder_of(node.id)
    bound = holder.bound[node.id] if holder is not None else []
    return bound[0].node if len(bound) == 1 and bound[0].kind == "value" else None
