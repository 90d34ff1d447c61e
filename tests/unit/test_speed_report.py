"""What the benchmark of speed measures and how it is shown."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from benchmarks.speed.__main__ import main
from benchmarks.speed.measuring import Item, Run, measure
from benchmarks.speed.report import BEGIN, END, as_values, chart, filled, table

if TYPE_CHECKING:
    from pathlib import Path


def program(label: str, code: str, folder: Path, **options: Any) -> Run:
    return Run(label, [sys.executable, "-c", code], folder, **options)


@pytest.fixture
def results(tmp_path: Path) -> dict[str, Any]:
    changes: list[int] = []
    item = Item(
        "things",
        "Things & others",
        "quick",
        (
            program("quick", "pass", tmp_path, before=changes.append, repeat=2),
            program("finding", "import sys; sys.exit(1)", tmp_path),
            program("broken", "import sys; sys.exit('no <way>')", tmp_path, statuses=frozenset({0})),
        ),
    )
    taken = measure([item], rounds=2)
    assert changes == [0, 0, 1, 1, 2, 2]
    machine = {"python": "3", "system": "Linux", "cores": 2, "versions": {"ruff": "1"}}
    return {"machine": machine, "rounds": 2, "items": as_values([item], taken, tmp_path)}


def test_each_round_is_noted_but_the_first(results: dict[str, Any]) -> None:
    quick, finding, broken = results["items"][0]["runs"]
    assert [len(quick[key]) for key in ("wall", "cpu", "memory")] == [4, 4, 4]
    assert len(finding["wall"]) == 2
    assert all(value > 0 for value in (*quick["wall"], *quick["cpu"], *quick["memory"]))
    assert broken["wall"] == []
    assert broken["failure"] == "ended with 1: no <way>"


def test_the_table_has_medians_and_ratios_and_commands(results: dict[str, Any]) -> None:
    quick, finding, _ = results["items"][0]["runs"]
    quick.update(wall=[1.0, 9.0, 2.0], cpu=[0.5], memory=[10.0])
    finding.update(wall=[3.0, 3.0], cpu=[6.0], memory=[20.4])
    lines = table(results).splitlines()
    assert "| quick | 2.00 | 0.50 | 10 | base |" in lines
    assert "| finding | 3.00 | 6.00 | 20 | 1.5 |" in lines
    assert "| broken | failed: ended with 1: no <way> | | | |" in lines
    assert any(" -c pass " in line and line.endswith("  # quick") for line in lines)


def test_the_chart_is_valid_and_has_a_bar_for_each(results: dict[str, Any]) -> None:
    tree = ElementTree.fromstring(chart(results))
    bars = [each for each in tree if each.tag.endswith("rect")]
    assert len(bars) == 1 + 2
    assert "Things & others" in [each.text for each in tree]


def test_a_page_is_filled_between_its_marks() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert filled(page, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert filled(filled(page, "newer"), "new") == filled(page, "new")
    with pytest.raises(ValueError, match="measured: begin"):
        filled("no marks", "new")


def test_what_was_measured_can_be_shown_again(
    results: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "results.json"
    file.write_text(json.dumps(results))
    assert main(["--render", str(file)]) == 1
    assert capsys.readouterr().out == table(results) + "\n"
