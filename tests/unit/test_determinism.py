"""What is reported depends on the sources alone: byte for byte the same in every way to run the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from small_project import FILES, VIEWS, write

from benchmarks.robustness import determinism
from benchmarks.robustness.determinism import WAYS, main, said
from ssot_lint.session.summarizing import POOL_FROM

if TYPE_CHECKING:
    from pathlib import Path

SHOP = """\
class Basket:
    items: list[str] = []

    def add(self, item: str) -> None:
        self.items.append(item)
"""
TILL = """\
class Till:  # ssot: managed factory=get_till
    kept = ()


def get_till():
    Till.kept = Till.kept or (Till(),)
    return Till.kept[0]
"""
COUNTER = "from l\u00e4den.kasse import Till\n\ntill = Till()\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    more = {f"app/{name}.py": VIEWS for name in ("zeta", "Alpha", "beta")}
    named = {"l\u00e4den/kasse.py": TILL, "app/counter.py": COUNTER, "caf\u00e9.py": SHOP}
    many = {f"app/many/m{number}.py": f"X = {number}\n" for number in range(POOL_FROM)}
    return write(tmp_path / "project", {**FILES, **more, **named, **many, "shop.py": SHOP})


def test_no_way_to_run_the_program_makes_a_difference(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The long run, ``benchmarks.robustness.determinism``, does this with real packages."""
    status = main(["--quick", str(project)])
    told = capsys.readouterr().out
    assert status == 0, told
    assert "project: 9 findings, 0 differences" in told


def test_a_difference_is_seen(project: Path, tmp_path: Path) -> None:
    usual = said(project, WAYS[0], tmp_path)
    (project / "app" / "zeta.py").unlink()
    other = said(project, WAYS[0], tmp_path)
    assert determinism.differing(usual, other) == ["text", "findings", "map"]
    assert len(determinism.places(usual.findings) - determinism.places(other.findings)) >= 1
