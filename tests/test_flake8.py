"""The plugin under the real flake8: findings, options, workers, standard input and failures."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from faces import Found, Ran, call_cli, call_flake8, cli_findings, run_cli, run_flake8
from flake8.api import legacy
from flake8.main.cli import main as flake8

from ssot_lint import inspection, session
from ssot_lint.discovery import checksum
from ssot_lint.flake8_plugin import Plugin
from ssot_lint.session import checking
from ssot_lint.session.per_file import FileReport

if TYPE_CHECKING:
    from pathlib import Path

POOL = '''\
_pool = None


class Pool:
    """The one pool of this process."""


def get_pool():
    global _pool
    if _pool is None:
        _pool = Pool()
    return _pool
'''
USE = "from shop.pool import get_pool\n\n\ndef use():\n    return get_pool()\n"
AROUND = "from shop.pool import Pool\n\n\ndef another():\n    return Pool()\n"
FOUND = Found("shop/around.py", 5, 12, "SST101")
CLEAN = Ran(0, "", "")

FILES = {
    "pyproject.toml": "[tool.ssot-lint]\n",
    "shop/__init__.py": "",
    "shop/pool.py": POOL,
    "shop/first.py": USE,
    "shop/second.py": USE,
    "shop/third.py": USE,
    "shop/around.py": AROUND,
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return a project with one finding of high confidence."""
    folder = tmp_path / "project"
    for path, text in FILES.items():
        write(folder / path, text)
    return folder


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="")


def test_flake8_names_the_plugin_among_its_own(tmp_path: Path) -> None:
    assert f"{Plugin.name}: {Plugin.version}" in run_flake8(tmp_path, "--version").output


def test_a_finding_is_shown_where_the_command_line_shows_it(shop: Path) -> None:
    ran = run_flake8(shop, ".")
    assert ran.found == {FOUND} == cli_findings(shop, ".", run=run_cli)
    assert ran.status == 1
    assert "shop/around.py:5:12: SST101 Pool is constructed directly" in ran.output


def test_a_clean_project_passes(shop: Path) -> None:
    (shop / "shop" / "around.py").unlink()
    assert run_flake8(shop, ".") == CLEAN


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_find_the_same_however_they_are_started(shop: Path, method: str) -> None:
    ran = run_flake8(shop, "-j", "2", "--ssot-min-confidence", "low", ".", method=method)
    assert ran.found == {FOUND}
    assert ran.errors == ""


def test_only_the_given_files_are_reported_while_the_whole_project_is_read(shop: Path) -> None:
    write(shop / "shop" / "other.py", AROUND)
    assert run_flake8(shop, "shop/around.py").found == {FOUND}
    assert run_flake8(shop, "shop/first.py", "shop/second.py") == CLEAN


