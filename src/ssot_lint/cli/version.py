"""Which version of the program this is."""

from __future__ import annotations

from ssot_lint.cli.failing import PROGRAM


def version_line() -> str:
    """Return the program's name and version, as far as it is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version(PROGRAM)
    except PackageNotFoundError:
        number = "(not installed)"
    return f"{PROGRAM} {number}"
