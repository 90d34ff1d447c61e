"""What travels through the hub."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from chat import codec


class EventKind(enum.Enum):
    """The kinds of events, with their names on the wire."""

    JOINED = "joined"
    MESSAGE = "message"
    AGENT_REPLY = "agent_reply"
    TOOL_RESULT = "tool_result"
    NOTICE = "notice"


@dataclass(frozen=True)
class Event:
    """Something that happened, and whose doing it was."""

    kind: EventKind
    sender: str
    text: str = ""

    def to_line(self) -> str:
        """Return the event as it goes over the wire."""
        return codec.dumps({"kind": self.kind.value, "sender": self.sender, "text": self.text})

    @classmethod
    def from_line(cls, line: str) -> Event:
        """Return the event that a line from the wire holds; ValueError or KeyError if it holds none."""
        payload = codec.loads(line)
        return cls(EventKind(payload["kind"]), payload["sender"], payload.get("text", ""))

    def __str__(self) -> str:
        return f"{self.sender}: {self.text}" if self.text else f"{self.sender} {self.kind.value}"
