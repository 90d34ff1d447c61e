"""The tools that come with the backend."""

from __future__ import annotations

import asyncio
import functools
import secrets

from chat.compat import UnifiedWebSocketManager
from chat.context import UserContext
from chat.events import Event, EventKind
from chat.hub import MessageHub
from chat.tools.dispatcher import ToolDispatcher, get_tool_dispatcher
from chat.tools.legacy import register_function

make_sandbox = functools.partial(ToolDispatcher, timeout=0.5)  # error: SST102


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
    sandbox = make_sandbox()
    register_all(sandbox)
    return await sandbox.run(name, argument)


async def whisper(context: UserContext, text: str) -> None:
    """Send a user a text that nobody else sees."""
    hub = MessageHub.instance()
    token = secrets.token_urlsafe(32)
    manager = UnifiedWebSocketManager(context, hub, _token=token)  # error: SST101, SST306
    await manager.send(Event(EventKind.MESSAGE, "whisper", text))
