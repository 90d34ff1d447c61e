"""A long run shows those who look on how far it is; Ctrl-C ends it at once, and what it found out is kept."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from terminals import PATIENCE, needs_terminal, open_terminal, rest

from ssot_lint.cli.progress import ProgressLine, is_watched
from ssot_lint.session import Step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READY, WAITING = 96, 144
"""Files that are read at once, and files that nobody gets done with; together enough for a process pool."""

STUCK = """
import multiprocessing, os, sys, time
from pathlib import PurePath
from ssot_lint.__main__ import script
from ssot_lint.cli import progress
from ssot_lint.session import summarizing

progress.AFTER = progress._BETWEEN = 0
real = summarizing.summarize_file

def summarize_file(record):
    while PurePath(record.path).name.startswith("z"):
        print("stuck", os.getpid(), flush=True)
        time.sleep(1)
    return real(record)

summarizing.summarize_file = summarize_file
if sys.platform != "win32":
    multiprocessing.set_start_method("fork")  # so that the workers get stuck, too
script()
"""

COUNTING = """
import sys
from ssot_lint.cli import main
from ssot_lint.session import summarizing

read = []
real = summarizing.summarize_file

def summarize_file(record):
    read.append(record.path)
    return real(record)

summarizing.summarize_file = summarize_file
status = main(sys.argv[1:])
print("read", len(read), status)
"""

LOADED = """
import sys
from ssot_lint.cli import main, progress
progress.AFTER = 1e9  # however slow the machine is, this is a short run
main(sys.argv[1:])
print("rich" in sys.modules)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose second half is never read by a program that is stuck."""
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n", encoding="utf-8")
    for number in range(READY + WAITING):
        name = f"{'a' if number < READY else 'z'}{number:03}.py"
        # All have the same size: the largest would be read first.
        (tmp_path / name).write_text(f"x = {1000 + number}\n", encoding="utf-8")
    return tmp_path


@needs_terminal
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_a_run_in_the_middle_and_the_next_one_goes_on_from_there(
    project: Path, jobs: str
) -> None:
    terminal = open_terminal(project, "--jobs", jobs, script=STUCK)
    terminal.expect(f"Reading .*{READY}/{READY + WAITING}.* files")
    terminal.sendintr()
    status, said = rest(terminal)
    assert status == 130
    assert said.endswith("ssot-lint: error: interrupted\n")
    assert "Traceback" not in said
    again = subprocess.run(
        [sys.executable, "-c", COUNTING], cwd=project, capture_output=True, text=True, check=True
    )
    assert again.stdout.splitlines()[-1] == f"read {WAITING} 0"


@needs_terminal
def test_workers_end_with_a_run_that_is_killed(project: Path) -> None:
    # Not in a terminal, which would tell the workers that it is gone.
    running = subprocess.Popen(
        [sys.executable, "-c", STUCK, "--jobs", "2"], cwd=project, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    workers = set[int]()
    while len(workers) < 2:
        said, number = running.stdout.readline().split()
        assert said == "stuck"
        workers.add(int(number))
    running.kill()
    running.wait()
    running.stdout.close()
    end = time.monotonic() + PATIENCE
    try:
        while any(map(is_alive, workers)):
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        for worker in filter(is_alive, workers):
            os.kill(worker, signal.SIGKILL)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


HALFWAY = """
import os, signal, sys
from ssot_lint import writing
from ssot_lint.__main__ import script

real, done = os.replace, []

def replace(source, target):
    if target.endswith(".py"):
        os.kill(os.getpid(), signal.SIGINT)
        done.append(target)
    real(source, target)