def test_the_working_directory_does_not_matter(shop: Path, tmp_path: Path) -> None:
    """The configuration is that of the project in which the files lie."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    file = shop / "shop" / "around.py"
    assert run_flake8(elsewhere, str(file)).found == {FOUND._replace(path=str(file))}
    write(shop / "pyproject.toml", '[tool.ssot-lint]\nignore = ["SST101"]\n')
    assert run_flake8(elsewhere, str(file)) == CLEAN


class TestStandardInput:
    def test_an_unsaved_text_is_judged_with_the_project_around_it(self, shop: Path) -> None:
        text = "import os\n\n" + AROUND
        ran = run_flake8(shop, "--stdin-display-name", "shop/around.py", "--select", "SST", "-", text=text)
        assert ran.found == {FOUND._replace(row=7)}

    def test_the_saved_text_does_not_count(self, shop: Path) -> None:
        ran = call_flake8(shop, "--stdin-display-name", "shop/around.py", "-", text=USE)
        assert ran == CLEAN

    def test_the_unsaved_text_changes_what_is_known_of_the_project(self, shop: Path) -> None:
        """Two of the three uses of the factory are gone: nearly everybody goes through it no longer."""
        for name in ("first", "second"):
            write(shop / "shop" / f"{name}.py", "")
        text = AROUND + USE.replace("use", "used") + "\n\ndef more():\n    return Pool(), Pool(), Pool()\n"
        ran = call_flake8(shop, "--select", "SST", "--stdin-display-name", "shop/around.py", "-", text=text)
        assert ran == CLEAN

    def test_a_file_that_was_never_saved_is_judged_like_its_neighbours(self, shop: Path) -> None:
        text = AROUND.replace("shop.pool", ".pool")
        ran = call_flake8(shop, "--stdin-display-name", "shop/fresh.py", "-", text=text)
        assert ran.found == {FOUND._replace(path="shop/fresh.py")}

    def test_a_text_without_a_name_is_judged_as_one_in_the_working_directory(self, shop: Path) -> None:
        assert call_flake8(shop, "-", text=AROUND).found == {FOUND._replace(path="stdin")}

    def test_an_excluded_file_stays_excluded(self, shop: Path) -> None:
        write(shop / "pyproject.toml", '[tool.ssot-lint]\nexclude = ["around.py"]\n')
        ran = call_flake8(shop, "--stdin-display-name", "shop/around.py", "-", text=AROUND)
        assert ran == CLEAN


class TestSuppression:
    @pytest.mark.parametrize(
        "comment", ["# noqa", "# noqa: SST101", "# noqa: SST101 on purpose", "# noqa : SST101"]
    )
    def test_a_noqa_silences_in_both_faces(self, shop: Path, comment: str) -> None:
        write(shop / "shop" / "around.py", AROUND.replace("Pool()", f"Pool()  {comment}"))
        assert call_flake8(shop, "--extend-ignore", "E,W", ".") == CLEAN
        assert cli_findings(shop, ".") == frozenset()

    def test_flake8_alone_decides_about_noqas(self, shop: Path) -> None:
        write(shop / "shop" / "around.py", AROUND.replace("Pool()", "Pool()  # noqa: SST101"))
        assert call_flake8(shop, "--disable-noqa", ".").found == {FOUND}

    def test_whether_a_noqa_is_of_use_is_said_by_the_command_line_alone(self, shop: Path) -> None:
        """flake8 doesn't tell its plugins which noqa comments silence something for others."""
        write(shop / "shop" / "around.py", USE.replace("get_pool()\n", "get_pool()  # noqa: SST101\n"))
        assert call_flake8(shop, "-j", "1", ".") == CLEAN
        assert "SST003" in call_cli(shop, "check", ".").output

    def test_our_own_per_file_ignores_hold(self, shop: Path) -> None:
        write(shop / "pyproject.toml", '[tool.ssot-lint]\nper-file-ignores = { "around.py" = ["SST1"] }\n')
        assert call_flake8(shop, ".") == CLEAN
        assert cli_findings(shop, ".") == frozenset()

    def test_our_own_selection_holds(self, shop: Path) -> None:
        write(shop / "pyproject.toml", '[tool.ssot-lint]\nselect = ["SST3"]\n')
        assert call_flake8(shop, ".") == CLEAN
        assert cli_findings(shop, ".") == frozenset()

    def test_the_selection_and_the_per_file_ignores_of_flake8_hold_too(self, shop: Path) -> None:
        assert call_flake8(shop, "--per-file-ignores", "shop/around.py:SST1", ".") == CLEAN
        assert call_flake8(shop, "--ignore", "S", ".") == CLEAN
        assert call_flake8(shop, "--ignore", "S1,S2", ".").found == {FOUND}

    def test_an_opt_in_rule_is_on_when_either_configuration_selects_its_whole_code(self, shop: Path) -> None:
        asked = Found("shop/pool.py", 4, 7, "SST408")
        sure = "--ssot-min-confidence=medium"
        assert asked not in call_flake8(shop, sure, "--extend-select", "SST4,SST40", ".").found
        assert call_flake8(shop, sure, "--extend-select", "SST408", ".").found == {FOUND, asked}
        settings = '[tool.ssot-lint]\nextend-select = ["SST408"]\nmin-confidence = "medium"\n'
        write(shop / "pyproject.toml", settings)
        assert call_flake8(shop, ".").found == cli_findings(shop, ".") == {FOUND, asked}

    def test_what_we_exclude_is_not_linted_even_when_flake8_passes_it(self, shop: Path) -> None:
        write(shop / "pyproject.toml", '[tool.ssot-lint]\nexclude = ["around.py"]\n')
        assert call_flake8(shop, ".") == CLEAN
        assert call_flake8(shop, "shop/around.py") == CLEAN

    def test_what_git_ignores_is_not_linted_unless_it_is_given_by_name(self, shop: Path) -> None:
        write(shop / ".gitignore", "around.py\n")
        assert call_flake8(shop, ".") == CLEAN
        assert cli_findings(shop, ".") == frozenset()
        assert call_flake8(shop, "shop/around.py").found == {FOUND} == cli_findings(shop, "shop/around.py")


