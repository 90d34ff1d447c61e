"""Where WebSocket managers come from: one for each user."""

from __future__ import annotations

import logging
import uuid
from typing import Final

from chat.context import UserContext
from chat.hub import MessageHub
from chat.ws.manager import WebSocketManager, _WebSocketManagerImpl

logger = logging.getLogger(__name__)

_FACTORY_TOKEN: Final = "websocket-manager-factory"
_MANAGERS: dict[str, WebSocketManager] = {}


def get_websocket_manager(context: UserContext | None = None) -> WebSocketManager:
    """Return the manager of the user."""
    if context is None:  # error: SST402
        context = UserContext(f"anonymous-{uuid.uuid4().hex[:8]}")
    try:
        from chat.ws.validator import validate_user_context

        validate_user_context(context)
    except ImportError as error:  # error: SST304
        logger.info("contexts are not validated: %s", error)
    manager = _MANAGERS.get(context.user_id)
    if manager is not None:
        return manager
    hub = MessageHub.instance()
    try:
        manager = _WebSocketManagerImpl(context, hub, _token=_FACTORY_TOKEN)
        _MANAGERS[context.user_id] = manager
        return manager
    except Exception:
        logger.exception("no manager for %s, trying a fallback", context.user_id)
        try:
            return _WebSocketManagerImpl(context, hub, _token=_FACTORY_TOKEN)  # error: SST305
        except Exception:
            logger.exception("no fallback either, trying an emergency manager")
            nobody = UserContext("emergency")
            return _WebSocketManagerImpl(nobody, hub, _token=_FACTORY_TOKEN)  # error: SST305


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
