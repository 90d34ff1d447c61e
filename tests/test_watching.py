"""``--watch``: a real program in a real terminal, and files that change under it."""

from __future__ import annotations

import re
import shutil
import signal
import sys
from typing import TYPE_CHECKING

import click
import pytest
import watchfiles
from terminals import needs_terminal, open_terminal, rest

from ssot_lint.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pexpect

SHARED = "class A:\n    items: list[int] = []\n\n    def add(self) -> None:\n        self.items.append(1)\n"
FINDING = r"a\.py:2:5: SST201 A\.items"
WAITING = r"\[\d\d:\d\d:\d\d\] Watching for changes; Ctrl-C ends it\."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "src" / "app").mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[tool.ssot-lint]\n", encoding="utf-8")
    (folder / "src" / "app" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "src" / "app" / "a.py").write_text(SHARED, encoding="utf-8")
    return folder


@pytest.fixture
def watching(project: Path) -> Iterator[pexpect.spawn[str]]:
    """The program in a terminal, waiting for the first change."""
    terminal = open_terminal(project, "--watch", "--output-format", "concise", "src", NO_COLOR="1")
    terminal.expect(FINDING)
    terminal.expect(WAITING)
    yield terminal
    terminal.sendintr()
    status, said = rest(terminal)
    assert status == 130
    assert "Traceback" not in said
    assert "error" not in said


def tells(terminal: pexpect.spawn[str], *said: str) -> None:
    """Wait for the next round, on a cleared screen, and what it says."""
    terminal.expect("\x1b\\[2J")
    for pattern in said:
        terminal.expect(pattern)
    terminal.expect(WAITING)


@needs_terminal
class TestInATerminal:
    def test_each_change_is_checked_on_a_clear_screen(
        self, project: Path, watching: pexpect.spawn[str]
    ) -> None:
        file = project / "src" / "app" / "a.py"
        file.write_text(SHARED.replace(" = []", ""), encoding="utf-8")
        tells(watching, "All checks passed: 2 files checked")
        file.write_text(SHARED, encoding="utf-8")
        tells(watching, FINDING)

    def test_files_and_folders_come_and_go(self, project: Path, watching: pexpect.spawn[str]) -> None:
        package = project / "src" / "other"
        package.mkdir()
        (package / "b.py").write_text(SHARED, encoding="utf-8")
        tells(watching, r"b\.py:2:5: SST201", "Found 2 findings")
        shutil.rmtree(package)
        tells(watching, FINDING, "Found 1 finding ")
        shutil.rmtree(project / "src")
        tells(watching, "src: no such file or folder")
        (project / "src" / "new").mkdir(parents=True)
        (project / "src" / "new" / "a.py").write_text(SHARED, encoding="utf-8")
        tells(watching, FINDING)

    def test_a_broken_file_is_reported_and_watched(self, project: Path, watching: pexpect.spawn[str]) -> None:
        (project / "src" / "app" / "a.py").write_text("class A(:\n", encoding="utf-8")
        tells(watching, r"a\.py:1:9: SST001")
        (project / "src" / "app" / "a.py").write_text(SHARED, encoding="utf-8")
        tells(watching, FINDING)

    def test_the_configuration_may_change_and_be_wrong(
        self, project: Path, watching: pexpect.spawn[str]
    ) -> None:
        configuration = project / "pyproject.toml"
        configuration.write_text('[tool.ssot-lint]\nignore = ["SST2"]\n', encoding="utf-8")
        tells(watching, "All checks passed")
        configuration.write_text('[tool.ssot-lint]\nignor = ["SST2"]\n', encoding="utf-8")
        tells(watching, 'error: .*"?ignor"?')
        configuration.write_text("[tool.ssot-lint]\n", encoding="utf-8")
        tells(watching, FINDING)

    def test_what_git_ignores_is_left_out_as_soon_as_it_is(
        self, project: Path, watching: pexpect.spawn[str]
    ) -> None:
        (project / ".gitignore").write_text("a.py\n", encoding="utf-8")
        tells(watching, "All checks passed")


