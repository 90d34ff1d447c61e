"""The sessions that are open; one store for the process."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SessionRecord:
    """One log-in of one user."""

    session_id: str
    user_id: str


class SessionStore:
    """Sessions by id."""

    def __init__(self) -> None:
        self._records: dict[str, SessionRecord] = {}

    def open(self, user_id: str) -> SessionRecord:
        """Open a session for the user."""
        record = SessionRecord(uuid.uuid4().hex, user_id)
        self._records[record.session_id] = record
        return record

    def restore(self, row: Mapping[str, str]) -> None:
        """Take up a session again, from a row of a backup."""
        record = SessionRecord(row["session_id"], row["user_id"])
        self._records[record.session_id] = record

    def restore_all(self, rows: Iterable[Mapping[str, str]]) -> int:
        """Take up the sessions of a backup; return how many sessions are open then."""
        for row in rows:
            self.restore(row)
        return len(self)

    def snapshot(self) -> Mapping[str, SessionRecord]:
        """Return the sessions as they are now, by id."""
        return dict(self._records)

    def close(self, session_id: str) -> bool:
        """Close a session; return whether it was open."""
        return self._records.pop(session_id, None) is not None

    def open_for(self, user_id: str) -> list[SessionRecord]:
        """Return the sessions that the user has open."""
        return [record for record in self._records.values() if record.user_id == user_id]

    def __len__(self) -> int:
        return len(self._records)


_store: SessionStore | None = None
_store_lock = threading.Lock()


def get_session_store() -> SessionStore:
    """Return the store of this process; safe to call from any thread."""
    global _store
    if _store is None:
        with _store_lock:
            if _store is None:
                _store = SessionStore()
    return _store
