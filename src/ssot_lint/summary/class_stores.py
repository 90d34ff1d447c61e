"""Finds what instance methods store into attributes of classes, and where the values come from."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.summary.class_store_facts import ClassStore, Stored
from ssot_lint.summary.facts import LOCALS
from ssot_lint.summary.records import FunctionNode, FunctionRecord, method_kind
from ssot_lint.summary.suspect_lines import ForeignStoreLines
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import children, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import ClassRecord
    from ssot_lint.summary.scopes import Scope

_MADE: Final = re.compile(r"[(\[]")
"""In a symbol: what a call or an item gives, which isn't a class by its name."""
_MAX_NODES: Final = 60
_REMARK: Final = re.compile(
    r"\b(?:singletons?|shared|global(?:ly)?|class[- ](?:level|wide|variables?|attributes?)|all instances)\b",
    re.IGNORECASE,
)
"""What comments say of what one class keeps for all."""


class _Store(NamedTuple):
    """A store while its class is read."""

    record: FunctionRecord
    node: ast.expr
    """What is reported: the target, or the call of ``setattr``."""
    holder: str
    attribute: str
    value: ast.expr | None


def read_class_stores(
    functions: Iterable[FunctionRecord], positions: Positions, text: str
) -> Iterator[ClassStore]:
    """Yield the stores of one module whose values come from the instance or from parameters."""
    lines = ForeignStoreLines(text)
    if not lines:
        return
    by_class: dict[int, list[_Store]] = defaultdict(list)
    owners: dict[int, ClassRecord] = {}
    for record in functions:
        node, owner = record.node, record.owner
        if owner is None or not lines.between(node.lineno, node.end_lineno or node.lineno):
            continue
        if method_kind(node) in ("method", "property") and _receives_instance(record.scope):
            by_class[id(owner)] += _stores(record)
            owners[id(owner)] = owner
    for key, stores in by_class.items():
        yield from _of_class(owners[key], stores, positions)


def _of_class(owner: ClassRecord, stores: Sequence[_Store], positions: Positions) -> Iterator[ClassStore]:
    read = frozenset(_read_by_class(owner)) if stores else frozenset()
    for store in stores:
        source = _Source(store.record.scope).of(store.value)
        if source is None:
            continue
        others = [s for s in stores if s.attribute == store.attribute and s.node is not store.node]
        yield ClassStore(
            owner=owner.scope.symbol,
            method=store.record.node.name,
            scope=store.record.scope.index,
            holder=store.holder,
            attribute=store.attribute,
            stored=source.stored,
            name=source.name,
            steps=source.steps,
            span=positions.span(store.node),
            is_asked=_is_asked(store.record, store.attribute),
            is_reset=any(s.value is not None and _Source(s.record.scope).of(s.value) is None for s in others)
            or any(s.record is store.record for s in others),
            is_remarked=_is_remarked(store.node, positions),
            is_read_by_class=store.attribute in read,
        )


def _is_remarked(node: ast.expr, positions: Positions) -> bool:
    return any(map(_REMARK.search, positions.comments(node.lineno, node.end_lineno or node.lineno)))


def _receives_instance(scope: Scope) -> bool:
    bound = scope.bound.get(scope.receiver or "", ())
    return any(b.kind == "self" for b in bound) and scope.receiver not in ("cls", "klass", "mcs", "mcls")


def _stores(record: FunctionRecord) -> Iterator[_Store]:
    """Yield the stores of one method, and of the functions inside."""
    for node in walk(record.node):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _into(target, node.value, record)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            yield from _into(node.target, node.value, record)
        elif isinstance(node, ast.Call) and len(node.args) == 3:
            name = node.args[1]
            is_setattr = isinstance(node.func, ast.Name) and node.func.id == "setattr"
            if is_setattr and isinstance(name, ast.Constant) and isinstance(name.value, str):
                for holder in _class_holder(node.args[0], record.scope):
                    yield _Store(record, node, holder, name.value, node.args[2])


def _into(target: ast.expr, value: ast.expr | None, record: FunctionRecord) -> Iterator[_Store]:
    if isinstance(target, (ast.Tuple, ast.List)):
        parts: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            parts = list(value.elts)
        for element, part in zip(target.elts, parts, strict=True):
            yield from _into(element, part, record)
    elif isinstance(target, ast.Attribute):
        for holder in _class_holder(target.value, record.scope):
            yield _Store(record, target, holder, target.attr, value)


