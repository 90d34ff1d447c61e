"""The cache gives back what was put in, survives whatever is wrong with its file, and never ends a run."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import time
from pathlib import Path

import pytest

from ssot_lint import cache as module
from ssot_lint.cache import Cache, database, open_cache, remove_cache


def opened(folder: Path) -> Cache:
    found = open_cache(folder)
    assert isinstance(found, Cache)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def refilled(folder: Path) -> dict[bytes, bytes]:
    """Write an entry with a new cache in the folder, and return what the next one reads."""
    first = opened(folder)
    first.write({b"k": b"v"})
    first.close()
    return read(folder, b"k")


def read(folder: Path, *keys: bytes) -> dict[bytes, bytes]:
    found = opened(folder)
    try:
        return found.read(keys)
    finally:
        found.close()


def test_what_was_written_is_read_by_the_next_run(folder: Path) -> None:
    many = {b"%d" % number: b"v" * number for number in range(1200)}
    first = opened(folder)
    first.write(many)
    first.write({b"7": b"new"})
    first.close()
    assert read(folder, *many, b"unknown") == {**many, b"7": b"new"}


def test_the_folder_tells_git_and_backups_to_leave_it_out(folder: Path) -> None:
    opened(folder).close()
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")


@pytest.mark.parametrize("content", [b"", b"no database" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_cache_is_replaced(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "facts.db").write_bytes(content)
    assert refilled(folder) == {b"k": b"v"}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE other (x)",
        "CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END",
        "CREATE VIEW v AS SELECT load_extension('evil')",
        "PRAGMA application_id = 1",
    ],
)
def test_a_database_with_anything_else_in_it_is_replaced(folder: Path, statement: str) -> None:
    refilled(folder)
    connection = sqlite3.connect(folder / "facts.db")
    connection.execute(statement)
    connection.commit()
    connection.close()
    assert read(folder, b"k") == {}
    assert refilled(folder) == {b"k": b"v"}


def test_a_database_of_another_version_is_replaced(folder: Path) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / "facts.db")
    connection.execute("CREATE TABLE entries (key TEXT, value TEXT)")
    connection.close()
    assert refilled(folder) == {b"k": b"v"}


def test_a_damaged_page_means_misses_now_and_a_new_cache_next_time(folder: Path) -> None:
    first = opened(folder)
    first.write({b"%d" % number: os.urandom(3000) for number in range(200)})
    first.close()
    file = folder / "facts.db"
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    file.write_bytes(data)
    assert read(folder, b"7") == {}
    assert refilled(folder) == {b"k": b"v"}


def test_a_value_of_another_type_is_missing(folder: Path) -> None:
    refilled(folder)
    connection = sqlite3.connect(folder / "facts.db")
    connection.execute("UPDATE entries SET value = 'text', used = 'long ago'")
    connection.commit()
    connection.close()
    assert read(folder, b"k") == {}


@pytest.mark.parametrize("which", ["folder", "file"])
def test_a_link_is_left_alone(folder: Path, tmp_path: Path, which: str) -> None:
    """A checkout that brings one along would have us write elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    if which == "folder":
        elsewhere.mkdir()
        folder.symlink_to(elsewhere)
    else:
        folder.mkdir()
        elsewhere.write_bytes(b"precious")
        (folder / "facts.db").symlink_to(elsewhere)
    assert open_cache(folder) == f"{folder}: a link leads elsewhere"
    assert not remove_cache(folder) or which == "file"
    assert elsewhere.is_dir() or elsewhere.read_bytes() == b"precious"


def test_where_a_folder_cannot_be_made_there_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "cache"
    assert str(open_cache(folder)).startswith(f"{folder}: ")


def test_a_locked_file_costs_its_values_and_no_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refilled(folder)
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.05)
    other = sqlite3.connect(folder / "facts.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    found = opened(folder)
    assert found.read([b"k"]) == {b"k": b"v"}
    found.write({b"a": b"b"})
    other.execute("ROLLBACK")
    other.close()
    found.write({b"c": b"d"})
    found.close()
    assert read(folder, b"a", b"c", b"k") == {b"k": b"v"}


def test_a_file_that_nobody_else_may_read_is_not_waited_for_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refilled(folder)
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.05)
    other = sqlite3.connect(folder / "facts.db", isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("UPDATE entries SET used = 0")
    other.execute("COMMIT")
    assert open_cache(folder) == f"{folder}: the cache can't be used now"
    other.close()
    assert read(folder, b"k") == {b"k": b"v"}


class Locked:
    """A connection to a file that is always locked, which counts how often it was waited for."""

    def __init__(self) -> None:
        self.waited = 0

    def execute(self, *_: object) -> None:
        self.waited += 1
        raise sqlite3.OperationalError("database is locked")

    executemany = execute

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_run_waits_for_a_locked_file_once(folder: Path) -> None:
    """Each time costs seconds, and a project of some size asks hundreds of times."""
    connection = Locked()
    found = Cache(connection, str(folder / "facts.db"))  # type: ignore[arg-type]  # it is one of a kind
    for _ in range(100):
        assert found.read([b"k"]) == {}
        found.write({b"k": b"v"})
    found.close()
    assert connection.waited == 1


def test_a_closed_cache_reads_nothing_and_raises_nothing(folder: Path) -> None:
    found = opened(folder)
    found.close()
    assert found.read([b"k"]) == {}
    found.write({b"k": b"v"})
    found.close()


def test_old_entries_go_when_something_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refilled(folder)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + module.MAX_AGE + 1)
    found = opened(folder)
    found.write({b"new": b"v"})
    found.close()
    assert read(folder, b"k", b"new") == {b"new": b"v"}


def test_an_entry_that_is_read_again_and_again_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refilled(folder)
    now = time.time()
    for days in range(2, 50, 2):
        monkeypatch.setattr(time, "time", lambda days=days: now + days * 24 * 3600)
        assert refilled(folder)
        assert read(folder, b"k") == {b"k": b"v"}


def test_the_size_is_bounded_and_the_latest_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1000)
    now = time.time()
    for number in range(10):
        monkeypatch.setattr(time, "time", lambda number=number: now + number)
        found = opened(folder)
        found.write({b"%d" % number: b"v" * 300})
        found.close()
    assert sorted(read(folder, *(b"%d" % number for number in range(10)))) == [b"7", b"8", b"9"]


def _work(folder: str, number: int) -> None:
    for turn in range(5):
        found = open_cache(Path(folder))
        if isinstance(found, Cache):
            found.write({b"%d %d" % (number, turn): b"v" * 1000})
            found.read([b"%d %d" % (other, turn) for other in range(8)])
            found.close()


def test_many_processes_may_use_it_at_once(folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_work, args=(str(folder), number)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 6
    assert refilled(folder) == {b"k": b"v"}


def test_removing_deletes_the_folder_and_says_whether_there_was_one(folder: Path) -> None:
    assert not remove_cache(folder)
    refilled(folder)
    assert remove_cache(folder)
    assert not folder.exists()


def test_removing_spares_what_is_not_ours(folder: Path) -> None:
    refilled(folder)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(OSError, match="not empty"):
        remove_cache(folder)
    assert (folder / "notes.txt").read_text() == "mine"
