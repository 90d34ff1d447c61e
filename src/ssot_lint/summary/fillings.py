"""What one function's expressions look at and fill, in the order in which they are evaluated.

What is not known for sure is taken as harmless: a look counts only where it leads to the filling on every
path, and the last look is the one that counts.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.creation_facts import EagerDefault, Gap, GetOrCreate
from ssot_lint.summary.holding import Holding, operands
from ssot_lint.summary.looks import Look, State, either, joined, outer_bases, stale_look
from ssot_lint.summary.places import PlaceReader
from ssot_lint.summary.symbols import BUILTINS, describe
from ssot_lint.summary.traversal import children, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssot_lint.summary.places import Places
    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord

_SIGNS: Final = frozenset({"add", "append", "set", "clear", "put_nowait", "setdefault", "update"})
"""Methods by which a sign is set for others."""
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class FillReader:
    """Reads the expressions of one function; ``gets`` and ``eager`` are what it finds."""

    def __init__(self, record: FunctionRecord, positions: Positions) -> None:
        self.gets: dict[ast.expr, GetOrCreate] = {}
        self.eager: dict[ast.expr, EagerDefault] = {}
        self._scope = record.scope
        self._positions = positions
        self._reader = PlaceReader(record)
        self._holding = Holding(record.scope, positions)
        self._gaps: list[Gap] = []

    # -- tests

    def _test(self, node: ast.expr, state: State) -> tuple[State, State]:
        """Return what holds when a condition is true, and when it is false."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            then, otherwise = self._test(node.operand, state)
            return otherwise, then
        if isinstance(node, ast.BoolOp):
            return self._tests(node, state)
        self._evaluate(node, state)
        self._ask(node, state)
        empty, full = self._reader.emptied(node)
        then, otherwise = state.copy(), state
        self._see(empty, node, then)
        self._see(full, node, otherwise)
        for place in empty:
            otherwise.looks.pop(place, None)
        for place in full:
            then.looks.pop(place, None)
        return then, otherwise

    def _tests(self, node: ast.BoolOp, state: State) -> tuple[State, State]:
        is_or = isinstance(node.op, ast.Or)
        ended: State | None = None
        for value in node.values:
            then, otherwise = self._test(value, state)
            leaving, state = (then, otherwise) if is_or else (otherwise, then)
            if ended is None:
                ended = leaving
            else:  # "x is None or x.closed" renews what is stale: it is as good as empty
                ended = either(ended, leaving) if is_or else joined(ended, leaving) or leaving
        return (ended or state, state) if is_or else (state, ended or state)

    def _ask(self, node: ast.expr, state: State) -> None:
        """Note what a condition asks about, other than local variables."""
        symbols: set[str] = set()
        for part in walk(node):
            if isinstance(part, ast.Name):
                if self._scope.holder_of(part.id) is not self._scope and part.id not in BUILTINS:
                    symbols.update(describe(part, self._scope))
            elif isinstance(part, ast.Attribute):
                symbols.update(describe(part, self._scope))
        if symbols:
            state.ask(symbols, self._holding.now)

    def _see(self, places: Places, node: ast.expr, state: State) -> None:
        """Note that places are empty; what a local variable holds was looked at when it was read."""
        names = [part.id for part in walk(node) if isinstance(part, ast.Name)]
        for place in places:
            state.see((place,), stale_look(state, names, place) or self._now(node))

    def _now(self, node: ast.expr) -> Look:
        now = frozenset(self._holding.now)
        return Look(node, now, taken=now)

    # -- assignments

    def _assign(
        self, targets: Sequence[ast.expr], value: ast.expr, state: State, *, chosen: bool = False
    ) -> State:
        """Store a value; each side of ``a or b`` and ``a if c else b`` by itself, as it is ``chosen``."""
        if isinstance(value, ast.IfExp):
            then, otherwise = self._test(value.test, state)
            first = self._assign(targets, value.body, then, chosen=True)
            return joined(first, self._assign(targets, value.orelse, otherwise, chosen=True)) or first
        if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
            out: State | None = None
            for part in value.values[:-1]:
                then, state = self._test(part, state)
                for target in targets:
                    self._store(target, part, then, chosen=True)
                out = joined(out, then)
            return joined(out, self._assign(targets, value.values[-1], state, chosen=True)) or state
        self._evaluate(value, state)
        for target in targets:
            self._store(target, value, state, chosen=chosen)
        return state

    def _store(self, target: ast.expr, value: ast.expr | None, state: State, *, chosen: bool = False) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            parts: Sequence[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
                parts = value.elts
            for element, part in zip(target.elts, parts, strict=True):
                self._store(element, part, state, chosen=chosen)
        elif isinstance(target, ast.Starred):
            self._store(target.value, None, state)
        elif isinstance(target, ast.Name):
            home = self._scope.home_of(target.id)
            if home is self._scope:
                self._bind(target.id, value, state, chosen=chosen)
            else:
                self._fill(self._reader.places(target), value, target, state)
        else:
            for child in children(target):
                if isinstance(child, ast.expr):
                    self._evaluate(child, state)
            self._fill(self._reader.places(target), value, target, state)

    def _bind(self, name: str, value: ast.expr | None, state: State, *, chosen: bool) -> None:
        """Note what a local variable holds: what it was read from, and what was empty when it was chosen."""
        found: dict[str, Look] = {}
        if isinstance(value, ast.Name) and value.id in state.reads:
            found = dict(state.reads[value.id])
        elif value is not None:
            found = dict.fromkeys(self._reader.places(value), self._now(value))
        if chosen or isinstance(value, ast.Constant):
            found = {**state.looks, **found}
        state.reads[name] = found

    def _fill(self, places: Places, value: ast.expr | None, node: ast.expr, state: State) -> None:
        made = self._reader.made(value) if value is not None else ()
        for place in sorted(places):  # of one statement, the last of them is reported
            look = state.looks.pop(place, None)
            if look is None and isinstance(value, ast.Name) and self._is_chosen(value.id):
                look = stale_look(state, (value.id,), place)
            if look is not None and made and not place.endswith(".get()"):
                self._note(place, made, look, node)
        state.claim(outer_bases(places))

    def _is_chosen(self, name: str) -> bool:
        """Whether a local variable is bound once, to one of two values."""
        bound = self._scope.bound.get(name, ())
        return len(bound) == 1 and isinstance(bound[0].node, (ast.IfExp, ast.BoolOp))

    def _note(self, place: str, made: tuple[str, ...], look: Look, node: ast.expr) -> None:
        target, _, key = place.partition("|")
        now = self._holding.now
        late = [number for number in now if number not in look.held]
        self.gets[node] = GetOrCreate(
            scope=self._scope.index,
            target=target,
            key=key,
            made=made,
            look=self._positions.span(look.node),
            fill=self._positions.span(node),
            gaps=tuple(self._gaps[gap] for gap in sorted(look.gaps)),
            around=self._holding.described([number for number in now if number in look.held]),
            late=self._holding.described(late),
            given_back=self._holding.described(sorted(look.taken - look.held)),
            asks_again=bool(look.asked.intersection(late)),
            is_claimed=look.is_claimed,
        )

    # -- expressions, in the order in which they are evaluated

    def _evaluate(self, node: ast.expr, state: State) -> None:
        if isinstance(node, (ast.Name, ast.Constant, ast.Lambda)):
            return
        if isinstance(node, ast.NamedExpr):
            self._evaluate(node.value, state)
            self._store(node.target, node.value, state)
        elif isinstance(node, ast.IfExp):
            then, otherwise = self._test(node.test, state.copy())
            self._evaluate(node.body, then)
            self._evaluate(node.orelse, otherwise)
            state.become(joined(then, otherwise))
        elif isinstance(node, ast.BoolOp):
            then, otherwise = self._tests(node, state.copy())
            state.become(joined(then, otherwise))
        elif isinstance(node, _COMPREHENSIONS):
            if any(isinstance(part, ast.Await) or getattr(part, "is_async", 0) for part in walk(node)):
                self._suspend("await", node, state)
        else:
            for part in _parts(node):
                self._evaluate(part, state)
            if isinstance(node, ast.Await):
                self._suspend("await", node.value, state)
            elif isinstance(node, ast.Call):
                self._call(node, state)

    def _suspend(self, kind: str, node: ast.expr, state: State) -> None:
        symbols = describe(node, self._scope) if isinstance(node, ast.Call) else ()
        called = describe(node.func, self._scope) if isinstance(node, ast.Call) else ()
        if not symbols:
            symbols = tuple(f"{symbol}()" for symbol in called)
        self._gaps.append(Gap(kind, symbols, self._positions.span(node)))
        state.suspend(len(self._gaps) - 1)

    def _call(self, node: ast.Call, state: State) -> None:
        function = node.func
        if isinstance(function, ast.Name):
            if function.id == "setattr" and len(node.args) == 3:
                self._setattr(node, state)
            return
        if not isinstance(function, ast.Attribute):
            return
        if function.attr == "acquire":
            self._holding.take(function.value)
        elif function.attr == "release":
            number = self._holding.taken_as(function.value)
            if number is not None:
                self._holding.leave(number)
                state.release(number)
        elif function.attr in ("setdefault", "get") and len(node.args) == 2:
            self._default(node, function, state)
        if function.attr in _SIGNS:
            state.claim(describe(function.value, self._scope))

    def _setattr(self, node: ast.Call, state: State) -> None:
        name = node.args[1]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            places = frozenset(f"{base}.{name.value}" for base in describe(node.args[0], self._scope))
            self._fill(places, node.args[2], node, state)

    def _default(self, node: ast.Call, function: ast.Attribute, state: State) -> None:
        """Read ``setdefault`` and ``get`` with a default, which is made before anybody looks."""
        made = self._reader.made(node.args[1])
        for place in sorted(self._reader.item(function.value, node.args[0])):
            is_empty = place in state.looks
            if function.attr == "setdefault":
                state.looks.pop(place, None)
            target, separator, key = place.partition("|")
            if made and separator and not is_empty:
                self.eager[node] = EagerDefault(
                    scope=self._scope.index,
                    method=function.attr,
                    target=target,
                    key=key,
                    made=made,
                    span=self._positions.span(node),
                )


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the expressions right below another, in the order in which they are evaluated."""
    if isinstance(node, ast.BinOp):
        yield from operands(node)
        return
    for child in children(node):
        part = child.value if isinstance(child, ast.keyword) else child
        if isinstance(part, ast.expr):
            yield part
