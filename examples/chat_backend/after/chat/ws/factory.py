"""Where WebSocket managers come from: one for each user."""

from __future__ import annotations

from chat.context import UserContext
from chat.hub import MessageHub
from chat.ws.manager import _FACTORY_TOKEN, WebSocketManager, _WebSocketManagerImpl
from chat.ws.validation import validate_user_context

_MANAGERS: dict[str, WebSocketManager] = {}


def get_websocket_manager(context: UserContext) -> WebSocketManager:
    """Return the manager of the user; InvalidContextError if the context belongs to none."""
    validate_user_context(context)
    manager = _MANAGERS.get(context.user_id)
    if manager is None:
        manager = _WebSocketManagerImpl(context, MessageHub.instance(), _token=_FACTORY_TOKEN)
        _MANAGERS[context.user_id] = manager
    return manager


def active_users() -> list[str]:
    """Return the ids of the users who have a manager."""
    return sorted(_MANAGERS)


def release_websocket_manager(context: UserContext) -> bool:
    """Close the manager of a user who left; return whether there was one."""
    manager = _MANAGERS.pop(context.user_id, None)
    if manager is None:
        return False
    manager.close()
    return True
