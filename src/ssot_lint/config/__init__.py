"""Finds the configuration of a project and reads it into ``Settings``, all mistakes at once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ssot_lint.config.mistakes import Mistakes, unknown_codes
from ssot_lint.config.toml_text import KeyPath, parse_toml, place_of_error
from ssot_lint.config.validation import KEYS, MANAGED_KEYS, SettingsReader, kind_of
from ssot_lint.errors import ConfigurationError
from ssot_lint.settings import PerFileIgnore, Settings

if TYPE_CHECKING:
    from ssot_lint.config.mistakes import KnownCodes


__all__ = ["KEYS", "MANAGED_KEYS", "Configuration", "load_settings", "parse_toml"]

PYPROJECT = "pyproject.toml"
OWN_FILE = ".ssot-lint.toml"
_TABLE = ("tool", "ssot-lint")


class Configuration(msgspec.Struct, frozen=True):
    """The settings of a run, and the project's root that their patterns and ``src`` are relative to."""

    settings: Settings
    root: Path


class _File(msgspec.Struct, frozen=True):
    """A configuration file that was read: its table of settings, and where in the document that stands."""

    path: Path
    shown_path: str
    text: str
    table: Mapping[str, Any]
    place: KeyPath


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
    that of the file; ``extend_select`` and ``extend_ignore`` are added to it.

    Raises ConfigurationError with every mistake in the file and among the overrides.
    """
    here = Path.cwd() if cwd is None else cwd
    start = _absolute(start, here)
    if isolated and config_file is not None:
        raise ConfigurationError(("--isolated and --config exclude each other",))
    found: _File | None = None
    if config_file is not None:
        found = _read_named(_absolute(config_file, here), here)
    elif not isolated:
        found = _find(start, here)
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    wrong_options = _mistakes_of_options(given, known_codes)
    if found is None:
        if wrong_options:
            raise ConfigurationError(tuple(wrong_options))
        return Configuration(_merged(Settings(), given), start)
    root = _root_for(found.path, start)
    mistakes = Mistakes(found.shown_path, found.text)
    reader = SettingsReader(found.table, found.place, mistakes, known_codes)
    settings = reader.read(str(root), found.shown_path)
    mistakes.raise_any(wrong_options)
    return Configuration(_merged(settings, given), root)


def _find(start: Path, cwd: Path) -> _File | None:
    folders = (start, *start.parents)
    for folder in folders:
        path = folder / PYPROJECT
        if os.path.isfile(path):
            found = _read(path, cwd, is_near=folder == start)
            if found is not None:
                return found
    own = next((folder / OWN_FILE for folder in folders if os.path.isfile(folder / OWN_FILE)), None)
    return None if own is None else _read(own, cwd)


def _read_named(path: Path, cwd: Path) -> _File:
    if not os.path.exists(path):
        raise ConfigurationError((f"{_shown(path, cwd)}: no such configuration file",))
    found = _read(path, cwd)
    if found is None:
        raise ConfigurationError((f"{_shown(path, cwd)}: there is no [tool.ssot-lint] table in it",))
    return found


def _read(path: Path, cwd: Path, *, is_near: bool = True) -> _File | None:
    """Return the file with its settings; None for a ``pyproject.toml`` that has none.

    A file that isn't near, somewhere above the project, is nobody's concern while it doesn't mention us.
    """
    shown = _shown(path, cwd)
    try:
        data = path.read_bytes()
    except OSError as error:
        if not is_near:
            return None
        raise ConfigurationError((f"{shown}: can't be read: {error.strerror}",)) from error
    if not is_near and b"ssot-lint" not in data:
        return None
    document, text = _parsed(data, shown)
    tool = document.get("tool")
    tools = tool if isinstance(tool, dict) else {}
    if path.name != PYPROJECT and _TABLE[1] not in tools:
        return _File(path, shown, text, document, ())
    table = tools.get(_TABLE[1])
    if isinstance(table, dict):
        return _File(path, shown, text, table, _TABLE)
    mistakes = Mistakes(shown, text)
    if table is not None:
        mistakes.add(_TABLE, f'"tool.ssot-lint" must be a table, not {kind_of(table)}')
    for key in tools:
        if table is None and key.replace("-", "").replace("_", "").lower() == "ssotlint":
            mistakes.add(("tool", key), f'unknown table "tool.{key}"; did you mean "tool.ssot-lint"?')
    mistakes.raise_any()
    return None


def _parsed(data: bytes, shown: str) -> tuple[dict[str, Any], str]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError((f"{shown}:{line}: not UTF-8, as TOML must be",)) from error
    try:
        return parse_toml(text), text
    except ValueError as error:
        line, column, reason = place_of_error(error, text)
        raise ConfigurationError((f"{shown}:{line}:{column}: no valid TOML: {reason}",)) from error
    except RecursionError as error:
        raise ConfigurationError((f"{shown}:1: nested too deeply to be read",)) from error


def _absolute(path: Path, cwd: Path) -> Path:
    return Path(os.path.normpath(cwd / path))


def _root_for(path: Path, start: Path) -> Path:
    """Return the root that goes with a configuration file; a home folder is none for what lies below it."""
    if start != path.parent == Path(os.path.expanduser("~")):
        return start
    if path.name in (PYPROJECT, OWN_FILE) and path.parent in (start, *start.parents):
        return path.parent
    return start


def _shown(path: Path, cwd: Path) -> str:
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)


def _mistakes_of_options(given: Mapping[str, object], known_codes: KnownCodes) -> list[str]:
    """Return one line for each code that was given on the command line and matches no rule."""
    lines: list[str] = []
    for field in ("select", "ignore", "extend_select", "extend_ignore", "per_file_ignores"):
        entries = given.get(field)
        for entry in entries if isinstance(entries, (list, tuple)) else ():
            codes = entry.codes if isinstance(entry, PerFileIgnore) else (str(entry),)
            for code, hint in unknown_codes(codes, known_codes):
                lines.append(f'--{field.replace("_", "-")}: "{code}" matches no rule{hint}')
    return lines


def _merged(settings: Settings, given: Mapping[str, object]) -> Settings:
    values = {field: tuple(value) if isinstance(value, list) else value for field, value in given.items()}
    for field in ("extend_select", "extend_ignore"):
        added = values.get(field)
        if isinstance(added, tuple):
            values[field] = (*getattr(settings, field), *added)
    return msgspec.structs.replace(settings, **values)
