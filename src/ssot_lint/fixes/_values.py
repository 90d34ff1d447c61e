"""Whether a value can be made at another place, and be the same there."""

from __future__ import annotations

from typing import Final

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError
from ssot_lint.fixes._imports import Reference, refer
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
_DICT: Final = frozenset({"builtins.dict", "builtins.dict()"})
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


def copy_of(file: FixedFile, value: cst.Name | cst.Attribute, at: cst.CSTNode) -> Reference:
    """Return how a module's container is copied at a place, so that the copy is of the same kind."""
    written = file.written(value)
    own = file.locals_at(at)
    if _is_plain_dict(file, written) and "dict" not in own | file.module.bindings.keys():
        return Reference(f"dict({written})")
    known = [binding.symbols for binding in file.module.bindings.get("copy", ())]
    if known == [("copy",)] and "copy" not in own:
        return Reference(f"copy.copy({written})")
    found = refer(file, ["copy.copy"], at, external=True)
    return found._replace(text=f"{found.text}({written})")


def _is_plain_dict(file: FixedFile, written: str) -> bool:
    """Whether a name is seen to be bound to a dictionary, which isn't one of a special kind."""
    names = file.project.names
    target = names.resolve(f"{file.module.module}.{written}")
    owner, _, name = target.symbol.rpartition(".") if target is not None else ("", "", "")
    module = names.modules.get(owner)
    bindings = module.bindings.get(name, ()) if module is not None else ()
    return {binding.value for binding in bindings} == {"mapping"} and all(
        _DICT.issuperset(binding.symbols) for binding in bindings
    )


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
