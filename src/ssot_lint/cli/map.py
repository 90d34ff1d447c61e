"""``ssot-lint map``: show which classes are managed, and why."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import click

from ssot_lint.cli.options import (
    CONFIDENCES,
    available_cores,
    cache_options,
    chosen_cache,
    color_option,
    configuration_options,
    jobs_option,
    paths_argument,
    project_options,
    read_confidence,
)
from ssot_lint.cli.terminal import complain, emit, enable_color, wants_color

if TYPE_CHECKING:
    from pathlib import Path

    from ssot_lint.model import Confidence
    from ssot_lint.project import ManagedClass
    from ssot_lint.session import LinkedProject

_DONE: Final = 0
_FAILED: Final = 2


@click.command(
    "map",
    epilog="""\b
Examples:
  ssot-lint map
  ssot-lint map src/app --min-confidence medium
  ssot-lint map --format json > managed.json
""",
)
@paths_argument
@click.option(
    "--format",
    "--output-format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Default: text.",
)
@click.option(
    "--min-confidence",
    type=click.Choice(CONFIDENCES, case_sensitive=False),
    default="low",
    callback=read_confidence,
    help="Show what is at least this sure (default: low).",
)
@project_options
@color_option
@jobs_option
@cache_options
@configuration_options
def map_(
    *,
    paths: tuple[str, ...],
    output_format: str,
    min_confidence: Confidence,
    color: str,
    jobs: int | None,
    no_cache: bool,
    cache_dir: Path | None,
    config: Path | None,
    isolated: bool,
    **settings: object,
) -> int:
    """Show the managed classes of PATHS: why they are held to be managed, their factories, and who uses them.

    Without PATHS those of the whole project are shown.
    """
    from ssot_lint.reporters.managed_map import render_json, render_text
    from ssot_lint.session import open_project

    opened = open_project(
        paths,
        overrides=settings,
        config_file=config,
        isolated=isolated,
        jobs=jobs or available_cores(),
        cache=chosen_cache(cache_dir, no_cache=no_cache),
    )
    for problem in opened.problems:
        complain("error", problem)
    classes = [managed for managed in _shown(opened) if managed.confidence >= min_confidence]
    if output_format == "json":
        emit(render_json(classes))
    else:
        colored = wants_color(color, os.environ)
        if colored:
            enable_color()
        emit(render_text(classes, color=colored))
    return _FAILED if opened.problems else _DONE


def _shown(opened: LinkedProject) -> list[ManagedClass]:
    """Return the classes that stand in the targets, and those of other packages."""
    targets = {file.record.path for file in opened.targets()}
    return [
        managed
        for managed in opened.project.managed.values()
        if managed.location is None or managed.location.path in targets
    ]
