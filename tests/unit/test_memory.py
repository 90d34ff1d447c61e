"""Runs remember what they found out, and never take it for another file, setting or version."""

from __future__ import annotations

import os
import sqlite3
import time
from typing import TYPE_CHECKING

import msgspec
import pytest
from small_project import VIEWS, VIOLATION, write

from ssot_lint import session
from ssot_lint.cache import FOLDER, Cache, open_cache
from ssot_lint.cli import main
from ssot_lint.discovery import read_bytes as read_known_bytes
from ssot_lint.session import Buffer, check, checking, memory, open_project, summarizing

if TYPE_CHECKING:
    from pathlib import Path

    from ssot_lint.discovery import FileRecord
    from ssot_lint.model import SourceFile
    from ssot_lint.session import CheckResult
    from ssot_lint.session.summarizing import Summarized


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were summarized, and not recalled."""
    paths: list[str] = []
    genuine = summarizing.summarize_source

    def summarize_source(source: SourceFile) -> Summarized:
        paths.append(source.path)
        return genuine(source)

    monkeypatch.setattr(summarizing, "summarize_source", summarize_source)
    return paths


def places(result: CheckResult) -> list[tuple[str, int, str]]:
    """Where a class is constructed directly; other rules have their say about so small a project."""
    return [(f.location.path, f.location.span.line, f.code) for f in result.findings if f.code == "SST101"]


ALL = ["app/__init__.py", "app/views.py", "app/ws.py"]


def test_a_second_run_reads_nothing_and_finds_the_same(project: Path, read: list[str]) -> None:
    first = check(cwd=project, cache=True)
    assert places(first) == [VIOLATION]
    assert read == ALL
    read.clear()
    assert check(cwd=project, cache=True) == first
    assert read == []
    assert (project / FOLDER / "facts.db").exists()


def test_only_what_has_changed_is_summarized_again(project: Path, read: list[str]) -> None:
    check(cwd=project, cache=True)
    read.clear()
    (project / "app" / "views.py").write_text("\n" + VIEWS)
    path, line, code = VIOLATION
    assert places(check(cwd=project, cache=True)) == [(path, line + 1, code)]
    assert read == ["app/views.py"]


def test_a_change_elsewhere_changes_the_findings_of_a_file_that_did_not(project: Path) -> None:
    assert places(check(["app/views.py"], cwd=project, cache=True)) == [VIOLATION]
    ws = project / "app" / "ws.py"
    ws.write_text(ws.read_text().replace("  # ssot: managed factory=get_manager", ""))
    assert places(check(["app/views.py"], cwd=project, cache=True)) == []


def test_other_settings_and_other_paths_are_other_results(project: Path, read: list[str]) -> None:
    check(cwd=project, cache=True)
    read.clear()
    assert places(check(cwd=project, cache=True, overrides={"select": ("SST2",)})) == []
    assert places(check(["app/ws.py"], cwd=project, cache=True)) == []
    assert places(check(["app/views.py"], cwd=project, cache=True)) == [VIOLATION]
    assert read == []
    (project / "pyproject.toml").write_text('[tool.ssot-lint]\nignore = ["SST1"]\n')
    assert places(check(cwd=project, cache=True)) == []


def test_another_state_of_the_linter_knows_nothing(
    project: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    check(cwd=project, cache=True)
    read.clear()
    monkeypatch.setattr(memory, "PACKAGE", project)
    check(cwd=project, cache=True)
    assert read == ALL


def test_a_file_that_changes_during_the_run_is_not_remembered_as_it_was(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    views, genuine = project / "app" / "views.py", checking.check_opened

    def summarize_files(*arguments: object, **options: object) -> object:
        views.write_text("x = 1\n")
        return memory_summarize(*arguments, **options)  # type: ignore[arg-type]  # passed on as they came

    memory_summarize = summarizing.summarize_files
    monkeypatch.setattr(summarizing, "summarize_files", summarize_files)
    assert places(check(cwd=project, cache=True)) == []
    monkeypatch.undo()
    assert checking.check_opened is genuine
    views.write_text(VIEWS)
    assert places(check(cwd=project, cache=True)) == [VIOLATION]


@pytest.fixture
def read_again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files whose bytes were looked at to know their digests."""
    paths: list[str] = []
    genuine = read_known_bytes

    def read_bytes(record: FileRecord) -> bytes:
        paths.append(record.path)
        return genuine(record)

    monkeypatch.setattr(memory, "read_bytes", read_bytes)
    return paths


def settle(monkeypatch: pytest.MonkeyPatch, seconds: int = 10) -> None:
    """Let some time go by for the cache, but not for the file system."""
    genuine = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: genuine() + seconds * 1_000_000_000)


