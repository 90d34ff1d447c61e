"""How fast a user may talk."""

from __future__ import annotations

import time
from collections import deque
from typing import Final

from chat.config import get_settings

WINDOW_SECONDS: Final = 60.0


class RateLimiter:
    """Lets a number of messages through in a minute."""

    def __init__(self, user_id: str, allowed: int, *, _from_factory: bool = False) -> None:
        if not _from_factory:
            raise RuntimeError("a RateLimiter comes from get_rate_limiter()")
        self.user_id = user_id
        self.allowed = allowed
        self._times: deque[float] = deque()

    def allow(self) -> bool:
        """Whether one more message may pass now; if so, it is counted."""
        now = time.monotonic()
        while self._times and now - self._times[0] > WINDOW_SECONDS:
            self._times.popleft()
        if len(self._times) >= self.allowed:
            return False
        self._times.append(now)
        return True

    def used(self) -> int:
        """Return how many messages passed in the last minute."""
        return len(self._times)


def get_rate_limiter(user_id: str) -> RateLimiter:  # error: SST401
    """Return the limiter of the user."""
    return RateLimiter(user_id, get_settings().messages_per_minute, _from_factory=True)
