"""Clients that want a function to be called, rather than a WebSocket."""

from __future__ import annotations

from collections.abc import Callable

from chat.context import UserContext
from chat.events import Event, EventKind


class WebSocketManager:  # error: SST501
    """A manager whose events go to a function; grew out of a copy of the real one."""

    def __init__(self, context: UserContext, deliver: Callable[[str], None]) -> None:
        self.context = context
        self.deliver = deliver
        self.sent = 0

    async def send(self, event: Event) -> None:
        """Send the event to this user."""
        self.deliver(event.to_line())
        self.sent += 1

    async def broadcast(self, event: Event) -> int:
        """Do as if the event had gone to all other users."""
        await self.send(event)
        return 1

    async def announce(self, kind: EventKind) -> int:
        """Tell that the user did something."""
        return await self.broadcast(Event(kind, self.context.name))

    def close(self) -> int:
        """Nothing is left unread: the function was called for everything."""
        return 0

    def describe(self) -> str:
        """Return the manager's state in one line."""
        return f"{self.context.user_id} (callback): {self.sent} sent"


async def echo(context: UserContext, text: str, deliver: Callable[[str], None]) -> str:
    """Send the user a text by way of the function; return the state after it."""
    client = WebSocketManager(context, deliver)
    await client.send(Event(EventKind.NOTICE, context.name, text))
    return client.describe()
