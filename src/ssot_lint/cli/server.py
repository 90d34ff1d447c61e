"""``ssot-lint server``: serve an editor."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import click

from ssot_lint.cli.helping import command
from ssot_lint.cli.options import available_cores, cache_options, chosen_cache, jobs_option
from ssot_lint.cli.terminal import complain

if TYPE_CHECKING:
    from pathlib import Path


@command(
    short_help="Serve an editor by the Language Server Protocol.",
    epilog="""\b
Examples:
  ssot-lint server            what an editor is to start
  ssot-lint server --verbose  tell on standard error what is done

\b
Exit status: 0 the editor said that it would leave, 1 it left without, 2 the work could not be done.
""",
)
@cache_options
@jobs_option
@click.option("--verbose", "-v", is_flag=True, help="Tell on standard error what is done.")
@click.option("--stdio", is_flag=True, hidden=True)
@click.option("--clientProcessId", "client", type=int, hidden=True)
def server(
    *,
    cache_dir: Path | None,
    no_cache: bool,
    jobs: int | None,
    verbose: bool,
    stdio: bool,
    client: int | None,
) -> int:
    """Serve an editor by the Language Server Protocol, over standard input and output.

    Findings are shown while a file is edited, with the rest of the project from the disk; the settings are
    those of the project. The editor has to be told to start this for Python files.
    """
    del stdio, client  # what clients add by themselves
    try:
        from ssot_lint.server.serving import serve
    except ImportError as error:
        raise click.ClickException(
            f"the language server needs pygls 2 and lsprotocol ({error}); "
            "install them with: pip install 'ssot-lint[lsp]'"
        ) from error
    if sys.stdin.isatty():
        complain("warning", "this is for editors: it waits for one to speak on standard input")
    gc.enable()
    serve(jobs=jobs or available_cores(), cache=chosen_cache(cache_dir, no_cache=no_cache), verbose=verbose)
