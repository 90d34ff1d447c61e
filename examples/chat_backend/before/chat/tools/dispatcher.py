"""Runs tools by name; one dispatcher for the process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from chat.context import UserContext
from chat.events import Event, EventKind
from chat.ws import WebSocketManager, get_websocket_manager

Tool = Callable[[str], Awaitable[str]]


class UnknownToolError(LookupError):
    """There is no tool of that name."""


class ToolDispatcher:
    """Knows the tools, and tells users what came out."""

    def __init__(self, timeout: float = 5.0) -> None:
        self.timeout = timeout
        self._tools: dict[str, Tool] = {}
        self._manager: WebSocketManager | None = None

    def register(self, name: str, tool: Tool) -> None:
        """Offer a tool; a former one of that name goes."""
        self._tools[name] = tool

    def names(self) -> list[str]:
        """Return the names of all tools, in order."""
        return sorted(self._tools)

    async def run(self, name: str, argument: str) -> str:
        """Return what the tool makes of the argument; asyncio.TimeoutError if that takes too long."""
        if name not in self._tools:
            raise UnknownToolError(f"there is no tool {name!r}, only {', '.join(self.names())}")
        return await asyncio.wait_for(self._tools[name](argument), self.timeout)

    async def dispatch(self, name: str, argument: str, context: UserContext) -> str:
        """Run the tool for a user, and send the user what came out."""
        if self._manager is None:
            self._manager = get_websocket_manager(context)  # error: SST207
        result = await self.run(name, argument)
        await self._manager.send(Event(EventKind.TOOL_RESULT, name, result))
        return result


_dispatcher: ToolDispatcher | None = None


def get_tool_dispatcher() -> ToolDispatcher:
    """Return the dispatcher of this process."""
    global _dispatcher
    if _dispatcher is None:
        _dispatcher = ToolDispatcher()
    return _dispatcher