class TestOptions:
    @pytest.fixture
    def doubtful(self, shop: Path) -> Path:
        """Return a project with a finding of medium confidence: one goes by the factory, one around it."""
        for name in ("second", "third"):
            (shop / "shop" / f"{name}.py").unlink()
        return shop

    def test_the_confidence_can_be_lowered_on_the_command_line(self, doubtful: Path) -> None:
        assert call_flake8(doubtful, ".") == CLEAN
        assert call_flake8(doubtful, "--ssot-min-confidence", "medium", ".").found == {FOUND}
        assert call_flake8(doubtful, "--ssot-min-confidence=high", ".") == CLEAN

    @pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
    def test_the_confidence_can_be_lowered_in_the_configuration_of_flake8(
        self, doubtful: Path, name: str
    ) -> None:
        write(doubtful / name, "[flake8]\nssot-min-confidence = low\n")
        assert call_flake8(doubtful, ".").found == {FOUND}

    def test_tests_can_be_checked(self, shop: Path) -> None:
        write(shop / "tests" / "test_shop.py", AROUND)
        there = FOUND._replace(path="tests/test_shop.py")
        assert call_flake8(shop, ".").found == {FOUND}
        assert call_flake8(shop, "--ssot-check-tests", ".").found == {FOUND, there}
        write(shop / ".flake8", "[flake8]\nssot_check_tests = true\n")
        assert run_flake8(shop, "-j", "2", ".", method="spawn").found == {FOUND, there}

    def test_another_configuration_file_can_be_named(self, shop: Path) -> None:
        write(shop / "lint" / "strict.toml", 'select = ["SST3"]\n')
        assert call_flake8(shop, "--ssot-config", "lint/strict.toml", ".") == CLEAN
        write(shop / ".flake8", "[flake8]\nssot-config = lint/strict.toml\n")
        assert call_flake8(shop / "shop", ".") == CLEAN


