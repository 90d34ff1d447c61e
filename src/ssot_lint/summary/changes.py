"""What one function does to attributes of ``self`` and of other objects: what it binds and what it changes.

The reading follows control flow as far as it matters: a change counts where the instance doesn't have a value
of its own on every path that leads there. Statements are read in their order. After a branch, what
holds is what holds at the end of each of its ways.
"""

from __future__ import annotations

import ast
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.attribute_facts import Signal
from ssot_lint.summary.blocks import if_chain
from ssot_lint.summary.change_expressions import ChangeExpressions
from ssot_lint.summary.change_signals import tells_something
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ssot_lint.summary.change_notes import State

_OPERATORS: Final = MappingProxyType(
    {ast.Add: "+=", ast.Mult: "*=", ast.BitOr: "|=", ast.BitAnd: "&=", ast.Sub: "-=", ast.BitXor: "^="}
)
_PLAIN: Final = frozenset({ast.Expr, ast.Assign, ast.Delete})
"""Statements that are done as a whole, each time that their block is."""
_METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "AnnAssign": "_annotated",
        "Assert": "_assert",
        "Assign": "_assigned",
        "AsyncFor": "_for",
        "AsyncFunctionDef": "_inner_function",
        "AsyncWith": "_with",
        "AugAssign": "_augmented",
        "Break": "_leave",
        "Continue": "_leave",
        "Delete": "_delete",
        "Expr": "_plain",
        "For": "_for",
        "FunctionDef": "_inner_function",
        "If": "_if",
        "Match": "_match",
        "Raise": "_leave",
        "Return": "_return",
        "Try": "_try",
        "TryStar": "_try",
        "While": "_while",
        "With": "_with",
    }
)
"""What is done with a statement, by the name of its node: some came with later versions of Python."""


