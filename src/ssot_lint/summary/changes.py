"""What one function does to the attributes of ``self`` and of other objects: which it binds, and which it changes.

The reading follows control flow as far as it matters: a change counts where the instance doesn't have a value of its own
on every path that leads there. Statements are read in order, what holds after a branch is what holds on all its ways.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ssot_lint.summary.attribute_facts import Mutation, Signal
from ssot_lint.summary.change_signals import signals_of
from ssot_lint.summary.containers import MUTATING_NAMES, REMOVING, is_changing_function
from ssot_lint.summary.facts import LOCALS
from ssot_lint.summary.positions import Positions
from ssot_lint.summary.scopes import Scope, describe
from ssot_lint.summary.suspect_lines import SuspectLines
from ssot_lint.summary.walker import FunctionNode

CALL: Final = ">"
"""Starts the entries of a state that stand for calls on ``self``."""
_CHANGERS: Final = frozenset({"heappush", "heappop", "heapify", "heapreplace", "heappushpop", "shuffle"})
_OPERATORS: Final = {ast.Add: "+=", ast.Mult: "*=", ast.BitOr: "|=", ast.BitAnd: "&=", ast.Sub: "-=", ast.BitXor: "^="}
_ITEM_GETTERS: Final = frozenset({"get", "setdefault", "values", "items", "pop", "copy"})
_CLASS_NAMES: Final = frozenset({"cls", "klass", "mcs", "mcls", "metacls"})

State = set[str]
"""What holds at a point: attributes that are bound, as ``name`` or ``variable.name``, and calls, as ``>method``."""


class Place(NamedTuple):
    """What an expression stands for: an attribute of an object, or an item of it."""

    owner: str
    """Empty for ``self``, ``cls`` for its class, ``#n`` for a parameter, else a symbol."""
    attribute: str
    is_item: bool
    key: str
    """The entry of a state that says that it is bound; empty when that can't be known."""


class Found(NamedTuple):
    """A change of an attribute of ``owner`` (as in ``Place``)."""

    owner: str
    mutation: Mutation


class ChangeReader:
    """Reads one function; the collections that it fills are read when ``read`` is done."""

    def __init__(
        self,
        body: Sequence[ast.stmt],
        scope: Scope,
        scopes: dict[int, Scope],
        lines: SuspectLines,
        positions: Positions,
        namespaces: frozenset[str] = frozenset(),
        *,
        name: str = "",
        parameters: Sequence[str] = (),
    ) -> None:
        self.found: list[Found] = []
        self.class_level: dict[str, None] = {}
        self.hands_self: dict[tuple[str, int], None] = {}
        self.binds_any = False
        self.seen: set[str] = set()
        """All that was ever bound or called."""
        self._body = body
        self._scope = scope
        self._scopes = scopes
        self._lines = lines
        self._positions = positions
        self._namespaces = namespaces
        self._receiver = scope.receiver
        self._is_class_receiver = self._receiver is not None and self._receives_class()
        self._own = scope.class_symbol or ""
        self._is_new = name == "__new__"
        self._parameters = {parameter: position for position, parameter in enumerate(parameters)}
        self._aliases: dict[str, Place] = {}
        self._hidden: frozenset[str] = frozenset()
        self._exits: list[State] = []
        self._state: State | None = set()

    def _receives_class(self) -> bool:
        bound = self._scope.bound.get(self._receiver or "", ())
        return self._receiver in _CLASS_NAMES or any(b.kind == "cls" for b in bound)

    def read(self) -> None:
        """Read the body."""
        self._block(self._body)
        if self._state is not None:
            self._exits.append(self._state)
        self._mark_returned()

    @property
    def always(self) -> State:
        """What holds whenever the function has ended."""
        return set.intersection(*self._exits) if self._exits else set()

    # -- statements

    def _block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            if self._state is None:
                self._state = set()  # nothing is known of code that can't be reached
                self._block_unreachable(statement)
                continue
            method = getattr(self, "_visit_" + type(statement).__name__, None)
            if method is not None:
                method(statement)

    def _block_unreachable(self, statement: ast.stmt) -> None:
        del statement
        self._state = None

    def _visit_Expr(self, node: ast.Expr) -> None:
        self._evaluate(node.value)

    def _visit_Assign(self, node: ast.Assign) -> None:
        self._evaluate(node.value)
        for target in node.targets:
            self._assign(target, node.value, node)

    def _visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._evaluate(node.value)
            self._assign(node.target, node.value, node)

    def _visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._evaluate(node.value)
        operation = _OPERATORS.get(type(node.op))
        target = node.target
        if isinstance(target, ast.Subscript):
            place = self._place(target.value)
            if place is not None:
                self._change(place, "[]=", target, key=target.slice, value=node.value)
            return
        if operation is None or _is_number(node.value):
            return
        place = self._place(target)
        if place is not None and place.attribute:
            self._change(place, operation, target, value=node.value)

    def _visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                place = self._place(target.value)
                if place is not None:
                    self._change(place, "del []", target, key=target.slice)
            elif isinstance(target, ast.Attribute):
                place = self._place(target)
                if place is not None and self._state is not None:
                    self._state.discard(place.key)

    def _visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._evaluate(node.value)
            self._note_returned(node.value)
        if self._state is not None:
            self._exits.append(self._state)
        self._state = None

    def _visit_Raise(self, node: ast.Raise) -> None:
        self._state = None

    def _visit_Continue(self, node: ast.Continue) -> None:
        self._state = None

    _visit_Break = _visit_Continue
