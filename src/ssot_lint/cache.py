"""Keeps bytes by key between runs, in one SQLite file; whatever is wrong with that file, the run goes on.

Several processes may use it at once. What comes out is only bytes: whoever asked decodes them into typed
values and takes what doesn't fit for a miss. So nothing in a cache that came with somebody else's checkout is
ever run.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FOLDER: Final = ".ssot_lint_cache"
"""The name of the folder in a project's root."""
MAX_BYTES: Final = 1 << 30
"""How much is kept; the entries that were used the longest time ago go first."""
MAX_AGE: Final = 30 * 24 * 3600
"""Seconds after which an entry that nobody asked for goes."""

_FILE: Final = "facts.db"
_SCHEMA: Final = (
    "CREATE TABLE entries (key BLOB PRIMARY KEY, used INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID"
)
"""The value comes last: what stands behind a long one is only found by reading through it."""
_APPLICATION_ID: Final = 0x5357_4C43
_BUSY_SECONDS: Final = 2.0
_AT_ONCE: Final = 500
_STALE_AFTER: Final = 24 * 3600
"""An entry's time of use is only written again when it is this old: most runs then write nothing."""
_TAG: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of ssot-lint; it can be deleted.\n"
)


class Cache:
    """An open cache. It never raises: what can't be read is missing, what can't be written is lost."""

    def __init__(self, connection: sqlite3.Connection, file: str) -> None:
        self._connection = connection
        self._file = file
        self._is_usable = True
        self._has_grown = False

    def read(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the values of those keys that are known."""
        wanted = list(dict.fromkeys(keys))
        found: dict[bytes, bytes] = {}
        old: list[bytes] = []
        now = int(time.time())
        try:
            for start in range(0, len(wanted), _AT_ONCE):
                some = wanted[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, value, used FROM entries WHERE key IN ({marks})"  # noqa: S608 - marks alone
                for key, value, used in self._connection.execute(query, some):
                    if isinstance(value, bytes):
                        found[key] = value
                        if not isinstance(used, int) or now - used > _STALE_AFTER:
                            old.append(key)
        except (sqlite3.Error, MemoryError, OverflowError) as error:
            self._give_up(error)
            return {}
        self._run("UPDATE entries SET used = ? WHERE key = ?", [(now, key) for key in old])
        return found

    def write(self, values: Mapping[bytes, bytes]) -> None:
        """Keep the values."""
        now = int(time.time())
        rows: list[tuple[object, ...]] = [(key, now, value) for key, value in values.items()]
        self._run("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", rows)
        self._has_grown = self._has_grown or bool(rows)

    def close(self, *, tidy: bool = True) -> None:
        """Drop what is old or too much, where there is time for that, and let go of the file."""
        if tidy and self._has_grown and self._is_usable:
            now = int(time.time())
            self._run("DELETE FROM entries WHERE used < ? OR used > ?", [(now - MAX_AGE, now + _STALE_AFTER)])
            self._trim()
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def _run(self, statement: str, rows: list[tuple[object, ...]]) -> None:
        if not rows or not self._is_usable:
            return
        try:
            with self._connection:
                self._connection.executemany(statement, rows)
        except (sqlite3.Error, MemoryError, OverflowError) as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        """Use the cache no more; a file that is damaged is of no use to anybody."""
        self._is_usable = False
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            self.close()
            _unlink(self._file)

    def _trim(self) -> None:
        if not self._is_usable:
            return
        with contextlib.suppress(sqlite3.Error):
            if self._size() <= MAX_BYTES:
                return  # most runs; asking for each entry's length would go through the whole file
            query = "SELECT key, length(value) FROM entries ORDER BY used DESC, key"
            sizes = self._connection.execute(query).fetchall()
            kept, dropped = 0, list[tuple[object, ...]]()
            for key, size in sizes:
                kept += size
                if kept > MAX_BYTES:
                    dropped.append((key,))
            self._run("DELETE FROM entries WHERE key = ?", dropped)

    def _size(self) -> int:
        """Return the bytes of the file that are in use: no less than those of all values."""
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)


def open_cache(folder: Path) -> Cache | str:
    """Open the cache in a folder, which is made when it isn't there, or return a line that says why not.

    A file that is no cache of ours, or one with more in it than ours has, is replaced. A folder or file that
    is a link is left alone: it leads to something that isn't ours.
    """
    file = os.path.join(folder, _FILE)
    try:
        if os.path.islink(folder) or os.path.islink(file):
            return f"{folder}: a link leads elsewhere"
        os.makedirs(folder, exist_ok=True)
        _mark(folder)
        if not os.access(file if os.path.exists(file) else folder, os.W_OK):
            return f"{folder}: can't be written to"
        connection = _connect(file)
        if connection is None:
            _unlink(file)
            connection = _connect(file)
    except (OSError, ValueError) as error:
        return f"{folder}: {getattr(error, 'strerror', None) or error}"
    return f"{file}: it isn't ours" if connection is None else Cache(connection, file)


def remove_cache(folder: Path) -> bool:
    """Delete a cache with its folder and return whether there was one; OSError says why it can't be."""
    if os.path.islink(folder) or not os.path.isdir(folder):
        return False
    _unlink(os.path.join(folder, _FILE))
    for name in (".gitignore", "CACHEDIR.TAG"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(folder, name))
    os.rmdir(folder)
    return True


def _mark(folder: Path) -> None:
    """Tell git and backup programs to leave the folder out."""
    for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
        path = os.path.join(folder, name)
        if not os.path.lexists(path):
            with open(path, "x", encoding="ascii") as stream:
                stream.write(text)


def _unlink(file: str) -> None:
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(file + suffix)


def _connect(file: str) -> sqlite3.Connection | None:
    """Open the file, a new one where there is none; None for one that isn't what this version writes."""
    connection = sqlite3.connect(file, timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            known = connection.execute("SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
            if not known:
                connection.execute(_SCHEMA)
                connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                return connection
        (identity,) = connection.execute("PRAGMA application_id").fetchone()
        if known == [("table", _SCHEMA)] and identity == _APPLICATION_ID:
            return connection
    except sqlite3.OperationalError:
        # Locked for too long, a full disk, a file system without locks: another process may need the file.
        connection.close()
        raise OSError("the cache can't be used now") from None
    except sqlite3.DatabaseError:
        pass
    connection.close()
    return None
