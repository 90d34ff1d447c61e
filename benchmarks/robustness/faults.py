"""Lets the file system refuse each step of a run in turn, for each reason, and looks at what the run says.

    python -m benchmarks.robustness.faults [--every 1] [--error ENOSPC ...] [--only check ...]

After each refusal every file of the project is the old one or the new one, whole, and nothing else is there.
The run ends by itself, without a traceback, and says what an undisturbed one says, or has status 2 and a line
that begins with ``ssot-lint: error``. ``theirs`` is no refusal: at that step somebody else writes to a file
of the project; what they wrote is there afterwards, whatever the linter did.
"""

from __future__ import annotations

import argparse
import errno
import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.robustness.stepping import fresh, run, warm_up
from benchmarks.robustness.victim import ACTIONS, CACHE, faults, leftovers, tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.robustness.stepping import Ran
    from benchmarks.robustness.victim import Tree

ERRORS: Final = ("ENOSPC", "EACCES", "EIO", "ENOENT", "EMFILE")
"""What the system may say, by the names that ``errno`` has for it."""
THEIRS: Final = "theirs"
_THEIR_LINE: Final = b"THEIRS = 1\n"
_REPORTS: Final = frozenset({"report.json"})
"""What a run writes that may say less than another, when its status tells that it does."""
_UNSURE: Final = ("pyproject.toml", ".gitignore", ".git")
"""Whether these are there decides what the project is: one that can't be seen is one that isn't there."""


class Refused(NamedTuple):
    """How a run ended to which a step was refused."""

    moment: str
    is_told: bool
    """Whether it ended with status 2 and a line; else the refusal made no difference."""
    wrong: tuple[str, ...]


def refusals(folder: Path, name: str, error: str, every: int, files: int) -> Iterator[Refused]:
    """Run a command as often as it has steps, and refuse another one each time."""
    before = fresh(folder, name, files)
    usual = run(folder, ACTIONS[name])
    after = tree_of(folder)
    for at in range(0, len(usual.steps), every):
        fresh(folder, name, files)
        step = usual.steps[at]
        moment = f"{name}, step {at} ({step}), {error}"
        if error == THEIRS:
            victim = folder / "shop" / "use0.py"
            ran = run(folder, ACTIONS[name], at=at, action=partial(_write_to, victim))
            yield Refused(moment, ran.status == 2, tuple(_faults_of_meeting(victim, ran, usual)))
        elif not _decides(name, step, error):
            ran = run(folder, ACTIONS[name], at=at, error=getattr(errno, error))
            wrong = list(_faults_of(ran, usual, before, tree_of(folder), after))
            if name == "clean" and ran.status == 0 and (folder / CACHE).exists():
                wrong.append("the cache is still there")
            yield Refused(moment, ran.status == 2, tuple(wrong))


def _decides(name: str, step: str, error: str) -> bool:
    """Return whether what the system says is an answer like any other, and something else is right then."""
    if name == "clean" and error == "ENOENT" and step.startswith(("os.stat", "os.lstat", "os.remove")):
        return True  # what isn't there needn't be deleted
    return step.endswith(_UNSURE) or (step.startswith("os.stat") and step.endswith(" ."))


def _faults_of(ran: Ran, usual: Ran, before: Tree, now: Tree, after: Tree) -> Iterator[str]:
    yield from _faults_of_manners(ran)
    is_told = ran.status == 2 and "ssot-lint: error: " in ran.err
    spared = _REPORTS if is_told else frozenset()
    yield from faults(before, {name: state for name, state in now.items() if name not in spared}, after)
    yield from (f"{name} is left behind" for name in leftovers(now) if name not in before)
    if not is_told and (ran.status, ran.out, now) != (usual.status, usual.out, after):
        yield f"it ends with {ran.status}, and keeps silent: {ran.err}"
    if is_told and usual.status == 2 and now != after and ran.err == usual.err:
        yield "it keeps silent of what it didn't do"


def _faults_of_meeting(victim: Path, ran: Ran, usual: Ran) -> Iterator[str]:
    yield from _faults_of_manners(ran)
    if _THEIR_LINE not in victim.read_bytes():
        yield f"what they wrote is lost, status {ran.status}"
    if ran.status not in (usual.status, 2):
        yield f"it ends with {ran.status}"


def _faults_of_manners(ran: Ran) -> Iterator[str]:
    if ran.status not in (0, 1, 2):
        yield f"it ends with {ran.status}"
    if "Traceback" in ran.err or "internal error" in ran.err:
        yield f"it takes the system's word for a mistake of its own: {ran.err}"


def _write_to(path: Path) -> None:
    """Do what an editor does that saves."""
    path.write_bytes(path.read_bytes() + _THEIR_LINE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Refuse, look, and print; 1 when something went wrong."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.robustness.faults", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--every", type=int, default=1, help="refuse every so-manieth step (default: 1)")
    parser.add_argument("--files", type=int, default=2, help="plain files in the project (default: 2)")
    parser.add_argument("--error", action="append", choices=[*ERRORS, THEIRS], help="this reason alone")
    parser.add_argument("--only", action="append", choices=list(ACTIONS), help="this command alone")
    options = parser.parse_args(arguments)
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "project"
        fresh(folder, "fix", options.files)
        warm_up(folder, ACTIONS.values())
        for name in options.only or ACTIONS:
            counts: Counter[str] = Counter()
            for error in options.error or (*ERRORS, THEIRS):
                for refused in refusals(folder, name, error, options.every, options.files):
                    counts["runs"] += 1
                    counts["told"] += refused.is_told
                    counts["wrong"] += bool(refused.wrong)
                    for fault in refused.wrong:
                        print(f"  {refused.moment}: {fault}")
            print(f"{name}: {counts['runs']} runs, {counts['told']} with status 2, {counts['wrong']} faults")
            wrong += counts["wrong"]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
