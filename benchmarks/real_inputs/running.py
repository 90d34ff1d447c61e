"""Runs the program over a copy of a folder, and judges what it says of each file."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from benchmarks.judging import ALL_RULES, ERROR, NO_TREE, faults_of_run, is_valid
from benchmarks.real_inputs.copying import PLANTED, Copied, copy, line_of_planted

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_SECONDS: Final = 20.0
"""The CPU time that opening one file may take."""
_START_SECONDS: Final = 60
_MEAN_SECONDS: Final = 2
"""What a run may take of CPU time, once and for each file: more than that, and it is ended."""
_OPENED: Final = "ssot-lint: note: opened with LibCST: "
_MOST_SHOWN: Final = 5
_SILENCED: Final = re.compile(rb"#\s*flake8[:=]\s*noqa", re.IGNORECASE)
"""What silences a file as a whole."""


class Ran(NamedTuple):
    """How a run ended."""

    status: int
    out: str
    errors: str
    seconds: float
    """Of CPU time."""
    megabytes: float
    slowest: tuple[float, str]
    """The file that took longest from the end of the one before it, with that time; in a check alone."""


class Verdict(Counter[str]):
    """Figures of a run by name, and what is wrong with it."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.seconds = 0.0
        self.megabytes = 0.0
        self.slowest = (0.0, "")


def check(folder: Path, *, every: int = 1) -> Verdict:
    """Check a copy in which each ``every``-th file has a planted finding."""
    verdict = Verdict()
    with tempfile.TemporaryDirectory(prefix="real-") as scratch:
        root = Path(scratch, "project")
        files = copy(folder, root, every=every)
        ran = run(root, len(files), "--output-format", "json")
    _note(verdict, ran, files)
    verdict.slowest = ran.slowest
    if ran.slowest[0] > FILE_SECONDS:
        verdict.faults.append(f"{ran.slowest[1]}: {ran.slowest[0]:.0f} s of CPU time")
    found: list[dict[str, Any]] = json.loads(ran.out) if ran.out.startswith("[") else []
    places = {(each["filename"], each["location"]["row"], each["code"]) for each in found}
    refused = {each["filename"] for each in found if each["code"] == "SST001"}
    planted = {(name, line_of_planted(file.data), PLANTED) for name, file in files.items() if file.is_planted}
    verdict["findings"] = sum(name in files for name, *_ in places - planted) - len(refused)
    verdict["refused as no valid Python"] = len(refused)
    named = {name for name in files if any(f"{ERROR}{name}: " in line for line in ran.errors.splitlines())}
    for name, file in files.items():
        silenced = _SILENCED.search(file.data) is not None
        if file.is_valid == (name in refused) and not silenced and name not in named:
            verdict.faults.append(f"{name}: {'refused' if file.is_valid else 'not refused'}")
        if file.is_planted:
            verdict["planted"] += 1
            is_found = (name, line_of_planted(file.data), PLANTED) in places
            verdict["planted and found"] += is_found
            if not is_found and name not in named and not silenced:
                verdict.faults.append(f"{name}: what was planted there wasn't found")
    return verdict


def fix(folder: Path, *, every: int = 20, patch: bool = False) -> Verdict:
    """Mend a copy, and hold it against before; with ``patch`` another one by what ``--diff`` writes."""
    verdict = Verdict()
    with tempfile.TemporaryDirectory(prefix="real-") as scratch:
        root = Path(scratch, "project")
        files = copy(folder, root, every=every)
        if patch:
            other = Path(scratch, "patched", "project")
            copy(folder, other, every=every)
        ran = run(root, len(files), "--fix", "--unsafe-fixes", "--output-format", "json")
        _note(verdict, ran, files)
        after = {name: (root / name).read_bytes() for name in files}
        _judge_texts(verdict, files, after)
        if patch:
            drawn = run(other, len(files), "--diff", "--unsafe-fixes")
            verdict.faults += faults_of_run(drawn.status, drawn.errors)
            verdict.faults += _apply(other, drawn.out)
            verdict.faults += [
                f"{name}: --diff says something else than --fix does"
                for name, data in after.items()
                if (other / name).read_bytes() != data
            ]
    return verdict


def run(root: Path, files: int, *arguments: str) -> Ran:
    """Run the program with all rules in a process of its own, whose time is bounded."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    limit = _START_SECONDS + _MEAN_SECONDS * files
    options = ("--isolated", "--no-cache", "--jobs", "1", "--no-progress", "--verbose", *ALL_RULES)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogateescape", newline="") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "ssot_lint", "check", *options, *arguments, "."],
            cwd=root,
            env=environment,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            errors="surrogateescape",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5)),
        )
        assert process.stderr is not None
        errors, slowest = _heard(process.stderr, process.pid)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        out.seek(0)
        written = out.read()
    seconds = used.ru_utime + used.ru_stime
    return Ran(process.returncode, written, errors, seconds, used.ru_maxrss / 1024, slowest)


def _heard(stream: IO[str], pid: int) -> tuple[str, tuple[float, str]]:
    """Return what a process says, but for the files that it opens, and which of these took longest."""
    lines: list[str] = []
    slowest = (0.0, "")
    before: float | None = None
    for line in stream:
        if not line.startswith(_OPENED):
            lines.append(line)
            continue
        now = _used_by(pid)
        if before is not None:
            slowest = max(slowest, (now - before, line.removeprefix(_OPENED).strip()))
        before = now
    return "".join(lines), slowest


def _used_by(pid: int) -> float:
    """Return the CPU time that a process has taken, as Linux tells it; 0 elsewhere."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _note(verdict: Verdict, ran: Ran, files: Mapping[str, Copied]) -> None:
    verdict["files"] = len(files)
    verdict["lines"] = sum(file.data.count(b"\n") for file in files.values())
    verdict["valid Python"] = sum(file.is_valid for file in files.values())
    verdict["not read by LibCST"] = sum(NO_TREE.search(line) is not None for line in ran.errors.splitlines())
    verdict.seconds, verdict.megabytes = ran.seconds, ran.megabytes
    verdict.faults += faults_of_run(ran.status, ran.errors)


def _judge_texts(verdict: Verdict, files: Mapping[str, Copied], after: Mapping[str, bytes]) -> None:
    for name, file in files.items():
        verdict["planted"] += file.is_planted
        if after[name] == file.data:
            continue
        verdict["files mended"] += 1
        if not file.is_valid:
            verdict.faults.append(f"{name}: was changed, though it is no valid Python")
        elif not is_valid(after[name]):
            verdict.faults.append(f"{name}: is no valid Python any more")


def _apply(root: Path, text: str) -> list[str]:
    """Apply a patch, and return what speaks against it."""
    if not text:
        return []
    applied = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        cwd=root,
        input=text.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
    )
    return applied.stderr.decode(errors="replace").splitlines()[:_MOST_SHOWN] if applied.returncode else []
