"""When to check: not at each keystroke, and never twice at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

PAUSE: Final = 0.2
"""Seconds without a keystroke after which somebody who types is taken to look."""
LONGEST_PAUSE: Final = 2.0


class Timer(Protocol):
    """What will happen later, unless it is cancelled."""

    def cancel(self) -> None:
        """Let it not happen."""


class Pacer:
    """Does some work once nobody has asked for it for a while, again if somebody asks in the meantime.

    Where the work takes long the while is as long, up to a bound. It belongs to one event loop.
    """

    def __init__(
        self,
        work: Callable[[], Awaitable[object]],
        *,
        later: Callable[[float, Callable[[], None]], Timer],
        clock: Callable[[], float],
    ) -> None:
        self._work = work
        self._later = later
        self._clock = clock
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_due = False
        self._took = 0.0

    def ask(self, *, at_once: bool = False) -> None:
        """Have the work done, at once or when there is a pause in the asking."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        if at_once:
            self._begin()
        else:
            self._timer = self._later(min(max(PAUSE, self._took), LONGEST_PAUSE), self._begin)

    async def settle(self) -> None:
        """Wait until nothing is left to be done, and for no pause."""
        if self._timer is not None:
            self.ask(at_once=True)
        while self._task is not None:
            await asyncio.shield(self._task)

    def _begin(self) -> None:
        self._timer = None
        self._is_due = True
        if self._task is None:
            self._task = asyncio.ensure_future(self._go_on())

    async def _go_on(self) -> None:
        try:
            while self._is_due:
                self._is_due = False
                begun = self._clock()
                await self._work()
                self._took = self._clock() - begun
        finally:
            self._task = None
