"""Comments that --add-noqa writes: where flake8 looks for them, and with nothing else changed."""

from __future__ import annotations

import io
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest
from silenced_by_flake8 import silenced_by_flake8
from small_project import VIEWS, write

from ssot_lint.cli import main
from ssot_lint.session import check, checking, silence, silencing
from ssot_lint.suppression import added_comments

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ssot_lint.session import CheckResult, LinkedProject

HEAD = "from app.ws import Manager\n\n"
ADDED = "Added noqa comments for 1 finding.\n"
ADD = ("check", "--no-cache", "--add-noqa", "--output-format", "concise")


class Ran(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path)


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: str) -> Ran:
        status = main(arguments)
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture
def views(project: Path) -> Path:
    return project / "app" / "views.py"


def silenced(codes: str) -> set[str]:
    """The lines of the code that say noqa."""
    return {line for line in codes.splitlines() if "noqa" in line}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("x = Manager()\n", "x = Manager()  # noqa: SST101\n", id="a line"),
        pytest.param("x = Manager()", "x = Manager()  # noqa: SST101", id="no newline at the end"),
        pytest.param("x = Manager() \t\n", "x = Manager()  # noqa: SST101\n", id="blanks at the end"),
        pytest.param("x = Manager()\r\n", "x = Manager()  # noqa: SST101\r\n", id="CRLF"),
        pytest.param("x = Manager()\ry = 1\r", "x = Manager()  # noqa: SST101\ry = 1\r", id="CR alone"),
        pytest.param(
            "x = Manager()  # type: int\n", "x = Manager()  # type: int  # noqa: SST101\n", id="a comment"
        ),
        pytest.param("x = Manager()  # noqa: E501\n", "x = Manager()  # noqa: E501, SST101\n", id="a noqa"),
        pytest.param(
            "x = Manager()  #  NOQA:E501,W29\n", "x = Manager()  #  NOQA:E501,W29  # noqa: SST101\n",
            id="what flake8 takes for no noqa",
        ),
        pytest.param(
            "x = Manager()  # NOQA:E501,W291 long\n", "x = Manager()  # NOQA:E501,W291,SST101 long\n",
            id="a noqa of other spelling, with a reason",
        ),
        pytest.param(
            "x = Manager()  # noqa: E501,\n", "x = Manager()  # noqa: E501,SST101,\n", id="a comma at the end"
        ),
        pytest.param(
            "x = f(\n    Manager(),\n    1,\n)\n", "x = f(\n    Manager(),  # noqa: SST101\n    1,\n)\n",
            id="a line within brackets",
        ),
        pytest.param(
            'x = f(Manager(), """\nlong\n""")\n', 'x = f(Manager(), """\nlong\n""")  # noqa: SST101\n',
            id="a string over several lines",
        ),
        pytest.param(
            "x = Manager() + \\\n    1\n", "x = Manager() + \\\n    1  # noqa: SST101\n", id="a backslash"
        ),
        pytest.param(
            "x = Manager() + \\\n    1  # why # noqa: E1\n",
            "x = Manager() + \\\n    1  # why # noqa: E1, SST101\n",
            id="a noqa behind a backslash",
        ),
        pytest.param(
            "x = [Manager(), Manager()]\n", "x = [Manager(), Manager()]  # noqa: SST101\n", id="two findings"
        ),
        pytest.param(
            "x = [Manager(), Manager.__new__(Manager)]\n",
            "x = [Manager(), Manager.__new__(Manager)]  # noqa: SST101, SST102\n",
            id="two codes",
        ),
        pytest.param(
            "def f(a=Manager()): x = '# not a comment'; return a\n",
            "def f(a=Manager()): x = '# not a comment'; return a  # noqa: SST101\n",
            id="a hash in a string",
        ),
    ],
)  # fmt: skip
def test_a_comment_is_put_where_flake8_looks_for_it(
    views: Path, run: Callable[..., Ran], code: str, expected: str
) -> None:
    newline = "\r" if "\r" in code else "\n"
    newline = "\r\n" if "\r\n" in code else newline
    before, after = ((HEAD.replace("\n", newline) + text).encode() for text in (code, expected))
    views.write_bytes(before)
    ran = run(*ADD)
    assert views.read_bytes() == after
    assert ran.status == 0, ran
    assert ran.err.startswith("Added noqa comments for ")
    assert run("check", "--no-cache", "--min-confidence", "low").status == 0
    line = next(n for n, each in enumerate(before.decode().split(newline), 1) if "Manager()" in each)
    assert (line, "SST101") in silenced_by_flake8(after.decode())
    again = run(*ADD)
    assert (again.status, again.err) == (0, "")
    assert views.read_bytes() == after


