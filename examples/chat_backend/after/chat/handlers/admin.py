"""What operators can see and do."""

from __future__ import annotations

from collections.abc import Mapping

from chat.agents.llm import forget_gateways, get_llm_gateway
from chat.agents.registry import get_agent_registry
from chat.config import get_settings
from chat.context import UserContext
from chat.db import get_database
from chat.hub import MessageHub
from chat.limits import get_rate_limiter
from chat.metrics import MetricsHub
from chat.presence import get_presence_tracker
from chat.sessions import SessionRecord, get_session_store
from chat.tools.dispatcher import get_tool_dispatcher
from chat.ws import get_websocket_manager
from chat.ws.factory import active_users, release_websocket_manager


def overview() -> list[str]:
    """Return the state of the process, a line for each part."""
    return [
        f"managers: {len(active_users())}",
        f"delivered: {MessageHub.instance().delivered()}",
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


def evict(context: UserContext) -> bool:
    """Forget the manager of a user; return whether there was one."""
    return release_websocket_manager(context)


def switch_model() -> str:
    """Forget the gateways, and return the state of the new one."""
    forget_gateways()
    return get_llm_gateway(get_settings().model).usage()


def frozen_manager(context: UserContext) -> str:
    """Return the state of a user's manager as it is now, whatever comes next."""
    return get_websocket_manager(context).describe()


def frozen_sessions() -> Mapping[str, SessionRecord]:
    """Return the sessions as they are now, whatever comes next."""
    return get_session_store().snapshot()
