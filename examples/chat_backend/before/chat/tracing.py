"""Log lines that say for whom the work was done."""

from __future__ import annotations

import logging

from chat.context import UserContext

logger = logging.getLogger("chat.trace")

_current_context: UserContext | None = None


def begin(context: UserContext) -> None:
    """From here on, work is done for this user."""
    global _current_context
    _current_context = context  # error: SST206


def prefix() -> str:
    """Return what stands before each line of the log."""
    if _current_context is None:
        return "[nobody]"
    return f"[{_current_context.user_id}/{_current_context.locale}]"


def trace(message: str) -> str:
    """Log a message for the user at hand, and return the line."""
    line = f"{prefix()} {message}"
    logger.debug("%s", line)
    return line