@pytest.mark.parametrize(
    ("reason", "comment"),
    [
        ("the pool owns these", "# noqa: SST101 the pool owns these"),
        ("x86 needs its own", "# noqa: SST101 - x86 needs its own"),
        ("  spaces around  ", "# noqa: SST101 spaces around"),
        ("", "# noqa: SST101"),
    ],
)
def test_a_reason_stands_behind_the_code(
    views: Path, run: Callable[..., Ran], reason: str, comment: str
) -> None:
    run(*ADD, "--noqa-reason", reason)
    assert views.read_text("utf-8") == VIEWS.replace("Manager()", f"Manager()  {comment}")
    assert silenced_by_flake8(views.read_text("utf-8")) == {(5, "SST101")}


def test_a_reason_that_is_there_is_left_alone(views: Path, run: Callable[..., Ran]) -> None:
    views.write_text(f"{HEAD}x = Manager()  # noqa: E501 long\ny = Manager()  # noqa: E501\n")
    run(*ADD, "--noqa-reason", "ours")
    assert silenced(views.read_text()) == {
        "x = Manager()  # noqa: E501, SST101 long",
        "y = Manager()  # noqa: E501, SST101 ours",
    }


@pytest.mark.parametrize("reason", ["two\nlines", "bell\x07"])
def test_a_reason_is_one_line(views: Path, run: Callable[..., Ran], reason: str) -> None:
    ran = run(*ADD, "--noqa-reason", reason)
    assert ran.status == 2
    assert "a reason is one line of text" in ran.err
    assert views.read_text() == VIEWS


@pytest.mark.parametrize(
    ("make", "encoding"),
    [("", "utf-8-sig"), ("# -*- coding: latin-1 -*-\n# caf\u00e9\n", "latin-1"), ("", "utf-8")],
)
def test_encoding_and_mode_stay(views: Path, run: Callable[..., Ran], make: str, encoding: str) -> None:
    views.write_bytes((make + VIEWS).encode(encoding))
    views.chmod(0o640)
    assert run(*ADD).status == 0
    assert views.read_bytes() == (make + VIEWS.replace("()\n", "()  # noqa: SST101\n")).replace(
        "view()  # noqa: SST101", "view()"
    ).encode(encoding)
    assert views.stat().st_mode & 0o777 == 0o640


def test_a_reason_that_the_encoding_has_no_bytes_for_is_refused(views: Path, run: Callable[..., Ran]) -> None:
    before = ("# -*- coding: latin-1 -*-\n" + VIEWS).encode("latin-1")
    views.write_bytes(before)
    ran = run(*ADD, "--noqa-reason", "\u6f22")
    assert ran.status == 2
    assert "app/views.py: not changed: the text can't be written in iso-8859-1" in ran.err
    assert views.read_bytes() == before


def test_what_no_comment_can_silence_is_told_and_left(views: Path, run: Callable[..., Ran]) -> None:
    text = f'{HEAD}x = [Manager(), "# noqa: E501"]\ny = Manager()\n'
    views.write_text(text)
    ran = run(*ADD)
    assert ran.status == 1
    assert ran.out.startswith("app/views.py:3:6: SST101")
    assert "warning: app/views.py:3: no comment silences SST101 here: its line says noqa in a way" in ran.err
    assert views.read_text() == text.replace("y = Manager()", "y = Manager()  # noqa: SST101")


def test_findings_about_other_things_than_code_are_not_silenced(
    project: Path, views: Path, run: Callable[..., Ran]
) -> None:
    write(project, {"app/views.py": "def view(:\n", "app/ok.py": "x = 1  # noqa: SST101\n"})
    write(project, {"pyproject.toml": '[[tool.ssot-lint.managed]]\nclass = "app.ws.Managre"\n'})
    ran = run(*ADD)
    assert ran.status == 1
    for code, why in (
        ("SST001", "the file is no valid Python"),
        ("SST002", "it is about the configuration"),
        ("SST003", "it is about a noqa; take out the code"),
    ):
        assert f"no comment silences {code} here: {why}" in ran.err
    assert views.read_text() == "def view(:\n"