class ChangeReader(ChangeExpressions):
    """Reads one function; the collections that it fills are read when ``read`` is done."""

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read the body."""
        self._block(body)
        if self._is_reached:
            self._ended()
        self._mark_returned()
        if self._undone:
            self._mark_undone()
        if self._keyed:
            self._mark_found_again(body)

    def _block(self, statements: Sequence[ast.stmt]) -> None:
        ends: list[tuple[ast.If | ast.Assert, int, int]] = []
        plain: list[int] = []
        for position, statement in enumerate(statements):
            if not self._is_reached:
                break
            kind = type(statement)
            method = _METHODS.get(kind.__name__)
            if method is not None:
                first = len(self.found)
                getattr(self, method)(statement)
                if kind in _PLAIN:
                    plain += range(first, len(self.found))
            if isinstance(statement, ast.Assert) or (
                isinstance(statement, ast.If)
                and isinstance(statement.body[-1], (ast.Return, ast.Continue, ast.Raise))
            ):
                ends.append((statement, position + 1, len(self.found)))
        for node, following, first in ends:
            if len(self.found) > first:
                if isinstance(node, ast.Assert) or isinstance(node.body[-1], ast.Raise):
                    signal = Signal.REFUSES_TWICE
                else:
                    signal = _signal_of(statements[following:])
                is_absent = isinstance(node, ast.Assert)
                self._mark_tested(node.test, first, is_absent=is_absent, signal=signal)
        if len(plain) > 1:
            self._mark_taken_back(plain)

    def _plain(self, node: ast.Expr) -> None:
        self._evaluate(node.value)

    def _assigned(self, node: ast.Assign) -> None:
        self._evaluate(node.value)
        names = frozenset(t.id for t in node.targets if isinstance(t, ast.Name))
        if names:
            self._bound_method(node.value)
        for target in node.targets:
            self._assign(target, node.value, names)

    def _annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._evaluate(node.value)
            self._assign(node.target, node.value)

    def _augmented(self, node: ast.AugAssign) -> None:
        self._evaluate(node.value)
        target = node.target
        if isinstance(target, ast.Subscript):
            place = self._owners.place(target.value, self._state)
            if place is not None:
                self._change(place, "[]=", target, target.slice, [node.value], signal=Signal.NEEDS_ITEM)
            return
        operation = _OPERATORS.get(type(node.op))
        place = self._owners.place(target, self._state) if operation is not None else None
        if operation is not None and place is not None and not _is_number(node.value):
            self._change(place, operation, target, None, [node.value])

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                place = self._owners.place(target.value, self._state)
                if place is not None:
                    self._change(place, "del []", target, target.slice, [])
            elif isinstance(target, ast.Attribute):
                place = self._owners.place(target, self._state, bound=True)
                if place is not None:
                    self._state.discard(place.key)

    def _return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._evaluate(node.value)
            self._note_returned(node.value)
        if not self._is_inner:
            self._ended()
        self._is_reached = False

    def _leave(self, _: ast.Raise | ast.Break | ast.Continue) -> None:
        self._is_reached = False

    def _assert(self, node: ast.Assert) -> None:
        self._evaluate(node.test)

    def _if(self, node: ast.If) -> None:
        *chain, last = if_chain(node)
        if chain:
            self._branches([*(partial(self._chosen, link) for link in chain), lambda: self._last_if(last)])
        else:
            self._last_if(last)

    def _chosen(self, node: ast.If) -> None:
        self._evaluate(node.test)
        self._body(node)

    def _body(self, node: ast.If) -> None:
        first = len(self.found)
        self._block(node.body)
        if len(self.found) > first:
            self._mark_tested(node.test, first, is_absent=True, signal=_signal_of(node.body))
            self._mark_filled(node.test, first)
            self._mark_first_fill(node.test, first)

    def _last_if(self, node: ast.If) -> None:
        self._evaluate(node.test)
        before = set(self._state)
        self._branches([lambda: self._body(node), lambda: self._block(node.orelse)])
        guarded = self._owners.guarded(node.test)
        if guarded and self._is_reached and not node.orelse:
            self._state |= {
                key for key in guarded if key in self.seen and self._binds(node.body, key, before)
            }

    def _binds(self, body: Sequence[ast.stmt], key: str, before: State) -> bool:
        """Tell whether a statement right in the body binds the attribute that its condition asks about."""
        for statement in body:
            targets = (
                statement.targets
                if isinstance(statement, ast.Assign)
                else [getattr(statement, "target", None)]
            )
            for target in targets:
                place = (
                    self._owners.place(target, before, bound=True)
                    if isinstance(target, ast.Attribute)
                    else None
                )
                if place is not None and place.key == key:
                    return True
        return False

    def _branches(self, ways: Sequence[Callable[[], None]]) -> None:
        """Follow each of the ways from here; what holds on all that come back holds afterwards."""
        start, aliases = self._state, self._owners.aliases
        after: list[State] = []
        merged = {}
        for way in ways:
            self._state, self._owners.aliases, self._is_reached = set(start), dict(aliases), True
            way()
            if self._is_reached:
                after.append(self._state)
                merged.update(self._owners.aliases)
        self._is_reached = bool(after)
        self._state = set.intersection(*after) if after else set(start)
        self._owners.aliases = merged if after else aliases

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self._evaluate(node.iter)

        if isinstance(node.target, ast.Name):
            self._looped[node.target.id] = node.iter
        else:
            for name in walk(node.target):
                if isinstance(name, ast.Name):
                    self._looped.pop(name.id, None)
        self._note_index(node.target, node.iter)

        def loop() -> None:
            self._bind_targets(node.target)
            self._owners.bind_loop(node.target, node.iter, self._state)
            self._block(node.body)

        runs = isinstance(node.iter, (ast.Tuple, ast.List, ast.Set)) and bool(node.iter.elts)
        self._branches([loop] if runs else [lambda: None, loop])
        self._after_loop(node.orelse)

    def _after_loop(self, statements: Sequence[ast.stmt]) -> None:
        """Read the ``else`` of a loop, which a ``break`` goes past."""
        if statements:
            self._branches([lambda: None, lambda: self._block(statements)])

    def _while(self, node: ast.While) -> None:
        self._evaluate(node.test)
        start = set(self._state)
        self._branches([lambda: None, lambda: self._block(node.body)])
        self._state |= start
        self._after_loop(node.orelse)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._evaluate(item.context_expr)
            if item.optional_vars is not None:
                self._bind_targets(item.optional_vars)
        self._block(node.body)

    def _try(self, node: ast.Try) -> None:
        before = set(self._state)

        def tried() -> None:
            self._block(node.body)
            self._block(node.orelse)

        self._branches([tried, *(partial(self._block, handler.body) for handler in node.handlers)])
        reached, self._is_reached = self._is_reached, True
        if not reached:
            self._state = before
        self._is_final += 1
        self._block(node.finalbody)
        self._is_final -= 1
        self._is_reached = self._is_reached and reached

    def _match(self, node: ast.Match) -> None:
        self._evaluate(node.subject)
        ways: list[Callable[[], None]] = [partial(self._block, case.body) for case in node.cases]
        last = node.cases[-1]
        if not (
            isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
        ):
            ways.append(lambda: None)
        self._branches(ways)

    def _inner_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Read a function inside: it runs some time later, with what is bound by now."""
        scope = self._setting.scopes.get(id(node))
        if scope is not None:
            start = set(self._state)
            outer = self._owners.enter(scope)
            self._is_inner += 1
            name, self._inner_name = self._inner_name, node.name
            self._block(node.body)
            self._inner_name = name
            self._is_inner -= 1
            self._owners.leave(outer)
            self._state, self._is_reached = start, True


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def _signal_of(statements: Sequence[ast.stmt]) -> Signal:
    """Return what it says of a collection that this is done for what isn't in it yet."""
    return Signal.WARNS_ONCE if tells_something(statements) else Signal.NONE
