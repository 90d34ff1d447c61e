"""Finds the file that a project is configured in, and reads its table of settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from ssot_lint.config.mistakes import Mistakes
from ssot_lint.config.toml_text import LARGEST, KeyPath, parse_toml, place_of_error
from ssot_lint.config.validation import kind_of
from ssot_lint.errors import ConfigurationError
from ssot_lint.regular_files import content_of, is_file

PYPROJECT: Final = "pyproject.toml"
OWN_FILE: Final = ".ssot-lint.toml"
TABLE: Final = ("tool", "ssot-lint")


class ConfigurationFile(msgspec.Struct, frozen=True):
    """A configuration file that was read: its table of settings, and where in the document that stands."""

    path: Path
    shown_path: str
    text: str
    table: Mapping[str, Any]
    place: KeyPath


def find_file(start: Path, cwd: Path) -> ConfigurationFile | None:
    """Return the file that counts for ``start``: the nearest ``pyproject.toml`` with our table, or ours."""
    folders = (start, *start.parents)
    for folder in folders:
        path = folder / PYPROJECT
        if is_file(path):
            found = _read(path, cwd, is_near=folder == start)
            if found is not None:
                return found
    own = next((folder / OWN_FILE for folder in folders if is_file(folder / OWN_FILE)), None)
    return None if own is None else _read(own, cwd)


def read_named_file(path: Path, cwd: Path) -> ConfigurationFile:
    """Return a file that the user names; ConfigurationError when there is none, or nothing of ours in it."""
    if not os.path.exists(path):
        raise ConfigurationError((f"{_shown(path, cwd)}: no such configuration file",))
    found = _read(path, cwd)
    if found is None:
        raise ConfigurationError((f"{_shown(path, cwd)}: there is no [tool.ssot-lint] table in it",))
    return found


def place_to_write(root: Path, cwd: Path, *, named: Path | None = None, own: bool = False) -> Path:
    """Return the file that a project's settings are to be written to, whether it is there or not.

    It is the one that the user names, or the root's that counts; else its ``pyproject.toml``, else, or where
    ``own`` asks for it, a file of our own. ConfigurationError when that one wouldn't count. A file above the
    root, in a home folder, isn't the project's.
    """
    if named is not None:
        return read_named_file(named, cwd).path
    found = find_file(root, cwd)
    if found is None or found.path.parent != root:
        return root / (PYPROJECT if not own and is_file(root / PYPROJECT) else OWN_FILE)
    if own and found.path.name == PYPROJECT:
        raise ConfigurationError(
            (f"{found.shown_path} has a [tool.ssot-lint] table, beside which no {OWN_FILE} counts",)
        )
    return found.path


def root_for(path: Path, start: Path) -> Path:
    """Return the root that goes with a configuration file; a home folder is none for what lies below it."""
    if start != path.parent == Path(os.path.expanduser("~")):
        return start
    if path.name in (PYPROJECT, OWN_FILE) and path.parent in (start, *start.parents):
        return path.parent
    return start


def _read(path: Path, cwd: Path, *, is_near: bool = True) -> ConfigurationFile | None:
    """Return the file with its settings; None for a ``pyproject.toml`` that has none.

    A file that isn't near, somewhere above the project, is nobody's concern while it doesn't mention us.
    """
    shown = _shown(path, cwd)
    try:
        data = content_of(path, LARGEST)
    except OSError as error:
        if not is_near:
            return None
        raise ConfigurationError((f"{shown}: can't be read: {error.strerror or error}",)) from error
    if not is_near and b"ssot-lint" not in data:
        return None
    document, text = _parsed(data, shown)
    tool = document.get("tool")
    tools = tool if isinstance(tool, dict) else {}
    if path.name != PYPROJECT and TABLE[1] not in tools:
        return ConfigurationFile(path, shown, text, document, ())
    table = tools.get(TABLE[1])
    if isinstance(table, dict):
        return ConfigurationFile(path, shown, text, table, TABLE)
    mistakes = Mistakes(shown, text)
    if table is not None:
        mistakes.add(TABLE, f'"tool.ssot-lint" must be a table, not {kind_of(table)}')
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


def _shown(path: Path, cwd: Path) -> str:
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)
