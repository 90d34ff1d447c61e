"""What is said of the linter's own errors."""

from __future__ import annotations

from typing import Final

ISSUES: Final = "https://github.com/ssot-lint/ssot-lint/issues"


def internal_error(where: str, error: BaseException) -> str:
    """Return one line that names the file, or what else was at work, and the error, and asks for a report."""
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{where}: internal error: {reason}; please report it at {ISSUES}"
