"""Mutable containers: which expressions make one, of which kind, and which methods change it."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.summary.symbols import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssot_lint.summary.scopes import Scope

_LIST: Final = frozenset({"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"})
_DICT: Final = frozenset({"update", "setdefault", "pop", "popitem", "clear"})
_SET: Final = frozenset(
    {
        "add",
        "update",
        "discard",
        "remove",
        "pop",
        "clear",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
    }
)
_DEQUE: Final = frozenset({"appendleft", "popleft", "extendleft", "rotate"}) | (_LIST - {"sort"})
_QUEUE: Final = frozenset({"put", "put_nowait", "get_nowait"})  # "get" reads in every other container
_FUNCTIONS: Final = frozenset(
    {
        "heapq.heappush",
        "heapq.heappop",
        "heapq.heapify",
        "heapq.heapreplace",
        "heapq.heappushpop",
        "bisect.insort",
        "bisect.insort_left",
        "bisect.insort_right",
        "random.shuffle",
    }
)

METHODS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "list": _LIST,
        "dict": _DICT,
        "defaultdict": _DICT,
        "OrderedDict": _DICT | {"move_to_end"},
        "Counter": _DICT | {"subtract"},
        "ChainMap": _DICT,
        "WeakKeyDictionary": _DICT,
        "WeakValueDictionary": _DICT,
        "set": _SET,
        "WeakSet": _SET,
        "deque": _DEQUE,
        "bytearray": _LIST - {"sort"},
        "array": (_LIST - {"sort", "clear"}) | {"fromlist", "frombytes", "fromfile", "byteswap"},
        "queue": _QUEUE,
        "SimpleNamespace": frozenset(),
        "any": _LIST | _DICT | _SET | _DEQUE,
    }
)
"""The methods by which a container of each kind is changed."""

_MAPPINGS: Final = frozenset(
    {"dict", "defaultdict", "OrderedDict", "Counter", "ChainMap", "WeakKeyDictionary", "WeakValueDictionary"}
)
_INDEXED: Final = frozenset({"list", "deque", "bytearray", "array", "any"}) | _MAPPINGS
_OPERATORS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "+=": frozenset({"list", "deque", "bytearray", "array", "Counter", "any"}),
        "*=": frozenset({"list", "deque", "bytearray", "array", "any"}),
        "|=": frozenset({"set", "WeakSet", "any"}) | _MAPPINGS - {"WeakKeyDictionary"},
        "&=": frozenset({"set", "WeakSet", "Counter", "any"}),
        "-=": frozenset({"set", "WeakSet", "Counter", "any"}),
        "^=": frozenset({"set", "WeakSet", "any"}),
    }
)

MUTATING_NAMES: Final = frozenset().union(*METHODS.values())
"""Every method that changes some container."""
REMOVING: Final = frozenset(
    {"pop", "popitem", "popleft", "clear", "remove", "discard", "get_nowait", "del []", "heapq.heappop"}
    | {"difference_update", "intersection_update", "-=", "&="}
)
"""The operations that only take something out."""
_CERTAIN_ELEMENT_METHODS: Final = frozenset(
    {"append", "appendleft", "extend", "setdefault", "insert", "popleft", "[]=", "del []"}
)

CONSTRUCTORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "builtins.list": "list",
        "builtins.sorted": "list",
        "builtins.dict": "dict",
        "builtins.set": "set",
        "builtins.bytearray": "bytearray",
        "builtins.dict.fromkeys": "dict",
        "collections.deque": "deque",
        "collections.defaultdict": "defaultdict",
        "collections.OrderedDict": "OrderedDict",
        "collections.Counter": "Counter",
        "collections.ChainMap": "ChainMap",
        "collections.UserDict": "dict",
        "collections.UserList": "list",
        "typing.List": "list",
        "typing.Dict": "dict",
        "typing.Set": "set",
        "typing.DefaultDict": "defaultdict",
        "typing.OrderedDict": "OrderedDict",
        "typing.Deque": "deque",
        "typing.Counter": "Counter",
        "queue.Queue": "queue",
        "queue.LifoQueue": "queue",
        "queue.PriorityQueue": "queue",
        "queue.SimpleQueue": "queue",
        "asyncio.Queue": "queue",
        "asyncio.LifoQueue": "queue",
        "asyncio.PriorityQueue": "queue",
        "asyncio.queues.Queue": "queue",
        "multiprocessing.Queue": "queue",
        "array.array": "array",
        "weakref.WeakSet": "WeakSet",
        "weakref.WeakKeyDictionary": "WeakKeyDictionary",
        "weakref.WeakValueDictionary": "WeakValueDictionary",
        "types.SimpleNamespace": "SimpleNamespace",
    }
)
"""Dotted names of what makes a container, with its kind."""
_COPIERS: Final = frozenset({"copy.copy", "copy.deepcopy"})
_LIST_METHODS_OF_STR: Final = frozenset({"split", "rsplit", "splitlines"})


class Container(NamedTuple):
    """What an expression makes; ``makers`` are the symbols on which an open kind depends."""

    kind: str
    element: str = ""
    makers: tuple[str, ...] = ()
    is_empty: bool = False


def changes(operation: str, kind: str) -> bool:
    """Tell whether an operation changes a container of this kind."""
    if operation in METHODS.get(kind, ()):
        return True
    if operation in ("[]=", "del []"):
        return kind in _INDEXED
    if operation == ".=":
        return kind == "SimpleNamespace"
    if operation in _FUNCTIONS:
        return kind in ("list", "any") or (
            operation == "random.shuffle" and kind in ("deque", "bytearray", "array")
        )
    return kind in _OPERATORS.get(operation, ())


def changes_element(operation: str, kind: str, element: str) -> bool:
    """Tell whether an operation on an item surely changes a mutable object that the container holds."""
    if kind in ("set", "WeakSet", "bytearray", "array", "queue", "SimpleNamespace"):
        return False
    if element:
        return changes(operation, element)
    return operation in _CERTAIN_ELEMENT_METHODS and kind != "tuple"


def is_changing_function(symbol: str) -> bool:
    """Tell whether a function of the standard library changes the list that is its first argument."""
    return symbol in _FUNCTIONS


def container_of(node: ast.expr, scope: Scope, depth: int = 0) -> Container | None:
    """Return the mutable container that an expression makes; the project may have to say its kind."""
    exact = type(node)
    if exact is ast.Constant or depth > 8:
        return None
    if isinstance(node, (ast.List, ast.Set, ast.ListComp, ast.SetComp)):
        kind = "list" if isinstance(node, (ast.List, ast.ListComp)) else "set"
        elements = node.elts if isinstance(node, (ast.List, ast.Set)) else [node.elt]
        return Container(kind, _element_of(elements, scope, depth), (), not elements)
    if isinstance(node, ast.Dict):
        return Container("dict", _element_of(node.values, scope, depth), (), not node.values)
    if isinstance(node, ast.DictComp):
        return Container("dict", _element_of([node.value], scope, depth))
    if isinstance(node, ast.Tuple):
        element = _element_of(node.elts, scope, depth)
        return Container("tuple", element) if element else None
    if isinstance(node, ast.Call):
        return _container_of_call(node, scope, depth)
    if isinstance(node, ast.BinOp):
        return _container_of_operation(node, scope, depth)
    if isinstance(node, ast.IfExp):
        return _first(container_of(node.body, scope, depth + 1), container_of(node.orelse, scope, depth + 1))
    if isinstance(node, ast.BoolOp):
        return _first(*(container_of(value, scope, depth + 1) for value in node.values))
    if isinstance(node, ast.NamedExpr):
        return container_of(node.value, scope, depth + 1)
    return None


def _first(*found: Container | None) -> Container | None:
    return next((container for container in found if container is not None), None)


def _element_of(nodes: list[ast.expr], scope: Scope, depth: int) -> str:
    """Return the kind of the mutable elements of a display; only the first few are looked at."""
    kinds = {
        found.kind
        for node in nodes[:20]
        if (found := container_of(node, scope, depth + 1)) and not found.makers
    }
    return "" if not kinds else kinds.pop() if len(kinds) == 1 else "any"


def _container_of_operation(node: ast.BinOp, scope: Scope, depth: int) -> Container | None:
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        if isinstance(left.op, (ast.Add, ast.BitOr)):
            found = container_of(left.right, scope, depth + 1)
            if found is not None and found.kind in ("list", "dict", "set"):
                return found._replace(is_empty=False)
        left = left.left
    if isinstance(node.op, (ast.Add, ast.BitOr, ast.Mult, ast.Sub, ast.BitAnd)):
        found = container_of(left, scope, depth + 1)
        if found is not None and found.kind in ("list", "dict", "set"):
            return found._replace(is_empty=False)
    return None


def _container_of_call(node: ast.Call, scope: Scope, depth: int) -> Container | None:
    function = node.func
    if isinstance(function, ast.Attribute):
        if function.attr in _LIST_METHODS_OF_STR and isinstance(function.value, ast.Constant):
            return Container("list")
        if function.attr == "copy" and not node.args:
            return _copied(function.value, scope, depth)
    if isinstance(function, ast.Subscript):  # dict[str, int]()
        function = function.value
    symbols = describe(function, scope)
    if len(symbols) != 1:
        return None
    symbol = symbols[0]
    kind = CONSTRUCTORS.get(symbol)
    if kind is not None:
        element = _element_factory(node, scope) if kind == "defaultdict" else ""
        return Container(kind, element, (), not node.args and not node.keywords)
    if symbol in _COPIERS and node.args:
        return _copied(node.args[0], scope, depth)
    return None if symbol.startswith("builtins.") else Container("call", "", symbols)


def _copied(node: ast.expr, scope: Scope, depth: int) -> Container | None:
    found = container_of(node, scope, depth + 1)
    if found is not None or not isinstance(node, (ast.Name, ast.Attribute)):
        return found
    if isinstance(node, ast.Name):
        holder = scope.holder_of(node.id)
        for bound in holder.bound[node.id] if holder is not None else ():
            if bound.kind == "value" and isinstance(bound.node, ast.expr):
                found = container_of(bound.node, bound.scope, depth + 1)
                if found is not None and found.kind != "call":
                    return found._replace(is_empty=False)
    symbols = describe(node, scope)
    return Container("copy", "", symbols) if symbols else None


def _element_factory(node: ast.Call, scope: Scope) -> str:
    """Return the kind of what a ``defaultdict`` makes for a missing key."""
    factory = node.args[0] if node.args else None
    if isinstance(factory, ast.Lambda):
        found = container_of(factory.body, scope, 4)
        return found.kind if found is not None and not found.makers else ""
    symbols = describe(factory, scope) if factory is not None else ()
    return CONSTRUCTORS.get(symbols[0], "") if len(symbols) == 1 else ""
