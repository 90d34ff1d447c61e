"""What a function holds at a point: the locks, perhaps, of ``with`` statements and of ``acquire()``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.creation_facts import Held
from ssot_lint.summary.guard_calls import last_name
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.values import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.scopes import Scope

LOCKS: Final = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"})
"""Classes of ``threading``, ``asyncio``, ``multiprocessing``, ``anyio`` and ``trio`` that exclude others."""


class Holding:
    """What is held while a function is read from top to bottom; each taking has a number."""

    def __init__(self, scope: Scope, positions: Positions) -> None:
        self.now: list[int] = []
        self._scope = scope
        self._positions = positions
        self._taken: list[ast.expr] = []

    def take(self, node: ast.expr) -> int:
        """Note that something is held from here on; return the number of this taking."""
        self._taken.append(node)
        self.now.append(len(self._taken) - 1)
        return self.now[-1]

    def leave(self, number: int) -> None:
        """Note that it is held no longer."""
        if number in self.now:
            self.now.remove(number)

    def taken_as(self, node: ast.expr) -> int | None:
        """Return the last number under which what an expression names is held."""
        text = text_of(node)
        return next((n for n in reversed(self.now) if text_of(self._taken[n]) == text), None)

    def described(self, numbers: Sequence[int]) -> tuple[Held, ...]:
        """Return what is known of some takings."""
        return tuple(held(self._taken[n], self._scope, self._positions) for n in numbers)


def held(node: ast.expr, scope: Scope, positions: Positions) -> Held:
    """Return what is known of an expression that is held."""
    return Held(text_of(node), describe(node, scope), _is_fresh(node, scope), positions.span(node))


def _is_fresh(node: ast.expr, scope: Scope) -> bool:
    if isinstance(node, ast.Name):
        bound = scope.bound.get(node.id, ())
        return len(bound) == 1 and isinstance(bound[0].node, ast.Call) and makes_lock(bound[0].node)
    return isinstance(node, ast.Call) and makes_lock(node)


def operands(node: ast.BinOp) -> list[ast.expr]:
    """Return what a chain of operators is made of, from left to right; generated code has long ones."""
    found: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp):
        found.append(left.right)
        left = left.left
    return [left, *reversed(found)]


def makes_lock(node: ast.Call) -> bool:
    """Whether a call makes a lock, by its name."""
    return last_name(node.func) in LOCKS
