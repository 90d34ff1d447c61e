"""``ssot-lint map``: show which classes are managed, and why."""

from __future__ import annotations

import click


@click.command("map")
def map_() -> int:
    """X."""
    return 0
