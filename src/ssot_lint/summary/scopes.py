"""What names mean inside one module: scopes, what they bind, and the symbol that an expression refers to."""

from __future__ import annotations

import ast
import builtins
import re
from typing import Final, Literal, NamedTuple

from ssot_lint.summary.facts import LOCALS, SUPER

BUILTINS: Final = frozenset(dir(builtins))
MAX_ALTERNATIVES: Final = 4
"""An expression that may be more things than this is not followed."""
MAX_DEPTH: Final = 40
"""Chains of calls and local aliases that are longer than this are not followed."""

ScopeKind = Literal["module", "class", "function", "comprehension"]
BoundKind = Literal["import", "definition", "value", "parameter", "annotation", "self", "cls", "opaque"]

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*")
_NOT_CLASSES: Final = frozenset(
    {"None", "Optional", "Union", "Annotated", "Final", "ClassVar", "Any", "Required", "NotRequired", "ReadOnly"}
)
_AWAITED: Final = frozenset({"Awaitable", "Coroutine", "AsyncGenerator", "Generator", "Iterator", "AsyncIterator"})


class Bound(NamedTuple):
    """One thing that a scope binds a name to; ``scope`` is where ``node`` is to be read."""

    kind: BoundKind
    node: ast.AST | None
    symbol: str
    scope: Scope


class Scope:
    """One scope while its module is read. Class scopes are invisible from the functions inside them."""

    __slots__ = (
        "bound",
        "class_symbol",
        "globals",
        "index",
        "kind",
        "memo",
        "nonlocals",
        "parent",
        "qualname",
        "receiver",
        "symbol",
    )

    def __init__(self, kind: ScopeKind, parent: Scope | None, qualname: str, symbol: str, index: int) -> None:
        self.kind = kind
        self.parent = parent
        self.qualname = qualname
        self.symbol = symbol
        self.index = index
        """Position among the module's scopes; comprehensions and lambdas have that of the scope around them."""
        self.bound: dict[str, list[Bound]] = {}
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.receiver: str | None = None
        """The name of ``self`` or ``cls`` in a method."""
        self.class_symbol: str | None = None
        """The class that a method belongs to."""
        self.memo: dict[str, tuple[str, ...]] = {}

    def bind(self, name: str, kind: BoundKind, node: ast.AST | None = None, symbol: str = "") -> None:
        """Note that this scope binds ``name``; ``global`` and ``nonlocal`` names are bound where they belong."""
        target = self.home_of(name)
        target.bound.setdefault(name, []).append(Bound(kind, node, symbol, self))

    def home_of(self, name: str) -> Scope:
        """The scope that an assignment to ``name`` in this one binds it in."""
        if name in self.globals:
            return self.module
        if name in self.nonlocals:
            scope = self.parent
            while scope is not None and scope.kind != "module":
                if scope.kind != "class" and name in scope.bound:
                    return scope
                scope = scope.parent
        return self

    @property
    def module(self) -> Scope:
        """The module's scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def holder_of(self, name: str) -> Scope | None:
        """The scope in which a use of ``name`` here finds its binding; None for builtins and unknown names."""
        scope: Scope | None = self.module if name in self.globals else self
        first = scope
        while scope is not None:
            if name in scope.bound and (scope.kind != "class" or scope is first):
                return scope
            scope = scope.parent
        return None

    def lookup(self, name: str, depth: int = 0) -> tuple[str, ...]:
        """The symbols that ``name`` may stand for here; empty when nothing is known of it."""
        holder = self.holder_of(name)
        if holder is None:
            return (f"builtins.{name}",) if name in BUILTINS else ()
        known = holder.memo.get(name)
        if known is None:
            holder.memo[name] = ()  # a name that is defined by itself ends here
            known = holder.memo[name] = holder.meaning_of(name, depth)
        return known

    def meaning_of(self, name: str, depth: int) -> tuple[str, ...]:
        """The symbols of a name that this scope binds."""
        bound = self.bound[name]
        if self.kind == "module":
            if len(bound) == 1 and bound[0].kind == "import":
                return (bound[0].symbol,)
            return (f"{self.symbol}.{name}",)
        if self.kind == "class":
            return (f"{self.symbol}.{name}",)
        place = f"{self.symbol}.{LOCALS}.{name}"
        found: list[str] = []
        for b in bound:
            if len(bound) > 1 and isinstance(b.node, ast.Constant) and b.node.value is None:
                continue
            for symbol in symbols_of_bound(b, depth) or (place,):
                if symbol not in found:
                    found.append(symbol)
        return tuple(found) if len(found) <= MAX_ALTERNATIVES else (place,)


def symbols_of_bound(bound: Bound, depth: int = 0) -> tuple[str, ...]:
    """The symbols of one binding; a ``None`` gives none, what isn't known gives none either."""
    if bound.kind in ("import", "definition", "self", "cls"):
        return (bound.symbol,)
    if bound.kind == "value" and isinstance(bound.node, ast.expr):
        return describe(bound.node, bound.scope, depth + 1)
    if bound.kind in ("parameter", "annotation") and isinstance(bound.node, ast.expr):
        return tuple(f"{c}()" for c in annotated_classes(bound.node, bound.scope))
    return ()


