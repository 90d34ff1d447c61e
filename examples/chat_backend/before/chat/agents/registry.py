"""The agents of each user."""

from __future__ import annotations

from collections.abc import Iterator

from chat.agents.base import BaseAgent
from chat.agents.persona import PersonaAgent
from chat.agents.triage import TriageAgent
from chat.context import UserContext


class AgentRegistry:
    """The agents that work for one user, by name."""

    def __init__(self, context: UserContext) -> None:
        self.context = context
        self._agents: dict[str, BaseAgent] = {}
        self.add(TriageAgent(context))
        self.add(PersonaAgent(context))

    def add(self, agent: BaseAgent) -> None:
        """Take in an agent; a former one of that name goes."""
        self._agents[agent.name] = agent

    def choose(self, text: str) -> BaseAgent:
        """Return the agent that is to answer."""
        return self._agents["triage" if "help" in text.lower() else "persona"]

    def __iter__(self) -> Iterator[BaseAgent]:
        return iter(self._agents.values())

    def __len__(self) -> int:
        return len(self._agents)


_REGISTRIES: dict[int, AgentRegistry] = {}


def get_agent_registry(context: UserContext) -> AgentRegistry:
    """Return the agents of the user."""
    registry = _REGISTRIES.get(id(context))  # error: SST404
    if registry is None:
        registry = AgentRegistry(context)
        _REGISTRIES[id(context)] = registry
    return registry
