"""Jobs that run by night, and when the process goes down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chat.agents.llm import get_llm_gateway
from chat.agents.registry import AgentRegistry, get_agent_registry
from chat.context import UserContext
from chat.events import Event, EventKind
from chat.metrics import MetricsHub
from chat.sessions import get_session_store
from chat.tools.dispatcher import ToolDispatcher, get_tool_dispatcher
from chat.ws import get_websocket_manager


async def announce_shutdown(contexts: Iterable[UserContext]) -> None:
    """Tell the users that the process goes down."""
    for context in contexts:
        manager = get_websocket_manager(context)
        await manager.send(Event(EventKind.NOTICE, "maintenance", "back in five minutes"))


def archive_sessions(user_ids: Iterable[str]) -> int:
    """Close the sessions of the users, and return how many were archived."""
    store = get_session_store()
    archive: list[str] = []
    for user_id in user_ids:
        for record in store.open_for(user_id):
            store.close(record.session_id)
            archive.append(record.session_id)
    return len(archive)


def restore_sessions(rows: Iterable[Mapping[str, str]]) -> int:
    """Take up the sessions of a backup; return how many are open then."""
    return get_session_store().restore_all(rows)


def reset_agents(context: UserContext) -> AgentRegistry:
    """Return the registry of the user with no agent in it."""
    registry = get_agent_registry(context)
    registry.clear()
    return registry


def reset_tools() -> ToolDispatcher:
    """Return the dispatcher, knowing no tool."""
    dispatcher = get_tool_dispatcher()
    dispatcher.clear()
    return dispatcher


def nightly_metrics() -> str:
    """Return the counters with this night in them, in one line."""
    MetricsHub().count("nights")
    return MetricsHub().report()


async def warm_up(contexts: Iterable[UserContext], model: str) -> list[str]:
    """Ask a model something for each user, so that it is awake in the morning."""
    gateway = get_llm_gateway(model)
    spare = get_llm_gateway(f"{model}-spare")
    for context in contexts:
        await gateway.complete(f"Good morning, {len(get_agent_registry(context))} agents!")
        await spare.complete("Are you awake?")
    return [gateway.usage(), spare.usage()]
