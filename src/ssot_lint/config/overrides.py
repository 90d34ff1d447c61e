"""What the command line says of the settings, by options of their own and by texts of TOML."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import msgspec

from ssot_lint.config.mistakes import Mistakes, unknown_codes
from ssot_lint.config.toml_text import parse_toml, place_of_error
from ssot_lint.config.validation import SettingsReader
from ssot_lint.path_patterns import is_pattern
from ssot_lint.settings import PerFileIgnore, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ssot_lint.config.mistakes import KnownCodes
    from ssot_lint.config.toml_text import KeyPath

INLINE: Final = "inline_config"
"""The key that texts of TOML have among the overrides."""

EXTENDING: Final = ("extend_select", "extend_ignore")
_CODES: Final = ("select", "ignore", *EXTENDING, "per_file_ignores")
_PATTERNS: Final = ("test_paths", "exclude", "per_file_ignores")
_LONGEST: Final = 60


class _InlineMistakes(Mistakes):
    """The mistakes in one text of TOML from the command line, where lines are of no account."""

    def __init__(self, text: str) -> None:
        line = " ".join(text.split())
        self._prefix = f"--config '{line if len(line) <= _LONGEST else f'{line[: _LONGEST - 3]}...'}'"
        super().__init__(self._prefix, text)

    def line(self, place: KeyPath) -> int:  # noqa: ARG002 - as for files
        return 0

    def lines(self) -> list[str]:
        """Return a line for each mistake."""
        return [f"{self._prefix}: {message}" for _, message in self.found]


def read_inline(texts: Sequence[str], root: str, known_codes: KnownCodes) -> tuple[dict[str, Any], list[str]]:
    """Return the fields of ``Settings`` that texts of TOML give, and a line for each mistake in them.

    Several texts may add to one table; to give anything else twice is a mistake.
    """
    table: dict[str, Any] = {}
    wrong: list[str] = []
    values: dict[str, Any] = {}
    for text in texts:
        mistakes = _InlineMistakes(text)
        document = _parsed(text, mistakes)
        twice = [key for key in document if not _add(table, key, document[key])]
        for key in twice:
            mistakes.add((), f'"{key}" is given already')
        SettingsReader(document, (), mistakes, known_codes).given(root)
        wrong += mistakes.lines()
    if not wrong:
        together = _InlineMistakes("; ".join(texts))
        values = SettingsReader(table, (), together, known_codes).given(root)
        wrong += together.lines()
    return values, wrong


def _parsed(text: str, mistakes: Mistakes) -> dict[str, Any]:
    try:
        return parse_toml(text)
    except ValueError as error:
        mistakes.add((), f"no valid TOML: {place_of_error(error, text)[2]}")
    except RecursionError:
        mistakes.add((), "nested too deeply to be read")
    return {}


def _add(table: dict[str, Any], key: str, value: object) -> bool:
    """Put a value into a table, or add to the one that is there; return whether that could be done."""
    known = table.setdefault(key, value)
    if known is value:
        return True
    if isinstance(known, dict) and isinstance(value, dict) and not known.keys() & value.keys():
        table[key] = {**known, **value}
        return True
    if key == "managed" and isinstance(known, list) and isinstance(value, list):
        table[key] = [*known, *value]
        return True
    return False


def mistakes_of_options(given: Mapping[str, object], root: Path, known_codes: KnownCodes) -> list[str]:
    """Return one line for each value that was given on the command line and fits nothing."""
    lines: list[str] = []
    for field in _CODES:
        for entry in _entries(given, field):
            codes = entry.codes if isinstance(entry, PerFileIgnore) else (str(entry),)
            lines += [
                f'{_option(field)}: "{code}" matches no rule{hint}'
                for code, hint in unknown_codes(codes, known_codes)
            ]
    for field in _PATTERNS:
        for entry in _entries(given, field):
            pattern = entry.pattern if isinstance(entry, PerFileIgnore) else str(entry)
            if not is_pattern(pattern):
                lines.append(f'{_option(field)}: "{pattern}" is no valid pattern (gitignore syntax)')
    for folder in _entries(given, "src"):
        if not os.path.isdir(os.path.join(root, str(folder))):
            lines.append(f'{_option("src")}: "{folder}" is no folder')
    return lines


def merged(settings: Settings, given: Mapping[str, object]) -> Settings:
    """Return the settings with what the options give, which replaces them or, by its name, adds to them."""
    values = {field: tuple(value) if isinstance(value, list) else value for field, value in given.items()}
    for field in EXTENDING:
        added = values.get(field)
        if isinstance(added, tuple):
            values[field] = (*getattr(settings, field), *added)
    return msgspec.structs.replace(settings, **values)


def _entries(given: Mapping[str, object], field: str) -> Sequence[object]:
    entries = given.get(field)
    return entries if isinstance(entries, (list, tuple)) else ()


def _option(field: str) -> str:
    return f"--{field.replace('_', '-')}"
