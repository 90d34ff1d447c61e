"""The tools that come with the backend."""

from __future__ import annotations

import asyncio

from chat.context import UserContext
from chat.events import Event, EventKind
from chat.tools.dispatcher import ToolDispatcher, get_tool_dispatcher
from chat.tools.legacy import register_function
from chat.ws import get_websocket_manager

SANDBOX_SECONDS = 0.5


async def shout(argument: str) -> str:
    """Return the text in capitals."""
    await asyncio.sleep(0)
    return argument.upper()


async def count_words(argument: str) -> str:
    """Return how many words the text has."""
    await asyncio.sleep(0)
    return str(len(argument.split()))


def reverse(argument: str) -> str:
    """Return the text backwards; a tool of version 1."""
    return argument[::-1]


def register_all(dispatcher: ToolDispatcher) -> None:
    """Offer the built-in tools at a dispatcher."""
    dispatcher.register("shout", shout)
    dispatcher.register("words", count_words)


def install() -> list[str]:
    """Offer the built-in tools; return the names of all tools that there are then."""
    register_all(get_tool_dispatcher())
    register_function("reverse", reverse)
    return get_tool_dispatcher().names()


async def try_out(name: str, argument: str) -> str:
    """Return what a built-in tool makes of the argument, with little time and without a user."""
    dispatcher = get_tool_dispatcher()
    register_all(dispatcher)
    return await asyncio.wait_for(dispatcher.run(name, argument), SANDBOX_SECONDS)


async def whisper(context: UserContext, text: str) -> None:
    """Send a user a text that nobody else sees."""
    manager = get_websocket_manager(context)
    await manager.send(Event(EventKind.MESSAGE, "whisper", text))
