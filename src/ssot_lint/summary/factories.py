"""What one function hands out and keeps: its returns, the places that it fills, and the refusals of constructors.

The reading is flow-sensitive in one respect only: whether a place is known to be empty where it is filled. That is what
tells a get-or-create, in all its spellings, from a setter.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Final

from ssot_lint.summary.facts import LOCALS, Fill, Guard
from ssot_lint.summary.positions import Positions
from ssot_lint.summary.scopes import Scope, describe
from ssot_lint.summary.walker import FunctionRecord

_READERS: Final = frozenset({"get", "setdefault", "pop", "__getitem__"})
_EMPTY_ERRORS: Final = frozenset({"KeyError", "LookupError", "NameError", "AttributeError", "UnboundLocalError", "IndexError"})
_SENTINEL_WORDS: Final = ("MISSING", "UNSET", "SENTINEL", "NOT_SET", "NOTSET", "EMPTY", "UNDEFINED")
_TOKEN_WORDS: Final = ("token", "guard", "sentinel", "internal", "private", "factory", "secret", "direct", "key")

Places = frozenset[str]
NOWHERE: Final[Places] = frozenset()


class FunctionReader:
    """Reads one function's body; the lists that it fills are read when ``read`` is done."""

    def __init__(self, record: FunctionRecord, positions: Positions) -> None:
        self.scope = record.scope
        self.positions = positions
        self.parameters = _parameter_names(record)
        self.returns: dict[str, None] = {}
        self.return_keys: dict[tuple[str, str], None] = {}
        self.fills: list[Fill] = []
        self.is_generator = False
        self._known_places: dict[str, Places] = {}
        self._node = record.node

    def read(self) -> None:
        """Read the body."""
        self._block(self._node.body, NOWHERE)

    # -- statements; ``empty`` holds the places that are known to be empty at this point

    def _block(self, statements: Sequence[ast.stmt], empty: Places) -> Places:
        for statement in statements:
            empty = self._statement(statement, empty)
        return empty

    def _statement(self, node: ast.stmt, empty: Places) -> Places:
        if isinstance(node, ast.If):
            return self._if(node, empty)
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            return self._try(node, empty)  # type: ignore[arg-type]  # ast.TryStar came with Python 3.11
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return self._block(node.body, empty)
        if isinstance(node, ast.While):
            self._block(node.body, empty | self.emptied(node.test)[0])
            self._block(node.orelse, empty)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._block(node.body, empty)
            self._block(node.orelse, empty)
        elif isinstance(node, ast.Match):
            for case in node.cases:
                self._block(case.body, empty)
        elif isinstance(node, ast.Return):
            self._returned(node.value, empty)
        elif isinstance(node, ast.Assign):
            self._stored(node.targets, node.value, empty)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._stored([node.target], node.value, empty)
        elif isinstance(node, ast.Expr):
            self._evaluated(node.value, empty)
        return empty

    def _if(self, node: ast.If, empty: Places) -> Places:
        then, otherwise = self.emptied(node.test)
        for walrus in ast.walk(node.test):
            if isinstance(walrus, ast.NamedExpr):
                self._stored([walrus.target], walrus.value, empty)
        self._block(node.body, empty | then)
        self._block(node.orelse, empty | otherwise)
        if _leaves(node.body):
            empty |= otherwise
        if node.orelse and _leaves(node.orelse):
            empty |= then
        return empty

    def _try(self, node: ast.Try, empty: Places) -> Places:
        tried = self._tried_places(node.body)
        self._block(node.body, empty)
        for handler in node.handlers:
            missing = tried if _catches_empty(handler) else NOWHERE
            self._block(handler.body, empty | missing)
            if missing and _leaves(node.body) and not _leaves(handler.body):
                empty |= missing
        after = self._block(node.orelse, empty)
        return self._block(node.finalbody, after)

    def _tried_places(self, statements: Iterable[ast.stmt]) -> Places:
        """The places that a ``try`` body reads, and that an exception shows to be empty."""
        found: set[str] = set()
        for statement in statements:
            if isinstance(statement, (ast.Return, ast.Assign, ast.Expr)) and statement.value is not None:
                found |= self.places(statement.value)
        return frozenset(found)

    def _returned(self, value: ast.expr | None, empty: Places) -> None:
        if value is None:
            return
        if isinstance(value, ast.Tuple):
            for element in value.elts:
                self._returned(element, empty)
            return
        self._evaluated(value, empty)
        for symbol in describe(value, self.scope):
            self.returns[symbol] = None
        for place in self.places(value):
            symbol, separator, key = place.partition("|")
            if separator:
                self.return_keys[symbol, key] = None

    def _stored(self, targets: Sequence[ast.expr], value: ast.expr, empty: Places) -> None:
        self._evaluated(value, empty)
        for target in targets:
            if isinstance(target, ast.Tuple):
                continue
            for place in self._outer_places(target):
                self._fill(place, self._key_of(target), value, target, when_empty=place in empty)

    def _outer_places(self, target: ast.expr) -> Places:
        """The places that an assignment fills, if they live longer than the call."""
        if not isinstance(target, ast.Name):
            return self.places(target)
        home = self.scope.home_of(target.id)
        if home is self.scope:
            return NOWHERE
        middle = "" if home.kind == "module" else f"{LOCALS}."
        return frozenset({f"{home.symbol}.{middle}{target.id}"})

    def _key_of(self, target: ast.expr) -> ast.expr | None:
        return target.slice if isinstance(target, ast.Subscript) else None

    def _fill(self, place: str, key: ast.expr | None, value: ast.expr, node: ast.expr, *, when_empty: bool) -> None:
        self.fills.append(
            Fill(
                target=place.partition("|")[0],
                values=describe(value, self.scope),
                when_empty=when_empty,
                key=place.partition("|")[2],
                key_parameters=self.parameters_in(key) if key is not None else (),
                span=self.positions.span(node),
            )
        )

    def _evaluated(self, node: ast.expr, empty: Places) -> None:
        """Calls that fill a place, and what is yielded."""
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            if isinstance(node, ast.NamedExpr):
                self._stored([node.target], node.value, empty)
            node = node.value
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            self.is_generator = True
            if node.value is not None and isinstance(node, ast.Yield):
                self._returned(node.value, empty)
            return
        if isinstance(node, ast.BoolOp):
            self._either(node, empty)
        if not isinstance(node, ast.Call):
            return
        if isinstance(node.func, ast.Name) and node.func.id == "setattr" and len(node.args) == 3:
            name = node.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                for base in describe(node.args[0], self.scope):
                    place = f"{base}.{name.value}"
                    self._fill(place, None, node.args[2], node, when_empty=place in empty)
        elif isinstance(node.func, ast.Attribute):
            self._method_fill(node, node.func, empty)

    def _either(self, node: ast.BoolOp, empty: Places) -> None:
        """``_manager or build()``: what comes later is only evaluated when the first is empty."""
        known = empty | self.places(node.values[0]) if isinstance(node.op, ast.Or) else empty
        for value in node.values[1:]:
            self._evaluated(value, known)

    def _method_fill(self, node: ast.Call, function: ast.Attribute, empty: Places) -> None:
        bases = describe(function.value, self.scope)
        if function.attr == "setdefault" and len(node.args) == 2:
            for base in bases:
                self._fill(f"{base}[]|{_text(node.args[0])}", node.args[0], node.args[1], node, when_empty=True)
        elif function.attr == "set" and len(node.args) == 1:
            for base in bases:
                place = f"{base}.get()"
                self._fill(place, None, node.args[0], node, when_empty=place in empty)

    # -- expressions

    def places(self, node: ast.expr) -> Places:
        """The places that an expression reads: symbols, and for items of mappings ``symbol[]|key``."""
        if isinstance(node, ast.Name):
            known = self._known_places.get(node.id)
            if known is None:
                self._known_places[node.id] = NOWHERE  # a name that is bound to itself ends here
                known = self._known_places[node.id] = self._places_of_name(node.id)
            return known
        if isinstance(node, ast.Attribute):
            return frozenset(describe(node, self.scope))
        if isinstance(node, ast.Subscript):
            return frozenset(f"{base}[]|{_text(node.slice)}" for base in describe(node.value, self.scope))
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.places(node.value)
        if isinstance(node, ast.BoolOp):
            return frozenset().union(*(self.places(value) for value in node.values))
        if isinstance(node, ast.IfExp):
            return self.places(node.body) | self.places(node.orelse)
        if isinstance(node, ast.Call):
            return self._places_of_call(node)
        return NOWHERE

    def _places_of_name(self, name: str) -> Places:
        holder = self.scope.holder_of(name)
        if holder is None:
            return NOWHERE
        if holder.kind in ("module", "class"):
            return frozenset(self.scope.lookup(name))
        found: set[str] = set()
        if holder is not self.scope:
            found.add(f"{holder.symbol}.{LOCALS}.{name}")
        for bound in holder.bound[name]:
            if bound.kind == "value" and isinstance(bound.node, ast.expr):
                found |= self.places(bound.node)
        return frozenset(found)

    def _places_of_call(self, node: ast.Call) -> Places:
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in _READERS:
            bases = describe(function.value, self.scope)
            if node.args:
                return frozenset(f"{base}[]|{_text(node.args[0])}" for base in bases)
            return frozenset(f"{base}.get()" for base in bases)
        if isinstance(function, ast.Name) and function.id == "getattr":
            return frozenset(describe(node, self.scope))
        return NOWHERE

    def emptied(self, test: ast.expr) -> tuple[Places, Places]:
        """The places that a test shows to be empty: when it is true, and when it is false."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            then, otherwise = self.emptied(test.operand)
            return otherwise, then
        if isinstance(test, ast.BoolOp):
            sides = [self.emptied(value) for value in test.values]
            both = frozenset().union(*(then for then, _ in sides)), frozenset().union(*(other for _, other in sides))
            # "x is None or x.closed" renews what is stale: it is as good as empty.
            return both if isinstance(test.op, ast.Or) else (both[0], NOWHERE)
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return self._emptied_by_comparison(test.left, test.ops[0], test.comparators[0])
        if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "hasattr":
            return NOWHERE, self._attribute_place(test)
        return NOWHERE, self.places(test)

    def _emptied_by_comparison(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> tuple[Places, Places]:
        if isinstance(operator, (ast.In, ast.NotIn)):
            mapping = right.func.value if _is_keys_call(right) else right
            missing = frozenset(f"{base}[]|{_text(left)}" for base in describe(mapping, self.scope))
            return (missing, NOWHERE) if isinstance(operator, ast.NotIn) else (NOWHERE, missing)
        if _is_nothing(right):
            places = self.places(left)
            if isinstance(operator, (ast.Is, ast.Eq)):
                return places, NOWHERE
            if isinstance(operator, (ast.IsNot, ast.NotEq)):
                return NOWHERE, places
        return NOWHERE, NOWHERE

    def _attribute_place(self, call: ast.Call) -> Places:
        name = call.args[1] if len(call.args) == 2 else None
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
            return NOWHERE
        return frozenset(f"{base}.{name.value}" for base in describe(call.args[0], self.scope))

    def parameters_in(self, node: ast.expr) -> tuple[str, ...]:
        """The function's parameters that an expression is computed from, also by way of local variables."""
        seen: dict[str, None] = {}
        waiting: list[ast.AST] = [node]
        while waiting:
            for name in ast.walk(waiting.pop()):
                if isinstance(name, ast.Name) and name.id not in seen:
                    seen[name.id] = None
                    bound = self.scope.bound.get(name.id, ())
                    waiting += [b.node for b in bound if b.kind == "value" and b.node is not None]
        return tuple(name for name in seen if name in self.parameters)


