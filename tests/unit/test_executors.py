"""Any executor may take the place of our own processes, and finds what they find."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from small_project import VIOLATION, write

import ssot_lint
from ssot_lint.session import distribution, summarizing
from ssot_lint.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ssot_lint.model import SourceFile
    from ssot_lint.session import CheckResult
    from ssot_lint.summary import ModuleSummary

EXAMPLE = Path(__file__).parents[2] / "examples" / "chat_backend" / "before"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(write(tmp_path), {f"app/m{number}.py": f"X = {number}\n" for number in range(9)})


@pytest.fixture
def _small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make for many tasks, more than may be under way at once."""
    monkeypatch.setattr(summarizing, "_CHUNK", 2)
    monkeypatch.setattr(distribution, "IN_FLIGHT", 3)


@contextmanager
def spawned() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


def everything(folder: Path, **options: Any) -> CheckResult:
    return ssot_lint.check(cwd=folder, overrides={"min_confidence": ssot_lint.Confidence.LOW}, **options)


@pytest.fixture(scope="module")
def example() -> CheckResult:
    return everything(EXAMPLE)


@pytest.mark.usefixtures("_small_tasks")
@pytest.mark.parametrize("start", [lambda: ThreadPoolExecutor(2), spawned])
def test_every_executor_finds_what_one_process_finds(start: Callable[[], Any], example: CheckResult) -> None:
    with start() as executor:
        assert everything(EXAMPLE, executor=executor) == example
        assert executor.submit(len, "abc").result() == 3, "it is left running"
    assert len(example.findings) > 10
    assert not example.problems
    assert not multiprocessing.active_children()


@pytest.mark.same_again
@pytest.mark.parametrize("case", ["living", "dying"])
def test_a_cluster_takes_the_place_of_processes(case: str, project: Path) -> None:
    pytest.importorskip("distributed")
    program = Path(__file__).with_name("cluster_runs.py")
    ran = subprocess.run(
        [sys.executable, str(program), case, str(project)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


class Elsewhere(Executor):
    """Runs what it is given where no file of the project is to be seen."""

    def __init__(self, hidden: Path, *, dies_after: int | None = None) -> None:
        self._hidden = hidden
        self._left = dies_after
        self.calls = 0

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **keywords: Any) -> Future[Any]:
        self.calls += 1
        if self._left is not None and self.calls > self._left:
            raise BrokenExecutor("no worker is left")
        away = self._hidden.rename(self._hidden.with_name("away"))
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*arguments, **keywords))
        finally:
            away.rename(self._hidden)
        return future


@pytest.mark.usefixtures("_small_tasks")
def test_workers_need_not_see_the_disk(project: Path) -> None:
    executor = Elsewhere(project / "app")
    result = ssot_lint.check(cwd=project, executor=executor)
    assert result == ssot_lint.check(cwd=project)
    assert [finding.location.path for finding in result.findings] == [VIOLATION[0]]
    assert executor.calls == 6


def test_large_files_go_in_tasks_of_their_own(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summarizing, "_CHUNK_SIZE", 1)
    executor = Elsewhere(project / "app")
    assert ssot_lint.check(cwd=project, executor=executor) == ssot_lint.check(cwd=project)
    assert executor.calls == 12


def test_a_file_that_cannot_be_read_is_named_once(project: Path) -> None:
    (project / "app" / "m3.py").unlink()
    (project / "app" / "m3.py").symlink_to("m3.py")
    with ThreadPoolExecutor(1) as executor:
        assert ssot_lint.check(cwd=project, executor=executor) == ssot_lint.check(cwd=project)


@pytest.mark.usefixtures("_small_tasks")
def test_an_executor_that_breaks_costs_nothing(project: Path) -> None:
    with pytest.warns(RuntimeWarning, match="BrokenExecutor: no worker is left"):
        result = ssot_lint.check(cwd=project, executor=Elsewhere(project / "app", dies_after=2))
    assert result == ssot_lint.check(cwd=project)


def deadly(source: SourceFile) -> ModuleSummary:
    if "DEADLY" in source.text:
        os._exit(7)
    return summarize(source)


@pytest.mark.skipif(
    multiprocessing.get_start_method() != "fork", reason="only a forked worker knows what was replaced"
)
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.usefixtures("_small_tasks")
def test_a_pool_whose_worker_dies_costs_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, {"app/m3.py": "DEADLY = 1\n"})
    alone = ssot_lint.check(cwd=project)
    monkeypatch.setattr(summarizing, "summarize", deadly)
    with ProcessPoolExecutor(2) as executor, pytest.warns(RuntimeWarning, match="BrokenProcessPool"):
        assert ssot_lint.check(cwd=project, executor=executor) == alone


def test_an_executor_that_was_shut_down_is_its_owners_mistake(project: Path) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(RuntimeError, match="shutdown"):
        ssot_lint.check(cwd=project, executor=executor)


def test_what_was_read_before_is_not_sent(project: Path) -> None:
    first, second = Elsewhere(project / "app"), Elsewhere(project / "app")
    assert ssot_lint.check(cwd=project, executor=first, cache=True).findings
    assert ssot_lint.check(cwd=project, executor=second, cache=True).findings
    assert (first.calls, second.calls) == (1, 0)
