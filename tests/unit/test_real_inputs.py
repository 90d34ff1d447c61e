"""The harness that has real code read sees what can go wrong, and a small project passes it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import pytest

pytest.importorskip("resource", reason="each run is a process whose time is bounded")

from small_project import FILES, write

from benchmarks.judging import faults_of_run
from benchmarks.real_inputs import running
from benchmarks.real_inputs.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable
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


def test_each_file_is_told_of(package: Path) -> None:
    verdict = running.check(package)
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
    assert verdict.seconds > 0


def test_what_is_mended_is_the_same_with_a_patch(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in package.rglob("*.py")}
    assert main([str(package), "--way", "fix", "--every", "1", "--patch"]) == 0
    assert ", 5 files mended, " in capsys.readouterr().out
    assert {path: path.read_bytes() for path in package.rglob("*.py")} == before


Change = "Callable[[running.Ran, Path], running.Ran]"


def passing_over(ran: running.Ran, _root: Path) -> running.Ran:
    return ran._replace(out="[]")


def dying(ran: running.Ran, _root: Path) -> running.Ran:
    return ran._replace(status=-9)


def failing(ran: running.Ran, _root: Path) -> running.Ran:
    error = "ssot-lint: error: app/ws.py: internal error: KeyError: 'x'\n"
    return ran._replace(status=2, errors=f"{ran.errors}{error}")


def slow(ran: running.Ran, _root: Path) -> running.Ran:
    return ran._replace(slowest=(running.FILE_SECONDS + 1, "app/ws.py"))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (passing_over, "package/app/views.py: what was planted there wasn't found"),
        (passing_over, "package/app/broken.py: not refused"),
        (dying, "status -9"),
        (failing, "internal error: KeyError"),
        (slow, "app/ws.py: 21 s of CPU time"),
    ],
)
def test_what_goes_wrong_in_a_check_is_seen(
    change: Callable[[running.Ran, Path], running.Ran],
    fault: str,
    package: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = running.run
    monkeypatch.setattr(running, "run", lambda root, *rest: change(run(root, *rest), root))
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