os.replace = replace
script()
"""


@needs_terminal
def test_ctrl_c_while_fixes_are_written_leaves_each_file_old_or_new(tmp_path: Path) -> None:
    old = "class A:\n    items: list[int] = []\n\n    def add(self) -> None:\n        self.items.append(1)\n"
    names = ["a.py", "b.py"]
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n", encoding="utf-8")
    for name in names:
        (tmp_path / name).write_text(old, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-c", HALFWAY, "--fix", "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (130, "ssot-lint: error: interrupted\n")
    texts = [(tmp_path / name).read_text(encoding="utf-8") for name in names]
    assert texts[1] == old
    assert "self.items: list[int] = []" in texts[0]
    assert sorted(file.name for file in tmp_path.iterdir()) == [*names, "pyproject.toml"]


EARLY = """
import sys
from ssot_lint.__main__ import script

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupting())
script()
"""


def test_ctrl_c_while_the_program_is_loaded_is_no_traceback_either() -> None:
    ran = subprocess.run([sys.executable, "-c", EARLY], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "ssot-lint: error: interrupted\n")


@needs_terminal
@pytest.mark.parametrize("command", ["baseline", "map"])
def test_other_commands_that_read_the_project_show_the_line_too(project: Path, command: str) -> None:
    for file in project.glob("z*.py"):
        file.unlink()
    terminal = open_terminal(project, command, script=STUCK)
    terminal.expect("Reading .*files")
    assert rest(terminal)[0] == 0


@needs_terminal
def test_the_line_is_gone_when_the_run_is_over(project: Path) -> None:
    for file in project.glob("z*.py"):
        file.unlink()
    terminal = open_terminal(project, script=STUCK)
    terminal.expect("Checking .*files")
    status, said = rest(terminal)
    assert status == 0
    assert said.endswith(f"\x1b[1A\x1b[2KAll checks passed: {READY} files checked.\n")


@needs_terminal
@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("--quiet",), {}),
        (("--no-progress",), {}),
        (("baseline", "--no-progress"), {}),
        (("map", "--no-progress"), {}),
        ((), {"CI": "true"}),
        ((), {"TERM": "dumb"}),
    ],
)
def test_there_is_no_line_where_nobody_wants_one(
    project: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    for file in project.glob("z*.py"):
        file.unlink()
    status, said = rest(open_terminal(project, *arguments, script=STUCK, **environment))
    assert status == 0
    assert "Reading" not in said
    assert "files" not in said.replace("files checked", "")


@needs_terminal
def test_a_short_run_loads_nothing_to_draw_with(project: Path) -> None:
    for file in project.glob("[az]*[1-9].py"):
        file.unlink()
    status, said = rest(open_terminal(project, script=LOADED))
    assert (status, said.splitlines()[-1]) == (0, "False")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_only_who_looks_on_is_shown_anything() -> None:
    assert is_watched(Terminal(), {})
    assert not is_watched(io.StringIO(), {})
    assert not is_watched(Terminal(), {"CI": "true"})


class TestProgressLine:
    """With a clock that is set by hand."""

    @pytest.fixture
    def look_on(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Terminal]:
        """To be called within the test: pytest puts its own stream back in between."""

        def look_on() -> Terminal:
            terminal = Terminal()
            monkeypatch.setattr(sys, "stderr", terminal)
            monkeypatch.setenv("TERM", "xterm")
            monkeypatch.setenv("COLUMNS", "80")
            return terminal

        return look_on

    def test_nothing_is_drawn_before_a_while_has_passed(self, look_on: Callable[[], Terminal]) -> None:
        written = look_on()
        now = [0.0]
        line = ProgressLine(after=1, clock=lambda: now[0])
        now[0] = 0.99
        line.tell(Step.READING, 1, 9)
        line.tell(Step.CHECKING, 1, 9)
        line.clear()
        assert written.getvalue() == ""

    def test_a_step_is_drawn_at_once_and_then_from_time_to_time(
        self, look_on: Callable[[], Terminal]
    ) -> None:
        written = look_on()
        now = [0.0]
        line = ProgressLine(after=1, clock=lambda: now[0])
        now[0] = 1.0
        line.tell(Step.READING, 5, 9)
        line.tell(Step.READING, 6, 9)
        now[0] = 1.2
        line.tell(Step.READING, 7, 9)
        line.tell(Step.LINKING, 0, 9)
        drawn = written.getvalue()
        assert "5/9" in drawn
        assert "6/9" not in drawn
        assert "7/9" in drawn
        assert "Linking" in drawn
        line.clear()
        assert written.getvalue().endswith("\x1b[1A\x1b[2K")


IN_VAIN = """
import sys
from ssot_lint.cli import main, progress
progress.AFTER = progress._BETWEEN = 0
sys.exit(main(sys.argv[1:]))
"""


@needs_terminal
@pytest.mark.parametrize("name", ["COLUMNS", "LINES", "VTE_VERSION"])
@pytest.mark.parametrize("value", ["9" * 5_000, "9" * 15, "\u00b2", "1"])
def test_what_the_environment_says_of_a_terminal_fails_nothing(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ssot-lint]\n", encoding="utf-8")
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    told, given = "All checks passed: 1 file checked.", {name: value}
    status, out = rest(open_terminal(tmp_path, "--no-cache", ".", script=IN_VAIN, **given))
    assert (status, told in out) == (0, True), out
    status, out = rest(open_terminal(tmp_path, "explain", "SST303", **given))
    assert (status, "error" in out.split("\n")[0]) == (0, False), out
