"""The harness that checks fixes on real packages sees what can go wrong, and a small package passes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_project import write

from benchmarks.fixes_on_real_code.__main__ import main
from benchmarks.fixes_on_real_code.comparison import Import, Lines, changed_lines, faults, resolves
from benchmarks.generated_project import generate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (b"a = 1\n", b"a = (\n", "doesn't parse"),
        (b"a = 1\n", b"a = b\n", "pyflakes: UndefinedName ['b']"),
        (b"import a\na\n", b"import a\n1\n", "pyflakes: UnusedImport ['a']"),
        (b"a = 1\nb = 2\n", b"a = 3\nb = 4\n", "lines outside the edits differ: 2"),
        (b"a = 1\r\n", b"a = 2\n", "other newlines"),
        (b"a = 1", b"a = 2\n", "the newline at the end"),
        (b"\xef\xbb\xbfa = 1\n", b"a = 2\n", "byte order mark"),
    ],
)
def test_what_a_fix_breaks_is_seen(before: bytes, after: bytes, fault: str) -> None:
    assert any(each.startswith(fault) or fault in each for each in faults(before, after, [Lines(1, 1)]))


def test_a_good_fix_has_no_fault() -> None:
    before = b"from m import a\n\nx = a()\ny = 1\n"
    after = b"from m import b\n\nx = b()\ny = 1\n"
    assert list(faults(before, after, [Lines(3, 3)])) == []
    assert changed_lines(before, after) == [1, 3]


@pytest.mark.parametrize(
    ("module", "name", "leads"),
    [
        ("app.ws", "Manager", True),
        ("app.ws", "Other", False),
        ("app", "ws", True),
        (".ws", "get_manager", True),
        (".gone", "get_manager", False),
        ("app.gone", "", False),
        ("json", "loads", True),
    ],
)
def test_imports_are_resolved(tmp_path: Path, module: str, name: str, leads: bool) -> None:
    write(tmp_path)
    assert resolves(Import(module, name), tmp_path / "app" / "views.py", tmp_path) is leads


@pytest.mark.untraced
def test_fixes_of_planted_findings_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generate(tmp_path / "package", 30, 1)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    assert main([str(tmp_path / "package"), "--seed", "1", "--each", "1"]) == 0
    out = capsys.readouterr().out
    assert "Failures: 0" in out
    assert "Fixed: 0" not in out
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.py")} == before
