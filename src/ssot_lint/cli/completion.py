"""``ssot-lint completion``: write what makes a shell complete our command lines."""

from __future__ import annotations

import click

from ssot_lint.cli.helping import command
from ssot_lint.cli.terminal import emit

_SHELLS = ("bash", "zsh", "fish")


@command(
    short_help="Write the script by which a shell completes command lines.",
    epilog="""\b
Examples:
  eval "$(ssot-lint completion bash)"     in ~/.bashrc
  eval "$(ssot-lint completion zsh)"      in ~/.zshrc, behind compinit
  ssot-lint completion fish | source      in ~/.config/fish/config.fish

\b
A shell starts faster with the script in a file:
  ssot-lint completion bash > ~/.local/share/bash-completion/completions/ssot-lint
  ssot-lint completion fish > ~/.config/fish/completions/ssot-lint.fish

\b
Exit status: 0 the script is written, 2 there is none for this shell.
""",
)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Write the script by which SHELL completes commands, options, codes, settings and files."""
    from click.shell_completion import get_completion_class

    program = context.find_root()
    name = program.info_name or "ssot-lint"
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has a class for each of these shells
    variable = f"_{name.replace('-', '_').upper()}_COMPLETE"
    emit([kind(program.command, {}, name, variable).source().strip(), "\n"])
    return 0
