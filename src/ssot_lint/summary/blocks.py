"""Where in a text a binding holds: the blocks that may be skipped or repeated, and the order of the text."""

from __future__ import annotations

import ast
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGIN: Final = (0, 0)
"""Before everything: where parameters are bound."""
END: Final = (1 << 60, 0)
"""After everything: from where a function that was defined here sees the names around it."""
MAX_BINDINGS: Final = 8
"""Of a name's bindings before and after a point, only so many are asked whether they may hold there."""
_LEAVING: Final = (ast.Return, ast.Raise, ast.Continue, ast.Break)

Point = tuple[int, int]
"""Line and column as ``ast`` counts them; a point is only compared with others of the same text."""


class Block:
    """Statements that don't run whenever the ones around them do: a branch, a body of a loop or ``try``."""

    __slots__ = ("end", "is_loop", "leaves", "parent", "rivals_end", "start")

    def __init__(
        self,
        start: Point,
        statements: Sequence[ast.stmt],
        parent: Block | None,
        *,
        is_loop: bool = False,
        rivals_end: Point = BEGIN,
    ) -> None:
        self.start = start
        self.end = end_of(statements[-1])
        self.parent = parent
        self.is_loop = is_loop
        """Whether what comes later in it may have happened before."""
        self.leaves = isinstance(statements[-1], _LEAVING)
        """Whether what follows it is never reached from here."""
        self.rivals_end = rivals_end
        """Where the branches end that are taken instead of this one."""

    def holds(self, point: Point) -> bool:
        """Whether a point lies inside."""
        return self.start <= point <= self.end

    def loop_around(self, point: Point) -> Block | None:
        """Return the loop that leads from this block back to a point."""
        block: Block | None = self
        while block is not None:
            if block.is_loop and block.holds(point):
                return block
            block = block.parent
        return None

    def is_cut_off(self, point: Point) -> bool:
        """Whether nothing leads from here to a later point: it lies in another branch, or control leaves."""
        block: Block | None = self
        while block is not None and not block.holds(point):
            if block.leaves or point <= block.rivals_end:
                return self.loop_around(point) is None
            block = block.parent
        return False


class Placed(Protocol):
    """A binding of a name, as far as its place goes."""

    @property
    def since(self) -> Point:
        """Where it takes effect."""

    @property
    def block(self) -> Block | None:
        """The innermost block that it stands in; None at the level of the scope itself."""

    @property
    def is_remote(self) -> bool:
        """Whether another scope makes it, at a time that the text doesn't tell."""


AnyPlaced = TypeVar("AnyPlaced", bound=Placed)


class History(Generic[AnyPlaced]):
    """The bindings of one name in the order of the text."""

    __slots__ = ("_local", "_remote", "_since", "final")

    def __init__(self, bindings: Sequence[AnyPlaced]) -> None:
        self._remote = [b for b in bindings if b.is_remote]
        self._local = sorted((b for b in bindings if not b.is_remote), key=lambda b: b.since)
        self._since = [b.since for b in self._local]
        self.final = self.reaching(END, END)
        """What holds when everything has run."""

    def reaching(self, point: Point, horizon: Point) -> list[AnyPlaced]:
        """Return the bindings that may hold at a point; ``horizon`` is the end of all loops around it."""
        now = bisect_right(self._since, point)
        found: list[AnyPlaced] = []
        settling: AnyPlaced | None = None
        for binding in reversed(self._local[max(now - MAX_BINDINGS, 0) : now]):
            if binding.block is None or not binding.block.is_cut_off(point):
                found.append(binding)
                if binding.block is None or binding.block.holds(point):
                    settling = binding
                    break
        found.reverse()
        if horizon > point:
            for binding in self._local[now : min(now + MAX_BINDINGS, bisect_right(self._since, horizon))]:
                loop = binding.block.loop_around(point) if binding.block is not None else None
                if loop is not None and (settling is None or not loop.holds(settling.since)):
                    found.append(binding)
        return found + self._remote


def if_chain(node: ast.If) -> list[ast.If]:
    """Return an ``if`` and each ``elif`` that follows it; generated code has thousands of them."""
    found = [node]
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        node = node.orelse[0]
        found.append(node)
    return found


def start_of(node: ast.stmt | ast.expr | ast.pattern | ast.excepthandler) -> Point:
    """Where a node begins; a decorated definition begins with its decorators."""
    decorators = getattr(node, "decorator_list", None)
    if decorators:
        return (decorators[0].lineno, decorators[0].col_offset)
    return (node.lineno, node.col_offset)


def end_of(node: ast.stmt | ast.expr | ast.pattern | ast.excepthandler) -> Point:
    """Where a node ends."""
    return (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
