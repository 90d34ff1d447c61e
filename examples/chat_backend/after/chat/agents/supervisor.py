"""Lets a user's agents answer, and looks over their shoulders."""

from __future__ import annotations

from chat.agents.base import BaseAgent
from chat.agents.llm import get_llm_gateway
from chat.agents.registry import AgentRegistry, get_agent_registry
from chat.config import get_settings
from chat.context import UserContext
from chat.history import get_conversation_log


async def supervise(context: UserContext, text: str) -> str:
    """Return the answer of the user's agent; rude ones are replaced."""
    agent = get_agent_registry(context).choose(text)
    answer = await agent.reply(text)
    if await is_rude(answer):
        answer = "I had rather not say."
    sign_off(agent)
    await get_conversation_log(context.user_id).add(agent.name, answer)
    return answer


async def is_rude(answer: str) -> bool:
    """Whether the model finds its own answer rude."""
    verdict = await get_llm_gateway(get_settings().model).complete(f"Is this rude: {answer}")
    return verdict.lower().startswith("yes")


def sign_off(agent: BaseAgent) -> None:
    """Write down that the answer was looked at."""
    agent.tools_used.append("supervisor:sign-off")


def without_memory(context: UserContext) -> AgentRegistry:
    """Give the user agents that have not talked to anybody yet, and return them."""
    registry = get_agent_registry(context)
    registry.renew()
    return registry
