"""Long chains of imports, aliases, classes and calls: followed to their ends, with work that grows evenly."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import pytest
from small_project import write

from benchmarks.robustness.chains import CHAINS
from ssot_lint import Confidence, check

if TYPE_CHECKING:
    from pathlib import Path

LENGTH: Final = 250
"""More than anything may be followed by recursion: names 60 deep, lines of inheritance 100."""
MOST_GROWTH: Final = 2.3


def calls_of(folder: Path, shape: str, length: int) -> tuple[int, list[str]]:
    """Return how many calls a check takes, and which rules find something."""
    calls = 0

    def called(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    write(folder, CHAINS[shape][0](length))
    before = sys.getprofile()
    sys.setprofile(called)
    try:
        result = check(cwd=folder, overrides={"min_confidence": Confidence.LOW})
    finally:
        sys.setprofile(before)
    assert not result.problems
    return calls, sorted(finding.code for finding in result.findings)


@pytest.mark.parametrize("shape", CHAINS)
def test_a_long_chain_is_followed_to_its_end_with_work_that_grows_as_it_does(
    shape: str, tmp_path: Path
) -> None:
    calls_of(tmp_path / "warm", shape, 2)
    few, _ = calls_of(tmp_path / "short", shape, LENGTH)
    many, codes = calls_of(tmp_path / "long", shape, 2 * LENGTH)
    assert codes == list(CHAINS[shape][1])
    assert many / few < MOST_GROWTH
