"""The places that a function's expressions read, and which of them a test shows to be empty.

A place is a symbol, or for the item of a mapping ``symbol[]|key`` with the key's source text.
"""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import LOCALS
from ssot_lint.summary.symbols import describe, lookup, namespace
from ssot_lint.summary.traversal import walk
from ssot_lint.summary.values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.summary.records import FunctionRecord
    from ssot_lint.summary.scopes import Scope

_READERS: Final = frozenset({"get", "setdefault", "pop", "__getitem__"})
_EMPTY_ERRORS: Final = frozenset(
    {"KeyError", "LookupError", "NameError", "AttributeError", "UnboundLocalError", "IndexError"}
)
_SENTINEL_WORDS: Final = ("MISSING", "UNSET", "SENTINEL", "NOT_SET", "NOTSET", "EMPTY", "UNDEFINED")

Places = frozenset[str]
NOWHERE: Final[Places] = frozenset()


class PlaceReader:
    """Reads the places of one function's expressions."""

    def __init__(self, record: FunctionRecord) -> None:
        self.scope = record.scope
        self._record = record
        self.made_around: dict[str, None] = {}
        """What ``made`` has found that is made by ``__new__``, without the constructor."""
        self._known: dict[str, Places] = {}
        self._behind: dict[str, Iterable[str]] = {}
        self.keys: dict[str, ast.expr] = {}
        """The keys by which it gets at items, by their text; of several the first."""

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the function's parameters, without the receiver."""
        return _parameter_names(self._record)

    def places(self, node: ast.expr) -> Places:
        """Return the places that an expression reads."""
        if isinstance(node, ast.Constant):
            return NOWHERE
        if isinstance(node, ast.Name):
            known = self._known.get(node.id)
            if known is None:
                self._known[node.id] = NOWHERE  # a name that is bound to itself ends here
                known = self._known[node.id] = self._places_of_name(node.id)
            return known
        if isinstance(node, ast.Attribute):
            return frozenset(describe(node, self.scope))
        if isinstance(node, ast.Subscript):
            return self.item(node.value, node.slice)
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.places(node.value)
        if isinstance(node, ast.BoolOp):
            return _union(self.places(value) for value in node.values)
        if isinstance(node, ast.IfExp):
            return self.places(node.body) | self.places(node.orelse)
        if isinstance(node, ast.Call):
            return self._places_of_call(node)
        return NOWHERE

    def item(self, mapping: ast.expr, key: ast.expr) -> Places:
        """Return the places of a mapping's item; an item of a namespace is the variable itself."""
        name = _constant(key)
        if name is not None:
            for owner in namespace(mapping, self.scope):
                return frozenset({f"{owner}.{name}"})
        bases = describe(mapping, self.scope)
        if not bases:
            return NOWHERE
        text = text_of(key)
        self.keys.setdefault(text, key)
        return frozenset(f"{base}[]|{text}" for base in bases)

    def _places_of_name(self, name: str) -> Places:
        holder = self.scope.holder_of(name)
        if holder is None:  # a global that only this function binds
            return (
                frozenset({f"{self.scope.module.symbol}.{name}"}) if name in self.scope.globals else NOWHERE
            )
        if holder.kind in ("module", "class"):
            return frozenset(lookup(self.scope, name))
        found: set[str] = set()
        if holder is not self.scope:
            found.add(f"{holder.symbol}.{LOCALS}.{name}")
        for bound in holder.bound[name]:
            if bound.kind == "value" and isinstance(bound.node, ast.expr):
                found |= self.places(bound.node)
        return frozenset(found)

    def _places_of_call(self, node: ast.Call) -> Places:
        function = node.func
        if isinstance(function, ast.Name) and function.id == "getattr":
            return frozenset(describe(node, self.scope))
        if not isinstance(function, ast.Attribute) or function.attr not in _READERS:
            return NOWHERE
        found = self.item(function.value, node.args[0]) if node.args else NOWHERE
        if function.attr == "get" and (not node.args or is_nothing(node.args[0])):  # a context variable's
            found |= frozenset(f"{base}.get()" for base in describe(function.value, self.scope))
        return found

    # -- tests

    def emptied(self, test: ast.expr) -> tuple[Places, Places]:
        """Return the places that a test shows to be empty: when it is true, and when it is false."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            then, otherwise = self.emptied(test.operand)
            return otherwise, then
        if isinstance(test, ast.BoolOp):
            sides = [self.emptied(value) for value in test.values]
            both = _union(then for then, _ in sides), _union(other for _, other in sides)
            # "x is None or x.closed" renews what is stale: it is as good as empty.
            return both if isinstance(test.op, ast.Or) else (both[0], NOWHERE)
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return self._emptied_by_comparison(test.left, test.ops[0], test.comparators[0])
        if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "hasattr":
            return NOWHERE, self._attribute_place(test)
        return NOWHERE, self.places(test)

    def _emptied_by_comparison(
        self, left: ast.expr, operator: ast.cmpop, right: ast.expr
    ) -> tuple[Places, Places]:
        if isinstance(operator, (ast.In, ast.NotIn)):
            mapping = _without_keys_call(right)
            missing = self.item(mapping, left) | self._member(mapping, left)
            return (missing, NOWHERE) if isinstance(operator, ast.NotIn) else (NOWHERE, missing)
        if is_nothing(left):
            left, right = right, left
        if is_nothing(right):
            places = self.places(left)
            if isinstance(operator, (ast.Is, ast.Eq)):
                return places, NOWHERE
            if isinstance(operator, (ast.IsNot, ast.NotEq)):
                return NOWHERE, places
        return NOWHERE, NOWHERE

    def _member(self, holder: ast.expr, name: ast.expr) -> Places:
        """Return what ``"name" in flask.g`` looks for."""
        text = _constant(name)
        is_name = text is not None and text.isidentifier() and isinstance(holder, (ast.Name, ast.Attribute))
        return frozenset(f"{b}.{text}" for b in describe(holder, self.scope)) if is_name else NOWHERE

    def _attribute_place(self, call: ast.Call) -> Places:
        name = _constant(call.args[1]) if len(call.args) == 2 else None
        if name is None:
            return NOWHERE
        return frozenset(f"{base}.{name}" for base in describe(call.args[0], self.scope))

    # -- where values come from

    def parameters_of_key(self, text: str) -> tuple[str, ...]:
        """Return the parameters that a key is computed from, also by way of local variables."""
        if text not in self.keys:
            return ()
        seen = dict.fromkeys(_names_in(self.keys[text]))
        waiting = list(seen)
        while waiting:
            new = [name for name in self._names_behind(waiting.pop()) if name not in seen]
            seen.update(dict.fromkeys(new))
            waiting += new
        return tuple(name for name in seen if name in self.parameters)

    def _names_behind(self, name: str) -> Iterable[str]:
        """Return the names in all that a local variable is bound to."""
        known = self._behind.get(name)
        if known is None:
            bound = self.scope.bound.get(name, ())
            values = (b.node for b in bound if b.kind == "value" and b.node is not None)
            known = self._behind[name] = dict.fromkeys(n for node in values for n in _names_in(node))
        return known

    def made(self, node: ast.expr) -> tuple[str, ...]:
        """Return the symbols of the calls whose results an expression may be."""
        found: dict[str, None] = {}
        for call, scope in self._calls(node, self.scope, set()):
            symbols = [s for s in describe(call, scope) if s.endswith("()")]
            found.update(dict.fromkeys(symbols))
            if isinstance(call.func, ast.Attribute) and call.func.attr == "__new__":
                self.made_around.update(dict.fromkeys(symbols))
        return tuple(found)

    def _calls(self, node: ast.expr, scope: Scope, seen: set[str]) -> Iterator[tuple[ast.Call, Scope]]:
        if isinstance(node, ast.Call):
            if _is_cast(node):
                yield from self._calls(node.args[1], scope, seen)
            else:
                yield node, scope
        elif isinstance(node, (ast.Await, ast.NamedExpr, ast.Starred)):
            yield from self._calls(node.value, scope, seen)
        elif isinstance(node, ast.IfExp):
            yield from self._calls(node.body, scope, seen)
            yield from self._calls(node.orelse, scope, seen)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                yield from self._calls(value, scope, seen)
        elif isinstance(node, ast.Name) and node.id not in seen:
            seen.add(node.id)
            holder = scope.holder_of(node.id)
            if holder is not None and holder.kind not in ("module", "class"):
                for bound in holder.bound[node.id]:
                    if bound.kind == "value" and isinstance(bound.node, ast.expr):
                        yield from self._calls(bound.node, bound.scope, seen)


def is_nothing(node: ast.expr) -> bool:
    """Tell whether an expression is ``None``, or a name that reads as a sentinel."""
    if isinstance(node, ast.Constant):
        return node.value is None
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return any(word in name.upper() for word in _SENTINEL_WORDS)


def names_empty_error(node: ast.expr | None) -> bool:
    """Tell whether an expression names an exception that says that something isn't there."""
    kinds = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(isinstance(kind, ast.Name) and kind.id in _EMPTY_ERRORS for kind in kinds)


def _parameter_names(record: FunctionRecord) -> frozenset[str]:
    arguments = record.node.args
    rest = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest)
    return frozenset(a.arg for a in every if a.arg != record.scope.receiver)


def _union(groups: Iterable[Places]) -> Places:
    return frozenset().union(*groups)


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _without_keys_call(node: ast.expr) -> ast.expr:
    """Return ``mapping`` of ``mapping.keys()``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "keys":
        return node.func.value
    return node


def _is_cast(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name == "cast" and len(node.args) == 2


def _names_in(node: ast.AST) -> Iterator[str]:
    return (inner.id for inner in walk(node) if isinstance(inner, ast.Name))
