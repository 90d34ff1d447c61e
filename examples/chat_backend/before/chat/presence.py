"""Who is there and who is away."""

from __future__ import annotations

import enum

from chat.db import get_database


class Presence(enum.Enum):
    """What others see of a user."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


class PresenceTracker:
    """The presence of one user, with the number of visits before this one."""

    def __init__(self, user_id: str, visits: int) -> None:
        self.user_id = user_id
        self.visits = visits
        self.presence = Presence.OFFLINE

    async def arrive(self) -> None:
        """The user came."""
        self.presence = Presence.ONLINE
        self.visits += 1
        await get_database().insert("visits", {"user_id": self.user_id})

    def step_away(self) -> None:
        """The user has been silent for a while."""
        if self.presence is Presence.ONLINE:
            self.presence = Presence.AWAY

    def depart(self) -> None:
        """The user went."""
        self.presence = Presence.OFFLINE


_TRACKERS: dict[str, PresenceTracker] = {}


async def get_presence_tracker(user_id: str) -> PresenceTracker:
    """Return the tracker of the user, with the visits that the database knows of."""
    if user_id not in _TRACKERS:  # error: SST403
        visits = await get_database().select("visits", user_id=user_id)
        _TRACKERS[user_id] = PresenceTracker(user_id, len(visits))
    return _TRACKERS[user_id]
