"""Remembers what symbols mean while they lead to one another, in cycles and in chains of any length.

A symbol that is being resolved means nothing for the time being, and answers that rest on that are forgotten
when the cycle is left. Where a chain is too long for recursion, what it has led to is resolved by itself, and
then the chain from its start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssot_lint.project.nodes import Target

Result = TypeVar("Result")

MAX_DEPTH: Final = 60
"""A chain of names is followed so far by recursion; of a longer one the far end is looked at first."""


class _TooFarError(Exception):
    """A symbol at the end of a long chain is to be resolved before what led to it."""

    def __init__(self, symbol: str) -> None:
        super().__init__(symbol)
        self.symbol = symbol


class Resolution:
    """What symbols mean, by a function that works it out, and that asks here for what a symbol leads to."""

    def __init__(self, work_out: Callable[[str], Target | None]) -> None:
        self._work_out = work_out
        self._known: dict[str, Target | None] = {}
        self._open: dict[str, int] = {}
        """The symbols that are being resolved, with their depth."""
        self._provisional: list[str] = []
        """Symbols whose answers took one that is being resolved for unknown."""
        self._lowest = MAX_DEPTH
        """The depth of the outermost of those that were taken for unknown."""
        self._given_up: set[str] = set()
        """Symbols of cycles that are too long: from far off they mean nothing."""

    def resolve(self, symbol: str) -> Target | None:
        """Return what a symbol means; None when nothing is known of it."""
        if symbol in self._known:
            return self._known[symbol]
        if self._open:
            return self._resolve_within(symbol)
        waiting = [symbol]
        while waiting:
            far = self._attempt(waiting[-1])
            if far is None:
                waiting.pop()
            elif far in waiting:  # a cycle
                self._given_up.add(far)
            else:
                waiting.append(far)
        self._given_up.clear()
        return self._known[symbol]

    def settled(self, work: Callable[[], Result]) -> Result:
        """Return what comes of some work that asks for symbols, however far these lead."""
        while True:
            try:
                return work()
            except _TooFarError as far:  # noqa: PERF203 - the error is what the loop goes on with
                self._forget_provisional()
                self.resolve(far.symbol)

    def once(self, key: str, work: Callable[[], Target | None]) -> Target | None:
        """Return what comes of some work; None where that leads to itself, or too far."""
        depth = len(self._open)
        if key in self._open or depth >= MAX_DEPTH:
            self._lowest = min(self._lowest, self._open.get(key, 0))
            return None
        self._open[key] = depth
        try:
            return work()
        finally:
            del self._open[key]

    def _attempt(self, symbol: str) -> str | None:
        """Resolve a symbol, or return the one that is to be resolved before, since a chain is too long."""
        try:
            self._resolve_within(symbol)
        except _TooFarError as far:
            self._forget_provisional()
            return far.symbol
        return None

    def _resolve_within(self, symbol: str) -> Target | None:
        """Return what a symbol means that others lead to; these are open."""
        depth = len(self._open)
        if symbol in self._open:
            self._lowest = min(self._lowest, self._open[symbol])
            return None
        if depth >= MAX_DEPTH:
            if symbol not in self._given_up:
                raise _TooFarError(symbol)
            self._lowest = 0
            return None
        outer, self._lowest = self._lowest, MAX_DEPTH
        first = len(self._provisional)
        self._open[symbol] = depth
        try:
            found = self._work_out(symbol)
        finally:
            del self._open[symbol]
        self._known[symbol] = found
        if self._lowest < depth:  # part of a cycle whose head is further out: good for the time being
            self._provisional.append(symbol)
        else:
            for other in self._provisional[first:]:
                del self._known[other]
            del self._provisional[first:]
            self._lowest = MAX_DEPTH
        self._lowest = min(outer, self._lowest)
        return found

    def _forget_provisional(self) -> None:
        for other in self._provisional:
            del self._known[other]
        self._provisional.clear()
        self._lowest = MAX_DEPTH
