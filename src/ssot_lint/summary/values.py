"""What kind of value an expression is, as far as its text tells."""

from __future__ import annotations

import ast
from typing import Final

_MAPPINGS: Final = frozenset(
    {"dict", "OrderedDict", "defaultdict", "WeakValueDictionary", "WeakKeyDictionary", "TTLCache", "LRUCache", "LFUCache"}
)
_SEQUENCES: Final = frozenset({"list", "set", "deque", "Counter", "bytearray", "ChainMap", "WeakSet"})


def kind_of_value(node: ast.expr | None) -> str:
    """``none``, ``mapping``, ``mutable``, ``constant``, ``call``, ``expression``, or empty without a value."""
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
