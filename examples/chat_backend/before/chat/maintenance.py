"""Jobs that run by night, and when the process goes down."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping

from chat.agents import llm
from chat.agents.registry import AgentRegistry, get_agent_registry
from chat.context import UserContext
from chat.events import Event, EventKind
from chat.hub import MessageHub
from chat.metrics import MetricsHub
from chat.sessions import SessionStore, get_session_store
from chat.tools import dispatcher as tool_dispatcher
from chat.ws.manager import _WebSocketManagerImpl  # error: SST301


class ArchivingSessionStore(SessionStore):
    """Remembers the sessions that were closed."""

    def __init__(self) -> None:
        super().__init__()
        self.archive: list[str] = []

    def close(self, session_id: str) -> bool:
        """Close a session and remember it; return whether it was open."""
        self.archive.append(session_id)
        return super().close(session_id)


async def announce_shutdown(contexts: Iterable[UserContext]) -> None:
    """Tell the users that the process goes down."""
    hub = MessageHub.instance()
    for context in contexts:
        manager = _WebSocketManagerImpl(context, hub, _token="maintenance-window")  # error: SST101, SST306
        await manager.send(Event(EventKind.NOTICE, "maintenance", "back in five minutes"))


def archive_sessions(user_ids: Iterable[str]) -> int:
    """Close the sessions of the users, and return how many were archived."""
    store = ArchivingSessionStore()  # error: SST104
    for user_id in user_ids:
        for record in get_session_store().open_for(user_id):
            store.close(record.session_id)
    return len(store.archive)


def restore_sessions(rows: Iterable[Mapping[str, str]]) -> int:
    """Take up the sessions of a backup; return how many."""
    return len(SessionStore.from_rows(rows))  # error: SST102


def reset_agents(context: UserContext) -> AgentRegistry:
    """Return a registry for the user with no agent in it."""
    registry = AgentRegistry.__new__(AgentRegistry)  # error: SST102
    registry.context = context
    registry._agents = {}
    return registry


def reset_tools() -> tool_dispatcher.ToolDispatcher:
    """Return a dispatcher that knows no tool."""
    tool_dispatcher._dispatcher = None  # error: SST303
    return tool_dispatcher.get_tool_dispatcher()


def nightly_metrics() -> str:
    """Return the counters of the night, in one line."""
    night = object.__new__(MetricsHub)  # error: SST102
    night.__init__()
    night.count("nights")
    return night.report()


async def warm_up(contexts: Iterable[UserContext], model: str) -> list[str]:
    """Ask a model something for each user, so that it is awake in the morning."""
    gateway = getattr(llm, "LlmGateway")(model)  # error: SST102
    spare = importlib.import_module("chat.agents.llm").LlmGateway(f"{model}-spare")  # error: SST102
    for context in contexts:
        await gateway.complete(f"Good morning, {len(get_agent_registry(context))} agents!")
        await spare.complete("Are you awake?")
    return [gateway.usage(), spare.usage()]
