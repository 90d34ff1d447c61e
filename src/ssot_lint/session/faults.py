"""What is said of the linter's own errors."""

from __future__ import annotations

from typing import Final

ISSUES: Final = "https://github.com/ssot-lint/ssot-lint/issues"


def internal_error(where: str, error: BaseException) -> str:
    """Return one line that names the file, or what else was at work, and the error, and asks for a report."""
    return reportable(f"{where}: internal error: {type(error).__name__}: {error}")


def reportable(problem: str) -> str:
    """Return a problem on one line, with the plea to report it."""
    return f"{' '.join(problem.split())}; please report it at {ISSUES}"
