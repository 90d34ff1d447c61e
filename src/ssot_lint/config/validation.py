"""Turns the tables of a configuration file into settings, and notes every mistake on the way."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ssot_lint.config.described import MANAGED, SETTINGS, Kind
from ssot_lint.config.mistakes import suggestion, unknown_codes
from ssot_lint.model import Confidence, Scope
from ssot_lint.path_patterns import is_pattern
from ssot_lint.settings import ConfiguredName, ManagedDeclaration, PerFileIgnore, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ssot_lint.config.described import Described
    from ssot_lint.config.mistakes import KnownCodes, Mistakes
    from ssot_lint.config.toml_text import KeyPath

T = TypeVar("T")

_CONFIDENCES: Final = MappingProxyType({level.label: level for level in reversed(Confidence)})

KEYS: Final = tuple(setting.key for setting in SETTINGS)
"""The keys of ``[tool.ssot-lint]``: the settings, spelled with hyphens."""

MANAGED_KEYS: Final = tuple(described.key for described in MANAGED)
"""The keys of a ``[[tool.ssot-lint.managed]]`` entry; ``factories`` is another spelling of ``factory``."""


class SettingsReader:
    """Reads one table of settings; what is wrong goes to ``mistakes``, and leaves the default in place."""

    def __init__(
        self, table: Mapping[str, Any], place: KeyPath, mistakes: Mistakes, known_codes: KnownCodes
    ) -> None:
        self._table = table
        self._place = place
        self._mistakes = mistakes
        self._known_codes = known_codes

    def read(self, root: str, config_path: str) -> Settings:
        """Return the settings of the table; ``root`` is the folder that its paths are relative to."""
        return Settings(config_path=config_path, **self.given(root))

    def given(self, root: str) -> dict[str, Any]:
        """Return what the table says, by the fields of ``Settings``; ``root`` is that of its paths."""
        values = _TableReader(self._table, self._place, self._mistakes, KEYS)
        readers: Mapping[Kind, Callable[[Described], object]] = {
            Kind.FOLDERS: lambda setting: self._folders(values, setting.key, root),
            Kind.CODES: lambda setting: self._codes(values, setting.key),
            Kind.CONFIDENCE: lambda setting: values.choice(setting.key, _CONFIDENCES, setting.default),
            Kind.BOOLEAN: lambda setting: values.boolean(setting.key),
            Kind.PATTERNS: lambda setting: self._patterns(values, setting.key),
            Kind.DOTTED_NAMES: lambda setting: self._names(values, setting.key, dotted=True),
            Kind.NAMES: lambda setting: self._names(values, setting.key, dotted=False),
            Kind.BASES: lambda setting: self._bases(values, setting.key),
            Kind.CODES_BY_PATTERN: lambda setting: self._per_file_ignores(values, setting.key),
            Kind.DECLARATIONS: lambda setting: self._managed(values, setting.key),
        }
        given = [setting for setting in SETTINGS if setting.key in self._table]
        return {setting.field: readers[setting.kind](setting) for setting in given}

    def _folders(self, values: _TableReader, key: str, root: str) -> tuple[str, ...]:
        folders = values.strings(key)
        for index, folder in enumerate(folders):
            if not os.path.isdir(os.path.join(root, folder)):
                self._mistakes.add((*self._place, key, index), f'"{folder}" in "{key}" is no folder')
        return folders

    def _codes(self, values: _TableReader, key: str) -> tuple[str, ...]:
        codes = values.strings(key)
        self._check_codes(codes, key, (*self._place, key))
        return codes

    def _check_codes(self, codes: Sequence[str], label: str, place: KeyPath) -> None:
        for code, hint in unknown_codes(codes, self._known_codes):
            message = f'"{code}" in "{label}" matches no rule{hint}'
            self._mistakes.add((*place, codes.index(code)), message)

    def _patterns(self, values: _TableReader, key: str) -> tuple[str, ...]:
        patterns = values.strings(key)
        for index, pattern in enumerate(patterns):
            self._check_pattern(pattern, key, (*self._place, key, index))
        return patterns

    def _check_pattern(self, pattern: str, label: str, place: KeyPath) -> None:
        if not is_pattern(pattern):
            self._mistakes.add(place, f'"{pattern}" in "{label}" is no valid pattern (gitignore syntax)')

    def _per_file_ignores(self, values: _TableReader, key: str) -> tuple[PerFileIgnore, ...]:
        ignores = []
        for pattern in values.table(key):
            place = (*self._place, key, pattern)
            codes = as_strings(values.table(key)[pattern])
            if codes is None:
                self._mistakes.add(place, f'"{pattern}" in "{key}" must be a list of codes')
                continue
            self._check_pattern(pattern, key, place)
            self._check_codes(codes, key, place)
            ignores.append(PerFileIgnore(pattern, codes, self._mistakes.line(place) or None))
        return tuple(ignores)

    def _names(self, values: _TableReader, key: str, *, dotted: bool) -> tuple[str, ...]:
        """Return the names under a key, with or without ``*`` in them."""
        names = values.strings(key)
        kind = "dotted import path" if dotted else "name"
        for index, name in enumerate(names):
            plain = name.replace("*", "x")
            if not (is_dotted_name(plain) if dotted else plain.isidentifier()):
                self._mistakes.add((*self._place, key, index), f'"{name}" in "{key}" is no {kind}')
        return names

    def _bases(self, values: _TableReader, key: str) -> tuple[ConfiguredName, ...]:
        return tuple(
            ConfiguredName(name, self._mistakes.line((*self._place, key, index)))
            for index, name in enumerate(self._names(values, key, dotted=True))
        )

    def _managed(self, values: _TableReader, key: str) -> tuple[ManagedDeclaration, ...]:
        declarations: dict[str, ManagedDeclaration] = {}
        for index, entry in enumerate(values.tables(key)):
            place = (*self._place, key, index)
            declaration = self._declaration(entry, place)
            if declaration is None:
                continue
            earlier = declarations.setdefault(declaration.class_, declaration)
            if earlier is not declaration:
                where = f" in line {earlier.row}" if earlier.row else ""
                self._mistakes.add(place, f'class "{declaration.class_}" is declared already{where}')
        return tuple(declarations.values())

    def _declaration(self, entry: Mapping[str, Any], place: KeyPath) -> ManagedDeclaration | None:
        values = _TableReader(entry, place, self._mistakes, MANAGED_KEYS)
        if "factory" in entry and "factories" in entry:
            self._mistakes.add((*place, "factories"), '"factory" and "factories" mean the same; keep one')
        factories = values.strings("factory", or_one=True) or values.strings("factories", or_one=True)
        key = "factory" if "factory" in entry else "factories"
        class_ = values.string("class", "")
        canonical = values.string("canonical", "")
        if "class" not in entry:
            self._mistakes.add(place, 'a managed entry needs a "class"')
        for name, label in [
            (class_, "class"),
            (canonical, "canonical"),
            *((name, key) for name in factories),
        ]:
            if isinstance(entry.get(label), (str, list)) and not is_dotted_name(name):
                self._mistakes.add((*place, label), f'"{name}" in "{label}" is no dotted import path')
        allow = values.strings("allow")
        for index, name in enumerate(allow):
            if not name.strip():
                self._mistakes.add((*place, "allow", index), 'an empty name in "allow"')
        scope = values.choice("scope", {scope.value: scope for scope in Scope}, None)
        if not class_:
            return None
        return ManagedDeclaration(
            class_=class_,
            factories=factories,
            scope=scope,
            canonical=canonical or None,
            allow=allow,
            row=self._mistakes.line(place),
        )


class _TableReader:
    """Reads the values of one table by their types; the keys that nobody knows are noted at once."""

    def __init__(
        self, table: Mapping[str, Any], place: KeyPath, mistakes: Mistakes, known: Sequence[str]
    ) -> None:
        self._table = table
        self._place = place
        self._mistakes = mistakes
        for key in table:
            if key not in known:
                hint = suggestion(key, known) or f"; known are {', '.join(known)}"
                mistakes.add((*place, key), f'unknown key "{key}"{hint}')

    def string(self, key: str, default: str) -> str:
        return self._typed(key, default, _as_string, "a string")

    def boolean(self, key: str) -> bool:
        return self._typed(key, default=False, convert=_as_boolean, expected="true or false")

    def strings(self, key: str, *, or_one: bool = False) -> tuple[str, ...]:
        if or_one and isinstance(self._table.get(key), str):
            return (self._table[key],)
        expected = "a string or a list of strings" if or_one else "a list of strings"
        return self._typed(key, (), as_strings, expected)

    def table(self, key: str) -> Mapping[str, Any]:
        return self._typed(key, {}, _as_table, "a table")

    def tables(self, key: str) -> Sequence[Mapping[str, Any]]:
        return self._typed(key, [], _as_tables, "an array of tables")

    def choice(self, key: str, choices: Mapping[str, T], default: T) -> T:
        if key not in self._table:
            return default
        value = self._table[key]
        if isinstance(value, str) and value in choices:
            return choices[value]
        *first, last = (f'"{choice}"' for choice in choices)
        hint = suggestion(value, choices) if isinstance(value, str) else ""
        found = f'"{value}"' if isinstance(value, str) else kind_of(value)
        message = f'"{key}" must be {", ".join(first)} or {last}, not {found}{hint}'
        self._mistakes.add((*self._place, key), message)
        return default

    def _typed(self, key: str, default: T, convert: Callable[[object], T | None], expected: str) -> T:
        if key not in self._table:
            return default
        value = convert(self._table[key])
        if value is None:
            message = f'"{key}" must be {expected}, not {kind_of(self._table[key])}'
            self._mistakes.add((*self._place, key), message)
            return default
        return value


def kind_of(value: object) -> str:
    """Return what a TOML value is, in words."""
    if isinstance(value, list):
        kinds = {kind_of(element) for element in value} - {"a string"}
        return f"a list with {min(kinds)} in it" if kinds else "a list"
    kinds_by_type = {bool: "a boolean", str: "a string", int: "a number", float: "a number", dict: "a table"}
    return kinds_by_type.get(type(value), "a date or a time")


def as_strings(value: object) -> tuple[str, ...] | None:
    """Return a list of strings as a tuple, None for anything else."""
    if isinstance(value, list) and all(isinstance(element, str) for element in value):
        return tuple(value)
    return None


def _as_string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _as_boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _as_table(value: object) -> Mapping[str, Any] | None:
    return value if isinstance(value, dict) else None


def _as_tables(value: object) -> Sequence[Mapping[str, Any]] | None:
    return value if isinstance(value, list) and all(isinstance(entry, dict) for entry in value) else None


def is_dotted_name(name: str) -> bool:
    """Return whether a text is a name as imports have it."""
    return all(part.isidentifier() for part in name.split("."))
