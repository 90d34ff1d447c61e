"""The scopes of one module: what they bind, where, and which binding a use finds."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from ssot_lint.summary.blocks import BEGIN, END, Block, History, Point

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Sequence

ScopeKind = Literal["module", "class", "function", "comprehension", "lambda"]
BoundKind = Literal[
    "import", "definition", "value", "item", "parameter", "annotation", "self", "cls", "opaque", "deleted"
]


_NO_NAMES: Final[frozenset[str]] = frozenset()
"""What most scopes have in common: sets of their own would take half of the memory of a scope."""


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
    collection: ast.expr | None = None
    """What a loop takes an ``item`` from."""


class Scope:
    """One scope while its module is read. Class scopes are invisible from the functions inside them."""

    __slots__ = (
        "_histories",
        "_lost_sites",
        "block",
        "bound",
        "class_symbol",
        "described",
        "family",
        "globals",
        "has_stars",
        "index",
        "kind",
        "loops",
        "memo",
        "narrowed",
        "nonlocals",
        "package",
        "parent",
        "qualname",
        "receiver",
        "settled",
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
        self.globals: set[str] | frozenset[str] = _NO_NAMES
        self.nonlocals: set[str] | frozenset[str] = _NO_NAMES
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
        self.described: dict[ast.expr, tuple[str, ...]] = {}
        """What expressions may refer to, when nothing else was being worked out meanwhile."""
        self.settled: dict[str, tuple[str, ...]] = {}
        """What names stand for here wherever they are used."""
        self.narrowed: dict[str, list[tuple[Point, Point, ast.expr]]] | None = None
        """From where to where a check shows names to be instances of a class, and of which."""
        self.family: list[Scope] = [] if parent is None else parent.family
        """All scopes of the module, in one list."""
        self.family.append(self)
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
        collection: ast.expr | None = None,
    ) -> None:
        """Note that this scope binds ``name``; ``global`` and ``nonlocal`` names where they belong."""
        home = self.home_of(name)
        found = Bound(
            kind, node, symbol, self, since, self.block, home is not self, site, annotation, collection
        )
        home.bound.setdefault(name, []).append(found)

    def declare_global(self, names: Iterable[str]) -> None:
        """Note that names of this scope are those of the module."""
        self.globals = self.globals or set()
        self.globals |= set(names)

    def declare_nonlocal(self, names: Iterable[str]) -> None:
        """Note that names of this scope are those of a function around it."""
        self.nonlocals = self.nonlocals or set()
        self.nonlocals |= set(names)

    def narrow(self, name: str, start: Point, end: Point, classes: ast.expr) -> None:
        """Note that ``name`` is an instance of a class, or of one of several, from one point to another."""
        is_own = name in self.bound and name not in self.globals and name not in self.nonlocals
        if self.kind == "function" and is_own:
            self.narrowed = self.narrowed if self.narrowed is not None else {}
            self.narrowed.setdefault(name, []).append((start, end, classes))

    def shown(self, name: str, point: Point) -> ast.expr | None:
        """Return the class that the last check shows a name of this scope to be an instance of at a point."""
        for start, end, classes in reversed((self.narrowed or {}).get(name, ())):
            if start <= point <= end:
                is_new = any(start < b.since <= point or b.is_remote for b in self.bound[name])
                return None if is_new else classes
        return None

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

    def dissolve(self) -> None:
        """Part the module's scopes from their bindings, so that its tree goes without garbage collection."""
        family, self.family = self.family, []
        for scope in family:
            scope.bound = {}
            scope.forget_histories()
        family.clear()

    def forget_histories(self) -> None:
        """Drop what was worked out about the order of bindings."""
        self._histories = {}

    def holder_of(self, name: str) -> Scope | None:
        """Return the scope whose binding ``name`` means here; None for builtins and unknown names."""
        scope: Scope | None = self
        while scope is not None:
            if scope.globals and name in scope.globals:
                return scope.module if name in scope.module.bound else None
            if name in scope.bound and (scope.kind != "class" or scope is self):
                return scope
            scope = scope.parent
        return None

    def is_later_than(self, holder: Scope) -> bool:
        """Tell whether code here runs when ``holder`` has gone on: in a function or lambda inside it."""
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


def _start_of_block(block: Block) -> Point:
    return block.start


def enclosing_class(scope: Scope) -> str | None:
    """Return the class whose method a scope belongs to, at whatever depth."""
    found: Scope | None = scope
    while found is not None:
        if found.class_symbol is not None:
            return found.class_symbol
        found = found.parent
    return None


def absolute_module(package: str, name: str, level: int) -> str | None:
    """Return the absolute name of an imported module; None when it would lie above the topmost package."""
    if level == 0:
        return name
    parts = package.split(".") if package else []
    if level - 1 > len(parts):
        return None
    base = parts[: len(parts) - (level - 1)]
    return ".".join([*base, name] if name else base) or None
