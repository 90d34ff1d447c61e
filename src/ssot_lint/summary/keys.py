"""Which parts of a key may differ from one call to the next, followed through local variables."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.handlers import walk_here
from ssot_lint.summary.key_facts import Unsteady
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import walk
from ssot_lint.summary.values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord

_FRESH: Final = re.compile(
    r"(?:uuid\.uuid[14]|time\.(?:time|time_ns|monotonic|monotonic_ns|perf_counter|perf_counter_ns)"
    r"|random\.\w+|secrets\.\w+|os\.urandom|datetime\.datetime\.(?:now|utcnow|today)|builtins\.object"
    r"|ulid\.(?:new|ulid)|nanoid\.generate|shortuuid\.uuid|numpy\.random\.\w+)"
)
_TEXT: Final = frozenset({"builtins.str", "builtins.repr", "builtins.ascii", "builtins.format"})
_CLOCK_TICKS: Final = (ast.FloorDiv, ast.Div, ast.Mod)
"""A clock's reading that is divided changes now and then, on purpose."""
_OF_TEXTS: Final = frozenset({"count", "index", "encode", "format", "join", "lower", "strip", "upper"})
MAX_STEPS: Final = 40
"""Chains of expressions and variables that are longer than this are not followed."""


class KeyReader:
    """Reads the keys of one function."""

    def __init__(self, record: FunctionRecord, positions: Positions) -> None:
        self._record = record
        self._scope = record.scope
        self._positions = positions
        self._seen: set[str] = set()
        """The local variables that were followed for the key at hand: once is enough."""
        arguments = record.node.args
        self._parameters = {a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}

    def parts(self, key: ast.expr) -> tuple[Unsteady, ...]:
        """Return the parts of a key that may differ between calls, each once."""
        self._seen = set()
        return tuple(dict.fromkeys(self._parts(key, partial=False, steps=0)))

    def returned_parts(self, values: Iterable[ast.expr]) -> tuple[Unsteady, ...]:
        """Return the parts of what a function returns; beside other ways out each is only one of them."""
        found = [self.parts(value) for value in values]
        several = not all(found)
        return tuple(
            dict.fromkeys(
                Unsteady(
                    kind=part.kind,
                    text=part.text,
                    symbols=part.symbols,
                    has_attributes=part.has_attributes,
                    is_partial=part.is_partial or several,
                    span=part.span,
                )
                for parts in found
                for part in parts
            )
        )

    def is_fresh(self, value: ast.expr) -> bool:
        """Tell whether an expression, or an argument in it, is new each time."""
        waiting, seen = [value], set[str]()
        while waiting:
            for node in walk(waiting.pop()):
                if isinstance(node, ast.Call) and any(part.kind == "fresh" for part in self.parts(node)):
                    return True
                if isinstance(node, ast.Name) and node.id not in seen | self._parameters:
                    seen.add(node.id)
                    bound = self._scope.bound.get(node.id, ())
                    waiting += [b.node for b in bound if b.kind == "value" and isinstance(b.node, ast.expr)]
        return False

    # -- one expression

    def _parts(self, node: ast.expr, *, partial: bool, steps: int) -> Iterator[Unsteady]:
        if steps > MAX_STEPS:
            return
        steps += 1
        if isinstance(node, ast.Name):
            yield from self._variable(node, partial=partial, steps=steps)
        elif isinstance(node, ast.Call):
            yield from self._call(node, partial=partial, steps=steps)
        elif isinstance(node, ast.JoinedStr):
            for value in node.values:
                if isinstance(value, ast.FormattedValue):
                    yield from self._as_text(value.value, partial=partial, steps=steps)
        elif isinstance(node, ast.BinOp):
            if isinstance(node.op, _CLOCK_TICKS) and not isinstance(node.left, ast.Constant):
                return
            formats = isinstance(node.op, ast.Mod)
            for side in (
                node.left,
                *(node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]),
            ):
                reader = self._as_text if formats and side is not node.left else self._parts
                yield from reader(side, partial=partial, steps=steps)
        else:
            for inner, is_choice in _inner(node):
                yield from self._parts(inner, partial=partial or is_choice, steps=steps)

    def _variable(self, node: ast.Name, *, partial: bool, steps: int) -> Iterator[Unsteady]:
        bound = self._scope.bound.get(node.id, ())
        if node.id in self._parameters or node.id in self._seen:
            return  # the caller's; what stands in for a missing one is another matter
        self._seen.add(node.id)
        values = [b.node for b in bound if b.kind == "value" and isinstance(b.node, ast.expr)]
        for value in values:
            if node.id not in {n.id for n in walk(value) if isinstance(n, ast.Name)}:
                yield from self._parts(value, partial=partial or len(bound) > 1, steps=steps)

    def _call(self, node: ast.Call, *, partial: bool, steps: int) -> Iterator[Unsteady]:
        functions = describe(node.func, self._scope)
        name = functions[0] if len(functions) == 1 else ""
        argument = node.args[0] if node.args else None
        if name in ("builtins.id", "builtins.hash") and argument is not None:
            kind = name.rpartition(".")[2]
            yield self._object(kind, argument, node, partial=partial)
        elif name in _TEXT and argument is not None:
            yield from self._as_text(argument, partial=partial, steps=steps)
        elif _FRESH.fullmatch(name):
            yield self._part("fresh", node, (name,), node, partial=partial)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            for value in (*node.args, *(keyword.value for keyword in node.keywords)):
                yield from self._as_text(value, partial=partial, steps=steps)
        elif isinstance(node.func, ast.Attribute) and (
            not isinstance(node.func.value, ast.Name) or node.func.attr in _OF_TEXTS
        ):
            for value in (node.func.value, *node.args):
                yield from self._parts(value, partial=partial, steps=steps)
        elif name.startswith(("builtins.", "hashlib.")):
            for value in node.args:
                yield from self._parts(value, partial=partial, steps=steps)
        elif functions:
            yield self._part("helper", node.func, functions, node, partial=partial)

    def _as_text(self, value: ast.expr, *, partial: bool, steps: int) -> Iterator[Unsteady]:
        """Yield what may differ in the text of a value: what does in the value, else the object itself."""
        if isinstance(value, ast.Name) and value.id in self._seen:
            return
        inner = tuple(self._parts(value, partial=partial, steps=steps))
        if inner:
            yield from inner
        elif isinstance(value, (ast.Name, ast.Attribute)):
            yield self._object("text", value, value, partial=partial)

    def _object(self, kind: str, value: ast.expr, node: ast.expr, *, partial: bool) -> Unsteady:
        return self._part(kind, value, describe(value, self._scope), node, partial=partial)

    def _part(
        self, kind: str, what: ast.expr, symbols: tuple[str, ...], node: ast.expr, *, partial: bool
    ) -> Unsteady:
        return Unsteady(
            kind=kind,
            text=text_of(what),
            symbols=symbols,
            has_attributes=kind in ("id", "text", "hash") and self._has_attributes(what),
            is_partial=partial,
            span=self._positions.span(node),
        )

    def _has_attributes(self, value: ast.expr) -> bool:
        """Whether the function reads an attribute of a variable that texts and numbers don't have."""
        return isinstance(value, ast.Name) and any(
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == value.id
            and not hasattr(str, node.attr)
            and not hasattr(int, node.attr)
            for node in walk_here(self._record.node.body)
        )


def _inner(node: ast.expr) -> Iterator[tuple[ast.expr, bool]]:
    """Yield the expressions that an expression consists of, and whether each is one of several choices."""
    if isinstance(node, ast.BoolOp):
        yield from ((value, True) for value in node.values)
    elif isinstance(node, ast.IfExp):
        yield from ((node.body, True), (node.orelse, True))
    elif isinstance(node, (ast.Tuple, ast.List)):
        yield from ((value, False) for value in node.elts)
    elif isinstance(node, (ast.Attribute, ast.Subscript, ast.Await, ast.NamedExpr, ast.Starred)):
        yield node.value, False
