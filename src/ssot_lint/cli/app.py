"""The ``ssot-lint`` program: its commands, with ``check`` as the default, and the last resort for errors."""

from __future__ import annotations

import os
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import click

from ssot_lint.cli.completing import complete_files
from ssot_lint.cli.failing import PROGRAM, status_of
from ssot_lint.cli.helping import write_options
from ssot_lint.cli.terminal import complain, emit, prepare_streams

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from click.shell_completion import CompletionItem

INTERRUPTED: Final = 130

_COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "baseline": "baseline",
        "check": "check",
        "clean": "clean",
        "completion": "completion",
        "config": "config",
        "explain": "explain",
        "init": "init",
        "map": "map_",
        "rules": "rules",
        "server": "server",
    }
)
"""The functions of the commands; each is in the module that has the command's name."""

_EPILOG: Final = """\b
Examples:
  ssot-lint                               check the project that you are in
  ssot-lint src/ --min-confidence medium  check a folder, and report what is less sure
  ssot-lint --fix src/                    make the safe fixes, and report what remains
  ssot-lint check ./map                   check a path that is named like a command
  ssot-lint --output-format json src/     write the findings for a program to read
  ssot-lint init                          declare what the code shows in pyproject.toml
  ssot-lint map src/                      show which classes are managed, and why
  ssot-lint explain SST101                show what a rule finds, and what to do about it

\b
Exit status: 0 no findings, 1 findings, 2 the work could not be done, 130 ended by Ctrl-C.

\b
Environment:
  NO_COLOR, FORCE_COLOR  without colours, or with them elsewhere than on terminals, too
  FORCE_HYPERLINK        1 or 0: codes link to their pages, or don't, whatever the terminal
  CI                     shows no progress, and writes no baseline
  SSOT_LINT_DEBUG        1: internal errors come with a traceback
"""


def _command(name: str) -> click.Command:
    """Return a command, which is imported only now: a run has use for one of them."""
    command: click.Command = getattr(import_module(f"ssot_lint.cli.{name}"), _COMMANDS[name])
    return command


def _refuse_near_command(args: Sequence[str]) -> None:
    """Say which command is meant by a word that is nearly one, where it can't be a path."""
    if not args or args[0].startswith("-") or os.path.lexists(args[0]):
        return
    from difflib import get_close_matches

    nearest = get_close_matches(args[0], _COMMANDS, n=1)
    if nearest:
        raise click.ClickException(f"{args[0]}: no such command, file or folder; did you mean {nearest[0]}?")


class _InterruptedError(BaseException):
    """The user pressed Ctrl-C."""


class _Program(click.Group):
    """A group whose first argument may be missing: then it is ``check``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and ctx.resilient_parsing:  # a shell asks what may stand here
            return super().parse_args(ctx, args)
        if not args or args[0] not in (*_COMMANDS, *ctx.help_option_names, "--version"):
            _refuse_near_command(args)
            args = ["check", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's protocol
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        return _command(cmd_name) if cmd_name in _COMMANDS else None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        write_options(formatter, ctx, _command("check").params, "check")

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """Offer commands, and what may follow ``check``, which needn't be written."""
        check = _command("check")
        with check.make_context("check", [], parent=ctx, resilient_parsing=True) as left_out:
            options = check.shell_complete(left_out, incomplete)
            # Files come first: in bash they would take the place of what is offered before them.
            paths = [] if incomplete.startswith("-") else complete_files(left_out, None, incomplete)
        commands = super().shell_complete(ctx, incomplete)
        return [*paths, *{item.value: item for item in (*commands, *options)}.values()]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # click would answer with an empty line.
            raise _InterruptedError from None


def _print_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's protocol
    if wanted:
        from ssot_lint.cli.version import version_line

        emit([f"{version_line()}\n"])
        ctx.exit()


@click.group(
    cls=_Program,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def app() -> None:
    """Find violations of the single source of truth in Python code.

    Classes that are constructed around their factory, class attributes that leak state between instances,
    code that reaches past a factory into what it keeps.

    Without COMMAND it is check.
    """


def main(args: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status; whatever happens, it never ends with a traceback."""
    try:
        return run(args)
    except KeyboardInterrupt:
        complain("error", "interrupted")
        return INTERRUPTED


def run(args: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status; Ctrl-C alone is left to the caller."""
    prepare_streams()
    try:
        return status_of(lambda: app.main(args=args, prog_name=PROGRAM, standalone_mode=False))
    except _InterruptedError as error:
        raise KeyboardInterrupt from error
