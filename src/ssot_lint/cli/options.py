"""The options that more than one command takes, and their values."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from ssot_lint.cli.completing import complete_codes, complete_configuration, complete_files
from ssot_lint.confidence import Confidence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ssot_lint.settings import PerFileIgnore

Function = TypeVar("Function", bound="Callable[..., Any]")

INLINE: Final = "inline_config"
"""The name of the parameter, and of the override, that holds settings in TOML."""
CONFIDENCES: Final = tuple(level.label for level in sorted(Confidence, reverse=True))


def _split_codes(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Return the codes of a repeated option with comma lists as values, None when it wasn't given."""
    return tuple(code for value in values for code in _codes(value)) if values else None


def split_ignores(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[PerFileIgnore, ...] | None:
    """Return the values of a repeated option of the form PATTERN:CODES, None when it wasn't given."""
    from ssot_lint.settings import PerFileIgnore

    ignores = []
    for value in values:
        pattern, _, codes = value.rpartition(":")
        if not pattern or not codes.strip():
            raise click.BadParameter(f"{value!r} is not of the form PATTERN:CODES")
        ignores.append(PerFileIgnore(pattern, _codes(codes)))
    return tuple(ignores) or None


def read_confidence(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> Confidence | None:
    """Return the confidence that a word stands for, None when the option wasn't given."""
    return None if value is None else Confidence[value.upper()]


def read_path(_context: click.Context, _option: click.Parameter, value: str | None) -> Path | None:
    """Return the path that is meant, None when the option wasn't given."""
    from pathlib import Path

    return None if value is None else Path(value)


def code_option(name: str, *, help: str) -> Callable[[Function], Function]:  # noqa: A002 - as click calls it
    """Take lists of codes, parted by commas or by repeating the option."""
    return click.option(
        name,
        metavar="CODES",
        multiple=True,
        callback=_split_codes,
        shell_complete=complete_codes,
        help=help,
    )


def paths_argument(function: Function) -> Function:
    """Take any number of paths."""
    return click.argument("paths", nargs=-1, metavar="[PATHS]...", shell_complete=complete_files)(function)


def selection_options(function: Function) -> Function:
    """Take the options that say which findings are wanted; they are settings by their names."""
    for option in reversed(
        (
            code_option(
                "--select",
                help="Report only these rules: SST101,SST2,... (default: all but opt-in ones).",
            ),
            code_option(
                "--ignore",
                help="Don't report these rules; the longest prefix decides (default: none).",
            ),
            code_option(
                "--extend-select",
                help="Report these rules, too, opt-in ones by their whole codes (default: none).",
            ),
            code_option(
                "--extend-ignore",
                help="Don't report these rules either (default: none).",
            ),
            click.option(
                "--per-file-ignores",
                metavar="PATTERN:CODES",
                multiple=True,
                callback=split_ignores,
                help="Don't report these rules in files that match (default: none; may be repeated).",
            ),
            click.option(
                "--min-confidence",
                type=click.Choice(CONFIDENCES, case_sensitive=False),
                callback=read_confidence,
                help="Report findings that are at least this sure (default: high).",
            ),
            click.option(
                "--check-tests/--no-check-tests",
                default=None,
                help="Report all rules in test code, too (default: not those that tests may break).",
            ),
        )
    ):
        function = option(function)
    return function


def project_options(function: Function) -> Function:
    """Take the options that say what the project is made of; they are settings by their names."""
    for option in reversed(
        (
            click.option(
                "--src",
                metavar="DIR",
                multiple=True,
                callback=_absolute_paths,
                help="Let imports start from this folder (default: found out; may be repeated).",
            ),
            click.option(
                "--exclude",
                metavar="PATTERN",
                multiple=True,
                callback=_given,
                help="Leave out what matches (default: what .gitignore names, in any case; may be repeated).",
            ),
            click.option(
                "--test-paths",
                metavar="PATTERN",
                multiple=True,
                callback=_given,
                help="Take what matches for test code (default: tests/ and the like; may be repeated).",
            ),
            click.option(
                "--infer/--no-infer",
                default=None,
                help="Work out which classes are managed (default), or go by declarations alone.",
            ),
        )
    ):
        function = option(function)
    return function


def configuration_options(function: Function) -> Function:
    """Take the options that say where the configuration comes from.

    What ``--config`` gives in TOML comes to the function as ``inline_config``, one of the overrides.
    """
    function = click.option("--isolated", is_flag=True, help="Ignore all configuration files.")(function)
    return configuration_option(function)


def configuration_option(function: Function) -> Function:
    """Take the first of the options that say where the configuration comes from."""
    return click.option(
        "--config",
        metavar="FILE|'KEY = VALUE'",
        multiple=True,
        callback=_split_configuration,
        shell_complete=complete_configuration,
        help="Read this file (default: the nearest), or take a setting in TOML (may be repeated).",
    )(function)


def _split_configuration(
    context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> Path | None:
    """Return the file that is named, None without one, and put aside the settings that are given in TOML."""
    from pathlib import Path

    texts = tuple(value for value in values if "=" in value and not os.path.exists(value))
    files = [value for value in values if value not in texts]
    if len(files) > 1:
        raise click.BadParameter("one file is enough; what else is given must be of the form KEY = VALUE")
    context.params[INLINE] = texts or None
    return Path(files[0]) if files else None


def _given(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...] | None:
    return values or None


def _absolute_paths(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Return folders by their whole paths: they are written as they are seen from the working directory."""
    if not values:
        return None
    from ssot_lint.regular_files import working_directory

    here = working_directory()
    return tuple(os.path.normpath(os.path.join(here, value)) for value in values)


def jobs_option(function: Function) -> Function:
    """Take the number of processes."""
    return click.option(
        "--jobs",
        "-j",
        type=click.IntRange(min=1),
        metavar="N",
        help="Read large projects with so many processes (default: one for each core).",
    )(function)


def cache_options(function: Function) -> Function:
    """Take the options that say where facts are kept between runs, if anywhere."""
    function = click.option(
        "--no-cache", is_flag=True, help="Read all files anew, and keep nothing for the next run."
    )(function)
    return click.option(
        "--cache-dir",
        metavar="DIR",
        type=click.Path(file_okay=False),
        callback=read_path,
        help="Keep facts for the next run in this folder (default: .ssot_lint_cache in the project's root).",
    )(function)


def chosen_cache(cache_dir: Path | None, *, no_cache: bool) -> bool | Path:
    """Return what the session is to know of the cache."""
    return False if no_cache else cache_dir or True


def progress_option(function: Function) -> Function:
    """Take the wish not to be shown how far a run is."""
    return click.option(
        "--no-progress",
        is_flag=True,
        help="Don't show how far a long run is (default: terminals show it).",
    )(function)


def color_option(function: Function) -> Function:
    """Take the choice of colours."""
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="Colour the output (default: auto, as terminals, NO_COLOR and FORCE_COLOR say).",
    )(function)


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip()) or ("",)
