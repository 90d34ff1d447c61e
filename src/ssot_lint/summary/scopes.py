"""What names mean inside one module: scopes, what they bind, and the symbol that an expression refers to."""

from __future__ import annotations

import ast
import builtins
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from ssot_lint.summary.blocks import BEGIN, END, Block, History, Point
from ssot_lint.summary.facts import LOCALS, SUPER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BUILTINS: Final = frozenset(dir(builtins))
MAX_ALTERNATIVES: Final = 4
"""An expression that may be more things than this is not followed."""
MAX_DEPTH: Final = 40
"""Chains of calls and local aliases that are longer than this are not followed."""

ScopeKind = Literal["module", "class", "function", "comprehension", "lambda"]
BoundKind = Literal[
    "import", "definition", "value", "parameter", "annotation", "self", "cls", "opaque", "deleted"
]

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*")
_NOT_CLASSES: Final = frozenset(
    {
        "None",
        "Optional",
        "Union",
        "Annotated",
        "Final",
        "ClassVar",
        "Any",
        "Required",
        "NotRequired",
        "ReadOnly",
    }
)
_AWAITED: Final = frozenset(
    {"Awaitable", "Coroutine", "AsyncGenerator", "Generator", "Iterator", "AsyncIterator"}
)


class Bound(NamedTuple):
    """One thing that a scope binds a name to; ``scope`` is where ``node`` is to be read."""

    kind: BoundKind
    node: ast.AST | None
    symbol: str
    scope: Scope
    since: Point = BEGIN
    block: Block | None = None
    is_remote: bool = False
    """Whether ``scope`` isn't the one that holds the name: it says ``global`` or ``nonlocal``."""
    site: ast.AST | None = None
    """The node that binds: the target, the alias, the definition."""
    annotation: ast.expr | None = None


