"""The hub in the middle: takes events from managers and puts them into the inboxes of users."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from chat.events import Event


@dataclass(frozen=True)
class DeliveryReport:
    """That an event reached an inbox."""

    report_id: str
    user_id: str
    characters: int


class MessageHub:
    """Inboxes by user; one hub for the process."""

    _instance: MessageHub | None = None

    def __init__(self) -> None:
        self._inboxes: dict[str, list[str]] = {}
        self._reports: dict[str, DeliveryReport] = {}

    @classmethod
    def instance(cls) -> MessageHub:
        """Return the hub of this process."""
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def join(self, user_id: str) -> None:
        """Give the user an inbox; nothing happens to one who has it already."""
        self._inboxes.setdefault(user_id, [])

    def leave(self, user_id: str) -> Sequence[str]:
        """Take the user's inbox away and return what lay in it."""
        return self._inboxes.pop(user_id, [])

    def members(self) -> list[str]:
        """Return the ids of all users with an inbox, in order."""
        return sorted(self._inboxes)

    def deliver(self, user_id: str, event: Event) -> DeliveryReport:
        """Put the event into one user's inbox; KeyError if the user has none."""
        line = event.to_line()
        self._inboxes[user_id].append(line)
        return self._report(user_id, line)

    def publish(self, event: Event, *, but_not_to: str) -> list[DeliveryReport]:
        """Put the event into the inboxes of all users but the one who sent it."""
        return [self.deliver(user_id, event) for user_id in self.members() if user_id != but_not_to]

    def inbox(self, user_id: str) -> Sequence[str]:
        """Return the lines in a user's inbox, oldest first."""
        return tuple(self._inboxes.get(user_id, ()))

    def delivered(self) -> int:
        """Return how many events reached an inbox."""
        return len(self._reports)

    def _report(self, user_id: str, line: str) -> DeliveryReport:
        report = DeliveryReport(uuid.uuid4().hex, user_id, len(line))
        self._reports[report.report_id] = report
        return report
