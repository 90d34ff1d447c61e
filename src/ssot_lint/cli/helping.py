"""Help texts: options in groups, on as many columns as the terminal has."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

_GROUPS: Final = (
    (
        "What is reported",
        (
            *("--select", "--ignore", "--extend-select", "--extend-ignore", "--per-file-ignores"),
            *("--min-confidence", "--check-tests", "--baseline", "--prune"),
        ),
    ),
    (
        "What is changed",
        (
            *("--fix", "--unsafe-fixes", "--diff", "--add-noqa", "--noqa-reason"),
            *("--dry-run", "--yes", "--own-file"),
        ),
    ),
    (
        "How it is reported",
        (
            *("--output-format", "--output-file", "--output", "--force", "--sort", "--statistics", "--quiet"),
            *("--verbose", "--color", "--no-progress"),
        ),
    ),
    (
        "What belongs to the project",
        ("--src", "--exclude", "--test-paths", "--infer", "--stdin-filename"),
    ),
    ("Where settings come from", ("--config", "--isolated", "--show-settings", "--show-files")),
    (
        "How it is run",
        (
            *("--watch", "--jobs", "--cache-dir", "--no-cache", "--exit-zero", "--exit-non-zero-on-fix"),
            *("--version", "--help"),
        ),
    ),
)
"""Groups of options, by their long names; options of other names come before all groups."""
_FEW: Final = 7
"""The number of options up to which a list needs no groups."""
_WIDEST_NAME: Final = 30


def write_options(
    formatter: click.HelpFormatter,
    context: click.Context,
    parameters: Iterable[click.Parameter],
    command: str = "",
) -> None:
    """Write what the options do, in groups where there are many, with the command that they are of."""
    records = {
        max(option.opts, key=len): record
        for option in parameters
        if isinstance(option, click.Option) and (record := option.get_help_record(context))
    }
    groups = _GROUPS if len(records) > _FEW else ()
    grouped = {name for _, names in groups for name in names}
    others = [name for name in records if name not in grouped]
    width = min(_WIDEST_NAME, max(len(names) for names, _ in records.values()))
    for title, names in (("Options", others), *groups):
        rows = [records[name] for name in names if name in records]
        if rows:
            with formatter.section(f"{title} ({command})" if command else title):
                formatter.write_dl([(f"{row:<{width}}", text) for row, text in rows])


class GroupedCommand(click.Command):
    """A command whose help shows its options in groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each below the name of its group."""
        write_options(formatter, ctx, self.get_params(ctx))


command: Final = partial(click.command, cls=GroupedCommand)
