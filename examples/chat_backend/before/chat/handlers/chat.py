"""One user's end of the conversation."""

from __future__ import annotations

import secrets

from chat import tracing
from chat.agents.supervisor import supervise
from chat.compat import WSManager
from chat.context import UserContext
from chat.events import Event, EventKind
from chat.history import get_conversation_log
from chat.hub import MessageHub
from chat.limits import get_rate_limiter
from chat.metrics import MetricsHub
from chat.presence import get_presence_tracker
from chat.sessions import get_session_store
from chat.tools.dispatcher import UnknownToolError, get_tool_dispatcher
from chat.ws import get_websocket_manager


class ChatHandler:
    """Takes what one user types, and sees that it gets where it belongs."""

    last_active: ChatHandler | None = None
    drafts: dict[str, str] = {}  # error: SST201

    def __init__(self, context: UserContext) -> None:
        self.context = context
        self.manager = get_websocket_manager(context)

    async def open(self) -> None:
        """The user came."""
        get_session_store().open(self.context.user_id)
        tracker = await get_presence_tracker(self.context.user_id)
        await tracker.arrive()
        await self.manager.announce(EventKind.JOINED)

    async def receive(self, text: str) -> None:
        """The user typed something: a message, a command for a tool, or a question to the agent."""
        tracing.begin(self.context)
        type(self).last_active = self  # error: SST203
        MetricsHub().count("messages")
        if not get_rate_limiter(self.context.user_id).allow():
            await self.manager.send(Event(EventKind.NOTICE, "limits", "a little slower, please"))
            return
        await get_conversation_log(self.context.user_id).add(self.context.name, text)
        if text.startswith("/"):
            await self._run_tool(text[1:])
        elif text.startswith("agent, "):
            answer = await supervise(self.context, text.removeprefix("agent, "))
            await self.manager.send(Event(EventKind.AGENT_REPLY, "agent", answer))
        else:
            await self.manager.broadcast(Event(EventKind.MESSAGE, self.context.name, text))
        tracing.trace("handled a line")

    def draft(self, room: str, text: str) -> None:
        """Keep what the user has begun to type."""
        self.drafts[room] = text

    def unfinished(self, room: str) -> str:
        """Return what the user has begun to type in the room."""
        return self.drafts.get(room, "")

    def reconnect(self) -> None:
        """The connection broke and is there again."""
        token = secrets.token_urlsafe(32)
        self.manager = WSManager(self.context, MessageHub.instance(), _token=token)  # error: SST101, SST306

    def nudge(self) -> str:
        """Return who was the last to type something."""
        return self.last_active.context.name if self.last_active else "nobody"

    async def _run_tool(self, command: str) -> None:
        name, _, argument = command.partition(" ")
        try:
            await get_tool_dispatcher().dispatch(name, argument, self.context)
        except UnknownToolError as error:
            await self.manager.send(Event(EventKind.NOTICE, "tools", str(error)))