def test_files_that_have_settled_are_not_read_to_know_that_nothing_has_changed(
    project: Path, read_again: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    first = check(cwd=project, cache=True)
    assert read_again == ALL
    read_again.clear()
    assert check(cwd=project, cache=True) == first
    assert read_again == []
    (project / "app" / "views.py").write_text(VIEWS.replace("view", "show"))
    check(cwd=project, cache=True)
    assert read_again == ["app/views.py"]


def test_a_file_that_has_just_been_written_is_read_again(project: Path, read_again: list[str]) -> None:
    check(cwd=project, cache=True)
    views = project / "app" / "views.py"
    stamps = views.stat()
    views.write_text(VIEWS.replace("Manager()", "Wanager()"))
    os.utime(views, ns=(stamps.st_atime_ns, stamps.st_mtime_ns))
    read_again.clear()
    assert places(check(cwd=project, cache=True)) == []
    assert read_again == ALL


def test_what_is_known_of_files_that_are_gone_is_forgotten(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(monkeypatch)
    check(cwd=project, cache=True)
    (project / "app" / "views.py").unlink()
    check(cwd=project, cache=True)
    known = memory.open_memory(project / FOLDER)
    assert isinstance(known, memory.Memory)
    assert known.known_files() == {str(project / path) for path in ("app/__init__.py", "app/ws.py")}
    known.close()


def test_what_could_not_be_done_is_tried_again(project: Path) -> None:
    for _ in range(2):
        assert check(["app", "nowhere"], cwd=project, cache=True).problems == (
            "nowhere: no such file or folder",
        )


def test_a_buffer_is_checked_with_the_rest_remembered(project: Path, read: list[str]) -> None:
    check(cwd=project, cache=True)
    read.clear()
    monitor = Buffer("app/views.py", "\n\n" + VIEWS)
    path, line, code = VIOLATION
    for _ in range(2):
        assert places(check(cwd=project, cache=True, buffer=monitor)) == [(path, line + 2, code)]


def test_what_does_not_decode_is_a_miss(project: Path, read: list[str]) -> None:
    first = check(cwd=project, cache=True)
    connection = sqlite3.connect(project / FOLDER / "facts.db")
    keys = [key for (key,) in connection.execute("SELECT key FROM entries")]
    connection.close()
    cache = open_cache(project / FOLDER)
    assert isinstance(cache, Cache)
    cache.write(dict.fromkeys(keys, b"\x93\xc4\x03abc"))
    cache.close()
    read.clear()
    assert check(cwd=project, cache=True) == first
    assert read == ALL


def test_without_a_project_nothing_is_written_beside_the_files(tmp_path: Path) -> None:
    (tmp_path / "alone.py").write_text("x = 1\n")
    check(["alone.py"], cwd=tmp_path, cache=True, isolated=True)
    assert [path.name for path in tmp_path.iterdir()] == ["alone.py"]


def test_a_folder_that_cannot_be_used_means_a_run_without_a_cache(project: Path) -> None:
    (project / FOLDER).write_text("in the way")
    assert places(check(cwd=project, cache=True)) == [VIOLATION]
    assert (project / FOLDER).read_text() == "in the way"


def test_a_project_can_be_opened_from_what_is_remembered(project: Path, read: list[str]) -> None:
    check(cwd=project, cache=True)
    read.clear()
    assert list(open_project(cwd=project, cache=True).project.managed) == ["app.ws.Manager"]
    assert read == []


def test_the_command_line_keeps_a_cache_unless_it_is_told_not_to(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    assert main(["check", "--no-cache"]) == 1
    assert main(["map", "--no-cache"]) == 0
    assert not (project / FOLDER).exists()
    assert main(["check", "--cache-dir", "kept/here"]) == 1
    assert (project / "kept" / "here" / "facts.db").exists()
    assert not (project / FOLDER).exists()
    assert main([]) == 1
    assert (project / FOLDER).is_dir()
    capsys.readouterr()
    assert main(["clean"]) == 0
    assert capsys.readouterr().out == f"{project / FOLDER}: deleted\n"
    assert main(["clean"]) == 0
    assert capsys.readouterr().out == "There was no cache.\n"
    assert main(["clean", "--cache-dir", "kept/here"]) == 0
    assert not (project / "kept" / "here").exists()


def test_clean_spares_what_is_not_a_cache(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    assert main(["clean", "--cache-dir", "app"]) == 2
    assert (
        capsys.readouterr().err
        == f"ssot-lint: error: {project / 'app'}: can't be deleted: it is no cache of ssot-lint\n"
    )
    assert (project / "app" / "views.py").exists()
    assert session.forget(project / "nowhere") is None


def test_a_summary_of_another_file_is_a_miss(project: Path, read: list[str]) -> None:
    """Whoever can write into the cache could put one file's summary under the key of another."""
    first = check(cwd=project, cache=True)
    connection = sqlite3.connect(project / FOLDER / "facts.db")
    keys = [key for (key,) in connection.execute("SELECT key FROM entries")]
    cache = open_cache(project / FOLDER)
    assert isinstance(cache, Cache)
    summaries = {}
    for key, value in cache.read(keys).items():
        try:
            result = summarizing.decode(value)
        except ValueError:  # the whole result, and the states
            connection.execute("DELETE FROM entries WHERE key = ?", (key,))
            continue
        assert result.summary is not None
        summaries[result.summary.path] = key, value
    connection.commit()
    connection.close()
    views, other = summaries["app/views.py"], summaries["app/__init__.py"]
    cache.write({views[0]: other[1]})
    cache.close()
    read.clear()
    assert check(cwd=project, cache=True) == first
    assert read == ["app/views.py"]


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_what_is_too_much_to_decode_is_a_miss(
    error: type[Exception], project: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = check(cwd=project, cache=True)

    def decode(*_: object, **__: object) -> None:
        raise error

    read.clear()
    monkeypatch.setattr(msgspec.msgpack, "decode", decode)
    assert check(cwd=project, cache=True) == first
    assert read == ALL
