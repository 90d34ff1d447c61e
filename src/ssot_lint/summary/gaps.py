"""What stands between the look at a place and its filling: where another task may run, and what is held.

The function is read along its paths, each with a state of its own.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.blocks import if_chain
from ssot_lint.summary.fillings import FillReader
from ssot_lint.summary.guard_calls import last_name
from ssot_lint.summary.looks import State, joined
from ssot_lint.summary.places import names_empty_error
from ssot_lint.summary.traversal import children

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class GapReader(FillReader):
    """Reads the statements of one function; ``gets`` and ``eager`` are read when ``read`` is done."""

    def __init__(self, record: FunctionRecord, positions: Positions) -> None:
        super().__init__(record, positions)
        self._body = record.node.body
        self._breaks: list[list[State]] = []

    def read(self) -> None:
        """Read the body."""
        self._block(self._body, State())

    # -- statements; None is the state of what is never reached

    def _block(self, statements: Sequence[ast.stmt], state: State | None) -> State | None:
        for statement in statements:
            if state is None:
                return None
            state = self._statement(statement, state)
        return state

    def _statement(self, node: ast.stmt, state: State) -> State | None:
        if isinstance(node, ast.If):
            return self._if(node, state)
        if isinstance(node, (ast.While, ast.For, ast.AsyncFor)):
            return self._loop(node, state)
        if isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            return self._try(node, state)  # type: ignore[arg-type]  # ast.TryStar came with Python 3.11
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return self._with(node, state)
        if isinstance(node, ast.Match):
            return self._match(node, state)
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return self._assign(targets, node.value, state) if node.value is not None else state
        if isinstance(node, ast.Break) and self._breaks:
            self._breaks[-1].append(state)
        if not isinstance(node, _FUNCTIONS):
            for child in children(node):
                if isinstance(child, ast.expr):
                    self._evaluate(child, state)
        return None if isinstance(node, (ast.Return, ast.Raise, ast.Continue, ast.Break)) else state

    def _if(self, node: ast.If, state: State) -> State | None:
        out: State | None = None
        chain = if_chain(node)
        for link in chain:
            known = {place: look.node for place, look in state.looks.items()}
            then, state = self._test(link.test, state)
            if isinstance(link.body[-1], ast.Raise):  # what is there is refused, not handed out
                for place in [p for p, look in state.looks.items() if known.get(p) is not look.node]:
                    del state.looks[place]
            out = joined(out, self._block(link.body, then))
        return joined(out, self._block(chain[-1].orelse, state))

    def _loop(self, node: ast.While | ast.For | ast.AsyncFor, state: State) -> State | None:
        out: State | None
        if isinstance(node, ast.While):
            then, out = self._test(node.test, state)
            if isinstance(node.test, ast.Constant) and node.test.value:
                out = None
        else:
            self._evaluate(node.iter, state)
            if isinstance(node, ast.AsyncFor):
                self._suspend("async for", node.iter, state)
            then, out = state.copy(), state
        self._breaks.append([])
        again = self._block(node.body, then)
        if out is not None:
            out = self._block(node.orelse, joined(out, again))
        for left in self._breaks.pop():
            out = joined(out, left)
        return out

    def _try(self, node: ast.Try, state: State) -> State | None:
        before = len(self._gaps)
        out = self._block(node.body, state.copy())
        for gap in range(before, len(self._gaps)):
            state.suspend(gap)
        out = self._block(node.orelse, out)
        for handler in node.handlers:
            failed = state.copy()
            if names_empty_error(handler.type):
                self._missed(node.body, failed)
            out = joined(out, self._block(handler.body, failed))
        last = self._block(node.finalbody, out or state)
        return None if out is None else last

    def _missed(self, statements: Iterable[ast.stmt], state: State) -> None:
        """Note what a body has looked at in vain."""
        for statement in statements:
            if isinstance(statement, (ast.Return, ast.Assign, ast.Expr)) and statement.value is not None:
                state.see(self._reader.places(statement.value), self._now(statement.value))

    def _with(self, node: ast.With | ast.AsyncWith, state: State) -> State | None:
        taken = []
        for item in node.items:
            self._evaluate(item.context_expr, state)
            if isinstance(node, ast.AsyncWith):
                self._suspend("async with", item.context_expr, state)
            taken.append(self._holding.take(item.context_expr))
            if item.optional_vars is not None:
                self._store(item.optional_vars, None, state)
        passed = state.copy() if any(_suppresses(item.context_expr) for item in node.items) else None
        out = self._block(node.body, state)
        if passed is not None:
            self._missed(node.body, passed)
            out = joined(out, passed)
        for number, item in zip(reversed(taken), reversed(node.items), strict=True):
            self._holding.leave(number)
            if out is not None:
                out.release(number)
                if isinstance(node, ast.AsyncWith):
                    self._suspend("async with", item.context_expr, out)
        return out

    def _match(self, node: ast.Match, state: State) -> State | None:
        self._evaluate(node.subject, state)
        out: State | None = None
        is_complete = False
        for case in node.cases:
            then = state.copy()
            if isinstance(case.pattern, ast.MatchSingleton) and case.pattern.value is None:
                self._see(self._reader.places(node.subject), node.subject, then)
            if case.guard is not None:
                then = self._test(case.guard, then)[0]
            is_complete |= _matches_all(case)
            out = joined(out, self._block(case.body, then))
        return out if is_complete else joined(out, state)


def _suppresses(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and last_name(node.func) == "suppress"
        and any(map(names_empty_error, node.args))
    )


def _matches_all(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None
