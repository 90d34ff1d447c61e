"""The way to the language models; one gateway for each model."""

from __future__ import annotations

import asyncio
import functools


class LlmGateway:
    """Sends prompts to one model; this one answers from a small table."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.prompts = 0

    async def complete(self, prompt: str) -> str:
        """Return the model's answer to the prompt."""
        await asyncio.sleep(0)
        self.prompts += 1
        if "help" in prompt.lower():
            return "Help is on its way."
        if prompt.rstrip().endswith("?"):
            return "A good question."
        return "I see."

    def usage(self) -> str:
        """Return how much the model was used, in one line."""
        return f"{self.model}: {self.prompts} prompts"


@functools.lru_cache(maxsize=32)  # error: SST405
def get_llm_gateway(model: str) -> LlmGateway:
    """Return the gateway to the model."""
    return LlmGateway(model)
