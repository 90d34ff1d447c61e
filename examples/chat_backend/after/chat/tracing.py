"""Log lines that say for whom the work was done."""

from __future__ import annotations

import logging
from contextvars import ContextVar

from chat.context import UserContext

logger = logging.getLogger("chat.trace")

_current_context: ContextVar[UserContext | None] = ContextVar("current_context", default=None)


def begin(context: UserContext) -> None:
    """From here on, work is done for this user."""
    _current_context.set(context)


def prefix() -> str:
    """Return what stands before each line of the log."""
    context = _current_context.get()
    if context is None:
        return "[nobody]"
    return f"[{context.user_id}/{context.locale}]"


def trace(message: str) -> str:
    """Log a message for the user at hand, and return the line."""
    line = f"{prefix()} {message}"
    logger.debug("%s", line)
    return line
