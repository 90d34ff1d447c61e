"""How sure a finding is; apart from the other values, because the command line needs it to start."""

from __future__ import annotations

import enum


class Confidence(enum.IntEnum):
    """How sure the linter is of a finding or of a managed class; ordered, so that ``>=`` compares."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def label(self) -> str:
        """The word that users read and write: ``high``, ``medium`` or ``low``."""
        return self.name.lower()
