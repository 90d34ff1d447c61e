"""The agent for small talk, with a mood of its own."""

from __future__ import annotations

from chat.agents.base import BaseAgent
from chat.context import UserContext

DEFAULT_TRAITS = {"mood": "cheerful", "pace": "calm"}


class PersonaAgent(BaseAgent):
    """Picks up the phrases of its user, and the user's mood."""

    name = "persona"

    def __init__(self, context: UserContext, phrases: list[str] = []) -> None:  # error: SST204
        super().__init__(context)
        self.phrases = phrases
        self.traits = DEFAULT_TRAITS  # error: SST205

    async def reply(self, text: str) -> str:
        """Return the answer in the agent's mood."""
        self.learn(text)
        answer = await super().reply(text)
        return f"({self.traits['mood']}) {answer}"

    def learn(self, text: str) -> None:
        """Take up what the user said."""
        self.phrases.append(text)
        if text.endswith("!"):
            self.traits["mood"] = "excited"

    def favourite(self) -> str:
        """Return the phrase that came last."""
        return self.phrases[-1] if self.phrases else ""
