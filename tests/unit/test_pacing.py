"""When an editor's files are checked; time stands still here unless a test moves it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ssot_lint.server.pacing import LONGEST_PAUSE, PAUSE, Pacer

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """A clock with timers that go off when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []
        self._timers: list[_Timer] = []

    def later(self, pause: float, call: Callable[[], None]) -> _Timer:
        self.pauses.append(pause)
        self._timers.append(_Timer(call))
        return self._timers[-1]

    def go_off(self) -> None:
        waiting, self._timers = self._timers, []
        for timer in waiting:
            if not timer.is_cancelled:
                timer.call()


class _Timer:
    def __init__(self, call: Callable[[], None]) -> None:
        self.call = call
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Work:
    """Some work that takes as long as it is told to, and can be held up."""

    def __init__(self, clock: Clock, takes: float = 0.0) -> None:
        self.done = 0
        self.begun = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._clock = clock
        self._takes = takes

    async def __call__(self) -> None:
        self.begun += 1
        await self.gate.wait()
        self._clock.now += self._takes
        self.done += 1


def pacer_of(work: Work, clock: Clock) -> Pacer:
    return Pacer(work, later=clock.later, clock=lambda: clock.now)


def test_one_check_follows_many_keystrokes() -> None:
    async def typing() -> None:
        clock = Clock()
        work = Work(clock)
        pacer = pacer_of(work, clock)
        for _ in range(10):
            pacer.ask()
        assert work.begun == 0
        clock.go_off()
        await pacer.settle()
        assert work.done == 1
        assert set(clock.pauses) == {PAUSE}

    asyncio.run(typing())


def test_whoever_has_to_wait_long_is_asked_less_often() -> None:
    async def typing() -> None:
        clock = Clock()
        for takes, pause in ((PAUSE * 3, PAUSE * 3), (LONGEST_PAUSE * 3, LONGEST_PAUSE)):
            pacer = pacer_of(Work(clock, takes), clock)
            pacer.ask(at_once=True)
            await pacer.settle()
            pacer.ask()
            assert abs(clock.pauses[-1] - pause) < 1e-9

    asyncio.run(typing())


def test_what_is_asked_while_work_goes_on_is_done_once_afterwards() -> None:
    async def typing() -> None:
        clock = Clock()
        work = Work(clock)
        work.gate.clear()
        pacer = pacer_of(work, clock)
        pacer.ask(at_once=True)
        await asyncio.sleep(0)
        for _ in range(3):
            pacer.ask(at_once=True)
        await asyncio.sleep(0)
        assert (work.begun, work.done) == (1, 0)
        work.gate.set()
        await pacer.settle()
        assert work.done == 2

    asyncio.run(typing())


def test_whoever_waits_for_the_result_waits_for_no_pause() -> None:
    async def typing() -> None:
        clock = Clock()
        work = Work(clock)
        pacer = pacer_of(work, clock)
        pacer.ask()
        await pacer.settle()
        assert work.done == 1
        clock.go_off()
        await pacer.settle()
        assert work.done == 1

    asyncio.run(typing())
