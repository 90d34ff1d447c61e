"""Follows objects that a function is given through its body: into attributes, aliases, calls and results."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.attribute_facts import Mutation, Signal
from ssot_lint.summary.changes import ChangeReader
from ssot_lint.summary.facts import LOCALS
from ssot_lint.summary.owners import OWN_INSTANCE, Place
from ssot_lint.summary.suspect_lines import EveryLine
from ssot_lint.summary.symbols import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ssot_lint.summary.change_notes import Setting
    from ssot_lint.summary.scopes import Scope

GIVEN: Final = "="
"""Starts the owner of a place that is a parameter's default, or an object of a module."""
_LOOKING: Final = frozenset({"get", "keys", "values", "items", "copy"})
_GOING_THROUGH: Final = frozenset(
    {"len", "list", "tuple", "set", "sorted", "reversed", "enumerate", "iter", "any", "bool", "dict"}
)
_REORDERING: Final = frozenset(
    {"sort", "reverse", "rotate", "move_to_end", "random.shuffle", "heapq.heapify"}
)
_HELD: Final = "."
"""Starts the aliases that stand for attributes of the instance."""


class GivenReader(ChangeReader):
    """Reads one function; ``defaults`` says of each parameter whether its mutable default is empty."""

    def __init__(
        self,
        scope: Scope,
        setting: Setting,
        *,
        name: str,
        parameters: Sequence[str],
        defaults: Mapping[str, bool],
    ) -> None:
        super().__init__(scope, EveryLine(""), setting, name=name, parameters=parameters)
        self._owners.aliases.update({p: Place(GIVEN + p, p) for p in defaults})
        self._empty = {p for p, is_empty in defaults.items() if is_empty}
        self.kept: dict[tuple[str, str], None] = {}
        """What attributes hold when the function has ended: attribute, and owner of the place."""
        self.bindings: dict[tuple[str, str], ast.Attribute] = {}
        """Where they were bound."""
        self.passed: dict[tuple[str, str, str], None] = {}
        """What methods of the instance get: owner, method, position or keyword."""
        self.returned: dict[str, None] = {}

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read the body."""
        super().read(body)
        if self._is_reached:
            self._note_kept()

    def _note_kept(self) -> None:
        for alias, place in self._owners.aliases.items():
            if alias.startswith(_HELD) and place.owner.startswith(GIVEN):
                self.kept[alias[1:], place.owner] = None

    def _return(self, node: ast.Return) -> None:
        super()._return(node)
        if not self._is_inner:
            self._note_kept()

    def _note_returned(self, value: ast.expr) -> None:
        super()._note_returned(value)
        if self._is_inner:
            return
        for part in value.elts if isinstance(value, ast.Tuple) else [value]:
            for owner in self._given(part):
                self.returned[owner] = None

    # -- what an expression may be

    def _given(self, node: ast.expr | None) -> Iterable[str]:
        """Yield the owners of the given objects that a value may be."""
        if isinstance(node, ast.NamedExpr):
            node = node.value
        if isinstance(node, ast.IfExp):
            filled = self._non_empty(node.test)
            if not isinstance(node.body, ast.Name) or node.body.id not in filled:
                yield from self._given(node.body)
            yield from self._given(node.orelse)
        elif isinstance(node, ast.BoolOp):
            for value in node.values[:-1]:  # what is empty is passed over
                yield from (o for o in self._given(value) if o[1:] not in self._empty)
            yield from self._given(node.values[-1])
        elif isinstance(node, (ast.Name, ast.Attribute)):
            place = self._owners.place(node, self._state)
            if place is not None and place.owner.startswith(GIVEN):
                if not place.is_item:
                    yield place.owner
            elif place is None or place.owner != OWN_INSTANCE:
                yield from (GIVEN + symbol for symbol in module_object(node, self._owners.scope))

    def _non_empty(self, test: ast.expr) -> frozenset[str]:
        """Return the parameters that aren't their empty defaults where a test is true."""
        if isinstance(test, ast.BoolOp):
            found = [self._non_empty(value) for value in test.values]
            is_all = isinstance(test.op, ast.And)
            return frozenset().union(*found) if is_all else frozenset.intersection(*found)
        if isinstance(test, ast.Compare):
            operator, right = test.ops[0], test.comparators[0]
            if isinstance(operator, ast.In):
                return self._looked_into(right)
            is_more = isinstance(operator, ast.Gt) or (isinstance(operator, ast.NotEq) and _is_nothing(right))
            return self._looked_into(test.left) if is_more else frozenset()
        return self._looked_into(test)

    def _looked_into(self, node: ast.expr) -> frozenset[str]:
        """Return the parameter whose items an expression is, or goes through; an empty default has none."""
        while not isinstance(node, ast.Name):
            if isinstance(node, ast.Subscript):
                node = node.value
            elif not isinstance(node, ast.Call):
                return frozenset()
            elif isinstance(node.func, ast.Attribute) and node.func.attr in _LOOKING and len(node.args) < 2:
                node = node.func.value
            elif node.args and getattr(node.func, "id", "") in _GOING_THROUGH:
                node = node.args[0]
            else:
                return frozenset()
        is_default = self._owners.aliases.get(node.id) == Place(GIVEN + node.id, node.id)
        return frozenset({node.id} if is_default else ()) & self._empty

    # -- statements

    def _chosen(self, node: ast.If) -> None:
        self._evaluate(node.test)
        self._forget(self._non_empty(node.test))
        self._body(node)

    def _last_if(self, node: ast.If) -> None:
        test = node.test
        self._evaluate(test)
        filled = self._non_empty(test)
        is_not = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        emptied = self._non_empty(test.operand) if isinstance(test, ast.UnaryOp) and is_not else frozenset()

        def then() -> None:
            self._forget(filled)
            self._body(node)

        def otherwise() -> None:
            self._forget(emptied)
            self._block(node.orelse)

        self._branches([then, otherwise])

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        if not self._looked_into(node.iter):
            super()._for(node)

    def _forget(self, parameters: Iterable[str]) -> None:
        """Let parameters be something else than their defaults from here on."""
        for parameter in parameters:
            self._owners.aliases.pop(parameter, None)

    def _assign(self, target: ast.expr, value: ast.expr | None, names: frozenset[str] = frozenset()) -> None:
        found = list(self._given(value)) if isinstance(target, ast.Name) else []
        super()._assign(target, value, names)
        if isinstance(target, ast.Name):
            known = self._owners.aliases.get(target.id)
            if found:
                self._owners.aliases[target.id] = Place(found[0], found[0][1:])
            elif known is not None and known.owner.startswith(GIVEN) and not known.is_item:
                self._forget([target.id])

    def _bind_attribute(self, target: ast.Attribute, value: ast.expr | None) -> None:
        if not self._owners.is_self(target.value):
            super()._bind_attribute(target, value)
            return
        found = list(self._given(value))
        self._owners.aliases.pop(_HELD + target.attr, None)
        super()._bind_attribute(target, value)
        for owner in found[:1]:
            self._owners.aliases[_HELD + target.attr] = Place(owner, owner[1:])
            self.bindings.setdefault((target.attr, owner), target)

    def _call(self, node: ast.Call) -> None:
        super()._call(node)
        function = node.func
        if not isinstance(function, ast.Attribute):
            return
        holder = function.value
        is_super = isinstance(holder, ast.Call) and getattr(holder.func, "id", "") == "super"
        arguments = [(str(i), a) for i, a in enumerate(node.args)]
        if is_super:
            callee = f"<super>.{function.attr}"
        elif self._owners.is_self(holder):
            callee = function.attr
        elif arguments and self._owners.is_self(arguments[0][1]):
            symbols = describe(function, self._owners.scope)
            callee = symbols[0] if len(symbols) == 1 else ""
            arguments = [(str(int(i) - 1), a) for i, a in arguments[1:]]
        else:
            return
        for place, argument in [*arguments, *((k.arg or "", k.value) for k in node.keywords)]:
            for owner in self._given(argument) if callee and place else ():
                self.passed[owner, callee, place] = None


