"""Runs that work at the same time on one project and one cache don't get into each other's way."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING

import pytest
from small_project import write

from benchmarks.robustness import crowds
from ssot_lint.cache import database
from ssot_lint.session import check

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="copies with links and modes, as POSIX has them")


@pytest.mark.same_again
def test_a_small_crowd_says_what_each_says_alone(capfd: pytest.CaptureFixture[str]) -> None:
    """With real flake8 workers and the real pre-commit; the long run has more of them, and more to do."""
    status = crowds.main(["--runs", "4", "--modules", "10"])
    told = capfd.readouterr().out
    assert status == 0, told
    assert told.count(" 0 disagree") == 4
    assert "one run mends 0 files" not in told


def test_what_a_run_of_a_crowd_says_otherwise_is_seen() -> None:
    usual = crowds.Ran("cli", 1, "a\nb\n", "", 1.0)
    known = {"cli": usual}
    assert list(crowds.disagreements([usual, usual], known)) == []
    for other in (usual._replace(status=2), usual._replace(out="a\n"), usual._replace(err="locked")):
        assert len(list(crowds.disagreements([usual, other], known))) == 1


def test_a_run_waits_for_a_cache_that_others_hold_only_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks once, gives up for good, and never waits for each file."""
    files = {f"app/use{number}.py": "x = 1\n" for number in range(20)}
    write(tmp_path, {"pyproject.toml": "[tool.ssot-lint]\n", **files})
    folder = tmp_path / "cache"
    usual = check(cwd=tmp_path, cache=folder)
    asked: list[float] = []
    connect = sqlite3.connect

    def counted(path: str, *, timeout: float, check_same_thread: bool) -> sqlite3.Connection:
        asked.append(timeout)
        return connect(path, timeout=0.01, check_same_thread=check_same_thread)

    holder = connect(folder / "facts.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(sqlite3, "connect", counted)
    assert check(cwd=tmp_path, cache=folder) == usual
    holder.execute("ROLLBACK")
    holder.close()
    assert asked == [database._BUSY_SECONDS]
    assert sum(asked) <= 2
