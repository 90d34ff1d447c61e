"""``--verbose`` tells what a run does, and changes nothing else."""

from __future__ import annotations

import io
import os
import platform
import re
import sys
from typing import TYPE_CHECKING

import pytest
from observed_project import FILES, write

from ssot_lint.cli import main
from ssot_lint.cli.narrating import Narrator
from ssot_lint.session import Progress, Step, check, summarizing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Said = tuple[int, str, list[str]]
"""Status, what stands on standard output, and the lines on standard error, without the seconds."""

SURVEYED = ["project: HERE", "configuration: pyproject.toml", "cache: HERE/.ssot_lint_cache"]
FOUND = [
    "left out: 1 path by exclude, 0 paths by ignore files",
    "found 9 files in N s; to be checked: 9 files",
]
LINKED = "linked 9 files in N s; managed classes: 2 (2 high, 0 medium, 0 low)"
OPENED = [f"opened with LibCST: app/{name}.py" for name in ("jobs", "limits", "state", "views")]
CHECKED = "checked 9 files in N s"


def read(anew: int, *, recalled: int = 0, processes: str = "1 process") -> str:
    return f"recalled the facts of {recalled} files, read {anew} files anew with {processes}, in N s"


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    write(tmp_path)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Said:
        status = main(["check", *arguments])
        out, err = capsys.readouterr()
        told = re.sub(r"in \d+\.\d\d s\b", "in N s", err).replace(str(tmp_path), "HERE").replace(os.sep, "/")
        return status, out, [line.removeprefix("ssot-lint: note: ") for line in told.splitlines()]

    return run


def test_the_first_line_tells_who_is_at_work(run: Callable[..., Said]) -> None:
    first = run("-v")[2][0]
    assert re.match(r"ssot-lint \S+ on ", first)
    assert f" {platform.python_implementation()} {platform.python_version()} (" in first


def test_a_cold_run_tells_of_all_its_steps(run: Callable[..., Said]) -> None:
    assert run("-v")[2][1:] == [*SURVEYED, *FOUND, read(9), LINKED, *OPENED, CHECKED]


def test_a_run_for_which_nothing_has_changed_says_so(run: Callable[..., Said]) -> None:
    run()
    recalled = "nothing has changed since an earlier run, whose result is recalled in N s"
    assert run("-v")[2][1:] == [*SURVEYED, *FOUND, recalled]


def test_what_has_changed_is_read_anew(run: Callable[..., Said], tmp_path: Path) -> None:
    run()
    (tmp_path / "app" / "seen.py").write_text("")
    lines = run("-v")[2]
    assert "recalled the facts of 8 files, read 1 file anew with 1 process, in N s" in lines


def test_without_a_cache_all_is_read(run: Callable[..., Said]) -> None:
    run()
    lines = run("-v", "--no-cache")[2]
    assert "cache: not used: it is turned off" in lines
    assert read(9) in lines


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda here: (here / ".ssot_lint_cache").write_text(""), "HERE/.ssot_lint_cache: "),
        (lambda here: (here / "pyproject.toml").unlink(), "no file says that a project begins at HERE"),
    ],
)
def test_a_cache_that_cannot_be_used_is_told_with_the_reason(
    run: Callable[..., Said], tmp_path: Path, prepare: Callable[[Path], object], why: str
) -> None:
    prepare(tmp_path)
    assert any(line.startswith(f"cache: not used: {why}") for line in run("-v")[2])


def test_without_configuration_there_is_none(run: Callable[..., Said]) -> None:
    assert "configuration: none" in run("-v", "--isolated")[2]


def test_files_and_folders_that_are_left_out_are_counted(run: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("made/\nlocal_*.py\n")
    for name in ("made/a.py", "made/b.py", "local_a.py", "local_b.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    lines = run("-v", "app", "made/b.py")[2]
    assert "left out: 1 path by exclude, 3 paths by ignore files" in lines
    assert "found 10 files in N s; to be checked: 9 files" in lines


def test_processes_are_counted(run: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summarizing, "POOL_FROM", 1)
    monkeypatch.setattr(summarizing, "_CHUNK", 5)
    assert read(9, processes="2 processes") in run("-v", "--jobs", "3")[2]


def test_each_round_of_fixes_is_told(run: Callable[..., Said]) -> None:
    lines = run("-v", "--diff")[2]
    assert lines[-3:] == [LINKED, OPENED[1], CHECKED]
    assert lines.count(CHECKED) == 2


def test_standard_input_is_told_as_such(run: Callable[..., Said], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FILES["app/views.py"].encode())))
    lines = run("-v", "-", "--stdin-filename", "app/views.py")[2]
    assert "found 9 files in N s; to be checked: standard input" in lines
    assert lines[-1] == "checked 1 file in N s"


@pytest.mark.parametrize(
    "arguments",
    [(), ("--output-format", "json"), ("--output-format", "sarif"), ("--statistics",), ("--diff",)],
)
def test_standard_output_and_status_are_the_same(
    run: Callable[..., Said], arguments: tuple[str, ...]
) -> None:
    for _ in ("cold", "warm"):
        told, untold = run("-v", *arguments), run(*arguments)
        assert told[:2] == untold[:2]
        assert told[1]
        assert not untold[2]


def test_who_wants_to_hear_less_does_not_hear_more(run: Callable[..., Said]) -> None:
    status, out, lines = run("-v", "-q")
    assert (status, out) == (2, "")
    assert lines == ["ssot-lint: error: --quiet and --verbose exclude each other; see ssot-lint check --help"]


def test_each_step_is_told_of_before_its_first_file_is_done(tmp_path: Path) -> None:
    firsts: dict[Step, int] = {}
    check(cwd=write(tmp_path), progress=Progress(lambda step, done, _: firsts.setdefault(step, done)))
    assert list(firsts.items()) == [(Step.READING, 0), (Step.LINKING, 0), (Step.CHECKING, 0)]


def test_seconds_are_those_since_the_step_began(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    narrator = Narrator(clock=lambda: now[0])
    now[0] = 5.0
    narrator.tell(Step.CHECKING, 0, 2)
    now[0] = 6.0
    narrator.tell(Step.CHECKING, 1, 2)
    now[0] = 6.5
    narrator.checked(2)
    assert capsys.readouterr().err.endswith("checked 2 files in 1.50 s\n")
