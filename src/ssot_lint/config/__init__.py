"""Finds the configuration of a project and reads it into ``Settings``, all mistakes at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ssot_lint.config.files import ConfigurationFile, find_file, read_named_file, root_for
from ssot_lint.config.mistakes import Mistakes
from ssot_lint.config.overrides import INLINE, merged, mistakes_of_options, read_inline
from ssot_lint.config.toml_text import KeyLines, parse_toml
from ssot_lint.config.validation import KEYS, MANAGED_KEYS, SettingsReader
from ssot_lint.errors import ConfigurationError
from ssot_lint.regular_files import working_directory
from ssot_lint.settings import Settings

if TYPE_CHECKING:
    from ssot_lint.config.mistakes import KnownCodes


__all__ = [
    "INLINE",
    "KEYS",
    "MANAGED_KEYS",
    "Configuration",
    "Origins",
    "load_settings",
    "parse_toml",
    "trace_settings",
]


class Configuration(msgspec.Struct, frozen=True):
    """The settings of a run, and the project's root that their patterns and ``src`` are relative to."""

    settings: Settings
    root: Path


class Origins(msgspec.Struct, frozen=True):
    """Where the settings of a run come from."""

    configuration: Configuration
    by_key: Mapping[str, str]
    """The keys of the configuration file that somebody has given, and where: a line of a file, an option."""


def load_settings(
    start: Path,
    *,
    known_codes: KnownCodes,
    config_file: Path | None = None,
    isolated: bool = False,
    overrides: Mapping[str, object] | None = None,
    cwd: Path | None = None,
) -> Configuration:
    """Return the settings for the project at ``start``, with the command line's ``overrides`` merged in.

    The nearest ``pyproject.toml`` with ``[tool.ssot-lint]`` counts, from ``start`` upwards; else the nearest
    ``.ssot-lint.toml``; else the defaults. ``config_file`` names one instead, ``isolated`` asks for none. The
    root is the folder of the file that was found, or of a ``config_file`` with one of these two names, where
    it is ``start`` or above it; else it stays ``start``.

    ``overrides`` maps fields of ``Settings`` to values, None where the option wasn't given. A value replaces
    that of the file; ``extend_select`` and ``extend_ignore`` are added to it. Under ``INLINE`` it may hold
    texts of TOML, whose values replace those of the file, and give way to the other overrides.

    Raises ConfigurationError with every mistake in the file and among the overrides.
    """
    return _load(
        start,
        known_codes=known_codes,
        config_file=config_file,
        isolated=isolated,
        overrides=overrides or {},
        cwd=cwd,
    ).configuration


def trace_settings(
    start: Path,
    *,
    known_codes: KnownCodes,
    config_file: Path | None = None,
    isolated: bool = False,
    overrides: Mapping[str, object] | None = None,
    cwd: Path | None = None,
) -> Origins:
    """Return what ``load_settings`` does, with the place that each setting comes from."""
    loaded = _load(
        start,
        known_codes=known_codes,
        config_file=config_file,
        isolated=isolated,
        overrides=overrides or {},
        cwd=cwd,
    )
    origins: dict[str, str] = {}
    if loaded.file is not None:
        lines = KeyLines(loaded.file.text)
        for key in loaded.file.table:
            origins[key] = f"{loaded.file.shown_path}:{lines.line(*loaded.file.place, key)}"
    for field in loaded.inline:
        origins[field.replace("_", "-")] = "--config"
    for field in loaded.given:
        key = field.replace("_", "-")
        adds = field.startswith("extend_") and key in origins
        origins[key] = f"{origins[key]} and --{key}" if adds else f"--{key}"
    return Origins(loaded.configuration, origins)


class _Loaded(msgspec.Struct, frozen=True):
    """The settings, and all that they were put together of."""

    configuration: Configuration
    file: ConfigurationFile | None
    inline: Mapping[str, object]
    given: Mapping[str, object]


def _load(
    start: Path,
    *,
    known_codes: KnownCodes,
    config_file: Path | None,
    isolated: bool,
    overrides: Mapping[str, object],
    cwd: Path | None,
) -> _Loaded:
    here = working_directory() if cwd is None else cwd
    start = _absolute(start, here)
    if isolated and config_file is not None:
        raise ConfigurationError(("--isolated and --config exclude each other",))
    found: ConfigurationFile | None = None
    if config_file is not None:
        found = read_named_file(_absolute(config_file, here), here)
    elif not isolated:
        found = find_file(start, here)
    root = start if found is None else root_for(found.path, start)
    given: dict[str, Any] = {
        field: value for field, value in overrides.items() if value is not None and field != INLINE
    }
    if isinstance(given.get("src"), (list, tuple)):
        given["src"] = tuple(_from(root, str(folder)) for folder in given["src"])
    texts = overrides.get(INLINE)
    inline, wrong = read_inline(texts if isinstance(texts, (list, tuple)) else (), str(root), known_codes)
    wrong += mistakes_of_options(given, root, known_codes)
    settings = Settings()
    if found is None:
        if wrong:
            raise ConfigurationError(tuple(wrong))
    else:
        mistakes = Mistakes(found.shown_path, found.text)
        reader = SettingsReader(found.table, found.place, mistakes, known_codes)
        settings = reader.read(str(root), found.shown_path)
        mistakes.raise_any(wrong)
    settings = merged(msgspec.structs.replace(settings, **inline), given)
    return _Loaded(Configuration(settings, root), found, inline, given)


def _from(root: Path, folder: str) -> str:
    """Return a folder as the configuration file of the root would name it."""
    path = Path(folder)
    return path.relative_to(root).as_posix() if path.is_absolute() and path.is_relative_to(root) else folder


def _absolute(path: Path, cwd: Path) -> Path:
    return Path(os.path.normpath(cwd / path))
