"""The agent that decides who can help."""

from __future__ import annotations

from chat.agents.base import BaseAgent
from chat.agents.llm import get_llm_gateway
from chat.config import get_settings
from chat.events import Event, EventKind
from chat.ws import get_websocket_manager


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
        manager = get_websocket_manager(self.context)
        await manager.send(Event(EventKind.NOTICE, self.name, f"somebody is called: {text}"))
