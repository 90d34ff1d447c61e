"""Lets many runs of command line, flake8 and pre-commit loose on one project and one cache at the same time.

    python -m benchmarks.robustness.crowds [--runs 20] [--modules 300] [--rounds 3]

Each run alone says what it is to say; each of a crowd has to say the same, word for word, with the same
status and the same on standard error: with a cache that the crowd makes, with one that is there, and while
the cache is deleted again and again. At last a crowd mends the same project: each file is mended once, whole.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.generated_project import generate
from benchmarks.robustness import victim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.robustness.victim import Tree

_PYTHON: Final = (sys.executable, "-m")
_WHAT_THEY_SAY: Final[Mapping[str, tuple[str, ...]]] = {
    "command line": (*_PYTHON, "ssot_lint", "check", "--jobs", "2"),
    "one job, JSON": (*_PYTHON, "ssot_lint", "check", "--jobs", "1", "--output-format", "json"),
    "flake8": (*_PYTHON, "flake8", "-j", "2", "--select", "SST"),
    "hook": (*_PYTHON, "pre_commit", "run", "--all-files", "ssot-lint"),
    "hook for all": (*_PYTHON, "pre_commit", "run", "--all-files", "ssot-lint-all"),
}
_MENDING: Final[Mapping[str, tuple[str, ...]]] = {
    "command line": (*_PYTHON, "ssot_lint", "check", "--fix", "--quiet"),
    "hook that mends": (*_PYTHON, "pre_commit", "run", "--all-files", "ssot-lint-fix"),
}
_HOOKS: Final = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"


_MET: Final = ("it changed while the linter was running", "the file can't be read any more")
"""What a run says that meets another one, which writes to the same file."""
_VANDAL: Final = """\
import shutil, sys, time
while True:
    shutil.rmtree(sys.argv[1], True)
    time.sleep(0.2)
"""


class Ran(NamedTuple):
    """What a run said."""

    kind: str
    status: int
    out: str
    err: str
    seconds: float


def make(folder: Path, modules: int, seed: int) -> None:
    """Write the project, as a repository that has our hooks."""
    generate(folder, modules, seed)
    victim.make(folder, modules // 10)
    (folder / ".pre-commit-config.yaml").write_text(_configuration(), "utf-8")
    (folder / ".gitignore").write_text(f"{victim.CACHE}/\n", "utf-8")
    for command in (["init", "-q"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=folder, check=True, env=_environment(folder))


def _configuration() -> str:
    """Return what has pre-commit run our hooks, by this installation instead of one of their own."""
    hooks = _HOOKS.read_text("utf-8").replace("language: python", "language: system")
    hooks = hooks.replace("entry: ssot-lint", f"entry: {sys.executable} -m ssot_lint")
    return f"repos:\n- repo: local\n  hooks:\n{indent(hooks, '  ')}"


def alone(folder: Path, commands: Mapping[str, Sequence[str]]) -> dict[str, Ran]:
    """Return what each command says when nobody else runs."""
    return {kind: crowd(folder, {kind: command}, 1)[0] for kind, command in commands.items()}


def crowd(folder: Path, commands: Mapping[str, Sequence[str]], number: int) -> list[Ran]:
    """Start so many runs at once, of all commands in turn, and return what they said."""
    kinds = [list(commands)[index % len(commands)] for index in range(number)]
    with tempfile.TemporaryDirectory() as scratch:
        started = []
        for index, kind in enumerate(kinds):
            streams = Path(scratch, f"{index}.out"), Path(scratch, f"{index}.err")
            with open(streams[0], "wb") as out, open(streams[1], "wb") as err:
                process = subprocess.Popen(
                    commands[kind],
                    cwd=folder,
                    env=_environment(folder),
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                )
            started.append((kind, process, time.perf_counter(), streams))
        ended: dict[int, float] = {}
        while len(ended) < number:
            for index, (_, process, begin, _) in enumerate(started):
                if index not in ended and process.poll() is not None:
                    ended[index] = time.perf_counter() - begin
            time.sleep(0.01)
        return [
            Ran(kind, process.returncode, out.read_text("utf-8"), err.read_text("utf-8"), ended[index])
            for index, (kind, process, _, (out, err)) in enumerate(started)
        ]


def disagreements(runs: Sequence[Ran], known: Mapping[str, Ran]) -> Iterator[str]:
    """Yield what runs of a crowd said that the same commands alone don't."""
    for ran in runs:
        usual = known[ran.kind]
        if ran.status != usual.status:
            yield f"{ran.kind} ends with {ran.status} instead of {usual.status}: {ran.out[-300:]}{ran.err}"
        elif ran.out != usual.out:
            others = set(ran.out.splitlines()) ^ set(usual.out.splitlines())
            yield f"{ran.kind} says something else: {sorted(others)}"
        elif ran.err != usual.err:
            yield f"{ran.kind} complains: {ran.err}"


