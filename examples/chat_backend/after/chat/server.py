"""The server: who is connected, and what they say."""

from __future__ import annotations

from chat import monitor
from chat.agents.registry import get_agent_registry
from chat.context import UserContext
from chat.handlers.chat import ChatHandler
from chat.handlers.session import close_all
from chat.hub import MessageHub
from chat.presence import get_presence_tracker
from chat.sessions import get_session_store
from chat.tools import builtin
from chat.ws.factory import release_websocket_manager


class ChatServer:
    """The handlers of all users who are connected, by user."""

    def __init__(self) -> None:
        self.handlers: dict[str, ChatHandler] = {}
        self.tools = builtin.install()

    async def connect(self, context: UserContext) -> ChatHandler:
        """Let a user in."""
        handler = ChatHandler(context)
        self.handlers[context.user_id] = handler
        await handler.open()
        return handler

    async def disconnect(self, context: UserContext) -> bool:
        """See a user out; return whether the user was there."""
        handler = self.handlers.pop(context.user_id, None)
        if handler is None:
            return False
        (await get_presence_tracker(context.user_id)).depart()
        close_all(context.user_id)
        release_websocket_manager(context)
        return True

    def last_active(self) -> str:
        """Return who was the last to type something."""
        last = max(self.handlers.values(), key=lambda handler: handler.active_at, default=None)
        return last.context.name if last else "nobody"

    def read(self, context: UserContext) -> list[str]:
        """Return the lines that a user has received, oldest first."""
        return list(MessageHub.instance().inbox(context.user_id))

    def tools_used_for(self, context: UserContext) -> list[str]:
        """Return a line for each agent of the user: what it used."""
        return [f"{agent.name}: {agent.report()}" for agent in get_agent_registry(context)]

    def is_sound(self) -> bool:
        """Whether every user has one manager; logs it if not."""
        return monitor.log_issues() and len(get_session_store()) >= len(self.handlers)
