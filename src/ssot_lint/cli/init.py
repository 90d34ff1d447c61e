"""``ssot-lint init``: from what the code shows to a configuration, and a baseline of what is found."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from ssot_lint.cli.baseline import FILE as BASELINE
from ssot_lint.cli.baseline import is_in_ci, keep
from ssot_lint.cli.helping import command
from ssot_lint.cli.options import (
    CONFIDENCES,
    available_cores,
    cache_options,
    chosen_cache,
    color_option,
    configuration_option,
    jobs_option,
    paths_argument,
    progress_option,
    project_options,
    read_confidence,
)
from ssot_lint.cli.progress import shown_progress
from ssot_lint.cli.terminal import complain, emit, emit_bytes, enable_color, wants_color

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ssot_lint.model import Confidence
    from ssot_lint.session import CheckResult, Proposal

_DONE: Final = 0
_FAILED: Final = 2


@command(
    short_help="Declare the managed classes in the configuration.",
    epilog="""\b
Examples:
  ssot-lint init
  ssot-lint init --dry-run
  ssot-lint init src/app --min-confidence medium
  ssot-lint init --yes --baseline

\b
Exit status: 0 all is done that was wanted, 2 the work could not be done, 130 ended by Ctrl-C.
""",
)
@paths_argument
@click.option("--dry-run", is_flag=True, help="Show what would be written as a patch, and write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Write the entries without asking (default: ask).")
@click.option(
    "--baseline/--no-baseline",
    "wants_baseline",
    default=None,
    help=f"Write the findings that are left to {BASELINE}, or don't, without asking (default: ask).",
)
@click.option(
    "--min-confidence",
    type=click.Choice(CONFIDENCES, case_sensitive=False),
    default="high",
    callback=read_confidence,
    help="Declare what is at least this sure (default: high).",
)
@click.option("--own-file", is_flag=True, help="Write to .ssot-lint.toml, also beside a pyproject.toml.")
@project_options
@progress_option
@color_option
@jobs_option
@cache_options
@configuration_option
def init(
    *,
    paths: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    wants_baseline: bool | None,
    min_confidence: Confidence,
    own_file: bool,
    no_progress: bool,
    color: str,
    jobs: int | None,
    no_cache: bool,
    cache_dir: Path | None,
    config: Path | None,
    **settings: object,
) -> int:
    """Declare the managed classes of PATHS that nobody has declared yet, as the code shows them.

    The entries go to the configuration that there is, else to pyproject.toml, else to .ssot-lint.toml. What
    stands there stays as it is, and a second run adds nothing. Before anything is written you are asked: for
    the entries, and for a baseline where there are findings.
    """
    from ssot_lint.session import check, open_project, propose

    if wants_baseline and is_in_ci():
        raise click.UsageError("no baseline is written in CI, where it would hide what is new")
    means: dict[str, Any] = {
        "config_file": config,
        "jobs": jobs or available_cores(),
        "cache": chosen_cache(cache_dir, no_cache=no_cache),
    }
    with shown_progress(os.environ, wanted=not no_progress) as progress:
        overrides = {**settings, "infer": True} if settings.get("infer") is None else settings
        opened = open_project(paths, overrides=overrides, progress=progress, anew=True, **means)
    for problem in opened.problems:
        complain("error", problem)
    if opened.problems:
        return _FAILED
    proposal = propose(opened, min_confidence, named=config, own=own_file)
    colored = wants_color(color, os.environ)
    if colored:
        enable_color()
    emit(_told(proposal, min_confidence, color=colored))
    if dry_run:
        _show_patch(proposal)
        return _DONE
    if proposal.classes:
        _write(proposal, yes=yes)
    with shown_progress(os.environ, wanted=not no_progress) as progress:
        result = check(paths, overrides=settings, progress=progress, **means)
    return _offer_baseline(result, wanted=wants_baseline)


def _told(proposal: Proposal, confidence: Confidence, *, color: bool) -> Iterator[str]:
    """Yield the map of the classes that get an entry, and how many don't."""
    from ssot_lint.reporters.managed_map import render_text

    if proposal.classes:
        yield from render_text(proposal.classes, color=color)
    else:
        yield f"No managed class of {confidence.label} confidence is left to be declared.\n"
    if proposal.declared:
        yield f"{_counted(proposal.declared)} declared already.\n"
    if proposal.guarded:
        needs = "1 needs" if proposal.guarded == 1 else f"{proposal.guarded} need"
        yield f"{needs} no entry: the class itself says how its instances are come by.\n"
    if proposal.unsure:
        yield f"{_counted(proposal.unsure)} less sure: see ssot-lint map, and --min-confidence.\n"


def _counted(number: int) -> str:
    return "1 is" if number == 1 else f"{number} are"


def _show_patch(proposal: Proposal) -> None:
    if proposal.classes:
        from ssot_lint.reporters.patch import unified_patch

        emit_bytes(unified_patch(proposal.shown_path, proposal.before or b"", proposal.after))


def _write(proposal: Proposal, *, yes: bool) -> None:
    """Write the entries if that is wanted."""
    number = len(proposal.classes)
    entries = "1 entry" if number == 1 else f"{number} entries"
    if not yes and not _can_ask():
        raise click.ClickException(
            "nothing is written, since there is no terminal to ask on; --yes writes it, --dry-run shows it"
        )
    if not yes:
        emit(["\n", proposal.entries, "\n"])
        if not _agrees(f"Write {entries} to {proposal.shown_path}?", default=True):
            return
    if refusal := proposal.write():
        raise click.ClickException(f"{proposal.shown_path}: not changed: {refusal}")
    emit([f"{proposal.shown_path}: {entries} added.\n"])


def _offer_baseline(result: CheckResult, *, wanted: bool | None) -> int:
    """Write what the project is told from now on to a baseline, if that is wanted."""
    from pathlib import Path

    for problem in result.problems:
        complain("error", problem)
    if result.problems:
        return _FAILED
    number = len(result.findings)
    findings = "1 finding" if number == 1 else f"{number} findings"
    path = Path(BASELINE)
    if not number:
        emit(["No findings.\n"])
        return _DONE
    if path.exists():
        emit([f"{findings}; {path} is there already: ssot-lint check --baseline {path}\n"])
        return _DONE
    if wanted is None and _can_ask() and not is_in_ci():
        are, them = ("is", "it") if number == 1 else ("are", "them")
        question = f"{findings} {are} left. Write {them} to {path}, so that only new ones are reported?"
        wanted = _agrees(question, default=False)
    if wanted:
        keep(result, path)
        emit([f"From now on: ssot-lint check --baseline {path}\n"])
    else:
        emit([f"{findings}: see ssot-lint check; ssot-lint baseline puts them aside.\n"])
    return _DONE


def _can_ask() -> bool:
    stream: Any = sys.stdin
    return stream is not None and not stream.closed and stream.isatty()


def _agrees(question: str, *, default: bool) -> bool:
    """Ask on the terminal; Ctrl-C and the end of the input end the run."""
    try:
        return click.confirm(question, default=default, err=True)
    except click.Abort:
        raise KeyboardInterrupt from None
