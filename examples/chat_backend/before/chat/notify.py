"""Notices from the system, to one user or to all."""

from __future__ import annotations

from chat.context import UserContext
from chat.events import Event, EventKind
from chat.ws.factory import get_websocket_manager

try:
    from chat.ws import WebSocketManager
except ImportError:

    class WebSocketManager:  # error: SST502
        """Does nothing, so that notices never fail."""

        async def notify(self, text: str) -> None:
            """Forget the text."""


SYSTEM = "system"


async def notify(manager: WebSocketManager, text: str) -> None:
    """Send a notice to the user of a manager."""
    await manager.send(Event(EventKind.NOTICE, SYSTEM, text))


async def notify_user(context: UserContext, text: str) -> None:
    """Send a notice to a user."""
    await notify(get_websocket_manager(context), text)


async def notify_everyone(text: str) -> int:
    """Send a notice to all users; return to how many."""
    return await get_websocket_manager().broadcast(Event(EventKind.NOTICE, SYSTEM, text))
