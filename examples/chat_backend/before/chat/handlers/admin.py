"""What operators can see and do."""

from __future__ import annotations

import copy

from chat.agents.llm import get_llm_gateway
from chat.agents.registry import get_agent_registry
from chat.config import get_settings
from chat.context import UserContext
from chat.db import get_database
from chat.hub import MessageHub
from chat.limits import get_rate_limiter
from chat.metrics import MetricsHub
from chat.presence import get_presence_tracker
from chat.sessions import SessionStore, get_session_store
from chat.tools.dispatcher import get_tool_dispatcher
from chat.ws import factory as ws_factory
from chat.ws import get_websocket_manager


def overview() -> list[str]:
    """Return the state of the process, a line for each part."""
    hub = MessageHub._instance  # error: SST302
    return [
        f"managers: {len(ws_factory._MANAGERS)}",  # error: SST302
        f"delivered: {hub.delivered() if hub else 0}",
        f"sessions: {len(get_session_store())}",
        f"tools: {', '.join(get_tool_dispatcher().names())}",
        f"model: {get_llm_gateway(get_settings().model).usage()}",
        f"metrics: {MetricsHub().report()}",
    ]


async def about(context: UserContext) -> list[str]:
    """Return what is known of a user, a line for each part."""
    tracker = await get_presence_tracker(context.user_id)
    said = await get_database().select("utterances", owner=context.user_id)
    return [
        f"manager: {get_websocket_manager(context).describe()}",
        f"presence: {tracker.presence.value}, visit {tracker.visits}",
        f"agents: {len(get_agent_registry(context))}",
        f"utterances: {len(said)}, {get_rate_limiter(context.user_id).used()} in the last minute",
    ]


def evict(user_id: str) -> bool:
    """Forget the manager of a user; return whether there was one."""
    return ws_factory._MANAGERS.pop(user_id, None) is not None  # error: SST303


def switch_model() -> str:
    """Forget the gateways, and return the state of the new one."""
    get_llm_gateway.cache_clear()  # error: SST303
    return get_llm_gateway(get_settings().model).usage()


def frozen_manager(context: UserContext) -> str:
    """Return the state of a user's manager as it is now, whatever comes next."""
    manager = get_websocket_manager(context)
    return copy.copy(manager).describe()  # error: SST103


def frozen_sessions() -> SessionStore:
    """Return the sessions as they are now, whatever comes next."""
    return copy.deepcopy(get_session_store())  # error: SST103