def describe(node: ast.expr, scope: Scope, depth: int = 0) -> tuple[str, ...]:
    """The symbols that an expression may refer to; empty when it is none of the project's business."""
    if depth > MAX_DEPTH:
        return ()
    kind = type(node)
    if kind is ast.Name:
        return scope.lookup(node.id, depth)  # type: ignore[attr-defined]  # narrowed by the exact type, for speed
    if isinstance(node, ast.Attribute):
        return tuple(f"{base}.{node.attr}" for base in describe(node.value, scope, depth + 1))
    if isinstance(node, ast.Call):
        return _describe_call(node, scope, depth + 1)
    if isinstance(node, ast.Subscript):
        return tuple(f"{base}[]" for base in describe(node.value, scope, depth + 1))
    if isinstance(node, (ast.Await, ast.NamedExpr, ast.Starred)):
        return describe(node.value, scope, depth + 1)
    if isinstance(node, ast.IfExp):
        return _merge(describe(node.body, scope, depth + 1), describe(node.orelse, scope, depth + 1))
    if isinstance(node, ast.BoolOp):
        return _merge(*(describe(value, scope, depth + 1) for value in node.values))
    return ()


def _merge(*groups: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(symbol for group in groups for symbol in group))
    return found if len(found) <= MAX_ALTERNATIVES else ()


def _describe_call(node: ast.Call, scope: Scope, depth: int) -> tuple[str, ...]:
    """Symbols of a call's result; calls that only name something (``getattr``, ``type``) are seen through."""
    functions = describe(node.func, scope, depth)
    found: list[str] = []
    for function in functions:
        found.extend(_describe_result(function, node, scope, depth))
    return tuple(dict.fromkeys(found)) if len(found) <= MAX_ALTERNATIVES else ()


def _describe_result(function: str, node: ast.Call, scope: Scope, depth: int) -> tuple[str, ...]:
    arguments = node.args
    if function == "builtins.type" and len(arguments) == 1:
        return tuple(f"{symbol}.__class__" for symbol in describe(arguments[0], scope, depth))
    if function == "builtins.getattr" and len(arguments) >= 2:
        name = _constant(arguments[1])
        if name is not None and name.isidentifier():
            return tuple(f"{symbol}.{name}" for symbol in describe(arguments[0], scope, depth))
    if function == "builtins.super":
        owner = _enclosing_class(scope)
        return (f"{owner}.{SUPER}",) if owner else ()
    if function in ("importlib.import_module", "builtins.__import__") and len(arguments) == 1:
        name = _constant(arguments[0])
        return (name,) if name and all(part.isidentifier() for part in name.split(".")) else ()
    if function in ("typing.cast", "typing_extensions.cast") and len(arguments) == 2:
        return tuple(f"{c}()" for c in annotated_classes(arguments[0], scope))
    if function.endswith(".__new__") and arguments:
        return tuple(f"{c}()" for c in describe(arguments[0], scope, depth))
    return (f"{function}()",)


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _enclosing_class(scope: Scope) -> str | None:
    found: Scope | None = scope
    while found is not None:
        if found.class_symbol is not None:
            return found.class_symbol
        found = found.parent
    return None


def annotated_classes(node: ast.expr, scope: Scope) -> tuple[str, ...]:
    """The classes that an annotation says a value may be an instance of; containers of them don't count."""
    if isinstance(node, ast.Constant):
        if not isinstance(node.value, str) or len(node.value) > 200:
            return ()
        return _quoted_classes(node.value, scope)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _merge(annotated_classes(node.left, scope), annotated_classes(node.right, scope))
    if isinstance(node, ast.Subscript):
        name = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name in ("Optional", "Union", "Final", "ClassVar"):
            return _merge(*(annotated_classes(part, scope) for part in parts))
        if name == "Annotated":
            return annotated_classes(parts[0], scope) if parts else ()
        if name in _AWAITED:
            return annotated_classes(parts[-1 if name in ("Awaitable", "Coroutine") else 0], scope) if parts else ()
        return ()
    if isinstance(node, (ast.Name, ast.Attribute)):
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        return () if name in _NOT_CLASSES else describe(node, scope)
    return ()


def _quoted_classes(text: str, scope: Scope) -> tuple[str, ...]:
    """The classes of an annotation in quotes."""
    if not _DOTTED.match(text.strip()):
        return ()
    try:
        parsed = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return () if isinstance(parsed, ast.Constant) else annotated_classes(parsed, scope)