def read_guards(record: FunctionRecord, positions: Positions) -> tuple[Guard, ...]:
    """The refusals in a constructor's body: each ``raise`` that isn't about the public parameters."""
    found: list[Guard] = []
    reader = FunctionReader(record, positions)
    body = [s for s in record.node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    for position, statement in enumerate(body):
        if isinstance(statement, ast.Raise):
            if not any(isinstance(earlier, (ast.Return, ast.If, ast.Try)) for earlier in body[:position]):
                found.append(Guard("always", (), _message(statement), positions.span(statement)))
        elif isinstance(statement, ast.If):
            refusal = next((s for s in statement.body if isinstance(s, ast.Raise)), None)
            if refusal is not None:
                guard = _conditional_guard(statement.test, refusal, reader)
                if guard is not None:
                    found.append(guard)
    return tuple(found)


def _conditional_guard(test: ast.expr, refusal: ast.Raise, reader: FunctionReader) -> Guard | None:
    names = [n.id for n in ast.walk(test) if isinstance(n, ast.Name)]
    tokens = tuple(n for n in names if n in reader.parameters and _reads_as_token(n))
    span = reader.positions.span(refusal)
    if tokens:
        return Guard("token", tokens, _message(refusal), span)
    if any(n in reader.parameters for n in names):
        return None
    then, otherwise = reader.emptied(test)
    receiver = reader.scope.class_symbol or ""
    slots = tuple(sorted(p for p in otherwise if p.startswith((f"{receiver}.", f"{reader.scope.module.symbol}."))))
    if slots:
        return Guard("slot", slots, _message(refusal), span)
    flags = tuple(sorted(p for p in then if p.rpartition(".")[2].startswith("_")))
    return Guard("flag", flags, _message(refusal), span) if flags else None


def _reads_as_token(name: str) -> bool:
    return name.startswith("_") and (name.strip("_") == "" or any(word in name.lower() for word in _TOKEN_WORDS))


def _parameter_names(record: FunctionRecord) -> frozenset[str]:
    arguments = record.node.args
    rest = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest)
    return frozenset(a.arg for a in every if a.arg != record.scope.receiver)


