"""The JSON schema of the settings, made of their descriptions, for editors and other programs.

Draft 7, as Even Better TOML, SchemaStore and validate-pyproject read it. It rejects what the reader of the
configuration rejects; what only the disk and other entries tell is left to that: whether a folder exists,
and whether a class has two entries. So is what may follow an open bracket in a pattern.
"""

from __future__ import annotations

import json
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from ssot_lint.config.described import MANAGED, SETTINGS, Kind
from ssot_lint.model import Confidence, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    Schema = dict[str, Any]

FILE: Final = "settings.schema.json"
ADDRESS: Final = f"https://raw.githubusercontent.com/ssot-lint/ssot-lint/main/src/ssot_lint/config/{FILE}"
PYPROJECT_SCHEMA: Final = "https://json.schemastore.org/pyproject.json"

_DRAFT: Final = "http://json-schema.org/draft-07/schema#"
_FIRST: Final = r"(?:[A-Za-z_]|[^\x00-\x7F])"
_LATER: Final = r"(?:[A-Za-z0-9_]|[^\x00-\x7F])"
_STARRED: Final = r"(?:[A-Za-z_*]|[^\x00-\x7F])(?:[A-Za-z0-9_*]|[^\x00-\x7F])*"
_DOTTED: Final = rf"^{_FIRST}{_LATER}*(?:\.{_FIRST}{_LATER}*)*$"
_DEFINITIONS: Final[Mapping[str, Schema]] = MappingProxyType(
    {
        "dotted-name": {"type": "string", "pattern": _DOTTED},
        "dotted-pattern": {"type": "string", "pattern": rf"^{_STARRED}(?:\.{_STARRED})*$"},
        "name-pattern": {"type": "string", "pattern": rf"^{_STARRED}$"},
        "file-pattern": {
            "description": "A pattern as in a .gitignore file.",
            "type": "string",
            "pattern": r"^(?!! *$)(?:#.*|(?:[^\\]|\\[^/])*)$",
        },
        "owner": {"type": "string", "pattern": r"\S"},
    }
)


def published_schema() -> Schema:
    """Return the schema as it is published with the package; validate-pyproject takes it from here."""
    schema: Schema = json.loads(files(__package__).joinpath(FILE).read_text(encoding="utf-8"))
    return schema


def validate_pyproject_schema(_tool: str) -> Schema:
    """Return the schema in the way in which validate-pyproject asks plugins for it."""
    return published_schema()


def pyproject_schema(settings: Mapping[str, Any]) -> Schema:
    """Return a schema of whole ``pyproject.toml`` files: SchemaStore's, and ours for our table."""
    inner = {key: value for key, value in settings.items() if key not in ("$schema", "$id")}
    text = json.dumps(inner).replace('"#/definitions/', '"#/definitions/ssot-lint/definitions/')
    return {
        "$schema": _DRAFT,
        "title": "pyproject.toml with the settings of ssot-lint",
        "allOf": [{"$ref": PYPROJECT_SCHEMA}],
        "properties": {"tool": {"properties": {"ssot-lint": {"$ref": "#/definitions/ssot-lint"}}}},
        "definitions": {"ssot-lint": json.loads(text)},
    }


def settings_schema(rules: Mapping[str, str]) -> Schema:
    """Return the schema of the settings; ``rules`` are the codes that there are, with summaries."""
    return {
        "$schema": _DRAFT,
        "$id": ADDRESS,
        "title": "Settings of ssot-lint",
        "description": "The table [tool.ssot-lint] of pyproject.toml, or the file .ssot-lint.toml.",
        "type": "object",
        "additionalProperties": False,
        "x-taplo-info": {
            "authors": ["ssot-lint (https://github.com/ssot-lint/ssot-lint)"],
            "patterns": [r"^(.*[/\\])?\.ssot-lint\.toml$"],
        },
        "properties": {
            setting.key: _property(setting.kind, setting.text, setting.default) for setting in SETTINGS
        },
        "definitions": {"code": _codes(rules), "managed": _managed(), **_DEFINITIONS},
    }


def _property(kind: Kind, text: str, default: object = None) -> Schema:
    schema: Schema = {"description": text, **_shape(kind)}
    if default is not None and kind is not Kind.DECLARATIONS:
        schema["default"] = _plain(kind, default)
    return schema


def _shape(kind: Kind) -> Schema:
    """Return the part of a schema that says what a setting takes."""
    shapes: Mapping[Kind, Schema] = {
        Kind.FOLDERS: _list({"type": "string"}),
        Kind.CODES: _list(_reference("code")),
        Kind.CONFIDENCE: {"enum": [level.label for level in sorted(Confidence, reverse=True)]},
        Kind.BOOLEAN: {"type": "boolean"},
        Kind.PATTERNS: _list(_reference("file-pattern")),
        Kind.DOTTED_NAMES: _list(_reference("dotted-pattern")),
        Kind.NAMES: _list(_reference("name-pattern")),
        Kind.BASES: _list(_reference("dotted-pattern")),
        Kind.CODES_BY_PATTERN: {
            "type": "object",
            "propertyNames": _reference("file-pattern"),
            "additionalProperties": _list(_reference("code")),
        },
        Kind.DECLARATIONS: {**_list(_reference("managed")), "uniqueItems": True},
        Kind.PATH: _reference("dotted-name"),
        Kind.PATHS: {"anyOf": [_reference("dotted-name"), _list(_reference("dotted-name"))]},
        Kind.SCOPE: {"enum": [scope.value for scope in Scope]},
        Kind.OWNERS: _list(_reference("owner")),
    }
    return shapes[kind]


def _managed() -> Schema:
    return {
        "description": "A managed class.",
        "type": "object",
        "additionalProperties": False,
        "required": [key.key for key in MANAGED if key.is_required],
        "not": {"required": ["factory", "factories"]},
        "properties": {key.key: _described(_property(key.kind, key.text)) for key in MANAGED},
    }


def _described(schema: Schema) -> Schema:
    """Return a property so that its description isn't lost beside a reference, as draft 7 has it."""
    if "$ref" not in schema:
        return schema
    return {"description": schema["description"], "allOf": [{"$ref": schema["$ref"]}]}


def _codes(rules: Mapping[str, str]) -> Schema:
    """Return the schema of codes: each of a rule and each beginning of one, with its meaning for editors."""
    prefixes = sorted({code[:length] for code in rules for length in range(1, len(code) + 1)})
    meanings = [rules.get(prefix, f"All rules whose codes begin with {prefix}") for prefix in prefixes]
    return {
        "description": "The code of a rule, or the beginning of several.",
        "enum": prefixes,
        "x-taplo": {"docs": {"enumValues": meanings}},
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}


def _plain(kind: Kind, value: object) -> object:
    """Return a default of ``Settings`` as JSON has it."""
    if kind is Kind.CODES_BY_PATTERN:
        return {}
    if isinstance(value, Confidence):
        return value.label
    return list(value) if isinstance(value, tuple) else value
