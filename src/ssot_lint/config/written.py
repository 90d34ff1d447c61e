"""Writes settings as they would stand in a configuration file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.config.described import SETTINGS, Kind
from ssot_lint.model import Confidence
from ssot_lint.settings import ConfiguredName, ManagedDeclaration, PerFileIgnore

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.settings import Settings

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_UNWRITABLE: Final = re.compile(r'[\x00-\x1f\x7f"\\]')
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def document(settings: Settings, origins: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a table of all settings, each with its origin in a comment."""
    yield "[tool.ssot-lint]"
    for setting in SETTINGS:
        value = getattr(settings, setting.field)
        origin = origins.get(setting.key, "default")
        if setting.kind is Kind.DECLARATIONS and value:
            for declaration in value:
                yield ""
                yield f"[[tool.ssot-lint.{setting.key}]]  # {origin}"
                yield from (f"{key} = {toml(part)}" for key, part in entry(declaration).items())
        else:
            yield f"{setting.key} = {toml(value)}  # {origin}"


def entry(declaration: ManagedDeclaration) -> dict[str, object]:
    """Return what a declaration says, by the keys of its entry."""
    factories = declaration.factories
    fields: dict[str, object] = {
        "class": declaration.class_,
        "factory": factories[0] if len(factories) == 1 else factories,
        "scope": declaration.scope.value if declaration.scope else None,
        "canonical": declaration.canonical,
        "allow": declaration.allow,
    }
    return {key: value for key, value in fields.items() if value}


def toml(value: object) -> str:
    """Return a value of ``Settings`` as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Confidence):
        return toml(value.label)
    if isinstance(value, ConfiguredName):
        return toml(value.name)
    if isinstance(value, tuple):
        if value and all(isinstance(element, PerFileIgnore) for element in value):
            return _ignores(value)
        return f"[{', '.join(map(toml, value))}]"
    return f'"{_UNWRITABLE.sub(_escaped, str(value))}"'


def _ignores(ignores: Sequence[PerFileIgnore]) -> str:
    codes: dict[str, tuple[str, ...]] = {}
    for ignore in ignores:
        codes[ignore.pattern] = (*codes.get(ignore.pattern, ()), *ignore.codes)
    pairs = (f"{_key(pattern)} = {toml(listed)}" for pattern, listed in codes.items())
    return f"{{ {', '.join(pairs)} }}"


def _key(text: str) -> str:
    return text if _BARE.fullmatch(text) else toml(text)


def _escaped(match: re.Match[str]) -> str:
    return _SHORT.get(match[0], f"\\u{ord(match[0]):04x}")
