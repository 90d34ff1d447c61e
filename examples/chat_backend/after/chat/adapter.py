"""Clients that want a function to be called, rather than a WebSocket."""

from __future__ import annotations

from collections.abc import Callable

from chat.context import UserContext
from chat.events import Event, EventKind
from chat.ws import WebSocketManager, get_websocket_manager


class CallbackClient:
    """Hands what is sent to a user to a function, too; the manager stays the one that the user has."""

    def __init__(self, manager: WebSocketManager, deliver: Callable[[str], None]) -> None:
        self.manager = manager
        self.deliver = deliver

    async def forward(self, event: Event) -> None:
        """Send the event to the user, and call the function with it."""
        await self.manager.send(event)
        self.deliver(event.to_line())

    def state(self) -> str:
        """Return the manager's state in one line."""
        return f"{self.manager.describe()} (callback)"


async def echo(context: UserContext, text: str, deliver: Callable[[str], None]) -> str:
    """Send the user a text by way of the function; return the state after it."""
    client = CallbackClient(get_websocket_manager(context), deliver)
    await client.forward(Event(EventKind.NOTICE, context.name, text))
    return client.state()
