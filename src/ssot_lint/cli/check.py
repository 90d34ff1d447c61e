"""``ssot-lint check``: report findings."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Final

import click

from ssot_lint.cli.carrying_out import Asked, Means, Task, carry_out
from ssot_lint.cli.helping import command
from ssot_lint.cli.options import (
    available_cores,
    cache_options,
    chosen_cache,
    color_option,
    configuration_options,
    jobs_option,
    paths_argument,
    progress_option,
    project_options,
    read_path,
    selection_options,
)
from ssot_lint.cli.reporting import Shape, show
from ssot_lint.reporters import REPORTERS, STATISTICS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ssot_lint.session import Buffer

CLEAN: Final = 0
FOUND: Final = 1
FAILED: Final = 2

_STDIN: Final = "-"
_WATCHED_FORMATS: Final = ("text", "concise")
_NOT_WATCHED: Final = (
    *("output_file", "prune", "fixing", "unsafe_fixes", "diff", "add_noqa", "exit_non_zero_on_fix"),
    *("exit_zero", "stdin_filename", "shows_settings", "shows_files"),
)
"""The parameters that go ill with --watch: it changes nothing, and doesn't end by itself."""


def _read_reason(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    """Return a reason that fits on the line that it is to stand on, empty when none was given."""
    reason = (value or "").strip()
    if not reason.isprintable():
        raise click.BadParameter("a reason is one line of text")
    return reason


@command(
    short_help="Report what goes around the single source of truth (default).",
    epilog="""\b
Examples:
  ssot-lint check src/ --select SST1,SST3
  ssot-lint check --min-confidence medium --sort confidence
  ssot-lint check --per-file-ignores 'scripts/*:SST101' .
  ssot-lint check --config 'infer = false' --show-settings
  ssot-lint check --diff src/ | git apply
  ssot-lint check --fix --unsafe-fixes src/
  ssot-lint check --add-noqa --noqa-reason 'the pool owns these' src/
  ssot-lint check --output-format sarif --output-file ssot-lint.sarif
  ssot-lint check --watch src/
  ssot-lint check - --stdin-filename app/ws.py < app/ws.py
  ssot-lint check --fix - --stdin-filename app/ws.py < app/ws.py > fixed.py

\b
Exit status: 0 no findings, 1 findings, 2 the work could not be done, 130 ended by Ctrl-C.
With --diff 1 means that there is something to change.
""",
)
@paths_argument
@selection_options
@project_options
@click.option(
    "--output-format",
    type=click.Choice(list(REPORTERS)),
    default="text",
    help="Write findings in this format (default: text, with the source below each).",
)
@click.option(
    "--output-file",
    "-o",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    callback=read_path,
    help="Write the report to this file in its format, and text to the terminal (default: no file).",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    callback=read_path,
    help="Report only what this file doesn't know, which ssot-lint baseline wrote (default: none).",
)
@click.option("--prune", is_flag=True, help="With --baseline: take entries out that match nothing any more.")
@click.option(
    "--sort",
    "order",
    type=click.Choice(["place", "confidence"]),
    default="place",
    help="List findings by file and line, or the surest first (default: place).",
)
@click.option(
    "--fix",
    "fixing",
    is_flag=True,
    help="Make the safe fixes, and report what remains; for - write the fixed text to standard output.",
)
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="With --fix or --diff: make fixes that are to be looked over, too.",
)
@click.option(
    "--diff",
    is_flag=True,
    help="Write what --fix would change as a patch, and change nothing.",
)
@click.option(
    "--add-noqa",
    is_flag=True,
    help="Add noqa comments that silence what is found; with --diff write them as a patch.",
)
@click.option(
    "--noqa-reason",
    metavar="TEXT",
    callback=_read_reason,
    help="With --add-noqa: write this reason behind the codes.",
)
@click.option(
    "--exit-non-zero-on-fix",
    is_flag=True,
    help="With --fix: end with status 1 when a file was changed.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each code instead of listing them.")
