"""What is reported depends on the sources alone: byte for byte the same in every way to run the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rule_pages import all_cases
from small_project import FILES, VIEWS, write

from benchmarks.robustness import determinism
from benchmarks.robustness.determinism import WAYS, main, said
from ssot_lint.session import check, summarizing
from ssot_lint.session.summarizing import POOL_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

TILL = """\
class Till:  # ssot: managed factory=get_till
    kept = ()


def get_till():
    Till.kept = Till.kept or (Till(),)
    return Till.kept[0]
"""
COUNTER = "from l\u00e4den.kasse import Till\n\ntill = Till()\n"
"""The name of what it imports is written in UTF-8, and read in whatever encoding the locale has."""
MANY = {f"app/many/m{number}.py": f"X = {number}\n" for number in range(POOL_FROM)}
"""So many files that there are workers."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return what the rules' pages have for examples, and names that others sort or read in another way."""
    examples = {
        f"example{number}/{name}": text
        for number, case in enumerate(case for case in all_cases() if case.section == "Example")
        for name, text in case.files.items()
        if name.endswith(".py")
    }
    named = {"l\u00e4den/kasse.py": TILL, "app/counter.py": COUNTER}
    named |= {f"app/{name}.py": VIEWS for name in ("zeta", "Zulu", "caf\u00e9", "cab", "iI", "I")}
    return write(tmp_path / "project", {**FILES, **examples, **named, **MANY})


@pytest.mark.untraced
def test_no_way_to_run_the_program_makes_a_difference(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The long run, ``benchmarks.robustness.determinism``, does this with real packages."""
    status = main(["--quick", str(project)])
    told = capsys.readouterr().out
    assert status == 0, told
    assert int(told.removeprefix("project: ").split()[0]) > 100
    assert " findings, 0 differences" in told


def test_a_difference_is_seen(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {**FILES, "app/zeta.py": VIEWS})
    usual = said(project, WAYS[0], tmp_path)
    (project / "app" / "zeta.py").unlink()
    other = said(project, WAYS[0], tmp_path)
    assert determinism.differing(usual, other) == ["text", "findings", "map"]
    assert len(determinism.places(usual.findings) - determinism.places(other.findings)) >= 1


def test_the_order_in_which_workers_finish_makes_none(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def last_first(work: Callable[[Any], Any], tasks: Sequence[Any], *_: object) -> Iterator[tuple[int, Any]]:
        yield from reversed([(number, work(task)) for number, task in enumerate(tasks)])

    usual = check(cwd=project, cache=False)
    monkeypatch.setattr(summarizing, "answers", last_first)
    assert check(cwd=project, cache=False, jobs=2) == usual
    assert len(usual.findings) > 10
