"""Settings of the backend, read once from the environment."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ENVIRONMENT_PREFIX: Final = "CHAT_"
ROOM_LIMITS: Final = (2, 50)


@dataclass(frozen=True)
class Settings:
    """All that an operator may change, with the values for development."""

    room: str = "lobby"
    room_size: int = 20
    model: str = "small"
    messages_per_minute: int = 30

    def __post_init__(self) -> None:
        low, high = ROOM_LIMITS
        if not low <= self.room_size <= high:
            raise ValueError(f"room_size must lie between {low} and {high}, not {self.room_size}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Return the settings that the variables ``CHAT_ROOM``, ``CHAT_MODEL`` and so on describe."""
        return cls(
            room=environment.get(f"{ENVIRONMENT_PREFIX}ROOM", "lobby"),
            room_size=int(environment.get(f"{ENVIRONMENT_PREFIX}ROOM_SIZE", "20")),
            model=environment.get(f"{ENVIRONMENT_PREFIX}MODEL", "small"),
            messages_per_minute=int(environment.get(f"{ENVIRONMENT_PREFIX}MESSAGES_PER_MINUTE", "30")),
        )


@functools.cache
def get_settings() -> Settings:
    """Return the settings of this process."""
    return Settings.from_environment(os.environ)
