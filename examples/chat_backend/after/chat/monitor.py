"""Watches over the promise that every user has one WebSocket manager."""

from __future__ import annotations

import itertools
import logging
from collections import Counter

logger = logging.getLogger(__name__)

_made: Counter[str] = Counter()
_numbers = itertools.count(1)


def note_manager(user_id: str) -> int:
    """Count a manager that was made for the user, and return a number for it."""
    _made[user_id] += 1
    return next(_numbers)


def managers_made(user_id: str) -> int:
    """Return how many managers were made for the user so far."""
    return _made[user_id]


def validation_issues() -> list[str]:
    """Return one sentence for each user who has more than one manager."""
    return [
        f"Multiple manager instances for user {user_id} - potential duplication"
        for user_id, count in sorted(_made.items())
        if count > 1
    ]


def log_issues() -> bool:
    """Log what is wrong, if anything is; return whether all is well."""
    issues = validation_issues()
    if issues:
        logger.warning("SSOT validation issues (non-blocking): %s", issues)
    return not issues