def module_object(node: ast.expr, scope: Scope) -> tuple[str, ...]:
    """Return the symbol of a variable of a module that an expression may name, by its spelling."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return ()
    if isinstance(node, ast.Name):
        holder = scope.holder_of(node.id)
        if holder is None or holder.kind != "module":
            return ()
    symbols = describe(node, scope)
    if len(symbols) != 1:
        return ()
    symbol = symbols[0]
    owner, _, name = symbol.rpartition(".")
    is_odd = symbol.startswith("builtins.") or LOCALS in symbol or "(" in symbol or "[" in symbol
    if is_odd or not owner or _is_class_name(name) or _is_class_name(owner.rpartition(".")[2]):
        return ()
    return (symbol,)


def _is_class_name(name: str) -> bool:
    """Tell a name that is written as those of classes are."""
    plain = name.lstrip("_")
    return plain[:1].isupper() and not plain.isupper()


def _is_nothing(node: ast.expr) -> bool:
    """Tell an empty display, or zero."""
    if isinstance(node, ast.Constant):
        return not node.value
    return (isinstance(node, (ast.List, ast.Tuple)) and not node.elts) or (
        isinstance(node, ast.Dict) and not node.keys
    )


def fills_empty(mutation: Mutation, kind: str) -> bool:
    """Tell whether an operation puts something into an empty container."""
    if mutation.signals & Signal.REMOVES or (mutation.signals & Signal.NESTED and kind != "defaultdict"):
        return False
    return mutation.operation not in _REORDERING
