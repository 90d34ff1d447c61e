"""What all agents have in common."""

from __future__ import annotations

from chat.agents.llm import get_llm_gateway
from chat.config import get_settings
from chat.context import UserContext


class BaseAgent:
    """Answers one user, and writes down what it used for that."""

    name = "agent"
    skills: tuple[str, ...] = ("talk",)

    def __init__(self, context: UserContext) -> None:
        self.context = context
        self.tools_used: list[str] = []
        self.gateway = get_llm_gateway(get_settings().model)

    def can(self, skill: str) -> bool:
        """Whether the agent has the skill."""
        return skill in self.skills

    async def reply(self, text: str) -> str:
        """Return the agent's answer."""
        self.tools_used.append(f"{self.name}:complete")
        return await self.gateway.complete(text)

    def report(self) -> str:
        """Return what the agent used for its user, in one line."""
        return ", ".join(self.tools_used) or "nothing"