def test_only_the_given_paths_codes_and_confidences_are_silenced(
    project: Path, run: Callable[..., Ran]
) -> None:
    write(project, {"app/other.py": VIEWS})
    run(*ADD, "app/other.py")
    assert "noqa" not in (project / "app/views.py").read_text()
    assert "noqa" in (project / "app/other.py").read_text()
    assert run(*ADD, "--select", "SST2").status == 0
    assert "noqa" not in (project / "app/views.py").read_text()


def test_what_a_baseline_knows_gets_no_comment(project: Path, views: Path, run: Callable[..., Ran]) -> None:
    run("baseline", "--no-cache", "--force")
    write(project, {"app/other.py": VIEWS})
    ran = run(*ADD, "--baseline", ".ssot-lint-baseline.json")
    assert ran.err == ADDED
    assert ran.out == "All checks passed: 4 files checked (1 known by the baseline, 1 under noqa).\n"
    assert views.read_text() == VIEWS


def test_the_comments_can_be_seen_as_a_patch_first(views: Path, run: Callable[..., Ran]) -> None:
    ran = run(*ADD, "--diff")
    assert ran.status == 1
    assert "+    return Manager()  # noqa: SST101\n" in ran.out
    assert ran.err == ""
    assert views.read_text() == VIEWS


def test_standard_input_is_passed_on_with_comments(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(VIEWS.encode())))
    ran = run(*ADD, "-", "--stdin-filename", "app/views.py")
    assert ran.out == VIEWS.replace("return Manager()", "return Manager()  # noqa: SST101")
    assert ran.err.startswith(ADDED)


def test_a_quiet_run_says_nothing_of_what_it_silenced(views: Path, run: Callable[..., Ran]) -> None:
    assert run(*ADD, "--quiet") == Ran(0, "", "")
    assert "noqa" in views.read_text()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--add-noqa", "--fix"), "--fix and --add-noqa exclude each other"),
        (("--noqa-reason", "so it is"), "--noqa-reason needs --add-noqa"),
    ],
)
def test_what_does_not_go_together_is_refused(
    run: Callable[..., Ran], arguments: tuple[str, ...], line: str
) -> None:
    ran = run("check", *arguments)
    assert ran.status == 2
    assert line in ran.err


def test_a_file_that_cannot_be_written_stays_and_is_a_failure(views: Path, run: Callable[..., Ran]) -> None:
    views.chmod(0o444)
    ran = run(*ADD)
    assert ran.status == 2
    assert "app/views.py: not changed: it is read-only" in ran.err
    assert views.read_text() == VIEWS


class TestVerification:
    """What would go wrong is withheld; nothing is known to go wrong, so it is made to here."""

    def test_code_that_would_change_is_left_alone(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(silencing, "_is_same_code", lambda *_: False)
        made = silence()
        assert made.changes == ()
        assert [each.reason for each in made.withheld] == ["a comment there would change the code"]

    def test_only_comments_leave_the_code_the_same(self) -> None:
        assert silencing._is_same_code("x = f'{1}'\n", "x = f'{1}'  # noqa\n")
        assert not silencing._is_same_code("x = 1\n", "x =  1\n")
        assert not silencing._is_same_code("x = 1\n", "x = (\n")

    @pytest.mark.parametrize("code", ["class C:  # ssot: managed  # noqa: E1\n    pass\n"])
    def test_a_marker_stays_one(self, project: Path, code: str, run: Callable[..., Ran]) -> None:
        write(project, {"app/c.py": code})
        assert "app.c.C" in run("map").out

    def test_comments_that_make_for_other_findings_are_taken_back(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(project, {"app/other.py": VIEWS})
        other = msgspec.structs.replace(check().findings[0], code="SST201")
        runs: list[LinkedProject] = []

        def check_opened(opened: LinkedProject) -> CheckResult:
            runs.append(opened)
            result = checking.check_opened(opened)
            found = (*result.findings, other) if len(runs) == 2 else result.findings
            return msgspec.structs.replace(result, findings=found)

        monkeypatch.setattr(silencing, "check_opened", check_opened)
        made = silence()
        assert [change.path for change in made.changes] == ["app/views.py"]
        assert [(each.finding.location.path, each.reason) for each in made.withheld] == [
            ("app/other.py", "a comment in this file would make for other findings")
        ]


def test_lines_that_no_comment_can_be_put_on_are_named() -> None:
    assert added_comments("x = 1\n", {7: {"SST101"}}) == ({}, frozenset({7}))
    assert added_comments("x = 1  # noqa : all\n", {1: {"SST101"}}) == ({}, frozenset({1}))
