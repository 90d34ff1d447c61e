"""What one function hands out and keeps: its returns, what it makes, and the places that it fills.

The reading is flow-sensitive in one respect only: whether a place is known to be empty where it is filled.
That is what tells a get-or-create, in all its spellings, from a setter.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.blocks import if_chain
from ssot_lint.summary.facts import LOCALS, Fill, ReturnedItem
from ssot_lint.summary.places import NOWHERE, PlaceReader, Places, names_empty_error
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord


_PLAIN: Final = frozenset({ast.Constant, ast.Name, ast.Attribute, ast.Subscript})
"""Expressions that are most frequent, and neither fill anything nor yield."""


class FunctionReader:
    """Reads one function's body; the lists that it fills are read when ``read`` is done."""

    def __init__(self, record: FunctionRecord, positions: Positions) -> None:
        self.scope = record.scope
        self.positions = positions
        self.returns: dict[str, None] = {}
        self.returned_items: dict[ReturnedItem, None] = {}
        self.makes: dict[str, None] = {}
        self.returned: list[ast.expr] = []
        """The expressions that it returns."""
        self.fills: list[Fill] = []
        self.drops: dict[str, None] = {}
        """Symbols of the mappings that it deletes items of."""
        self.is_generator = False
        self.only_wraps = False
        self._reader = PlaceReader(record)
        self._node = record.node

    def read(self) -> None:
        """Read the body."""
        self._block(self._node.body, NOWHERE)

    def key_of(self, text: str) -> ast.expr | None:
        """Return the first key of that text."""
        return self._reader.keys.get(text)

    @property
    def made_around(self) -> tuple[str, ...]:
        """The symbols of what is made by ``__new__``, without the constructor."""
        return tuple(self._reader.made_around)

    # -- statements; ``empty`` holds the places that are known to be empty at this point

    def _block(self, statements: Sequence[ast.stmt], empty: Places) -> Places:
        for statement in statements:
            empty = self._statement(statement, empty)
        return empty

    def _statement(self, node: ast.stmt, empty: Places) -> Places:
        if isinstance(node, ast.Expr):  # the most frequent ones come first
            self._evaluated(node.value, empty)
        elif isinstance(node, ast.Assign):
            self._evaluated(node.value, empty)
            self._stored(node.targets, node.value, empty)
        elif isinstance(node, ast.If):
            return self._if(node, empty)
        elif isinstance(node, ast.Return):
            self._returned(node.value, empty)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            return self._try(node, empty)  # type: ignore[arg-type]  # ast.TryStar came with Python 3.11
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            return self._with(node, empty)
        elif isinstance(node, (ast.While, ast.For, ast.AsyncFor)):
            known = self._reader.emptied(node.test)[0] if isinstance(node, ast.While) else NOWHERE
            self._block(node.body, empty | known)
            self._block(node.orelse, empty)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._evaluated(node.value, empty)
            self._stored([node.target], node.value, empty)
        elif isinstance(node, ast.Match):
            self._match(node, empty)
        elif isinstance(node, ast.Delete):
            items = (target.value for target in node.targets if isinstance(target, ast.Subscript))
            self.drops.update(dict.fromkeys(s for item in items for s in describe(item, self.scope)))
        return empty

    def _if(self, node: ast.If, empty: Places) -> Places:
        chain = if_chain(node)
        known = empty
        for link in chain:
            then, otherwise = self._reader.emptied(link.test)
            for walrus in walk(link.test):
                if isinstance(walrus, ast.NamedExpr):
                    self._stored([walrus.target], walrus.value, known)
            self._block(link.body, known | then)
            known |= otherwise
        self._block(chain[-1].orelse, known)
        then, otherwise = self._reader.emptied(node.test)
        if _leaves(node.body):
            empty |= otherwise
        if node.orelse and _leaves(node.orelse):
            empty |= then
        return empty

    def _try(self, node: ast.Try, empty: Places) -> Places:
        tried = self._tried_places(node.body)
        self._block(node.body, empty)
        for handler in node.handlers:
            missing = tried if names_empty_error(handler.type) else NOWHERE
            self._block(handler.body, empty | missing)
            if missing and _leaves(node.body) and not _leaves(handler.body):
                empty |= missing
        after = self._block(node.orelse, empty)
        return self._block(node.finalbody, after)

    def _with(self, node: ast.With | ast.AsyncWith, empty: Places) -> Places:
        """``with suppress(KeyError): return x[k]`` is a ``try`` as well."""
        calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
        suppressing = any(_name_of(c) == "suppress" and any(map(names_empty_error, c.args)) for c in calls)
        if not suppressing or not _leaves(node.body):
            return self._block(node.body, empty)
        self._block(node.body, empty)
        return empty | self._tried_places(node.body)

    def _match(self, node: ast.Match, empty: Places) -> None:
        for case in node.cases:
            pattern = case.pattern
            is_none = isinstance(pattern, ast.MatchSingleton) and pattern.value is None
            known = self._reader.places(node.subject) if is_none else NOWHERE
            self._block(case.body, empty | known)

    def _tried_places(self, statements: Iterable[ast.stmt]) -> Places:
        """Return the places that a ``try`` body reads, and that an exception shows to be empty."""
        found: set[str] = set()
        for statement in statements:
            if isinstance(statement, (ast.Return, ast.Assign, ast.Expr)) and statement.value is not None:
                found |= self._reader.places(statement.value)
        return frozenset(found)

    # -- what is handed out

    def _returned(self, value: ast.expr | None, empty: Places) -> None:
        if value is None:
            return
        if isinstance(value, ast.Tuple):
            for element in value.elts:
                self._returned(element, empty)
            return
        self._evaluated(value, empty)
        self.returned.append(value)
        self.returns.update(dict.fromkeys(describe(value, self.scope)))
        made = self._reader.made(value)
        if made:
            self.only_wraps = not self.makes and self._is_wrapped_parameter(value)
            self.makes.update(dict.fromkeys(made))
        for place in sorted(self._reader.places(value)):
            symbol, separator, key = place.partition("|")
            if separator:
                item = ReturnedItem(symbol, key, self._reader.parameters_of_key(key))
                self.returned_items[item] = None

    def _is_wrapped_parameter(self, value: ast.expr) -> bool:
        """Tell whether what is returned is a call that gets nothing but the function's one parameter."""
        if not isinstance(value, ast.Call) or value.keywords or len(value.args) != 1:
            return False
        argument = value.args[0]
        return isinstance(argument, ast.Name) and self._reader.parameters == {argument.id}

    # -- what is kept

    def _stored(self, targets: Sequence[ast.expr], value: ast.expr, empty: Places) -> None:
        """Note what an assignment fills; each side of ``a or b`` and ``a if c else b`` by itself."""
        value = self._seen_through(value)
        if isinstance(value, ast.IfExp):
            then, otherwise = self._reader.emptied(value.test)
            self._stored(targets, value.body, empty | then)
            self._stored(targets, value.orelse, empty | otherwise)
            return
        if isinstance(value, ast.BoolOp) and isinstance(value.op, ast.Or):
            for part in value.values:
                self._stored(targets, part, empty)
                empty |= self._reader.places(part)
            return
        for target in targets:
            if isinstance(target, ast.Tuple):
                if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
                    for left, right in zip(target.elts, value.elts, strict=True):
                        self._stored([left], right, empty)
                continue
            for place in sorted(self._outer_places(target)):
                self._fill(place, value, target, empty)

    def _seen_through(self, value: ast.expr) -> ast.expr:
        """Return the expression that a local variable stands for, when that decides between two values."""
        if isinstance(value, ast.Name):
            bound = self.scope.bound.get(value.id, ())
            if len(bound) == 1 and isinstance(bound[0].node, (ast.IfExp, ast.BoolOp)):
                return bound[0].node
        return value

    def _outer_places(self, target: ast.expr) -> Places:
        """Return the places that an assignment fills, if they live longer than the call."""
        if not isinstance(target, ast.Name):
            return self._reader.places(target)
        home = self.scope.home_of(target.id)
        if home is self.scope:
            return NOWHERE
        middle = "" if home.kind == "module" else f"{LOCALS}."
        return frozenset({f"{home.symbol}.{middle}{target.id}"})

    def _fill(self, place: str, value: ast.expr, node: ast.expr, empty: Places) -> None:
        target, _, key = place.partition("|")
        values = describe(value, self.scope)
        if values == (place,):
            return
        self.fills.append(
            Fill(
                target=target,
                values=values,
                made=self._reader.made(value),
                when_empty=place in empty,
                key=key,
                key_parameters=self._reader.parameters_of_key(key),
                span=self.positions.span(node),
            )
        )

    def _evaluated(self, node: ast.expr, empty: Places) -> None:
        """Note calls that fill a place, and what is yielded."""
        if type(node) in _PLAIN:
            return
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            if isinstance(node, ast.NamedExpr):
                self._stored([node.target], node.value, empty)
            node = node.value
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            self.is_generator = True
            if node.value is not None and isinstance(node, ast.Yield):
                self._returned(node.value, empty)
        elif isinstance(node, ast.BoolOp):
            self._either(node, empty)
        elif isinstance(node, ast.IfExp):
            then, otherwise = self._reader.emptied(node.test)
            self._evaluated(node.body, empty | then)
            self._evaluated(node.orelse, empty | otherwise)
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id == "setattr" and len(node.args) == 3:
                self._setattr_fill(node, empty)
            elif isinstance(node.func, ast.Attribute):
                self._method_fill(node, node.func, empty)

    def _either(self, node: ast.BoolOp, empty: Places) -> None:
        """Read ``_manager or build()``, where what comes later is for when the first is empty."""
        known = empty | self._reader.places(node.values[0]) if isinstance(node.op, ast.Or) else empty
        for value in node.values[1:]:
            self._evaluated(value, known)

    def _setattr_fill(self, node: ast.Call, empty: Places) -> None:
        name = node.args[1]
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            for base in describe(node.args[0], self.scope):
                self._fill(f"{base}.{name.value}", node.args[2], node, empty)

    def _method_fill(self, node: ast.Call, function: ast.Attribute, empty: Places) -> None:
        if function.attr == "setdefault" and len(node.args) == 2:
            for place in sorted(self._reader.item(function.value, node.args[0])):
                self._fill(place, node.args[1], node, frozenset({place}))
        elif function.attr == "set" and len(node.args) == 1:
            for base in describe(function.value, self.scope):
                self._fill(f"{base}.get()", node.args[0], node, empty)


def _name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _leaves(statements: Sequence[ast.stmt]) -> bool:
    """Tell whether control never runs past the end of these statements."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        return True
    if isinstance(last, ast.If):
        chain = if_chain(last)
        return _leaves(chain[-1].orelse) and all(_leaves(link.body) for link in chain)
    if isinstance(last, (ast.With, ast.AsyncWith)):
        return _leaves(last.body)
    return False
