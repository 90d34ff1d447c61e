"""Runs programs one after the other, round by round, and notes what each of them took."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_KILOBYTES: Final = 1 / 1024 if sys.platform == "darwin" else 1
"""What ``ru_maxrss`` counts in."""


@dataclass(frozen=True)
class Run:
    """A program to be run, and what is to be done each time before."""

    label: str
    command: Sequence[str]
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[int], None] | None = None
    statuses: frozenset[int] = frozenset({0, 1})
    """How it ends when it did its work."""
    repeat: int = 1
    """How often it is run in a round: what is short is measured more often."""


@dataclass(frozen=True)
class Item:
    """Programs that do comparable work; ``base`` is the label of the one that the others are held against."""

    name: str
    title: str
    base: str
    runs: tuple[Run, ...]


@dataclass
class Taken:
    """What a program took, round by round: seconds, seconds of all processors, MB of its largest process."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    failure: str | None = None


def measure(items: Sequence[Item], rounds: int) -> dict[tuple[str, str], Taken]:
    """Run everything once unmeasured, which fills the caches, and then in so many rounds.

    The programs take turns, so that a busy machine is busy for all of them.
    """
    taken = {(item.name, run.label): Taken() for item in items for run in item.runs}
    for number in range(rounds + 1):
        for item in items:
            for run in item.runs:
                noted = taken[item.name, run.label]
                if noted.failure is not None:
                    continue
                print(f"round {number} of {rounds}: {item.name}: {run.label}", file=sys.stderr, flush=True)
                _run(run, number, noted)
    return taken


def _run(run: Run, number: int, noted: Taken) -> None:
    for _ in range(run.repeat):
        if run.before is not None:
            run.before(number)
        with tempfile.TemporaryFile() as errors:
            begin = time.perf_counter()
            process = subprocess.Popen(
                run.command,
                cwd=run.cwd,
                env={**os.environ, **run.environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - begin
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in run.statuses:
                errors.seek(0)
                last = errors.read().decode(errors="replace").strip().splitlines()[-1:]
                noted.failure = f"ended with {process.returncode}: {' '.join(last)}"
                print(noted.failure, file=sys.stderr)
                return
        if number:
            noted.wall.append(wall)
            noted.cpu.append(usage.ru_utime + usage.ru_stime)
            noted.memory.append(usage.ru_maxrss * _KILOBYTES / 1024)
