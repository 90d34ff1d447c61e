"""What was said, kept for each user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat.db import get_database


@dataclass(frozen=True)
class Utterance:
    """Something that somebody said."""

    speaker: str
    text: str


class ConversationLog:
    """The conversation as one user saw it."""

    def __init__(self, user_id: str) -> None:
        self.user_id = user_id
        self._utterances: list[Utterance] = []

    async def add(self, speaker: str, text: str) -> None:
        """Write down what somebody said."""
        self._utterances.append(Utterance(speaker, text))
        await get_database().insert("utterances", {"owner": self.user_id, "speaker": speaker, "text": text})

    def last(self, count: int) -> Sequence[Utterance]:
        """Return the last utterances, oldest first."""
        return tuple(self._utterances[-count:]) if count > 0 else ()

    def __len__(self) -> int:
        return len(self._utterances)


_LOGS: dict[str, ConversationLog] = {}


def get_conversation_log(user_id: str) -> ConversationLog:
    """Return the log of the user."""
    log = _LOGS.get(user_id)
    if log is None:
        log = ConversationLog(user_id)
        _LOGS[user_id] = log
    return log