class Scope:
    """One scope while its module is read. Class scopes are invisible from the functions inside them."""

    __slots__ = (
        "_histories",
        "_lost_sites",
        "block",
        "bound",
        "class_symbol",
        "globals",
        "has_stars",
        "index",
        "kind",
        "loops",
        "memo",
        "nonlocals",
        "package",
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
        """Position among the module's scopes; comprehensions and lambdas have that of the one around them."""
        self.bound: dict[str, list[Bound]] = {}
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.receiver: str | None = None
        """The name of ``self`` or ``cls`` in a method."""
        self.class_symbol: str | None = None
        """The class that a method belongs to."""
        self.package = ""
        """For a module, the package that relative imports start from."""
        self.has_stars = False
        """For a module, whether names may come from ``import *``."""
        self.block: Block | None = None
        """The innermost block that the walk is in."""
        self.loops: list[Block] = []
        """The outermost loops, in the order of the text."""
        self.memo: dict[str | tuple[str, tuple[Point, ...]], tuple[str, ...]] = {}
        self._histories: dict[str, History[Bound]] = {}
        self._lost_sites: dict[str, frozenset[int]] = {}

    def bind(
        self,
        name: str,
        kind: BoundKind,
        node: ast.AST | None = None,
        symbol: str = "",
        *,
        since: Point = BEGIN,
        site: ast.AST | None = None,
        annotation: ast.expr | None = None,
    ) -> None:
        """Note that this scope binds ``name``; ``global`` and ``nonlocal`` names where they belong."""
        home = self.home_of(name)
        found = Bound(kind, node, symbol, self, since, self.block, home is not self, site, annotation)
        home.bound.setdefault(name, []).append(found)

    def home_of(self, name: str) -> Scope:
        """Return the scope that an assignment to ``name`` in this one binds it in."""
        if name in self.globals:
            return self.module
        if name not in self.nonlocals:
            return self
        nearest: Scope | None = None
        scope = self.parent
        while scope is not None and scope.kind != "module":
            if scope.kind == "function":
                if name in scope.bound:
                    return scope
                nearest = nearest or scope
            scope = scope.parent
        return nearest or self

    @property
    def module(self) -> Scope:
        """The module's scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def holder_of(self, name: str) -> Scope | None:
        """Return the scope whose binding ``name`` means here; None for builtins and unknown names."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.globals:
                return scope.module if name in scope.module.bound else None
            if name in scope.bound and (scope.kind != "class" or scope is self):
                return scope
            scope = scope.parent
        return None

    def lookup(self, name: str, depth: int = 0, use: ast.expr | None = None) -> tuple[str, ...]:
        """Return the symbols that ``name`` may stand for at a use here, or when the scope has run to its end.

        Empty when nothing is known of it.
        """
        holder = self.holder_of(name)
        if holder is not None and holder.kind == "class" and holder.parent is not None and use is not None:
            is_bound = holder.reaching(name, (use.lineno, use.col_offset))
            holder = holder if is_bound else holder.parent.holder_of(name)
        if holder is None:
            return self._unbound(name)
        bound = holder.bound[name]
        if len(bound) == 1 and bound[0].kind != "deleted":
            return holder.known(name, bound, depth)
        if use is None or self._is_later_than(holder):
            return holder.known(name, holder.final(name), depth)
        reaching = holder.reaching(name, (use.lineno, use.col_offset))
        if holder.kind == "function" or reaching != holder.final(name):
            if holder.kind == "module" and not reaching:
                return self._unbound(name)
            return holder.known((name, tuple(b.since for b in reaching)), reaching, depth)
        return holder.known(name, reaching, depth)

    def _unbound(self, name: str) -> tuple[str, ...]:
        if name in BUILTINS:
            return (f"builtins.{name}",)
        module = self.module
        return (f"{module.symbol}.{name}",) if module.has_stars else ()

    def _is_later_than(self, holder: Scope) -> bool:
        """Whether code here runs when the scope around it has gone on: in a function or lambda inside it."""
        scope = self
        while scope is not holder and scope.parent is not None:
            if scope.kind in ("function", "lambda"):
                return True
            scope = scope.parent
        return False

    def reaching(self, name: str, point: Point) -> list[Bound]:
        """Return the bindings of a name of this scope that may hold at a point."""
        horizon = point
        if self.loops and point is not END:
            after = bisect_right(self.loops, point, key=_start_of_block)
            if after and self.loops[after - 1].holds(point):
                horizon = self.loops[after - 1].end
        return self._history_of(name).reaching(point, horizon)

    def final(self, name: str) -> Sequence[Bound]:
        """Return the bindings of a name of this scope that may hold when all of it has run."""
        return self._history_of(name).final

    def is_final(self, name: str, site: ast.AST) -> bool:
        """Whether what a node binds a name to may still hold when all of this scope has run."""
        bound = self.bound.get(name, ())
        if not bound or (len(bound) == 1 and bound[0].kind != "deleted"):
            return True
        sites = self._lost_sites.get(name)
        if sites is None:
            lost = {id(b.site) for b in bound} - {id(b.site) for b in self.final(name)}
            sites = self._lost_sites[name] = frozenset(lost)
        return id(site) not in sites

    def _history_of(self, name: str) -> History[Bound]:
        history = self._histories.get(name)
        if history is None:
            history = self._histories[name] = History(self.bound[name])
        return history

    def known(
        self, key: str | tuple[str, tuple[Point, ...]], bound: Sequence[Bound], depth: int
    ) -> tuple[str, ...]:
        """Return the symbols of some bindings, remembered under a key: the name alone, for the final ones."""
        known = self.memo.get(key)
        if known is None:
            self.memo[key] = ()  # a name that is defined by itself ends here
            if isinstance(key, str) and self.kind in ("module", "class"):
                is_import = len(bound) == 1 and bound[0].kind == "import"
                known = (bound[0].symbol if is_import else f"{self.symbol}.{key}",)
            else:
                known = self._alternatives(key if isinstance(key, str) else key[0], bound, depth)
            self.memo[key] = known
        return known

    def _alternatives(self, name: str, bound: Sequence[Bound], depth: int) -> tuple[str, ...]:
        """Return the symbols of all the bindings; what nothing is known of is the local variable itself."""
        unknown = () if self.kind in ("module", "class") else (f"{self.symbol}.{LOCALS}.{name}",)
        found: list[str] = []
        for b in bound:
            if len(bound) > 1 and isinstance(b.node, ast.Constant) and b.node.value is None:
                continue
            for symbol in symbols_of_bound(b, depth) or unknown:
                if symbol not in found:
                    found.append(symbol)
        return tuple(found) if len(found) <= MAX_ALTERNATIVES else unknown


def _start_of_block(block: Block) -> Point:
    return block.start


def symbols_of_bound(bound: Bound, depth: int = 0) -> tuple[str, ...]:
    """Return the symbols of one binding; a ``None`` gives none, what isn't known gives none either."""
    if bound.kind in ("import", "definition", "self", "cls"):
        return (bound.symbol,)
    if bound.kind == "value" and isinstance(bound.node, ast.expr):
        found = describe(bound.node, bound.scope, depth + 1)
        if bound.annotation is None:
            return found
        return _merge(found, tuple(f"{c}()" for c in annotated_classes(bound.annotation, bound.scope)))
    if bound.kind in ("parameter", "annotation") and isinstance(bound.node, ast.expr):
        return tuple(f"{c}()" for c in annotated_classes(bound.node, bound.scope))
    return ()


def describe(node: ast.expr, scope: Scope, depth: int = 0) -> tuple[str, ...]:
    """Return the symbols that an expression may refer to; empty when it is none of the project's business."""
    if depth > MAX_DEPTH:
        return ()
    kind = type(node)
    if kind is ast.Name:
        return scope.lookup(node.id, depth, node)  # type: ignore[attr-defined]  # narrowed by the exact type, for speed
    if isinstance(node, ast.Attribute):
        return tuple(f"{base}.{node.attr}" for base in describe(node.value, scope, depth + 1))
    if isinstance(node, ast.Call):
        return _describe_call(node, scope, depth + 1)
    if isinstance(node, ast.Subscript):
        items = tuple(f"{base}[]" for base in describe(node.value, scope, depth + 1))
        return _merge(items, *_chosen(node, scope, depth + 1))
    if isinstance(node, (ast.Await, ast.NamedExpr, ast.Starred)):
        return describe(node.value, scope, depth + 1)
    if isinstance(node, ast.IfExp):
        return _merge(describe(node.body, scope, depth + 1), describe(node.orelse, scope, depth + 1))
    if isinstance(node, ast.BoolOp):
        return _merge(*(describe(value, scope, depth + 1) for value in node.values))
    return ()


def _chosen(node: ast.Subscript, scope: Scope, depth: int) -> Iterator[tuple[str, ...]]:
    """Yield the symbols of the names in a display that an item of it may be."""
    display: ast.AST | None = node.value
    if isinstance(display, ast.Name):
        holder = scope.holder_of(display.id)
        bound = holder.bound[display.id] if holder is not None else []
        if len(bound) == 1 and bound[0].kind == "value":
            display, scope = bound[0].node, bound[0].scope
    if not isinstance(display, (ast.Dict, ast.Tuple, ast.List)) or not isinstance(node.ctx, ast.Load):
        return
    rows = display.values if isinstance(display, ast.Dict) else display.elts
    keys = display.keys if isinstance(display, ast.Dict) else [ast.Constant(i) for i in range(len(rows))]
    wanted = node.slice.value if isinstance(node.slice, ast.Constant) else None
    for key, value in zip(keys, rows, strict=True):
        is_other = wanted is not None and isinstance(key, ast.Constant) and key.value != wanted
        if isinstance(value, (ast.Name, ast.Attribute)) and not is_other:
            yield describe(value, scope, depth)


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
    if function in ("importlib.import_module", "builtins.__import__") and arguments:
        name = _imported_module(node, scope)
        return (name if function != "builtins.__import__" else name.partition(".")[0],) if name else ()
    if function in ("typing.cast", "typing_extensions.cast") and len(arguments) == 2:
        return tuple(f"{c}()" for c in annotated_classes(arguments[0], scope))
    if function.endswith(".__new__") and arguments:
        return tuple(f"{c}()" for c in describe(arguments[0], scope, depth))
    return (f"{function}()",)


def _imported_module(node: ast.Call, scope: Scope) -> str:
    """Return the absolute name of what ``import_module`` imports; empty when the text doesn't tell."""
    name = _constant(node.args[0]) or ""
    if name.startswith("."):
        anchor = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords), None)
        package = _constant(anchor) if anchor is not None else None
        if isinstance(anchor, ast.Name) and anchor.id in ("__package__", "__name__"):
            package = scope.module.package
        level = len(name) - len(name.lstrip("."))
        name = absolute_module(package, name[level:], level) or "" if package else ""
    return name if all(part.isidentifier() for part in name.split(".")) else ""


