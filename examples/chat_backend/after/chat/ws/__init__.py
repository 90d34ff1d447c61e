"""WebSocket managers: import ``get_websocket_manager`` from here."""

from chat.ws.factory import get_websocket_manager
from chat.ws.manager import ManagerMode, WebSocketManager

__all__ = ["ManagerMode", "WebSocketManager", "get_websocket_manager"]
