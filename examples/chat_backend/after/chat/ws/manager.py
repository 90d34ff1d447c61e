"""The manager of one user's connections."""

from __future__ import annotations

import asyncio
import enum
from types import MappingProxyType
from typing import Final

from chat import monitor
from chat.context import UserContext
from chat.events import Event, EventKind
from chat.hub import MessageHub

_FACTORY_TOKEN: Final = object()


class ManagerMode(enum.Enum):
    """How managers treat their users; the members are the same objects for everyone, by design."""

    UNIFIED = "unified"
    ISOLATED = "isolated"


class _WebSocketManagerImpl:
    """Sends the user's events to the hub, and the hub's to the user."""

    mode = ManagerMode.UNIFIED
    protocol = "chat.v1"
    frame_sizes = (1024, 65536)
    event_labels = MappingProxyType({EventKind.JOINED: "has joined", EventKind.NOTICE: "please note"})

    def __init__(self, context: UserContext, hub: MessageHub, *, _token: object = None) -> None:
        if _token is not _FACTORY_TOKEN:
            raise RuntimeError("a WebSocketManager comes from get_websocket_manager()")
        self.context = context
        self.hub = hub
        self.sent = 0
        self.manager_id = monitor.note_manager(context.user_id)
        hub.join(context.user_id)

    async def send(self, event: Event) -> None:
        """Send the event to this user."""
        await asyncio.sleep(0)
        self.hub.deliver(self.context.user_id, event)
        self.sent += 1

    async def broadcast(self, event: Event) -> int:
        """Send the event to all other users; return to how many."""
        await asyncio.sleep(0)
        reports = self.hub.publish(event, but_not_to=self.context.user_id)
        self.sent += len(reports)
        return len(reports)

    async def announce(self, kind: EventKind) -> int:
        """Tell all other users that this one did something."""
        label = self.event_labels.get(kind, kind.value)
        return await self.broadcast(Event(kind, self.context.name, label))

    def close(self) -> int:
        """Leave the hub; return how many events were never read."""
        return len(self.hub.leave(self.context.user_id))

    def describe(self) -> str:
        """Return the manager's state in one line."""
        return f"{self.context.user_id} ({self.mode.value}, {self.protocol}): {self.sent} sent"


WebSocketManager = _WebSocketManagerImpl
