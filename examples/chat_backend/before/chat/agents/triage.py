"""The agent that decides who can help."""

from __future__ import annotations

import secrets

from chat.agents.base import BaseAgent
from chat.config import get_settings
from chat.events import Event, EventKind
from chat.hub import MessageHub
from chat.ws import WebSocketManager

try:
    from chat.agents.llm import get_llm_gateway
except ImportError:

    class EchoGateway:
        """Answers with the question."""

        async def complete(self, prompt: str) -> str:
            """Return the prompt."""
            return prompt

    def get_llm_gateway(model: str) -> EchoGateway:  # error: SST502
        """Return something that answers, whatever the model."""
        return EchoGateway()


class TriageAgent(BaseAgent):
    """Tells the user who takes over."""

    name = "triage"
    skills = ("talk", "escalate")

    async def reply(self, text: str) -> str:
        """Return the answer, after the user was told that somebody is called."""
        await self._escalate(text)
        return await get_llm_gateway(get_settings().model).complete(text)

    async def _escalate(self, text: str) -> None:
        self.tools_used.append(f"{self.name}:escalate")
        hub = MessageHub.instance()
        manager = WebSocketManager(self.context, hub, _token=secrets.token_hex(16))  # error: SST101, SST306
        await manager.send(Event(EventKind.NOTICE, self.name, f"somebody is called: {text}"))
