"""The options that more than one command takes, and their values."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from ssot_lint.confidence import Confidence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ssot_lint.settings import PerFileIgnore

Function = TypeVar("Function", bound="Callable[..., Any]")

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
    return click.option(name, metavar="CODES", multiple=True, callback=_split_codes, help=help)


def paths_argument(function: Function) -> Function:
    """Take any number of paths."""
    return click.argument("paths", nargs=-1, metavar="[PATHS]...")(function)


def configuration_options(function: Function) -> Function:
    """Take the options that say where the configuration comes from."""
    function = click.option("--isolated", is_flag=True, help="Ignore all configuration files.")(function)
    return click.option(
        "--config",
        metavar="FILE",
        type=click.Path(),
        callback=read_path,
        help="Read this configuration file.",
    )(function)


def jobs_option(function: Function) -> Function:
    """Take the number of processes."""
    return click.option(
        "--jobs",
        "-j",
        type=click.IntRange(min=1),
        metavar="N",
        help="Read large projects with N processes (default: one for each core).",
    )(function)


def cache_options(function: Function) -> Function:
    """Take the options that say where facts are kept between runs, if anywhere."""
    function = click.option(
        "--no-cache", is_flag=True, help="Neither use what earlier runs found out, nor keep anything."
    )(function)
    return click.option(
        "--cache-dir",
        metavar="DIR",
        type=click.Path(file_okay=False),
        callback=read_path,
        help="Keep facts between runs in this folder (default: .ssot_lint_cache in the project's root).",
    )(function)


def chosen_cache(cache_dir: Path | None, *, no_cache: bool) -> bool | Path:
    """Return what the session is to know of the cache."""
    return False if no_cache else cache_dir or True


def color_option(function: Function) -> Function:
    """Take the choice of colours."""
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="Colour the output (default: auto, on terminals; NO_COLOR and FORCE_COLOR are followed).",
    )(function)


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip()) or ("",)
