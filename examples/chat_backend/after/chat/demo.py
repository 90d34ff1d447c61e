"""A short conversation of two users: ``python -m chat.demo``."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Final

from chat.context import UserContext, contexts_for
from chat.events import Event
from chat.history import get_conversation_log
from chat.metrics import MetricsHub
from chat.notify import notify_user
from chat.server import ChatServer

PEOPLE: Final = (("demo-user-001", "Ada"), ("demo-user-002", "Grace"))


async def converse(server: ChatServer, ada: UserContext, grace: UserContext) -> None:
    """Let the two talk to each other, to a tool and to the agent."""
    ada_handler = await server.connect(ada)
    grace_handler = await server.connect(grace)
    await ada_handler.receive("Hello Grace!")
    await grace_handler.receive("Good morning, Ada.")
    ada_handler.reconnect()
    await ada_handler.receive("/shout is this on?")
    await grace_handler.receive("/words how many words are these")
    await ada_handler.receive("agent, please help me")
    await notify_user(grace, "the lobby closes at noon")


def show(server: ChatServer, context: UserContext) -> None:
    """Print what a user read, and what was done for the user."""
    print(f"{context.name} reads:")
    for line in server.read(context):
        print(f"  {Event.from_line(line)}")
    print(f"  (tools used by the agents: {'; '.join(server.tools_used_for(context))})")
    print(f"  (lines in the log: {len(get_conversation_log(context.user_id))})")


async def main() -> None:
    """Run the conversation, and show what came of it."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s", stream=sys.stdout)
    server = ChatServer()
    contexts = contexts_for(PEOPLE)
    await converse(server, *contexts.values())
    for context in contexts.values():
        show(server, context)
    print(f"Messages counted: {MetricsHub().total('messages')}")
    server.is_sound()


if __name__ == "__main__":
    asyncio.run(main())