def test_a_file_that_is_left_out_makes_no_difference(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    (project / ".gitignore").write_text("made.py\n", encoding="utf-8")
    looked: list[str] = []
    rounds: list[list[str]] = []

    def changes(*_: object, **__: object) -> Iterator[set[str]]:
        for name in ("made.py", "kept.py"):
            (project / "src" / name).write_text("", encoding="utf-8")
            yield {name}
            looked.append(name)
        raise KeyboardInterrupt

    monkeypatch.setattr(watchfiles, "watch", changes)
    monkeypatch.setattr(click, "clear", lambda: rounds.append([*looked]))
    assert main(["--watch", "--quiet"]) == 130
    assert rounds == [[], ["made.py"]]  # at once, and for kept.py


@needs_terminal
def test_a_project_may_go_and_come_back(project: Path) -> None:
    terminal = open_terminal(project.parent, "--watch", "--output-format", "concise", "project", NO_COLOR="1")
    terminal.expect(FINDING)
    terminal.expect(WAITING)
    aside = project.rename(project.with_name("aside"))
    tells(terminal, "project: no such file or folder")
    aside.rename(project)
    tells(terminal, FINDING)
    terminal.sendintr()
    assert rest(terminal)[0] == 130


@needs_terminal
def test_a_working_directory_that_is_gone_ends_it(project: Path) -> None:
    terminal = open_terminal(project, "--watch", "--output-format", "concise", NO_COLOR="1")
    terminal.expect(WAITING)
    shutil.rmtree(project)
    status, said = rest(terminal)
    assert status == 2
    assert said.endswith(
        "ssot-lint: error: the working directory can't be found: No such file or directory\n"
    )


@needs_terminal
def test_a_baseline_and_a_configuration_elsewhere_are_watched_too(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text("", encoding="utf-8")
    known = tmp_path / "known.json"
    assert main(["baseline", "--output", str(known), "--no-cache", str(project)]) == 0
    full = known.read_text(encoding="utf-8")
    known.write_text(full.replace("SST201", "SST202"), encoding="utf-8")
    terminal = open_terminal(
        project, "-w", "--baseline", str(known), "--config", str(elsewhere), NO_COLOR="1"
    )
    terminal.expect("SST201")
    terminal.expect(WAITING)
    known.write_text(full, encoding="utf-8")
    tells(terminal, "All checks passed")
    elsewhere.write_text('select = ["SST1"]\n', encoding="utf-8")
    tells(terminal)
    terminal.sendintr()
    assert rest(terminal)[0] == 130


@needs_terminal
def test_quiet_says_nothing_but_findings(project: Path) -> None:
    terminal = open_terminal(project, "--watch", "--quiet", "--output-format", "concise", NO_COLOR="1")
    terminal.expect(FINDING)
    (project / "src" / "app" / "a.py").write_text("class A(:\n", encoding="utf-8")
    terminal.expect("SST001")
    terminal.kill(signal.SIGINT)
    assert not re.search("Watching|Found", rest(terminal)[1])


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--fix",), "--watch and --fix exclude each other"),
        (("--diff",), "--watch and --diff exclude each other"),
        (("--diff", "--unsafe-fixes"), "--watch and --unsafe-fixes exclude each other"),
        (("--add-noqa",), "--watch and --add-noqa exclude each other"),
        (("--output-file", "x"), "--watch and --output-file exclude each other"),
        (("--baseline", "x", "--prune"), "--watch and --prune exclude each other"),
        (("--exit-zero",), "--watch and --exit-zero exclude each other"),
        (("--exit-non-zero-on-fix",), "--watch and --exit-non-zero-on-fix exclude each other"),
        (("--show-files",), "--watch and --show-files exclude each other"),
        (("--show-settings",), "--watch and --show-settings exclude each other"),
        (("--output-format", "json"), "--watch has no json format"),
        (("-",), "--watch reads files, and not standard input"),
    ],
)
def test_what_goes_ill_with_it_is_an_error(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], complaint: str
) -> None:
    assert main(["--watch", *arguments]) == 2
    assert capsys.readouterr() == ("", f"ssot-lint: error: {complaint}; see ssot-lint check --help\n")


def test_what_is_missing_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main(["--watch"]) == 2
    assert "pip install 'ssot-lint[watch]'" in capsys.readouterr().err


def test_a_system_that_tells_nothing_is_named(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import watchfiles

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "OS file watch limit reached.")

    monkeypatch.chdir(project)
    monkeypatch.setattr(watchfiles, "watch", refuse)
    assert main(["--watch", "--output-format", "concise"]) == 2
    out, err = capsys.readouterr()
    assert re.search(FINDING, out)
    assert "the project can't be watched: OS file watch limit reached; with WATCHFILES_FORCE_POLLING=1" in err
