"""Generated projects are real enough: valid, the same for the same seed, and with something to find."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

import ssot_lint
from benchmarks.generated_project import generate
from benchmarks.generated_project.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.py")}


def test_the_seed_makes_the_project(tmp_path: Path) -> None:
    lines = [generate(tmp_path / name, 90, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    first, same, other = (texts(tmp_path / name) for name in "abc")
    assert first == same != other
    assert len(first) == len(other) == 90
    assert lines[0] == sum(text.count("\n") for text in first.values())
    assert 90 < lines[0] / 90 < 210


def test_a_few_modules_are_imported_by_many(tmp_path: Path) -> None:
    generate(tmp_path / "project", 300, 3)
    imports: Counter[str] = Counter()
    for text in texts(tmp_path / "project").values():
        tree = ast.parse(text)
        imports.update(node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    counts = sorted((n for name, n in imports.items() if name.startswith("shop")), reverse=True)
    assert sum(counts[: len(counts) // 10]) > sum(counts) / 3


def test_there_is_something_to_find_and_nothing_amiss(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "project"
    assert main([str(folder), "--modules", "120", "--seed", "1"]) == 0
    assert capsys.readouterr().out.startswith("120 modules, ")
    result = ssot_lint.check(cwd=folder)
    assert not result.problems
    assert result.checked_files == 120
    assert {finding.code for finding in result.findings} >= {"SST101", "SST201"}
    assert main([str(folder), "--modules", "120"]) == 2
