"""A few hundred hostile files go through all that the linter does; benchmarks/hostile_inputs tries more."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from benchmarks.hostile_inputs import driving
from benchmarks.hostile_inputs.__main__ import VIOLATION, render, run

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each project has a process that may die")
def test_hostile_inputs_make_nothing_fail() -> None:
    outcome = run([], inputs=320, seed=20, generated=3, faces=4)
    assert not outcome.failures, render(outcome)
    assert outcome["valid Python"] > 100
    assert outcome["findings"] > 100
    assert outcome["texts mended"] > 0
    assert outcome["inputs through both faces"] == 80


def fails(inputs: Sequence[bytes]) -> dict[str, int]:
    assert b"bad" not in inputs, "a bad one"
    return {"inputs": len(inputs)}


def dies(inputs: Sequence[bytes]) -> dict[str, int]:
    if b"bad" in inputs:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"inputs": len(inputs)}


@pytest.mark.parametrize(("trial", "reason"), [(fails, "a bad one"), (dies, "killed by signal 9")])
def test_the_input_that_fails_is_found_among_the_others(trial: driving.Trial, reason: str) -> None:
    outcome = driving.drive([b"good", b"bad", VIOLATION], trial)
    assert outcome["inputs"] == 2
    assert [(reason in why, data) for why, data in outcome.failures] == [(True, b"bad")]
