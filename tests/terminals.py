"""Runs the program in a real terminal (a pseudo one), as a user sits at it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pexpect
import pytest

if TYPE_CHECKING:
    from pathlib import Path

needs_terminal = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of POSIX")
PATIENCE = 60
"""Seconds until a program that says nothing is held to be stuck."""


def open_terminal(
    folder: Path, *arguments: str, script: str | None = None, **environment: str
) -> pexpect.spawn[str]:
    """Start the program, or a script that calls it, in a terminal of 100 columns."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in ("CI", "NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK", "COLUMNS", "LINES", "PAGER")
    }
    start = ["-m", "ssot_lint"] if script is None else ["-c", script]
    return pexpect.spawn(
        sys.executable,
        [*start, *arguments],
        cwd=str(folder),
        env={**inherited, "TERM": "xterm-256color", **environment},
        dimensions=(30, 100),
        timeout=PATIENCE,
        encoding="utf-8",
    )


def rest(terminal: pexpect.spawn[str]) -> tuple[int | None, str]:
    """Wait for the end of the program, and return its status and what it still wrote."""
    terminal.expect(pexpect.EOF)
    written = terminal.before
    terminal.close()
    assert isinstance(written, str)
    return terminal.exitstatus, written.replace("\r\n", "\n")
