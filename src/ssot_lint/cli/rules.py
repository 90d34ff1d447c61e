"""``ssot-lint rules``: list the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ssot_lint.cli.helping import command
from ssot_lint.cli.terminal import emit

if TYPE_CHECKING:
    from collections.abc import Iterator


@command(
    short_help="List all rules.",
    epilog="""\b
Examples:
  ssot-lint rules
  ssot-lint rules --output-format json

\b
Exit status: 0 the rules are listed.
""",
)
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Write the list in this format (default: text).",
)
def rules(output_format: str) -> int:
    """List all rules with code, name and summary; ssot-lint explain tells the rest."""
    emit(_as_json() if output_format == "json" else _as_table())
    return 0


def _as_table() -> Iterator[str]:
    from ssot_lint.rules import RULES

    width = max(len(rule.name) for rule in RULES)
    for rule in RULES:
        yield f"{rule.code}  {rule.name:<{width}}  {rule.summary}\n"


def _as_json() -> Iterator[str]:
    import json

    from ssot_lint.rules import RULES

    listed = [
        {"code": rule.code, "name": rule.name, "summary": rule.summary, "opt_in": rule.opt_in}
        for rule in RULES
    ]
    yield json.dumps(listed, indent=2) + "\n"
