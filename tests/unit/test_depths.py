"""Code that is nested without end costs its file at the most, whichever way of the grammar it takes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest

from benchmarks.robustness.depths import faults, main, nestings, project

if TYPE_CHECKING:
    from pathlib import Path

LEVELS: Final = 3_000
SOME: Final = ("attributes", "choices", "groups of a pattern", "deleted", "blocks of try:")
"""Ways that Python's parser takes and LibCST doesn't, that neither takes, and that LibCST reads again."""
WAYS: Final = dict(nestings(LEVELS))
TRIED: Final = WAYS if os.environ.get("SSOT_LINT_ALL_DEPTHS") else SOME


@pytest.mark.parametrize("way", TRIED)
def test_a_file_that_is_too_deep_is_told_of(way: str, tmp_path: Path) -> None:
    assert list(faults(project(tmp_path, WAYS[way]))) == []


def test_a_fault_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--levels", "2", "--python", "false", "attributes"]) == 1
    told = capsys.readouterr().out
    assert "false: attributes 2: check: nothing is told of the file" in told
    assert "1 files, 1 with faults" in told
