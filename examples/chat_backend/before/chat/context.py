"""Who is talking: one context for each user, made at log-in and handed on from there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Final

_USER_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{2,63}")


@dataclass(frozen=True)
class UserContext:
    """A user who is logged in; frozen, so that it can be handed around without fear."""

    user_id: str
    display_name: str = ""
    locale: str = "en"
    logged_in_at: datetime = field(default_factory=lambda: datetime.now(timezone.utc), compare=False)

    @property
    def name(self) -> str:
        """The name that other users see."""
        return self.display_name or self.user_id


def is_valid_user_id(user_id: str) -> bool:
    """Whether the text has the form of a user id: lower-case letters, digits and hyphens."""
    return _USER_ID.fullmatch(user_id) is not None


def contexts_for(people: Iterable[tuple[str, str]]) -> dict[str, UserContext]:
    """Return a context for each pair of user id and display name, by user id: every user has one apart."""
    contexts = {}
    for user_id, display_name in people:
        contexts[user_id] = UserContext(user_id, display_name)
    return contexts
