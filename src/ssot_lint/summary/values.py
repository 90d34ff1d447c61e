"""What kind of value an expression is, as far as its text tells."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.symbols import describe

if TYPE_CHECKING:
    from ssot_lint.summary.scopes import Scope

_MAPPINGS: Final = frozenset(
    {
        "dict",
        "OrderedDict",
        "defaultdict",
        "WeakValueDictionary",
        "WeakKeyDictionary",
        "TTLCache",
        "LRUCache",
        "LFUCache",
    }
)
_SEQUENCES: Final = frozenset({"list", "set", "deque", "Counter", "bytearray", "ChainMap", "WeakSet"})


def kind_of_value(node: ast.expr | None) -> str:
    """Return the kind of a value, empty without one.

    It is ``none``, ``mapping``, ``mutable``, ``constant``, ``call`` or ``expression``.
    """
    if node is None:
        return ""
    if isinstance(node, ast.Constant):
        return "none" if node.value is None else "constant"
    if isinstance(node, (ast.Dict, ast.DictComp)):
        return "mapping"
    if isinstance(node, (ast.List, ast.Set, ast.ListComp, ast.SetComp)):
        return "mutable"
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _MAPPINGS:
            return "mapping"
        return "mutable" if name in _SEQUENCES else "call"
    return "expression"


def made_when_missing(node: ast.expr, scope: Scope) -> tuple[str, ...]:
    """Return the symbols of what ``defaultdict(C)`` makes for missing items; nothing for other values."""
    if not isinstance(node, ast.Call) or not node.args:
        return ()
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name != "defaultdict":
        return ()
    factory = node.args[0]
    if isinstance(factory, ast.Lambda):
        return describe(factory.body, scope)
    return tuple(f"{symbol}()" for symbol in describe(factory, scope))


def text_of(node: ast.AST) -> str:
    """Return an expression as Python would write it; the same text for all that are nested too deeply."""
    try:
        return _plain_text(node) or ast.unparse(node)
    except RecursionError:
        return "..."


def _plain_text(node: ast.AST) -> str:
    """Return the text of a dotted name or simple constant, which takes ``unparse`` long; else nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _plain_text(node.value) if isinstance(node.value, (ast.Name, ast.Attribute)) else ""
        return f"{before}.{node.attr}" if before else ""
    if isinstance(node, ast.Constant) and node.kind is None:
        value = node.value
        return repr(value) if value is None or isinstance(value, (bool, str)) else ""
    return ""
