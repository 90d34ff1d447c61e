"""The harness that has real code read sees what can go wrong, and a small project passes it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Final

import pytest

pytest.importorskip("resource", reason="each run is a process whose time is bounded")

from small_project import FILES, write

from benchmarks.judging import faults_of_run
from benchmarks.real_inputs import running
from benchmarks.real_inputs.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path
UNREADABLE: Final = "class A(metaclass=M, *bases): pass\n"
"""Python takes it, and LibCST doesn't."""
PROJECT: Final = {
    **FILES,
    "app/broken.py": "def f(:\n",
    "app/strange.py": UNREADABLE,
    "app/windows.py": "import json\r\n\r\nx = json.loads('1')\r\n",
    "app/types.pyi": "x: int\n",
    "app/silent.py": "# flake8: noqa\n",
    "site-packages/other/a.py": "",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write(tmp_path / "package", PROJECT)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[running.Verdict, running.Ran]:
    """Return the verdict on the project, and what the program said of it."""
    runs = []
    run = running.run

    def noting(*arguments: Any) -> running.Ran:
        runs.append(run(*arguments))
        return runs[-1]

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(running, "run", noting)
        verdict = running.check(write(tmp_path_factory.mktemp("real") / "package", PROJECT))
    return verdict, runs[0]


def test_each_file_is_told_of(checked: tuple[running.Verdict, running.Ran]) -> None:
    verdict, ran = checked
    assert verdict.faults == []
    assert dict(verdict) == {
        "files": 8,
        "lines": 68,
        "valid Python": 7,
        "refused as no valid Python": 1,
        "not read by LibCST": 1,
        "findings": 2,
        "planted": 7,
        "planted and found": 5,
    }
    assert verdict.seconds == ran.seconds > 0
    assert ran.status == 2


def test_what_is_mended_is_the_same_with_a_patch(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in package.rglob("*.py")}
    assert main([str(package), "--way", "fix", "--every", "1", "--patch"]) == 0
    assert ", 5 files mended, " in capsys.readouterr().out
    assert {path: path.read_bytes() for path in package.rglob("*.py")} == before


FAULTS: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "a file is passed over": ({"out": "[]"}, "package/app/views.py: what was planted there wasn't found"),
    "a broken file is passed over": ({"out": "[]"}, "package/app/broken.py: not refused"),
    "it dies": ({"status": -9}, "status -9"),
    "something fails": (
        {"errors": "ssot-lint: error: app/ws.py: internal error: KeyError: 'x'\n"},
        "internal error: KeyError",
    ),
    "a file takes too long": (
        {"slowest": (running.FILE_SECONDS + 1, "app/ws.py")},
        "app/ws.py: 21 s of CPU time",
    ),
}


@pytest.mark.parametrize(("changes", "fault"), FAULTS.values(), ids=FAULTS)
def test_what_goes_wrong_in_a_check_is_seen(
    changes: dict[str, Any],
    fault: str,
    checked: tuple[running.Verdict, running.Ran],
    package: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, ran = checked
    monkeypatch.setattr(running, "run", lambda *_: ran._replace(**changes))
    assert main([str(package)]) == 1
    assert fault in capsys.readouterr().out


def test_what_fixes_break_is_seen(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(root: Path, *_rest: object) -> running.Ran:
        for name, text in (("broken.py", "x = 1\n"), ("ws.py", "x = (\n")):
            (root / "package" / "app" / name).write_text(text, encoding="utf-8")
        return running.Ran(1, "", "", 1.0, 1.0, (0.0, ""))

    monkeypatch.setattr(running, "run", breaking)
    assert running.fix(package).faults == [
        "package/app/broken.py: was changed, though it is no valid Python",
        "package/app/ws.py: is no valid Python any more",
    ]


def test_a_patch_that_says_something_else_is_seen(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_apply", lambda _root, _text: [])
    assert (
        "package/app/views.py: --diff says something else than --fix does"
        in running.fix(package, patch=True).faults
    )


@pytest.mark.parametrize(
    ("status", "errors", "faults"),
    [
        (0, "ssot-lint: note: x\n", 0),
        (1, "", 0),
        (2, "ssot-lint: error: a.py: LibCST can't read this file: no\n", 0),
        (1, "ssot-lint: error: a.py: LibCST can't read this file: no\n", 1),
        (2, "", 1),
        (1, "Traceback (most recent call last):\n", 1),
        (3, "", 1),
        (2, "ssot-lint: error: a.py: can't be read: Permission denied\n", 1),
    ],
)
def test_how_a_run_may_end(status: int, errors: str, faults: int) -> None:
    assert len(faults_of_run(status, errors)) == faults


def test_other_projects_in_a_library_are_left_behind(package: Path) -> None:
    shutil.rmtree(package / "app")
    assert running.check(package)["files"] == 0
