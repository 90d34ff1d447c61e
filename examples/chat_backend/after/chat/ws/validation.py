"""What must hold of a context before a manager is made for it."""

from __future__ import annotations

from typing import Final

from chat.context import UserContext, is_valid_user_id

KNOWN_LOCALES: Final = frozenset({"de", "en", "es", "fr"})


class InvalidContextError(ValueError):
    """No manager can be made for this context."""


def validate_user_context(context: UserContext) -> None:
    """Raise InvalidContextError unless the context belongs to a user who can log in."""
    if not is_valid_user_id(context.user_id):
        raise InvalidContextError(f"{context.user_id!r} is no user id")
    if context.locale not in KNOWN_LOCALES:
        raise InvalidContextError(f"{context.locale!r} is no locale that we speak")