def absolute_module(package: str, name: str, level: int) -> str | None:
    """Return the absolute name of an imported module; None when it would lie above the topmost package."""
    if level == 0:
        return name
    parts = package.split(".") if package else []
    if level - 1 > len(parts):
        return None
    base = parts[: len(parts) - (level - 1)]
    return ".".join([*base, name] if name else base) or None


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
    """Return the classes that an annotation says a value is an instance of; not of what it contains."""
    if isinstance(node, ast.Constant):
        if not isinstance(node.value, str) or len(node.value) > 200:
            return ()
        return _quoted_classes(node.value, scope)
    if isinstance(node, ast.BinOp):
        found: tuple[str, ...] = ()
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            found = _merge(annotated_classes(node.right, scope), found)
            node = node.left
        return found if isinstance(node, ast.BinOp) else _merge(annotated_classes(node, scope), found)
    if isinstance(node, ast.Subscript):
        name = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name in ("Optional", "Union", "Final", "ClassVar"):
            return _merge(*(annotated_classes(part, scope) for part in parts))
        if name == "Annotated":
            return annotated_classes(parts[0], scope) if parts else ()
        if name in _AWAITED:
            return (
                annotated_classes(parts[-1 if name in ("Awaitable", "Coroutine") else 0], scope)
                if parts
                else ()
            )
        return ()
    if isinstance(node, (ast.Name, ast.Attribute)):
        name = node.attr if isinstance(node, ast.Attribute) else node.id
        if name == "Self":
            owner = _enclosing_class(scope)
            return (owner,) if owner is not None else ()
        return () if name in _NOT_CLASSES else describe(node, scope)
    return ()


def _quoted_classes(text: str, scope: Scope) -> tuple[str, ...]:
    """Return the classes of an annotation in quotes."""
    if not _DOTTED.match(text.strip()):
        return ()
    try:
        parsed = ast.parse(text.strip(), mode="eval").body
        ast.increment_lineno(parsed, END[0])  # it is read when all of the text has been
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return () if isinstance(parsed, ast.Constant) else annotated_classes(parsed, scope)