def _text(node: ast.expr) -> str:
    return ast.unparse(node)


def _message(node: ast.Raise) -> str:
    """All text in what is raised, as one line."""
    if node.exc is None:
        return ""
    parts = [c.value for c in ast.walk(node.exc) if isinstance(c, ast.Constant) and isinstance(c.value, str)]
    return " ".join(" ".join(parts).split())


def _is_nothing(node: ast.expr) -> bool:
    """``None``, or a name that reads as a sentinel."""
    if isinstance(node, ast.Constant):
        return node.value is None
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return any(word in name.upper() for word in _SENTINEL_WORDS)


def _is_keys_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "keys"


def _catches_empty(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in _EMPTY_ERRORS for kind in kinds)


def _leaves(statements: Sequence[ast.stmt]) -> bool:
    """Whether control never runs past the end of these statements."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
        return True
    if isinstance(last, ast.If):
        return _leaves(last.body) and _leaves(last.orelse)
    if isinstance(last, (ast.With, ast.AsyncWith)):
        return _leaves(last.body)
    return False


def keeps_for_callers(fills: Iterable[Fill], holder: Scope) -> bool:
    """Whether any of the fills is into a variable of the function around, as a wrapper of a decorator does."""
    return any(fill.when_empty and fill.target.startswith(f"{holder.symbol}.{LOCALS}.") for fill in fills)
