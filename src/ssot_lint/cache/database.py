"""Opens the database of a cache, and lets SQLite see none that could lead it elsewhere.

A checkout may bring a database along. SQLite parses the whole schema of what it opens, rolls back what a
journal beside it says, and deletes the file that such a journal names; it writes to whatever stands there
under the names of its companions. So these files are looked at first, and what a run of ours wouldn't have
left is deleted.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from typing import Final

from ssot_lint.cache.folder import COMPANIONS, FRESH, remove_database, remove_file

MOST_ON_DISK: Final = 1 << 33
"""Bytes that a database, or a companion of it, may have: several times what is kept in it."""

_SCHEMA: Final = (
    "CREATE TABLE entries (key BLOB PRIMARY KEY, used INTEGER NOT NULL, seal BLOB, value BLOB NOT NULL)"
)
"""The value comes last: what stands behind a long one is only found by reading through it.

The keys have an index of their own, which is much faster than one tree of keys and long values together.
"""
_TABLES: Final = [
    (b"table", b"entries", b"entries", _SCHEMA.encode()),
    (b"index", b"sqlite_autoindex_entries_1", b"entries", None),
]
_APPLICATION_ID: Final = 0x5357_4C43
_PAGE: Final = 8192
_HEADER: Final = 100
"""Bytes of what SQLite's file format begins with."""
_STEPS: Final = 20_000
"""Steps of SQLite's machine in which a schema like ours is read many times over."""
_BUSY_SECONDS: Final = 2.0


def connect(file: str) -> sqlite3.Connection | None:
    """Open the database, a new one where there is none of ours; None where it isn't ours even then.

    OSError says why it can't be used now.
    """
    for _ in range(2):
        if not _is_fit(file):
            remove_database(file)
        if not os.path.lexists(file):
            _create(file)
        connection = _opened(file)
        if connection is not None:
            return connection
        remove_database(file)
    return None


def _is_fit(file: str) -> bool:
    """Whether SQLite may be given the file: by its first bytes it is ours, and nothing else stands by."""
    for suffix in COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            status = os.lstat(file + suffix)
            if suffix == "-journal":  # ours never have one, and this one may name any file to be deleted
                return False
            if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1 or status.st_size > MOST_ON_DISK:
                return False  # it is written to, whatever is in it
    with contextlib.suppress(FileNotFoundError):
        status = os.lstat(file)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_ON_DISK:
            return False
        with open(file, "rb") as stream:
            header = stream.read(_HEADER)
        return (
            len(header) == _HEADER
            and header.startswith(b"SQLite format 3\0")
            and int.from_bytes(header[16:18], "big") == _PAGE
            and int.from_bytes(header[68:72], "big") == _APPLICATION_ID
        )
    return True


def _create(file: str) -> None:
    """Put an empty database in place in one step; where another run was faster, leave the one that is there.

    It is made without a journal, which is why no cache of ours ever has one.
    """
    import tempfile

    beginning, end = FRESH
    descriptor, fresh = tempfile.mkstemp(end, beginning, os.path.dirname(file))
    os.close(descriptor)
    try:
        connection = sqlite3.connect(fresh, isolation_level=None)
        try:
            connection.execute(f"PRAGMA page_size = {_PAGE}")
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(_SCHEMA)
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        _put(fresh, file)
    except sqlite3.Error as error:
        raise OSError(0, f"no cache can be made: {error}", file) from None
    finally:
        remove_file(fresh)


def _put(fresh: str, file: str) -> None:
    try:
        os.link(fresh, file)
    except FileExistsError:
        return
    except (OSError, NotImplementedError):  # a file system without hard links
        os.replace(fresh, file)


def _opened(file: str) -> sqlite3.Connection | None:
    """Return a connection to a database of ours, None for any other; OSError when it can't be used now."""
    connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, check_same_thread=False)
    connection.text_factory = bytes  # ours has no text, and what is none in another's is then no error
    is_endless = False

    def stop() -> bool:
        nonlocal is_endless
        is_endless = True
        return True

    try:
        connection.set_progress_handler(stop, _STEPS)
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        tables = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master LIMIT 3").fetchall()
        (identity,) = connection.execute("PRAGMA application_id").fetchone()
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if tables == _TABLES and identity == _APPLICATION_ID and mode == b"wal":
            connection.set_progress_handler(None, 0)
            return connection
    except sqlite3.OperationalError:
        if not is_endless:
            # Locked for too long, a full disk, a file system without locks: others may need the file.
            connection.close()
            raise OSError(0, "the cache can't be used now", file) from None
    except sqlite3.DatabaseError:
        pass
    connection.close()
    return None
