"""A file with twice as many of a construct takes twice the work, in each phase: calls are counted."""

from __future__ import annotations

import os
from typing import Final

import pytest

from benchmarks.robustness.constructs import NAMES
from benchmarks.robustness.growth import BOUNDED, MOST_GROWTH, calls_of, growth, main

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


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Have everything imported and compiled that is so once."""
    calls_of(GREW[0], 2)


@pytest.mark.untraced
@pytest.mark.parametrize("name", TRIED)
def test_twice_as_many_take_twice_the_work(name: str) -> None:
    grown, problems = growth(name, SIZE)
    assert not problems
    assert grown
    assert {phase: times for phase, times in grown.items() if times > MOST_GROWTH and phase != BOUNDED} == {}


def test_each_construct_is_valid_python_and_leads_to_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--size", "2"]) == 0
    assert f"{len(NAMES)} constructs, 0 " in capsys.readouterr().out
