"""Sessions: taken up again, carried over, listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chat.context import UserContext
from chat.events import EventKind
from chat.presence import get_presence_tracker
from chat.sessions import SessionStore, get_session_store
from chat.ws import get_websocket_manager


@dataclass
class SessionPage:
    """A page of sessions, as operators see it."""

    title: str
    size: int = 20
    store: SessionStore = field(default_factory=get_session_store)

    def lines(self, user_id: str) -> list[str]:
        """Return a line for each session of the user, as far as the page has room."""
        records = self.store.open_for(user_id)[: self.size]
        return [f"{self.title}: {record.session_id}" for record in records]


async def resume(context: UserContext, session_id: str) -> bool:
    """Take up a session of the user; return whether the user had it open."""
    if all(record.session_id != session_id for record in get_session_store().open_for(context.user_id)):
        return False
    manager = get_websocket_manager(context)
    tracker = await get_presence_tracker(context.user_id)
    await tracker.arrive()
    await manager.announce(EventKind.JOINED)
    return True


def carry_over(rows: Iterable[Mapping[str, str]]) -> int:
    """Take up the sessions of an earlier process; return how many are open then."""
    return get_session_store().restore_all(rows)


def close_all(user_id: str) -> int:
    """Close all sessions of a user; return how many there were."""
    store = get_session_store()
    records = store.open_for(user_id)
    for record in records:
        store.close(record.session_id)
    return len(records)
