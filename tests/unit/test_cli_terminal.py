"""Whatever is at the other end of the output, the program ends with its status and without a traceback."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from small_project import VIEWS, write
from terminals import needs_terminal, open_terminal, rest

from ssot_lint.cli import options, terminal
from ssot_lint.reporters.printable import PLAIN_WIDTH

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
COMMAND = [sys.executable, "-m", "ssot_lint"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Full(io.StringIO):
    def flush(self) -> None:
        raise OSError(28, "No space left on device")


class Closed(io.StringIO):
    def write(self, _: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


@posix
def test_a_reader_that_goes_away_hears_no_complaint(project: Path) -> None:
    write(project, {f"app/v{number}.py": VIEWS for number in range(600)})
    ran = subprocess.run(
        f"{' '.join(COMMAND)} --output-format json | head -n 1; echo ${{PIPESTATUS[0]}}",
        cwd=project, shell=True, executable="/bin/bash", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stdout.splitlines() == ["[", "1"]
    assert ran.stderr == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs the device that is always full")
def test_output_that_cannot_be_written_is_one_line_and_status_two(project: Path) -> None:
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            COMMAND, cwd=project, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ran.returncode == 2
    assert ran.stderr == "ssot-lint: error: standard output can't be written to: No space left on device\n"


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}


@needs_terminal
def test_a_terminal_without_unicode_gets_escapes(project: Path) -> None:
    write(project, {"app/views.py": VIEWS.replace("Manager()", "Manager()  # naïve 漢")})
    status, written = rest(open_terminal(project, "--color", "never", **ASCII))
    assert status == 1
    assert "# na\\xefve \\u6f22" in written


@pytest.mark.parametrize("encoding", ["", "latin-1", "utf-16"])
def test_programs_and_files_get_utf8_whatever_the_locale(project: Path, encoding: str) -> None:
    write(project, {"app/views.py": VIEWS.replace("Manager()", "Manager()  # naïve 漢")})
    environment = {**os.environ, **ASCII, "PYTHONIOENCODING": encoding}
    ran = subprocess.run(COMMAND, cwd=project, env=environment, capture_output=True, check=False)
    assert ran.returncode == 1
    assert "# naïve 漢\n".encode() in ran.stdout
    assert ran.stderr == b""


@posix
def test_ctrl_c_in_a_terminal_ends_the_run_at_once(project: Path) -> None:
    script = (
        "import signal, sys\n"
        "from ssot_lint.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs ignore it\n"
        "print('ready', flush=True)\n"
        "sys.exit(main(['-']))\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=project,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err) == (130, "", "ssot-lint: error: interrupted\n")


def test_help_is_ready_without_the_heavy_imports(project: Path) -> None:
    script = (
        "import sys\n"
        "from ssot_lint.cli import main\n"
        "main(['--help'])\n"
        "heavy = {'libcst', 'rich', 'flake8', 'concurrent.futures', 'ssot_lint.session', 'pathspec'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ran.stderr == "[]\n"


def test_a_clean_run_never_loads_the_syntax_trees(project: Path) -> None:
    script = (
        "import sys\n"
        "from ssot_lint.cli import main\n"
        "print(main(['app/ws.py', '--quiet']), sorted({'libcst', 'rich', 'flake8'} & set(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=False
    )
    assert (ran.stdout, ran.stderr) == ("0 []\n", "")


def test_an_installation_that_is_broken_is_one_line_too(project: Path) -> None:
    script = (
        "import sys\nsys.modules['pathspec'] = None\nfrom ssot_lint.cli import main\nsys.exit(main([]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("ssot-lint: error: ssot-lint: internal error: ModuleNotFoundError: ")
    assert ran.stderr.count("\n") == 1


def test_emit_survives_a_closed_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Closed())
    terminal.emit(["a", "b"])


def test_emit_says_why_it_cannot_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(terminal.OutputError, match="No space left on device"):
        terminal.emit(["a"])


def test_nothing_is_written_where_there_are_no_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    terminal.prepare_streams()
    terminal.emit(["a"])
    terminal.complain("error", "b")
    assert not terminal.wants_color("auto", {})


def test_a_complaint_that_nobody_can_hear_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Full())
    terminal.complain("error", "b")


def test_a_complaint_is_one_line_whatever_it_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.complain("error", "a\nb\x1b[2J")
    assert capsys.readouterr().err == "ssot-lint: error: a\\nb\\x1b[2J\n"


def test_terminals_are_coloured_and_dumb_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert terminal.wants_color("auto", {"TERM": "xterm"})
    assert not terminal.wants_color("auto", {"TERM": "dumb"})
    assert not terminal.wants_color("auto", {"NO_COLOR": "1"})


@pytest.mark.parametrize(
    ("environment", "follows"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "dumb", "WT_SESSION": "x"}, False),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "vscode", "CI": "true"}, False),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "4999"}, False),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "odd"}, False),
        ({"KONSOLE_VERSION": "230801"}, True),
        ({"VTE_VERSION": "9" * 5_000}, True),
        ({"VTE_VERSION": "\u00b2"}, False),
        ({"VTE_VERSION": "-1"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
        ({"FORCE_HYPERLINK": "0", "WT_SESSION": "x"}, False),
    ],
)
def test_links_are_for_terminals_that_follow_them(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], follows: bool
) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert terminal.follows_links(environment) is follows
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert terminal.follows_links(environment) is (environment.get("FORCE_HYPERLINK") == "1")


def test_frames_are_as_wide_as_the_terminal_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert terminal.source_width() == PLAIN_WIDTH
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "80")
    assert terminal.source_width() == 72
    monkeypatch.setenv("COLUMNS", "10")
    assert terminal.source_width() == 40


def test_cores_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert options.available_cores() >= 1
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert options.available_cores() == 1