def faults_of_mending(runs: Sequence[Ran], usual: Ran, before: Tree, now: Tree, after: Tree) -> Iterator[str]:
    """Yield what went wrong when a crowd mended a project that one run turns from ``before`` to ``after``.

    Two that mend the same file at once may notice, and the later one then lets it be.
    """
    yield from victim.faults(before, now, after)
    yield from (f"{name} is left behind" for name in victim.leftovers(now))
    if victim.without_leftovers(now) != after:
        yield "the project isn't mended as one run mends it"
    for ran in runs:
        more = {line for line in ran.err.splitlines() if not line.endswith(_MET)}
        if ran.status not in (0, 1, 2) or more - set(usual.err.splitlines()) or _is_a_bug(ran.out):
            yield f"{ran.kind} ends with {ran.status}: {ran.out[-2000:]}{ran.err}"


def _is_a_bug(out: str) -> bool:
    return "Traceback" in out or "internal error" in out


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"), "PRE_COMMIT_COLOR": "never"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the crowds, and print; 1 when something went wrong."""
    parser = argparse.ArgumentParser(
        "python -m benchmarks.robustness.crowds", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--runs", type=int, default=20, help="at once (default: 20)")
    parser.add_argument("--modules", type=int, default=300, help="of the project (default: 300)")
    parser.add_argument("--rounds", type=int, default=1, help="crowds of each kind (default: 1)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "project"
        make(folder, options.modules, options.seed)
        known = alone(folder, _WHAT_THEY_SAY)
        for kind, ran in known.items():
            print(f"{kind} alone: status {ran.status}, {len(ran.out.splitlines())} lines")
        for state in ("cold", "warm", "deleted"):
            for _ in range(options.rounds):
                wrong += _told(state, *_crowded(folder, state, options.runs, known))
        wrong += _mended(folder, options.runs)
    return 1 if wrong else 0


def _crowded(folder: Path, state: str, number: int, known: Mapping[str, Ran]) -> tuple[list[Ran], list[str]]:
    cache = folder / victim.CACHE
    if state == "cold":
        shutil.rmtree(cache, ignore_errors=True)
    vandal = None
    if state == "deleted":
        vandal = subprocess.Popen([sys.executable, "-c", _VANDAL, str(cache)])
    try:
        runs = crowd(folder, _WHAT_THEY_SAY, number)
    finally:
        if vandal is not None:
            vandal.kill()
            vandal.wait()
    return runs, list(disagreements(runs, known))


def _mended(folder: Path, number: int) -> int:
    """Let a crowd mend the project, and compare what becomes of it with what one run makes of it."""
    apart = folder.with_name("apart")
    subprocess.run(["cp", "-a", folder, apart], check=True)
    before = victim.tree_of(folder)
    (usual,) = crowd(apart, _MENDING, 1)
    runs = crowd(folder, _MENDING, number)
    now, after = victim.tree_of(folder), victim.tree_of(apart)
    changed = sum(before.get(name) != state for name, state in after.items())
    print(f"one run mends {changed} files")
    return _told("mending", runs, list(faults_of_mending(runs, usual, before, now, after)))


def _told(state: str, runs: Sequence[Ran], wrong: Sequence[str]) -> int:
    times = sorted(ran.seconds for ran in runs)
    print(
        f"{state}: {len(runs)} runs at once, the first took {times[0]:.1f} s and the last {times[-1]:.1f} s, "
        f"{len(wrong)} disagree"
    )
    for line in wrong:
        print(f"  {line}")
    return len(wrong)


if __name__ == "__main__":
    sys.exit(main())