def _class_holder(node: ast.expr, scope: Scope) -> Sequence[str]:
    """Return the symbol of what may be a class: the instance's own, or one that a name stands for."""
    if isinstance(node, ast.Name) and node.id == scope.receiver:
        return ()
    symbols = describe(node, scope) if isinstance(node, (ast.Name, ast.Attribute, ast.Call)) else ()
    if len(symbols) != 1 or LOCALS in symbols[0].removeprefix(scope.class_symbol or ""):
        return ()
    own = f"{scope.class_symbol}().__class__"
    if symbols[0] == own:
        return (scope.class_symbol or "",)
    is_path = isinstance(node, (ast.Name, ast.Attribute)) and not _MADE.search(symbols[0])
    return symbols if is_path and not symbols[0].endswith("__class__") else ()


def _is_asked(record: FunctionRecord, attribute: str) -> bool:
    """Tell whether a condition of a method, or a ``try``, is about an attribute."""
    names = {
        name
        for name, bound in record.scope.bound.items()
        for b in bound
        if b.kind == "value" and b.node is not None
        if any(_mentions(part, attribute) for part in walk(b.node))
    }
    for inner in walk(record.node):
        tested: Iterable[ast.AST] = ()
        if isinstance(inner, (ast.If, ast.IfExp, ast.While, ast.Assert)):
            tested = walk(inner.test)
        elif isinstance(inner, (ast.BoolOp, ast.Compare)):
            tested = walk(inner)
        elif isinstance(inner, ast.Try):
            catches = (h.type for h in inner.handlers)
            if any(isinstance(c, ast.Name) and c.id in ("AttributeError", "NameError") for c in catches):
                tested = (part for statement in inner.body for part in walk(statement))
        if any(_mentions(part, attribute) or getattr(part, "id", "") in names for part in tested):
            return True
    return False


def _mentions(node: ast.AST, attribute: str) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == attribute
    return isinstance(node, ast.Constant) and node.value == attribute


def _read_by_class(owner: ClassRecord) -> Iterator[str]:
    """Yield the attributes that class methods and static methods of a class read."""
    for node in owner.node.body:
        if isinstance(node, FunctionNode) and method_kind(node) in ("classmethod", "staticmethod"):
            for inner in walk(node):
                if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Load):
                    yield inner.attr
                elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield inner.value


class _Origin(NamedTuple):
    """Where a value comes from."""

    stored: Stored
    name: str = ""
    steps: tuple[str, ...] = ()


class _Source:
    """Says where the values of one method come from."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def of(self, node: ast.expr | None, seen: frozenset[str] = frozenset()) -> _Origin | None:
        """Return what a value has to do with the instance; None for nothing."""
        if isinstance(node, ast.Name):
            return self._of_name(node.id, seen)
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id == self._scope.receiver:
                return _Origin(Stored.ATTRIBUTE, node.attr)
            inner = self.of(node.value, seen)
            if inner is not None and inner.stored is Stored.PARAMETER:
                return inner._replace(steps=(*inner.steps, f".{node.attr}"))
            return inner and _Origin(Stored.DERIVED)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            inner = self.of(node.value, seen)
            if inner is not None and inner.stored is Stored.PARAMETER:
                return inner._replace(steps=(*inner.steps, f"[{node.slice.value!s}]"))
        if isinstance(node, (ast.IfExp, ast.BoolOp)):
            parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else node.values
            return max((found for part in parts if (found := self.of(part, seen))), default=None)
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.of(node.value, seen)
        if node is None or isinstance(node, ast.Lambda):
            return None
        return _Origin(Stored.DERIVED) if self._is_derived(node) else None

    def _of_name(self, name: str, seen: frozenset[str]) -> _Origin | None:
        if name == self._scope.receiver:
            return _Origin(Stored.SELF, name)
        bound = self._scope.bound.get(name, ())
        if name in seen:
            return None
        found = [
            _Origin(Stored.PARAMETER, name)
            if b.kind == "parameter"
            else self.of(b.node if isinstance(b.node, ast.expr) else None, seen | {name})
            for b in bound
        ]
        return max((each for each in found if each is not None), default=None)

    def _is_derived(self, node: ast.expr) -> bool:
        """Tell whether an expression is computed from the instance or from parameters."""
        seen: set[str] = set()
        waiting: list[ast.AST] = [node]
        budget = _MAX_NODES
        while waiting and budget > 0:
            budget -= 1
            here = waiting.pop()
            if isinstance(here, ast.Name):
                if here.id == self._scope.receiver:
                    return True
                for b in self._scope.bound.get(here.id, ()) if here.id not in seen else ():
                    if b.kind == "parameter":
                        return True
                    waiting += [b.node] if b.kind == "value" and isinstance(b.node, ast.expr) else []
                seen.add(here.id)
            elif not _asks_for_class(here) and not isinstance(here, ast.Lambda):
                waiting += children(here)
        return False


def _asks_for_class(node: ast.AST) -> bool:
    """``type(self)`` and ``self.__class__`` say nothing about the instance."""
    if isinstance(node, ast.Attribute):
        return node.attr == "__class__"
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "type"
