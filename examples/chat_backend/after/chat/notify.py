"""Notices from the system, to one user or to all."""

from __future__ import annotations

from chat.context import UserContext
from chat.events import Event, EventKind
from chat.ws import WebSocketManager, get_websocket_manager

SYSTEM = "system"
SYSTEM_CONTEXT = UserContext(SYSTEM)


async def notify(manager: WebSocketManager, text: str) -> None:
    """Send a notice to the user of a manager."""
    await manager.send(Event(EventKind.NOTICE, SYSTEM, text))


async def notify_user(context: UserContext, text: str) -> None:
    """Send a notice to a user."""
    await notify(get_websocket_manager(context), text)


async def notify_everyone(text: str) -> int:
    """Send a notice to all users; return to how many."""
    return await get_websocket_manager(SYSTEM_CONTEXT).broadcast(Event(EventKind.NOTICE, SYSTEM, text))
