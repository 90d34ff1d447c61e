"""The errors that a user of ssot-lint can meet."""

from __future__ import annotations


class SsotLintError(Exception):
    """Base of every error that ssot-lint raises on purpose; its text is fit for the terminal."""


class ConfigurationError(SsotLintError):
    """The configuration can't be used; ``mistakes`` holds one line for each thing that is wrong with it."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class UnreadablePathError(SsotLintError):
    """A path that was asked for doesn't exist or can't be read."""
