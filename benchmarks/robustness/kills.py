"""Kills runs that write, at each of their steps and at random moments, and looks at what they leave behind.

    python -m benchmarks.robustness.kills [--signal KILL] [--at-random 300] [--every 1] [--files 4]

After each kill every file of the project is the old one or the new one, whole, with mode, owner and names as
before; the same command, run again, brings about what it would have if nothing had happened; and after
``ssot-lint clean`` nothing else is there. No process lives on that the killed one had started (with 220 files
or more it starts some), and none says anything but a line of the program's own.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.robustness.stepping import fresh, run, warm_up
from benchmarks.robustness.victim import ACTIONS, CACHE, faults, leftovers, tree_of, without_leftovers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.robustness.victim import Tree


_PATIENCE: Final = 30
"""Seconds until what goes on is held to go on for ever."""


class Aim(NamedTuple):
    """A command on a project, and what comes of it when nobody kills it."""

    name: str
    arguments: Sequence[str]
    before: Tree
    after: Tree
    status: int
    steps: tuple[str, ...]
    seconds: float
    """How long a process of its own takes from its start to its end."""


class Killed(NamedTuple):
    """What became of a run that was killed, or came to its end before that."""

    moment: str
    was_killed: bool
    has_left: bool
    changed: int
    """Files that were new already."""
    wrong: tuple[str, ...]


def take_aim(folder: Path, name: str, files: int) -> Aim:
    """Run a command to its end, in a process of its own, too, to know how long it takes."""
    fresh(folder, name, files)
    begin = time.perf_counter()
    _end_of(_process(folder, ACTIONS[name]))
    seconds = time.perf_counter() - begin
    before = fresh(folder, name, files)
    ran = run(folder, ACTIONS[name])
    return Aim(name, ACTIONS[name], before, tree_of(folder), ran.status, ran.steps, seconds)


def at_steps(
    folder: Path, aim: Aim, steps: Sequence[int], how: signal.Signals, files: int
) -> Iterator[Killed]:
    """Kill the command at some of its steps."""
    for step in steps:
        fresh(folder, aim.name, files)
        ran = run(folder, aim.arguments, at=step, error=-how)
        moment = f"{aim.name}, {how.name} at step {step} ({aim.steps[step]})"
        yield _looked_at(folder, aim, moment, was_killed=ran.status < 0)


def at_random(
    folder: Path, aim: Aim, number: int, how: signal.Signals, chance: random.Random, files: int
) -> Iterator[Killed]:
    """Kill a process of its own, that runs the command, at random moments."""
    for _ in range(number):
        fresh(folder, aim.name, files)
        seconds = chance.uniform(aim.seconds * 0.2, aim.seconds * 1.1)
        process = _process(folder, aim.arguments)
        time.sleep(seconds)
        process.send_signal(how)
        complaint = _end_of(process)
        moment = f"{aim.name}, {how.name} after {seconds:.3f} s"
        killed = _looked_at(folder, aim, moment, was_killed=process.returncode < 0)
        yield killed._replace(wrong=(*killed.wrong, *([complaint] if complaint else [])))


def _end_of(process: subprocess.Popen[str]) -> str | None:
    """Wait until a process has ended that was killed, and all that it had started; return what is wrong."""
    try:
        _, err = process.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return "a process goes on"
    strange = [line for line in err.splitlines() if not line.startswith("ssot-lint: ")]
    return f"it says {strange}" if strange else None


def _looked_at(folder: Path, aim: Aim, moment: str, *, was_killed: bool) -> Killed:
    now = tree_of(folder)
    wrong = faults(aim.before, now, aim.after)
    changed = sum(aim.before.get(name) != state for name, state in without_leftovers(now).items())
    again = run(folder, aim.arguments)
    if again.status not in {aim.status, _status_when_done(aim)} or _is_a_bug(again.err):
        wrong.append(f"the next run ends with {again.status}: {again.err}")
    if without_leftovers(tree_of(folder)) != aim.after:
        wrong.append("the next run comes to something else")
    cleaned = run(folder, ["clean"])
    if cleaned.status != 0 or tree_of(folder) != aim.after or (folder / CACHE).exists():
        wrong.append(f"clean leaves something: {cleaned.err}")
    return Killed(moment, was_killed, bool(set(leftovers(now)) - aim.before.keys()), changed, tuple(wrong))


def _status_when_done(aim: Aim) -> int:
    """Return the status of a run that finds all done."""
    return 0 if aim.status == 1 and aim.before != aim.after else aim.status


def _is_a_bug(err: str) -> bool:
    return "Traceback" in err or "internal error" in err


def _process(folder: Path, arguments: Sequence[str]) -> subprocess.Popen[str]:
    """Start the command; whatever it starts in its turn has the same standard error."""
    return subprocess.Popen(
        [sys.executable, "-m", "ssot_lint", *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "CI"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=_hear_hang_ups,
    )


def _hear_hang_ups() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup has them ignored


def main(arguments: Sequence[str] | None = None, tell: Callable[[str], None] = print) -> int:
    """Kill, look, and print; 1 when something went wrong."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.robustness.kills", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-random", type=int, default=50, help="of each command (default: 50)")
    parser.add_argument("--every", type=int, default=1, help="kill at every so-manieth step (default: 1)")
    parser.add_argument("--files", type=int, default=4, help="plain files in the project (default: 4)")
    parser.add_argument("--signal", action="append", choices=["KILL", "TERM", "HUP"], help="(default: KILL)")
    parser.add_argument("--only", action="append", choices=list(ACTIONS), help="this command alone")
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "project"
        fresh(folder, "fix", options.files)
        warm_up(folder, ACTIONS.values())
        for name in options.only or ACTIONS:
            aim = take_aim(folder, name, options.files)
            steps = range(chance.randrange(options.every), len(aim.steps), options.every)
            for how in (signal.Signals[f"SIG{each}"] for each in options.signal or ["KILL"]):
                all_killed = [
                    *at_steps(folder, aim, steps, how, options.files),
                    *at_random(folder, aim, options.at_random, how, chance, options.files),
                ]
                failed += _told(f"{name}, {how.name}", aim, all_killed, tell)
    return 1 if failed else 0


def _told(name: str, aim: Aim, all_killed: Sequence[Killed], tell: Callable[[str], None]) -> int:
    """Print what became of a command's runs, and return the number of faults."""
    killed = [each for each in all_killed if each.was_killed]
    complete = sum(aim.before.get(path) != state for path, state in aim.after.items())
    wrong = [f"  {each.moment}: {fault}" for each in all_killed for fault in each.wrong]
    tell(
        f"{name}: {len(killed)} of {len(all_killed)} runs killed ({len(aim.steps)} steps), "
        f"{sum(each.has_left for each in killed)} left a file behind, "
        f"{sum(0 < each.changed < complete for each in killed)} were half done, {len(wrong)} faults"
    )
    for line in wrong:
        tell(line)
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
