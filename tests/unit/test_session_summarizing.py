"""Files are summarized in one process or in many, and no file takes the others along."""

from __future__ import annotations

import argparse
import ast
import asyncio.events
import gc
import multiprocessing
import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import msgspec
import pytest
from projects_in_memory import source
from small_project import VIEWS, VIOLATION, write

from ssot_lint.session import check, open_project, summarizing, workers
from ssot_lint.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ssot_lint.discovery import FileRecord
    from ssot_lint.model import SourceFile
    from ssot_lint.session.summarizing import Summarized
    from ssot_lint.summary import ModuleSummary

FORKS = multiprocessing.get_start_method() == "fork"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(write(tmp_path), {f"app/m{number}.py": f"X = {number}\n" for number in range(9)})


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a few files count as many."""
    monkeypatch.setattr(summarizing, "POOL_FROM", 2)
    monkeypatch.setattr(summarizing, "_CHUNK", 3)


@pytest.mark.usefixtures("many")
def test_many_processes_find_what_one_finds(project: Path) -> None:
    alone, together = check(cwd=project, jobs=1), check(cwd=project, jobs=2)
    assert together == alone
    assert len(together.findings) == 1


@pytest.mark.usefixtures("many")
def test_summaries_come_back_whole_and_in_order(project: Path) -> None:
    alone = [file.result for file in open_project(cwd=project, jobs=1).files]
    assert [file.result for file in open_project(cwd=project, jobs=3).files] == alone
    assert [result.summary.path for result in alone if result.summary] == sorted(
        result.summary.path for result in alone if result.summary
    )


def test_a_few_large_files_are_shared_out_the_largest_first(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = "X = 1  # it has to be read, like all others\n"
    sizes = {"app/c.py": 6000, "app/a.py": 2500, "app/d.py": 4000, "app/b.py": 1}
    write(project, {path: line * lines for path, lines in sizes.items()})
    begun: list[list[str]] = []

    def one_by_one(
        work: Callable[[Sequence[FileRecord]], list[bytes]], tasks: Sequence[Sequence[FileRecord]], *_: object
    ) -> Iterator[tuple[int, list[bytes]]]:
        for number, task in enumerate(tasks):
            begun.append([record.path for record in task])
            yield number, work(task)

    monkeypatch.setattr(summarizing, "answers", one_by_one)
    shared = open_project(cwd=project, jobs=2)
    assert begun[:3] == [["app/c.py"], ["app/d.py"], ["app/a.py"]]
    assert shared.files == open_project(cwd=project, jobs=1).files
    assert sorted(path for task in begun for path in task) == [file.record.path for file in shared.files]


def test_few_small_files_are_read_by_this_process(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summarizing, "answers", no_workers)
    assert len(check(cwd=project, jobs=2).findings) == 1


def no_workers(*_: object) -> NoReturn:
    raise AssertionError("a pool for so little")


def unlucky(source: SourceFile) -> ModuleSummary:
    if "UNLUCKY" in source.text:
        raise RuntimeError("boom")
    return summarize(source)


def test_an_error_in_one_file_leaves_the_others(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summarizing, "summarize", unlucky)
    write(project, {"app/m3.py": "UNLUCKY = 1\n"})
    result = check(cwd=project)
    (problem,) = result.problems
    assert problem.startswith("app/m3.py: internal error: RuntimeError: boom; please report it")
    assert [finding.location.path for finding in result.findings] == [VIOLATION[0]]
    assert result.checked_files == 11


def deadly(source: SourceFile) -> ModuleSummary:
    if "DEADLY" in source.text:
        os._exit(7)
    return summarize(source)


@pytest.mark.skipif(not FORKS, reason="only a forked worker knows what the test has replaced")
@pytest.mark.usefixtures("many")
def test_a_worker_that_dies_takes_only_its_own_file_along(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summarizing, "summarize", deadly)
    write(project, {"app/m3.py": "DEADLY = 1\n", "app/m8.py": VIEWS + "DEADLY = 1\n"})
    result = check(cwd=project, jobs=2)
    assert result.problems == tuple(
        f"app/{name}.py: not checked: the process that read it died" for name in ("m3", "m8")
    )
    assert [finding.location.path for finding in result.findings] == [VIOLATION[0]]


def strange(source: SourceFile) -> ModuleSummary:
    summary = summarize(source)
    if "UNSENDABLE" in source.text:
        return msgspec.structs.replace(summary, exports=("\udc80",))
    return msgspec.structs.replace(summary, exports=(7,)) if "ILL_TYPED" in source.text else summary


def test_what_travels_as_bytes_comes_back_as_it_was(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bytes | None] = []

    def keep(_record: FileRecord, _result: Summarized, data: bytes | None) -> None:
        kept.append(data)

    files = open_project(cwd=project).files
    encoded = summarizing._encoded([file.record for file in files])
    pairs = zip(files, encoded, strict=True)
    decoded = [summarizing._decoded(file.record, data, keep) for file, data in pairs]
    assert decoded == [file.result for file in files]
    assert kept == encoded
    monkeypatch.setattr(summarizing, "summarize", strange)
    write(project, {"app/ws.py": "UNSENDABLE = 1\n"})
    (record,) = (file.record for file in files if file.record.module == "app.ws")
    result = summarizing._decoded(record, summarizing._encoded([record])[0], keep)
    assert result.problem is not None
    assert "UnicodeEncodeError" in result.problem


@pytest.mark.skipif(not FORKS, reason="only a forked worker knows what the test has replaced")
@pytest.mark.usefixtures("many")
def test_a_summary_that_cannot_travel_takes_only_its_own_file_along(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summarizing, "summarize", strange)
    write(project, {"app/m3.py": "UNSENDABLE = 1\n", "app/m8.py": "ILL_TYPED = 1\n"})
    result = check(cwd=project, jobs=2)
    assert [problem.split(": ")[:3] for problem in result.problems] == [
        ["app/m3.py", "internal error", "UnicodeEncodeError"],
        ["app/m8.py", "internal error", "ValidationError"],
    ]
    assert [finding.location.path for finding in result.findings] == [VIOLATION[0]]


def interrupted(_: SourceFile) -> NoReturn:
    raise KeyboardInterrupt


def test_ctrl_c_is_nobodys_problem_but_the_users(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summarizing, "summarize", interrupted)
    with pytest.raises(KeyboardInterrupt):
        check(cwd=project)


@pytest.mark.parametrize("has_threads", [True, False])
def test_workers_leave_ctrl_c_to_their_parent(has_threads: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    if not has_threads:
        monkeypatch.setattr(threading.Thread, "start", refuse)
    before = signal.getsignal(signal.SIGINT)
    try:
        workers._begin()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
        gc.enable()


def test_an_unreadable_file_has_no_summary_but_a_reason(project: Path) -> None:
    (record,) = (file.record for file in open_project(cwd=project).files if file.record.module == "app.ws")
    (project / "app" / "ws.py").unlink()
    result = summarizing.summarize_file(record)
    assert result.summary is None
    assert result.problem is not None
    assert result.problem.startswith("app/ws.py: can't be read")


def test_summarizing_leaves_nothing_to_the_garbage_collector() -> None:
    """The trees of thousands of files would stay in memory: the collector is off while they are read."""
    texts = [
        Path(module.__file__ or "").read_text(encoding="utf-8") for module in (argparse, ast, asyncio.events)
    ]
    summarize(source("a.py", texts[0]))
    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for text in texts:
            assert summarize(source("a.py", text)).error is None
        assert gc.collect() == 0
    finally:
        if was_on:
            gc.enable()


def test_the_garbage_collector_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    assert gc.isenabled()
    open_project(["."], cwd=tmp_path, isolated=True)
    assert gc.isenabled()
    gc.disable()
    try:
        open_project(["."], cwd=tmp_path, isolated=True)
        assert not gc.isenabled()
    finally:
        gc.enable()
