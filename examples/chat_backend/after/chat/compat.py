"""The functions of earlier versions, for modules that were never moved over; they lead to the one factory."""

from __future__ import annotations

import warnings

from chat.context import UserContext
from chat.ws import WebSocketManager, get_websocket_manager


def manager_for_user(user_id: str, display_name: str = "") -> WebSocketManager:
    """Return the manager of the user; the way of version 1, when there were no contexts."""
    warnings.warn("use get_websocket_manager(context)", DeprecationWarning, stacklevel=2)
    return get_websocket_manager(UserContext(user_id, display_name))
