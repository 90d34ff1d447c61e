"""``ssot-lint baseline`` and ``check --baseline``: findings that are known count no more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import click

from ssot_lint.cli.helping import command
from ssot_lint.cli.options import (
    CONFIDENCES,
    available_cores,
    cache_options,
    chosen_cache,
    configuration_options,
    jobs_option,
    paths_argument,
    progress_option,
    project_options,
    read_path,
    selection_options,
)
from ssot_lint.cli.progress import shown_progress
from ssot_lint.cli.terminal import complain, emit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ssot_lint.baseline import Comparison, Entry
    from ssot_lint.cli.carrying_out import Asked
    from ssot_lint.session import CheckResult

FILE: Final = ".ssot-lint-baseline.json"
_UNPARSABLE: Final = "SST001"
_DONE: Final = 0
_FAILED: Final = 2


@command(
    short_help="Write all findings to a file of those that are known.",
    epilog="""\b
Examples:
  ssot-lint baseline
  ssot-lint baseline src/ --min-confidence medium
  ssot-lint check --baseline .ssot-lint-baseline.json
  ssot-lint check --baseline .ssot-lint-baseline.json --prune

\b
Exit status: 0 the file is written, 2 the work could not be done, 130 ended by Ctrl-C.
""",
)
@paths_argument
@selection_options
@project_options
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    callback=read_path,
    help=f"Write the baseline to this file (default: {FILE}).",
)
@click.option(
    "--force",
    is_flag=True,
    help="Write the file in CI, too (default: an error where the variable CI is set).",
)
@progress_option
@jobs_option
@cache_options
@configuration_options
def baseline(
    *,
    paths: tuple[str, ...],
    output: Path | None,
    force: bool,
    no_progress: bool,
    jobs: int | None,
    no_cache: bool,
    cache_dir: Path | None,
    config: Path | None,
    isolated: bool,
    **settings: object,
) -> int:
    """Write all findings in PATHS to a file, by which check --baseline reports only what is new.

    An older baseline is replaced. In CI none is written, since a finding that came with the change would be
    known from then on.
    """
    from pathlib import Path

    from ssot_lint.session import check

    if is_in_ci() and not force:
        raise click.UsageError("without --force no baseline is written in CI: it would hide what is new")
    with shown_progress(os.environ, wanted=not no_progress) as progress:
        result = check(
            paths,
            overrides=settings,
            config_file=config,
            isolated=isolated,
            jobs=jobs or available_cores(),
            cache=chosen_cache(cache_dir, no_cache=no_cache),
            progress=progress,
        )
    for problem in result.problems:
        complain("error", problem)
    if result.problems:
        return _FAILED
    keep(result, output or Path(FILE))
    return _DONE


def is_in_ci() -> bool:
    """Return whether this runs in a service that checks changes, as all of them say by a variable."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def keep(result: CheckResult, path: Path) -> None:
    """Write the findings of a run to a file, and tell of it."""
    from ssot_lint.baseline import entries_of, write_baseline

    write_baseline(path, entries_of(result.findings, result.project_paths))
    number = len(result.findings)
    emit([f"{path}: {number} known finding{'' if number == 1 else 's'}.\n"])


def compared(path: Path, result: CheckResult, asked: Asked, *, prune: bool) -> Comparison:
    """Return what a baseline says of a run's findings, and take out of it what matches none of them."""
    from ssot_lint.baseline import compare, read_baseline, without, write_baseline

    entries = read_baseline(path)
    comparison = compare(result.findings, result.project_paths, entries, _Judge(asked, result))
    if prune and comparison.stale:
        write_baseline(path, without(entries, comparison.stale))
    return comparison


def stale_line(path: Path, stale: Sequence[Entry]) -> str:
    """Return the line that tells of entries that match nothing any more."""
    number = sum(entry.count for entry in stale)
    first = stale[0]
    entries = "1 entry matches" if number == 1 else f"{number} entries match"
    return f"{path}: {entries} nothing any more ({first.path}: {first.code}); --prune takes out what doesn't"


def pruned_line(path: Path, pruned: Sequence[Entry]) -> str:
    """Return the line that tells of entries that were taken out."""
    number = sum(entry.count for entry in pruned)
    entries = "1 entry" if number == 1 else f"{number} entries"
    return f"{path}: {entries} taken out that matched nothing any more."


class _Judge:
    """Says of which entries a run saw everything that could match them: its paths, codes and confidence."""

    def __init__(self, asked: Asked, result: CheckResult) -> None:
        from ssot_lint.session import configuration_of

        configuration = configuration_of(
            asked["paths"],
            overrides=asked["overrides"],
            config_file=asked["config_file"],
            isolated=asked["isolated"],
        )
        self._settings = configuration.settings
        self._is_whole = asked["buffer"] is None and not result.problems
        self._broken = {
            result.project_paths.get(finding.location.path, finding.location.path)
            for finding in result.findings
            if finding.code == _UNPARSABLE
        }
        self._below = [
            os.path.relpath(path, configuration.root).replace(os.sep, "/") for path in asked["paths"]
        ]

    def __call__(self, entry: Entry) -> bool:
        if not self._is_whole or entry.path in self._broken:
            return False
        is_sure_enough = CONFIDENCES.index(entry.confidence) <= CONFIDENCES.index(
            self._settings.min_confidence.label
        )
        return is_sure_enough and self._settings.selects(entry.code) and self._is_below(entry.path)

    def _is_below(self, path: str) -> bool:
        return not self._below or any(top in (".", path) or path.startswith(f"{top}/") for top in self._below)
