"""The errors that a user of ssot-lint can meet."""

from __future__ import annotations

from typing import Final

ISSUES: Final = "https://github.com/ssot-lint/ssot-lint/issues"

_PLEA: Final = f"; please report it at {ISSUES}"
_NO_MEMORY: Final = ": there is too little memory"


class SsotLintError(Exception):
    """Base of every error that ssot-lint raises on purpose; its text is fit for the terminal."""


class ConfigurationError(SsotLintError):
    """The configuration can't be used; ``mistakes`` holds one line for each thing that is wrong with it."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class UnreadablePathError(SsotLintError):
    """A path that was asked for doesn't exist or can't be read."""


def internal_error(where: str, error: BaseException) -> str:
    """Return one line that names the file, or what else was at work, and the error, and asks for a report.

    Want of memory is nothing to report: it is the system that refuses.
    """
    if isinstance(error, MemoryError):
        return f"{where}{_NO_MEMORY}"
    return reportable(f"{where}: internal error: {type(error).__name__}: {error}")


def reportable(problem: str) -> str:
    """Return a problem on one line, with the plea to report it."""
    return f"{' '.join(problem.split())}{_PLEA}"


def is_internal(problem: str) -> bool:
    """Whether a problem is told as the linter's own failure, or as want of memory."""
    return problem.endswith((_PLEA, _NO_MEMORY))
