"""Projects that are twice as large in one way take twice as long: calls are counted, not seconds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from small_project import write

from benchmarks.robustness.shapes import SHAPES
from benchmarks.robustness.sizes import count, main, make
from ssot_lint import Confidence, check, fixes

if TYPE_CHECKING:
    from pathlib import Path

MOST_GROWTH = 2.3
"""Of twice the size; what takes the square of it would take four times as much."""
DEEP = "chain_of_classes"
"""Each class of such a chain has all those above it for bases: their order alone takes the square."""


@pytest.mark.untraced
@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != DEEP])
def test_twice_the_size_takes_twice_the_calls(tmp_path: Path, shape: str) -> None:
    make(tmp_path / "warm", shape, 2)
    count(tmp_path / "warm")
    counted = []
    for size in (40, 80):
        make(tmp_path / str(size), shape, size)
        counted.append(count(tmp_path / str(size)))
    (small, few), (large, many) = counted
    assert many in (2 * few, 2 * few - 1, 2 * few + 1)
    assert large / small < MOST_GROWTH


@pytest.mark.parametrize("shape", ["registries_of_one_class", "slots_of_one_class"])
def test_modules_that_keep_one_class_are_not_each_held_against_all(tmp_path: Path, shape: str) -> None:
    """What grows by the square is but a small part of the calls here: it shows in how their growth grows."""
    make(tmp_path / "warm", shape, 2)
    count(tmp_path / "warm")
    counted = []
    for size in (15, 30, 45):
        make(tmp_path / str(size), shape, size)
        counted.append(count(tmp_path / str(size))[0])
    few, some, many = counted
    assert many - 2 * some + few < few / 200


def test_classes_made_in_one_file_are_not_each_looked_for_among_all_its_names(tmp_path: Path) -> None:
    """Nothing but string methods would be called for each pair, so these are what is counted."""
    counted: list[int] = []
    for size in (15, 15, 30, 45):
        folder = tmp_path / str(len(counted))
        make(folder, "classes_made_in_one_file", size)
        counted.append(_string_calls(folder))
    _, few, some, many = counted
    assert many - 2 * some + few < few / 20


def _string_calls(folder: Path) -> int:
    """Count the calls of ``str.startswith`` in a check."""
    calls = 0

    def note(_frame: object, event: str, argument: object) -> None:
        nonlocal calls
        if event == "c_call" and getattr(argument, "__name__", "") == "startswith":
            calls += 1

    sys.setprofile(note)
    try:
        check(cwd=folder)
    finally:
        sys.setprofile(None)
    return calls


def test_each_shape_is_linted_in_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--shape", "constructions=3"]) == 0
    told = capsys.readouterr().out
    assert "constructions 3: status 1" in told
    assert "Found 3 findings" in told


def test_edits_are_worked_out_for_the_first_findings_of_a_file_that_has_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"pyproject.toml": "[tool.ssot-lint]\n", **dict(SHAPES["constructions"](5))})
    lines = len((tmp_path / "app" / "uses.py").read_text("utf-8").split("\n"))
    monkeypatch.setattr(fixes, "MOST_WORK", 3 * lines)
    found = check(cwd=tmp_path, overrides={"min_confidence": Confidence.LOW}).findings
    assert [finding.fix is not None for finding in found] == [True] * 3 + [False] * 2
    assert "the file has too many findings before this one" in found[-1].suggestions[0].title
