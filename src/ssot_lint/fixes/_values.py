"""Whether a value can be made at another place, and be the same there."""

from __future__ import annotations

from typing import Final

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError
from ssot_lint.syntax_tree import nodes_with_parents

_FRESH: Final = frozenset(
    {
        "list",
        "dict",
        "set",
        "bytearray",
        "deque",
        "defaultdict",
        "OrderedDict",
        "Counter",
        "array",
        "Queue",
        "LifoQueue",
        "PriorityQueue",
        "WeakKeyDictionary",
        "WeakSet",
        "WeakValueDictionary",
    }
)
_CONSTANTS: Final = frozenset({"None", "True", "False", "int", "float", "str", "list", "dict", "set"})
_NEW_OBJECTS: Final = (
    cst.BaseList,
    cst.BaseDict,
    cst.BaseSet,
    cst.Tuple,
    cst.Call,
    cst.BinaryOperation,
)
_ODD: Final = (cst.Lambda, cst.NamedExpr, cst.Await, cst.Yield)


def is_fresh(value: cst.BaseExpression) -> bool:
    """Whether a value is made of displays and containers alone, so that it is the same wherever made."""
    makers: set[cst.CSTNode] = set()
    for node, parent in nodes_with_parents(value):
        if isinstance(node, cst.Call):
            function = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
            if not isinstance(function, cst.Name) or function.value not in _FRESH:
                return False
            makers.update((node.func, function))
        elif isinstance(node, cst.Name) and node.value not in _CONSTANTS:
            is_maker = node in makers or parent in makers
            if not is_maker and not (isinstance(parent, cst.Arg) and parent.keyword is node):
                return False
    return True


def check_value(value: cst.BaseExpression) -> None:
    """Raise NoFixError when evaluating a value again needn't give another object."""
    if isinstance(value, cst.IfExp):
        check_value(value.body)
        check_value(value.orelse)
    elif not isinstance(value, _NEW_OBJECTS):
        raise NoFixError("its value is an object that has other names")


def check_names(file: FixedFile, value: cst.BaseExpression) -> None:
    """Raise NoFixError when the value would mean something else in a function."""
    nodes = dict(nodes_with_parents(value))
    if any(isinstance(node, _ODD) for node in nodes):
        raise NoFixError("its value can't be moved")
    own = {
        inner.value
        for node in nodes
        if isinstance(node, cst.CompFor)
        for inner, _ in nodes_with_parents(node.target)
        if isinstance(inner, cst.Name)
    }
    used = {
        node.value
        for node, parent in nodes.items()
        if isinstance(node, cst.Name)
        and not (isinstance(parent, cst.Attribute) and parent.attr is node)
        and not (isinstance(parent, cst.Arg) and parent.keyword is node)
    }
    elsewhere = sorted((used - own) & file.local_names)
    if elsewhere:
        raise NoFixError(f"its value is made with {elsewhere[0]}, which means something else in a function")