@click.option("--exit-zero", is_flag=True, help="End with status 0, and not 1, when there are findings.")
@click.option(
    "--stdin-filename",
    metavar="PATH",
    help="Take what - reads for the text of this file.",
)
@click.option(
    "--quiet",
    "-q",
    is_flag=True,
    help="Write findings and errors alone.",
)
@click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="Tell on standard error what is done, and how long it takes.",
)
@click.option(
    "--show-settings",
    "shows_settings",
    is_flag=True,
    help="Only write the settings, and where each comes from.",
)
@click.option(
    "--show-files",
    "shows_files",
    is_flag=True,
    help="Only write which files would be checked.",
)
@click.option(
    "--watch",
    "-w",
    is_flag=True,
    help="Check again whenever a file or the configuration changes (extra: watch).",
)
@click.option("--no-screen", is_flag=True, hidden=True)
@progress_option
@color_option
@jobs_option
@cache_options
@configuration_options
def check(
    *,
    paths: tuple[str, ...],
    output_format: str,
    output_file: Path | None,
    baseline: Path | None,
    prune: bool,
    order: str,
    fixing: bool,
    unsafe_fixes: bool,
    diff: bool,
    add_noqa: bool,
    noqa_reason: str,
    exit_non_zero_on_fix: bool,
    statistics: bool,
    exit_zero: bool,
    stdin_filename: str | None,
    quiet: bool,
    verbose: bool,
    shows_settings: bool,
    shows_files: bool,
    no_screen: bool,
    watch: bool,
    no_progress: bool,
    color: str,
    jobs: int | None,
    no_cache: bool,
    cache_dir: Path | None,
    config: Path | None,
    isolated: bool,
    **settings: object,
) -> int:
    """Report the places in PATHS that go around the single source of truth.

    PATHS are files and folders, or - for standard input; without any, the project around the working
    directory is checked. However few the paths, the whole project is read to judge them.

    Settings come from [tool.ssot-lint] in pyproject.toml, or from .ssot-lint.toml; options win over them.
    Findings go to standard output, and all else to standard error.
    """
    if statistics and output_format not in STATISTICS:
        raise click.UsageError(f"--statistics has no {output_format} format")
    if quiet and verbose:
        raise click.UsageError("--quiet and --verbose exclude each other")
    if prune and baseline is None:
        raise click.UsageError("--prune needs --baseline, the file to prune")
    if add_noqa and fixing:
        raise click.UsageError(
            "--fix and --add-noqa exclude each other: the one mends what the other silences"
        )
    if noqa_reason and not add_noqa:
        raise click.UsageError("--noqa-reason needs --add-noqa")
    if watch:
        _refuse_to_watch(click.get_current_context(), output_format, paths)
    buffer = _buffer(paths, stdin_filename)
    asked: Asked = {
        "paths": () if buffer else paths,
        "overrides": settings,
        "config_file": config,
        "isolated": isolated,
        "jobs": jobs or available_cores(),
        "cache": chosen_cache(cache_dir, no_cache=no_cache),
        "buffer": buffer,
    }
    if shows_settings or shows_files:
        from ssot_lint.cli.showing import show_files, show_settings

        return (show_settings if shows_settings else show_files)(asked)
    task = Task(
        asked=asked,
        means=Means.COMMENTS if add_noqa else Means.FIXES if diff or fixing else Means.NONE,
        is_patch=diff,
        unsafe=unsafe_fixes,
        reason=noqa_reason,
        baseline=baseline,
        prune=prune,
        surest_first=order == "confidence",
        screen=not no_screen,
        quiet=quiet,
        verbose=verbose,
        shows_progress=not (quiet or no_progress),
    )
    shape = Shape(output_format, output_file, color, statistics=statistics, quiet=quiet)
    run = partial(_report, task, shape, exit_non_zero_on_fix=exit_non_zero_on_fix, exit_zero=exit_zero)
    if watch:
        from ssot_lint.cli import watching

        return watching.watch(asked, baseline, run, quiet=quiet)
    return run()


def _report(task: Task, shape: Shape, *, exit_non_zero_on_fix: bool, exit_zero: bool) -> int:
    """Do what is asked for, show what there is to report, and return the exit status."""
    outcome = carry_out(task)
    if not task.is_patch:
        show(outcome, shape, aside=task.asked["buffer"] is not None and task.means is not Means.NONE)
    counts = (
        outcome.has_written
        if task.is_patch or (exit_non_zero_on_fix and outcome.has_written)
        else outcome.has_findings
    )
    return FAILED if outcome.result.problems else FOUND if counts and not exit_zero else CLEAN


def _refuse_to_watch(context: click.Context, output_format: str, paths: Sequence[str]) -> None:
    """Say what goes ill with --watch, where there is no end at which it could be done."""
    if _STDIN in paths:
        raise click.UsageError("--watch reads files, and not standard input")
    if output_format not in _WATCHED_FORMATS:
        raise click.UsageError(f"--watch has no {output_format} format")
    for option in context.command.params:
        if option.name in _NOT_WATCHED and context.params[option.name]:
            raise click.UsageError(f"--watch and {option.opts[0]} exclude each other")


def _buffer(paths: tuple[str, ...], stdin_filename: str | None) -> Buffer | None:
    """Return what standard input holds, when it is asked for."""
    if _STDIN not in paths:
        if stdin_filename is not None:
            raise click.UsageError("--stdin-filename names what the path - reads; add that path")
        return None
    if len(paths) > 1:
        raise click.UsageError("the path - stands alone: standard input is one file")
    from ssot_lint.session import Buffer

    if sys.stdin is None:
        raise click.UsageError("the path - reads standard input, which is closed")
    return Buffer.of_bytes(stdin_filename or _STDIN, sys.stdin.buffer.read())