class TestFailures:
    """Whatever goes wrong is said in a line; nothing is a traceback, and nothing passes for success."""

    def test_all_mistakes_in_the_configuration_end_the_run_with_one_message(self, shop: Path) -> None:
        write(shop / "pyproject.toml", '[tool.ssot-lint]\nslect = ["SST1"]\nmin-confidence = "hihg"\n')
        for arguments in (["."], ["-j", "2", "."], ["shop/around.py"], ["-"]):
            ran = run_flake8(shop, *arguments, text=AROUND)
            assert ran.status == 1
            assert "critical error" in ran.output
            assert "ssot-lint: pyproject.toml:2" in ran.output
            assert "pyproject.toml:3" in ran.output
            assert "Traceback" not in ran.output + ran.errors
            assert "E999" not in ran.output

    def test_a_bad_value_in_the_configuration_of_flake8_is_named(self, shop: Path) -> None:
        write(shop / ".flake8", "[flake8]\nssot-min-confidence = hihg\n")
        ran = call_flake8(shop, "-j", "1", ".")
        assert ran.status == 1
        assert "ssot-min-confidence: 'hihg' is none of high, medium, low" in ran.output
        assert "Traceback" not in ran.output + ran.errors

    def test_a_configuration_file_that_is_not_there_is_named(self, shop: Path) -> None:
        ran = call_flake8(shop, "--ssot-config", "nowhere.toml", ".")
        assert ran.status == 1
        assert "nowhere.toml: no such configuration file" in ran.output
        assert "Traceback" not in ran.output + ran.errors

    def test_a_broken_file_is_left_to_flake8_and_the_others_are_linted(self, shop: Path) -> None:
        write(shop / "shop" / "broken.py", "def f(:\n")
        ran = run_flake8(shop, "--select", "SST,E9", ".")
        assert {found._replace(column=0) for found in ran.found} == {
            FOUND._replace(column=0),
            Found("shop/broken.py", 1, 0, "E999"),
        }

    @pytest.mark.parametrize(
        "error", [RuntimeError("out of luck"), SyntaxError("out of luck"), AttributeError("x")]
    )
    def test_an_error_of_ours_in_a_file_is_a_finding_there_and_the_others_are_linted(
        self,
        shop: Path,
        error: Exception,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """No noqa hides it, since the file was not looked at."""
        genuine = inspection.screen_file

        def screen_file(path: str, *arguments: Any, **options: Any) -> Any:
            if "first" in path:
                raise error
            return genuine(path, *arguments, **options)

        write(shop / "shop" / "first.py", "import os  # noqa\n")
        monkeypatch.setattr(checking, "screen_file", screen_file)
        monkeypatch.chdir(shop)
        assert flake8(["-j1", "."]) == 1
        lines = sorted(capsys.readouterr().out.splitlines())
        assert len(lines) == 2
        assert lines[0].startswith("./shop/around.py:5:12: SST101 ")
        assert lines[1].startswith("./shop/first.py:0:1: SST000 ssot-lint could not check this file: ")
        assert type(error).__name__ in lines[1]

    def test_a_problem_that_the_session_tells_is_a_finding_in_the_file(
        self, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = (shop / "shop" / "around.py").read_text()
        told = {
            str(shop / "shop" / "around.py"): FileReport(
                checksum(text), problems=("the rule SST101\nfailed",)
            )
        }
        monkeypatch.setattr(session, "report_files", lambda *_, **__: told)
        monkeypatch.chdir(shop)
        assert flake8(["-j1", "shop/around.py"]) == 1
        shown = capsys.readouterr().out
        assert (
            shown
            == "shop/around.py:0:1: SST000 ssot-lint could not check this file: the rule SST101 failed\n"
        )

    def test_an_error_of_ours_in_the_project_ends_the_run_with_one_message(
        self, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def report_files(*_: object, **__: object) -> None:
            raise ZeroDivisionError("by chance")

        monkeypatch.setattr(session, "report_files", report_files)
        monkeypatch.chdir(shop)
        assert flake8(["-j1", "."]) == 1
        shown = capsys.readouterr().out
        assert "ssot-lint could not read the project: ZeroDivisionError('by chance')" in shown

    def test_in_a_worker_the_same_error_is_a_finding_since_flake8_may_hang_when_one_raises(
        self, shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def report_files(*_: object, **__: object) -> None:
            raise ZeroDivisionError("by chance")

        monkeypatch.setattr(session, "report_files", report_files)
        monkeypatch.setattr(multiprocessing, "parent_process", object)
        monkeypatch.chdir(shop)
        assert flake8(["-j1", "shop/around.py"]) == 1
        shown = capsys.readouterr().out
        assert shown.startswith("shop/around.py:0:1: SST000 ssot-lint could not check this file: ")
        assert "could not read the project: ZeroDivisionError('by chance')" in shown


@pytest.mark.parametrize(
    ("encoding", "newline", "start"),
    [
        ("utf-8", "\r\n", ""),
        ("utf-8-sig", "\n", ""),
        ("latin-1", "\n", "# coding: latin-1\n"),
        ("utf-8", "\r", ""),
    ],
)
def test_columns_are_those_of_the_command_line_in_any_encoding(
    shop: Path, encoding: str, newline: str, start: str
) -> None:
    text = start + AROUND.replace("return Pool()", "return 'äöü', Pool()")
    (shop / "shop" / "around.py").write_bytes(text.replace("\n", newline).encode(encoding))
    found = call_flake8(shop, "--select", "SST", ".").found
    assert found == cli_findings(shop, ".")
    assert found == {FOUND._replace(row=5 + bool(start), column=19)}


def test_the_project_is_read_once_for_all_workers(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The parent says what is in each file; a worker that looked for itself would tell of its failure."""
    genuine, parent = session.report_files, os.getpid()

    def report_files(*arguments: Any, **options: Any) -> Any:
        assert os.getpid() == parent
        return genuine(*arguments, **options)

    monkeypatch.setattr(session, "report_files", report_files)
    monkeypatch.setattr(session, "open_project", None)
    monkeypatch.chdir(shop)
    assert flake8(["-j2", "--select=SST", "."]) == 1
    (line,) = capfd.readouterr().out.splitlines()
    assert line.startswith("./shop/around.py:5:12: SST101 ")


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_a_second_run_reads_nothing_and_finds_the_same(
    shop: Path, jobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_flake8(shop, jobs, ".")
    assert first.found == {FOUND}
    monkeypatch.setenv("PYTHONPATH", str(shop.parent))
    write(shop.parent / "sitecustomize.py", "import sys\nsys.modules['ssot_lint.session.linked'] = None\n")
    assert run_flake8(shop, jobs, ".") == first
    assert "could not read the project" in run_flake8(shop, jobs, "--ssot-no-cache", ".").output


def test_columns_count_characters_also_beyond_the_basic_plane(shop: Path) -> None:
    write(shop / "shop" / "around.py", AROUND.replace("return Pool()", "return '\U0001f600é', Pool()"))
    assert (
        call_flake8(shop, "--select", "SST", ".").found
        == {FOUND._replace(column=18)}
        == cli_findings(shop, ".")
    )


def test_one_process_can_run_flake8_again_over_a_changed_project(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of a run outlives it: the second one sees that the factory is gone."""
    monkeypatch.chdir(shop)
    assert legacy.get_style_guide(select=["SST"]).check_files(["."]).total_errors == 1
    for name in ("first", "second", "third"):
        (shop / "shop" / f"{name}.py").unlink()
    assert legacy.get_style_guide(select=["SST"]).check_files(["."]).total_errors == 0
    assert capsys.readouterr().out.count("SST101") == 1


def test_the_plugin_costs_nothing_before_the_first_file(tmp_path: Path) -> None:
    """flake8 loads its plugins even to print its version: LibCST and the rules aren't needed for that."""
    heavy = "any(name in sys.modules for name in ('libcst', 'rich', 'click', 'ssot_lint.rules'))"
    script = f"import sys, ssot_lint.flake8_plugin; sys.exit({heavy})"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)


def test_a_file_that_python_cannot_decode_is_reported_since_flake8_reads_it_all_the_same(shop: Path) -> None:
    """flake8 takes such bytes for latin-1 and says nothing about them; the command line says SST001."""
    (shop / "shop" / "around.py").write_bytes(AROUND.encode() + b"x = '\xff'\n")
    ran = call_flake8(shop, "--select", "SST", ".")
    assert ran.found == {Found("shop/around.py", 1, 1, "SST001")}
    shown = call_cli(shop, "check", "--output-format", "concise", ".").output.splitlines()[0]
    assert shown in ran.output.replace("./", "")
