"""Long chains of imports, aliases, classes and calls: followed to their ends, with work that grows evenly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from small_project import write

from benchmarks.robustness.chains import CHAINS
from benchmarks.robustness.counting import counted_calls
from ssot_lint import Confidence, check

if TYPE_CHECKING:
    from pathlib import Path

LENGTH: Final = 250
"""More than anything may be followed by recursion: names 60 deep, lines of inheritance 100."""
MOST_GROWTH: Final = 2.3


def calls_of(folder: Path, shape: str, length: int) -> tuple[int, list[str]]:
    """Return how many calls a check takes, and which rules find something."""
    write(folder, CHAINS[shape][0](length))
    with counted_calls() as calls:
        result = check(cwd=folder, overrides={"min_confidence": Confidence.LOW})
    assert not result.problems
    return calls.number, sorted(finding.code for finding in result.findings)


@pytest.mark.untraced
@pytest.mark.parametrize("shape", CHAINS)
def test_a_long_chain_is_followed_to_its_end_with_work_that_grows_as_it_does(
    shape: str, tmp_path: Path
) -> None:
    calls_of(tmp_path / "warm", shape, 2)
    few, _ = calls_of(tmp_path / "short", shape, LENGTH)
    many, codes = calls_of(tmp_path / "long", shape, 2 * LENGTH)
    assert codes == list(CHAINS[shape][1])
    assert many / few < MOST_GROWTH
