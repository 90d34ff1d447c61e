"""``ssot-lint clean``: delete what was kept between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from ssot_lint.cli.helping import command
from ssot_lint.cli.options import read_path
from ssot_lint.cli.terminal import complain, emit

if TYPE_CHECKING:
    from pathlib import Path

_DONE: Final = 0
_FAILED: Final = 2


@command(
    short_help="Delete what is kept between runs.",
    epilog="""\b
Examples:
  ssot-lint clean
  ssot-lint clean --cache-dir /tmp/ssot

\b
Exit status: 0 nothing is left, 2 something can't be deleted.
""",
)
@click.option(
    "--cache-dir",
    metavar="DIR",
    type=click.Path(file_okay=False),
    callback=read_path,
    help="The folder to delete (default: .ssot_lint_cache in the project's root).",
)
def clean(*, cache_dir: Path | None) -> int:
    """Delete the cache of the project around the working directory, and what killed runs left there.

    The next run makes a new cache; one that is out of date never does harm. A run that is killed while it
    writes leaves the file as it was, and beside it, at most, a file named .ssot-lint-????????.tmp.
    """
    from ssot_lint.session import forget, sweep

    swept = sweep()
    emit(f"{path}: deleted\n" for path in swept.deleted)
    for problem in swept.problems:
        complain("error", problem)
    try:
        removed = forget(cache_dir)
    except OSError as error:
        complain("error", f"{error.filename}: can't be deleted: {error.strerror}")
        return _FAILED
    emit([f"{removed}: deleted\n" if removed is not None else "There was no cache.\n"])
    return _FAILED if swept.problems else _DONE
