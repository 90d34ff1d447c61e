"""Where locks are held for somebody else: around calls, around uses of a place, and in helper functions."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.blocks import if_chain
from ssot_lint.summary.creation_facts import HeldAccess, HeldCall
from ssot_lint.summary.guard_calls import WordLines, last_name
from ssot_lint.summary.handlers import walk_here
from ssot_lint.summary.holding import LOCKS, held, makes_lock, operands
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import walk
from ssot_lint.summary.values import text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ssot_lint.summary.creation_facts import GetOrCreate
    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord
    from ssot_lint.summary.walker import ModuleWalker

_LOCK_WORDS: Final = ("lock:", "lock)", "lock(", "lock.", "lock]", "Lock", "mutex", "emaphore")
_LOCK_NAME: Final = re.compile(r"(?i)lock|mutex|semaphore")
_WORD: Final = re.compile(r"\w+")
_LOCK_MODULES: Final = frozenset({"threading", "asyncio", "multiprocessing", "anyio", "trio"})


class RegionReader:
    """Finds the calls of some functions, and the uses of some places, with what is held around them."""

    def __init__(self, gets: Iterable[GetOrCreate], functions: Sequence[FunctionRecord]) -> None:
        by_scope = {record.scope.index: record for record in functions}
        self.calls: list[HeldCall] = []
        self.accesses: list[HeldAccess] = []
        self._functions = frozenset(by_scope[get.scope].node.name for get in gets if get.scope in by_scope)
        self._places = frozenset(get.target.removesuffix("[]").rpartition(".")[2] for get in gets)

    @property
    def words(self) -> tuple[str, ...]:
        """The names that are looked for."""
        return (*self._functions, *self._places)

    def read(self, record: FunctionRecord, positions: Positions) -> None:
        """Read one function."""
        self._scope, self._positions = record.scope, positions
        self._block(record.node.body, ())

    def _block(self, statements: Sequence[ast.stmt], around: tuple[ast.expr, ...]) -> None:
        for statement in statements:
            self._node(statement, around)
            lock = _acquired(statement)
            if lock is not None:
                around = (*around, lock)

    def _node(self, node: ast.AST, around: tuple[ast.expr, ...]) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return
        if isinstance(node, (ast.With, ast.AsyncWith, ast.If)):
            self._compound(node, around)
            return
        if isinstance(node, ast.Call) and last_name(node.func) in self._functions:
            self._call(node, around)
        elif around and isinstance(node, (ast.Name, ast.Attribute)) and last_name(node) in self._places:
            self._access(node, around)
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self._block(value, around)
                continue
            children = value if isinstance(value, list) else (value,)
            if isinstance(value, ast.BinOp):
                children = operands(value)
            for child in children:
                if isinstance(child, ast.AST):
                    self._node(child, around)

    def _compound(self, node: ast.With | ast.AsyncWith | ast.If, around: tuple[ast.expr, ...]) -> None:
        if isinstance(node, ast.If):
            chain = if_chain(node)
            for link in chain:
                self._node(link.test, around)
                self._block(link.body, around)
            self._block(chain[-1].orelse, around)
            return
        for item in node.items:
            self._node(item.context_expr, around)
            around = (*around, item.context_expr)
        self._block(node.body, around)

    def _call(self, node: ast.Call, around: tuple[ast.expr, ...]) -> None:
        self.calls.append(
            HeldCall(
                name=last_name(node.func),
                symbols=describe(node.func, self._scope),
                held=tuple(held(each, self._scope, self._positions) for each in around),
                span=self._positions.span(node.func),
            )
        )

    def _access(self, node: ast.Name | ast.Attribute, around: tuple[ast.expr, ...]) -> None:
        self.accesses.append(
            HeldAccess(
                name=last_name(node),
                symbols=describe(node, self._scope),
                held=tuple(held(each, self._scope, self._positions) for each in around),
                scope=self._scope.index,
            )
        )


def _acquired(statement: ast.stmt) -> ast.expr | None:
    """Return what a statement calls ``acquire()`` on."""
    if not isinstance(statement, ast.Expr):
        return None
    call = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "acquire":
        return call.func.value
    return None


def lone_locks(walker: ModuleWalker, text: str) -> Iterator[str]:
    """Yield the symbols of locks that are defined, or imported, and that the module never mentions again."""
    locks = [(t.name, f"{t.scope.symbol}.{t.name}") for t in walker.targets if _is_lock(t.value)]
    for scope, name, value, _ in walker.instance_targets:
        if _is_lock(value):
            locks.append((name, f"{scope.class_symbol}.{name}"))
    for imported in walker.imports:
        module, _, name = imported.symbol.rpartition(".")
        if module in _LOCK_MODULES and name in LOCKS:
            locks.append((name, imported.symbol))
            continue
        name = imported.node.asname or name
        if imported.scope.kind == "module" and _LOCK_NAME.search(name):
            locks.append((name, f"{imported.scope.symbol}.{name}"))
    if locks:
        mentioned = Counter(_WORD.findall(text))
        owners = Counter(name for name, _ in locks)
        classes = {record.scope.symbol: record.node for record in walker.classes}
        for name, symbol in locks:
            node = classes.get(symbol.rpartition(".")[0])
            if mentioned[name] == 1 or (
                node is not None and owners[name] > 1 and _is_left_alone(node, name, walker, text)
            ):
                yield symbol


def _is_left_alone(node: ast.ClassDef, name: str, walker: ModuleWalker, text: str) -> bool:
    """Whether nothing uses a class's attribute, whatever other classes do with theirs of that name."""
    if f"{node.name}.{name}" in text:
        return False
    if any(last_name(base) == node.name for record in walker.classes for base in record.node.bases):
        return False
    words: Iterator[object] = (
        part.id if isinstance(part, ast.Name) else getattr(part, "attr", getattr(part, "value", None))
        for part in walk(node)
    )
    return sum(word == name for word in words) == 1


