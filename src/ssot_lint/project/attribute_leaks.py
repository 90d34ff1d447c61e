"""An attribute with all that changes it through instances, and the verdict on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ssot_lint.model import Confidence
    from ssot_lint.project.attribute_changes import Change
    from ssot_lint.project.attribute_values import Attribute


class Verdict(NamedTuple):
    """How sure it is that a change leaks, and what speaks against it."""

    confidence: Confidence
    reason: str = ""

    def at_most(self, confidence: Confidence, reason: str) -> Verdict:
        """Return the verdict, or a less sure one for this reason."""
        return Verdict(confidence, reason) if confidence < self.confidence else self


class Leak:
    """An attribute with all that is found to change it."""

    def __init__(self, attribute: Attribute) -> None:
        self.attribute = attribute
        self.changes: list[Change] = []
        self.receivers: dict[str, None] = {}
        self.overrides: dict[str, Attribute] = {}

    @property
    def place(self) -> tuple[str, str]:
        """The class that binds the attribute, and its name."""
        return self.attribute.owner, self.attribute.facts.name
