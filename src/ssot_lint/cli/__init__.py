"""The command line; ``main`` is its entry point."""

from __future__ import annotations

from ssot_lint.cli.app import main

__all__ = ("main",)