def _is_lock(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and makes_lock(value)


def lock_helpers(walker: ModuleWalker, text: str) -> Iterator[str]:
    """Yield the functions that take a lock for others: around a ``yield``, or around what they decorate."""
    locks = {target.name for target in walker.targets if _is_lock(target.value)}
    locks.update(target.name for target in walker.instance_targets if _is_lock(target.value))
    lines = WordLines(text, {*_LOCK_WORDS, *locks})
    if not lines:
        return
    for record in walker.functions:
        if lines.within(record.node) and _takes_lock(record, locks):
            outer = record.scope.parent
            while outer is not None and outer.kind == "function":
                yield outer.qualname
                outer = outer.parent
            yield record.scope.qualname


def _takes_lock(record: FunctionRecord, locks: Collection[str]) -> bool:
    given = _given(record)
    for node in walk_here(record.node.body):
        if isinstance(node, ast.Call) and last_name(node.func) in ("acquire", "enter_context"):
            return True
        if isinstance(node, (ast.With, ast.AsyncWith)) and any(
            last_name(item.context_expr) in locks or _LOCK_NAME.search(text_of(item.context_expr))
            for item in node.items
        ):
            inner = walk_here(node.body)
            if any(_goes_on(part, given) for part in inner):
                return True
        if isinstance(node, ast.Return) and node.value is not None and _LOCK_NAME.search(text_of(node.value)):
            return True
    return False


def _goes_on(node: ast.AST, given: Collection[str]) -> bool:
    """Whether a node lets others run: by ``yield``, or by a call of what the function was given."""
    if isinstance(node, (ast.Yield, ast.YieldFrom)):
        return True
    return isinstance(node, ast.Call) and last_name(node.func) in given


def _given(record: FunctionRecord) -> Collection[str]:
    """Return the names that the functions around get: what a decorator decorates is among them."""
    found: set[str] = set()
    outer = record.scope.parent
    while outer is not None and outer.kind == "function":
        found |= {name for name, bound in outer.bound.items() if any(b.kind == "parameter" for b in bound)}
        outer = outer.parent
    return found
