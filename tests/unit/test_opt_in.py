"""Opt-in rules: only their whole code switches them on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssot_lint.model import Confidence
from ssot_lint.rules import RULES
from ssot_lint.session import check
from ssot_lint.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

POOL = """\
class Pool:  # ssot: managed factory=get_pool
    pass


def get_pool():
    return Pool()
"""


def codes(folder: Path, **overrides: Any) -> set[str]:
    (folder / "pool.py").write_text(POOL)
    given = {"min_confidence": Confidence.LOW, **overrides}
    return {finding.code for finding in check(cwd=folder, isolated=True, overrides=given).findings}


def test_these_are_opt_in() -> None:
    assert [rule.code for rule in RULES if rule.opt_in] == ["SST408", "SST409"]


@pytest.mark.parametrize("prefix", ["S", "SST", "SST4", "SST40"])
def test_a_prefix_leaves_them_off(tmp_path: Path, prefix: str) -> None:
    assert codes(tmp_path, select=[prefix]) == {"SST401"}
    assert codes(tmp_path, extend_select=[prefix]) == {"SST401"}


def test_the_whole_code_switches_one_on(tmp_path: Path) -> None:
    assert codes(tmp_path, extend_select=["SST408"]) == {"SST401", "SST408"}
    assert codes(tmp_path, select=["SST408"]) == {"SST408"}


def test_it_goes_before_the_ignored_prefix_and_the_ignored_code_before_it(tmp_path: Path) -> None:
    assert codes(tmp_path, extend_select=["SST408"], ignore=["SST4"]) == {"SST408"}
    assert codes(tmp_path, extend_select=["SST408"], ignore=["SST408"]) == {"SST401"}


def test_settings_alone_tell() -> None:
    assert Settings().selects("SST408")
    assert not Settings().selects("SST408", opt_in=True)
    assert Settings(extend_select=("SST408",)).selects("SST408", opt_in=True)
