"""A file with twice as many of a construct takes twice the work, in each phase: calls are counted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from benchmarks.robustness.constructs import NAMES

ROOT: Final = Path(__file__).parents[2]
SIZE: Final = 40
GREW: Final = (
    "module level: slots of one class",
    "module level: slots of a class each",
    "module level: slots with a lock each",
    "module level: registries",
    "module level: awaits between",
    "module level: factories of one registry",
    "module level: singletons by __new__",
    "module level: methods that call one another",
    "module level: class methods that store",
    "module level: mutable attributes",
    "module level: classes of one name",
    "module level: containers",
    "function: globals",
    "function: keys",
    "function: imports",
    "method: attributes of self",
)
"""Constructs that once took the square of their number, or more."""
TRIED: Final = NAMES if os.environ.get("SSOT_LINT_ALL_CONSTRUCTS") else GREW


def grown(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Look at constructs in a new process: in one that has done other work, other calls are counted, too."""
    command = [sys.executable, "-m", "benchmarks.robustness.growth", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.untraced
@pytest.mark.parametrize("name", TRIED)
def test_twice_as_many_take_twice_the_work(name: str) -> None:
    ran = grown("--size", str(SIZE), name)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ", 0 that grow faster" in ran.stdout


@pytest.mark.untraced
def test_each_construct_is_valid_python_and_leads_to_no_failure() -> None:
    ran = grown("--size", "2")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{len(NAMES)} constructs, 0 " in ran.stdout
