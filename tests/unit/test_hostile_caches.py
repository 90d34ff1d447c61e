"""A cache that somebody else has made: nothing beside it is touched, and only what is whole is believed."""

from __future__ import annotations

import os
import random
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from small_project import VIOLATION, write

from ssot_lint.cache import FOLDER, Cache, database, open_cache, remove_cache
from ssot_lint.cli import main
from ssot_lint.session import check

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and links as POSIX has them")

JOURNAL: Final = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
"""What SQLite's journals begin with, and end with where they name another one."""
ENTRIES: Final = {b"%d" % number: b"value %d" % number * 40 for number in range(60)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    filled(folder)
    return folder


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    path = tmp_path / "precious"
    path.write_bytes(b"precious" * 1000)
    return path


def filled(folder: Path) -> None:
    found = opened(folder)
    found.write(ENTRIES)
    found.close()


def opened(folder: Path) -> Cache:
    found = open_cache(folder)
    assert isinstance(found, Cache), found
    return found


def recalled(folder: Path) -> dict[bytes, bytes]:
    found = open_cache(folder)
    if isinstance(found, str):
        return {}
    try:
        return found.read(ENTRIES)
    finally:
        found.close()


def is_replaced(folder: Path) -> bool:
    """Whether nothing of a cache was believed, and the next run has a new one."""
    if recalled(folder):
        return False
    filled(folder)
    return recalled(folder) == ENTRIES


# -- what stands beside a database


def journal_that_names(victim: Path, database: Path) -> bytes:
    """Return a journal that SQLite rolls back, after which it deletes the file that is named in it."""
    size, name = database.stat().st_size, os.fsencode(victim)
    numbers = [0, 1, size // 4096, 512, 4096]  # records, nonce, pages before, size of a sector and of a page
    head = JOURNAL + b"".join(number.to_bytes(4, "big") for number in numbers)
    locked_page = (1 << 30) // 4096 + 1
    last = [len(name).to_bytes(4, "big"), sum(name).to_bytes(4, "big"), JOURNAL]
    return head.ljust(512, b"\0") + b"".join([locked_page.to_bytes(4, "big"), name, *last])


def test_sqlite_itself_deletes_what_a_journal_names(folder: Path, precious: Path) -> None:
    """Without which the next test would prove nothing."""
    file = folder / "facts.db"
    (folder / "facts.db-journal").write_bytes(journal_that_names(precious, file))
    connection = sqlite3.connect(file)
    connection.execute("SELECT * FROM entries").fetchall()
    connection.close()
    assert not precious.exists()


@pytest.mark.parametrize("whose", ["ours", "another"])
def test_a_journal_deletes_nothing(folder: Path, precious: Path, whose: str) -> None:
    file = folder / "facts.db"
    if whose == "another":
        file.unlink()
        connection = sqlite3.connect(file)
        connection.execute("CREATE TABLE other (x)")
        connection.close()
    (folder / "facts.db-journal").write_bytes(journal_that_names(precious, file))
    assert is_replaced(folder)
    assert precious.exists()


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_another_name_of_a_file_does_not_have_it_written_to(
    folder: Path, precious: Path, suffix: str, link: Callable[[Path, Path], None]
) -> None:
    path = folder / f"facts.db{suffix}"
    path.unlink(missing_ok=True)
    link(precious, path)
    before = precious.read_bytes()
    recalled(folder)
    filled_anyway = open_cache(folder)
    if isinstance(filled_anyway, Cache):
        filled_anyway.write(ENTRIES)
        filled_anyway.close()
    assert precious.read_bytes() == before
    remove_cache(folder)
    assert precious.read_bytes() == before
    assert not folder.exists()


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


def make_folder(path: Path) -> None:
    path.mkdir()
    (path / "within").write_text("mine")


def make_foreign(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(50_000))


@pytest.mark.parametrize("name", ["", "facts.db", "facts.db-wal", "facts.db-shm", "facts.db-journal"])
@pytest.mark.parametrize("make", [make_pipe, make_socket, make_folder, make_foreign])
def test_whatever_stands_in_its_place_a_run_finds_the_same(
    tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    project = write(tmp_path / "project")
    expected = check(cwd=project)
    cache = project / FOLDER
    if name:
        check(cwd=project, cache=True)
        (cache / name).unlink(missing_ok=True)
    make(cache / name if name else cache)
    for _ in range(2):
        assert check(cwd=project, cache=True) == expected
    if make is make_folder:
        assert (cache / name / "within" if name else cache / "within").read_text() == "mine"
    elif name:  # which has been put right
        opened(cache).close()


# -- another schema under our name


def rewritten(folder: Path, *statements: str) -> None:
    """Have a database with other contents, which yet says of itself that it is ours."""
    connection = sqlite3.connect(folder / "facts.db", isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


VIEW: Final = "CREATE VIEW entries AS SELECT x'30' AS key, 1 AS used, x'31' AS value"
IN_A_LOG: Final = "PRAGMA journal_mode = WAL"
TRIGGER: Final = "BEGIN UPDATE entries SET value = x'00'; END"


@pytest.mark.parametrize(
    "statements",
    [
        ["DROP TABLE entries", VIEW],
        ["DROP TABLE entries", VIEW, f"CREATE TRIGGER t INSTEAD OF INSERT ON entries {TRIGGER}"],
        ["DROP TABLE entries", "CREATE TABLE entries (key BLOB PRIMARY KEY, used, value AS (x'31'))"],
        ["DROP TABLE entries", "CREATE VIRTUAL TABLE entries USING fts5(key, used, value)"],
        ["DROP TABLE entries", "CREATE TABLE other (x)"],
        [f"CREATE TRIGGER t AFTER INSERT ON entries {TRIGGER}"],
        [f"CREATE TRIGGER t AFTER UPDATE ON entries {TRIGGER}"],
        ["CREATE INDEX i ON entries (used)"],
        ["CREATE INDEX i ON entries (abs(used))"],
        ["PRAGMA journal_mode = DELETE"],
        ["PRAGMA journal_mode = DELETE", "PRAGMA page_size = 512", "VACUUM", IN_A_LOG],
        ["PRAGMA journal_mode = DELETE", "PRAGMA page_size = 65536", "VACUUM", IN_A_LOG],
        ["PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = 'nonsense'"],
        ["PRAGMA writable_schema = ON", "UPDATE sqlite_master SET sql = CAST(x'ff' AS TEXT)"],
        ["PRAGMA writable_schema = ON", "UPDATE sqlite_master SET name = 'another'"],
        [
            "PRAGMA writable_schema = ON",
            "INSERT INTO sqlite_master VALUES ('index', 'i', 'entries', 2, NULL)",
        ],
    ],
)
def test_a_database_with_another_schema_is_replaced(folder: Path, statements: list[str]) -> None:
    rewritten(folder, *statements)
    assert is_replaced(folder)


def test_a_view_that_is_in_the_log_alone_is_seen_as_well(folder: Path, tmp_path: Path) -> None:
    other = sqlite3.connect(folder / "facts.db", isolation_level=None)
    other.execute("PRAGMA wal_autocheckpoint = 0")
    other.execute("CREATE VIEW v AS SELECT 1")
    kept = {name: (folder / name).read_bytes() for name in ("facts.db", "facts.db-wal")}
    other.close()
    for name, data in kept.items():
        (folder / name).write_bytes(data)
    assert b"CREATE VIEW" not in kept["facts.db"]
    assert is_replaced(folder)


ENDLESS: Final = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
from ssot_lint.cache.database import connect
assert connect({file!r}) is not None
"""


def test_a_schema_without_end_is_not_read_to_its_end(folder: Path) -> None:
    """In a process of its own, whose CPU time is bounded: SQLite takes minutes for this one."""
    file = folder / "facts.db"
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA writable_schema = ON")
    views = ((f"v{number}", f"v{number}", f"CREATE VIEW v{number} AS SELECT 1") for number in range(200_000))
    connection.executemany("INSERT INTO sqlite_master VALUES ('view', ?, ?, 0, ?)", views)
    connection.commit()
    connection.close()
    ran = subprocess.run(
        [sys.executable, "-c", ENDLESS.format(file=str(file))], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr or "killed"
    assert recalled(folder) == {}


def test_a_database_that_is_larger_than_any_of_ours_is_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "MOST_ON_DISK", 1 << 20)
    os.truncate(folder / "facts.db", (1 << 20) + 1)
    assert is_replaced(folder)


def test_no_more_is_read_than_a_cache_may_have(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The values of a small file can be the same bytes, a thousand times over."""
    monkeypatch.setattr("ssot_lint.cache.MAX_BYTES", 1000)
    assert 0 < len(recalled(folder)) < 10


# -- what has become another value


def test_a_value_that_has_changed_in_one_bit_is_missing(folder: Path) -> None:
    chance = random.Random(1)
    connection = sqlite3.connect(folder / "facts.db")
    for key, value in connection.execute("SELECT key, value FROM entries").fetchall():
        changed = bytearray(value)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        connection.execute("UPDATE entries SET value = ? WHERE key = ?", (bytes(changed), key))
    connection.commit()
    connection.close()
    assert recalled(folder) == {}


def test_a_value_under_another_key_is_missing(folder: Path) -> None:
    connection = sqlite3.connect(folder / "facts.db")
    connection.execute("UPDATE entries SET value = (SELECT value FROM entries WHERE key = x'37')")
    connection.commit()
    connection.close()
    assert recalled(folder) == {b"7": ENTRIES[b"7"]}


@pytest.mark.parametrize("value", ["1", "1.5", "'text'", "CAST(x'ff' AS TEXT)", "x''", "zeroblob(100000)"])
def test_a_value_of_another_kind_is_missing_and_costs_no_other(folder: Path, value: str) -> None:
    connection = sqlite3.connect(folder / "facts.db")
    connection.execute(f"UPDATE entries SET value = {value} WHERE key = x'37'")
    connection.commit()
    connection.close()
    assert recalled(folder) == {key: kept for key, kept in ENTRIES.items() if key != b"7"}


def test_a_damaged_file_that_cannot_be_deleted_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = opened(folder)

    def unlink(path: str) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(os, "unlink", unlink)
    found._give_up(sqlite3.DatabaseError("database disk image is malformed"))
    assert found.read(ENTRIES) == {}


# -- what is deleted


def test_a_folder_with_other_things_in_it_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / ".gitignore").write_text("*.log\n")
    assert open_cache(tmp_path) == f"{tmp_path}: it has other files in it, and is no cache of ssot-lint"
    with pytest.raises(OSError, match="no cache of ssot-lint"):
        remove_cache(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".gitignore", "notes.txt"]


def test_what_is_not_ours_stays_and_the_folder_with_it(folder: Path) -> None:
    names = ["note\nbook", "-rf", "facts.db-wal.txt", "facts.db.old", "*", "\u202eeman", os.fsdecode(b"\xff")]
    for name in names:
        (folder / name).write_text("mine")
    (folder / ".gitignore").write_text("# mine\n")
    with pytest.raises(OSError, match="not empty"):
        remove_cache(folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names, ".gitignore"])


def test_what_a_killed_run_left_of_a_new_cache_is_deleted(folder: Path) -> None:
    (folder / "facts.db.abcd1234.new").write_bytes(b"")
    assert remove_cache(folder)
    assert not folder.exists()


def test_clean_says_what_is_no_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write(tmp_path / "project")
    (project / ".gitignore").write_text("*\n")
    monkeypatch.chdir(project)
    assert main(["clean", "--cache-dir", "."]) == 2
    assert capsys.readouterr().err.endswith("can't be deleted: it is no cache of ssot-lint\n")
    assert (project / ".gitignore").exists()


# -- the whole run


def findings_after(project: Path, damage: Callable[[random.Random, bytearray], None], seed: int) -> bool:
    """Damage the database as it was written, and return whether the next two runs find what there is."""
    file = project / FOLDER / "facts.db"
    check(cwd=project, cache=True)
    data = bytearray(file.read_bytes())
    damage(random.Random(seed), data)
    file.write_bytes(data)
    return all(
        [finding.code for finding in check(cwd=project, cache=True).findings if finding.code == VIOLATION[2]]
        == [VIOLATION[2]]
        for _ in range(2)
    )


def flip(chance: random.Random, data: bytearray) -> None:
    for _ in range(chance.choice([1, 3, 30, 300])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def cut(chance: random.Random, data: bytearray) -> None:
    del data[chance.randrange(len(data)) :]


def splice(chance: random.Random, data: bytearray) -> None:
    size = chance.choice([1, 8, 100, 4096])
    start, end = (chance.randrange(max(1, len(data) - size)) for _ in range(2))
    data[start : start + size] = data[end : end + size]


def fill(chance: random.Random, data: bytearray) -> None:
    page = chance.randrange(len(data) // 4096) * 4096
    data[page : page + 4096] = chance.choice([bytes(4096), b"\xff" * 4096, chance.randbytes(4096)])


@pytest.mark.parametrize("damage", [flip, cut, splice, fill])
def test_a_damaged_database_changes_no_finding(
    tmp_path: Path, damage: Callable[[random.Random, bytearray], None]
) -> None:
    project = write(tmp_path / "project")
    for seed in range(15):
        assert findings_after(project, damage, seed), seed
