"""``ssot-lint map``: show which classes are managed, and why."""

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
    color_option,
    configuration_options,
    jobs_option,
    paths_argument,
    progress_option,
    project_options,
    read_confidence,
    read_path,
)
from ssot_lint.cli.progress import shown_progress
from ssot_lint.cli.terminal import complain, emit, enable_color, wants_color, write_report

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ssot_lint.model import Confidence
    from ssot_lint.project import ManagedClass
    from ssot_lint.session import LinkedProject

_FORMATS: Final = ("text", "json", "mermaid", "dot", "html")
_DONE: Final = 0
_FAILED: Final = 2


@command(
    "map",
    short_help="Show the managed classes, their factories and users.",
    epilog="""\b
Examples:
  ssot-lint map
  ssot-lint map src/app --min-confidence medium
  ssot-lint map --format json > managed.json
  ssot-lint map --format html --output-file map.html
  ssot-lint map --format dot | dot -Tsvg > map.svg

\b
Exit status: 0 the map is shown, 2 the work could not be done, 130 ended by Ctrl-C.
""",
)
@paths_argument
@click.option(
    "--format",
    "--output-format",
    "output_format",
    type=click.Choice(_FORMATS),
    default="text",
    help="Write the map in this format (default: text).",
)
@click.option(
    "--output-file",
    "-o",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    callback=read_path,
    help="Write the map to this file in its format, and text to the terminal (default: no file).",
)
@click.option(
    "--min-confidence",
    type=click.Choice(CONFIDENCES, case_sensitive=False),
    default="low",
    callback=read_confidence,
    help="Show classes that are managed at least this surely (default: low).",
)
@project_options
@progress_option
@color_option
@jobs_option
@cache_options
@configuration_options
def map_(
    *,
    paths: tuple[str, ...],
    output_format: str,
    output_file: Path | None,
    min_confidence: Confidence,
    no_progress: bool,
    color: str,
    jobs: int | None,
    no_cache: bool,
    cache_dir: Path | None,
    config: Path | None,
    isolated: bool,
    **settings: object,
) -> int:
    """Show the managed classes of PATHS, why they are held to be managed, their factories and users.

    Without PATHS those of the whole project are shown. The format html makes a page with pictures, for a
    browser; mermaid and dot are for programs that draw.
    """
    from ssot_lint.session import open_project

    with shown_progress(os.environ, wanted=not no_progress) as progress:
        opened = open_project(
            paths,
            overrides=settings,
            config_file=config,
            isolated=isolated,
            jobs=jobs or available_cores(),
            cache=chosen_cache(cache_dir, no_cache=no_cache),
            progress=progress,
        )
    for problem in opened.problems:
        complain("error", problem)
    classes = [managed for managed in opened.managed_classes() if managed.confidence >= min_confidence]
    if output_file is not None:
        write_report(output_file, _rendered(output_format, classes, opened, color=False))
    shown = "text" if output_file is not None else output_format
    colored = shown == "text" and wants_color(color, os.environ)
    if colored:
        enable_color()
    emit(_rendered(shown, classes, opened, color=colored))
    return _FAILED if opened.problems else _DONE


def _rendered(
    output_format: str, classes: Sequence[ManagedClass], opened: LinkedProject, *, color: bool
) -> Iterator[str]:
    """Return the map in a format; each is imported when it is asked for."""
    from ssot_lint.project.traffic import find_traffic
    from ssot_lint.reporters import managed_map, map_diagrams, map_page

    if output_format == "text":
        return managed_map.render_text(classes, color=color)
    traffic = find_traffic(opened.project)
    if output_format == "mermaid":
        diagram = "".join(map_diagrams.render_mermaid(classes, traffic))
        if warning := map_diagrams.too_much_for_mermaid(diagram):
            complain("warning", warning)
        return iter([diagram])
    if output_format == "html":
        return map_page.render_page(classes, traffic, opened.root.name or "project")
    render = map_diagrams.render_dot if output_format == "dot" else managed_map.render_json
    return render(classes, traffic)
