"""Puts declarations of managed classes into the text of a configuration file, and leaves all else as it is.

tomlkit isn't up to it: it puts a table below the comment that belongs to the next one, and loses the comma
before what it adds to an array that ends in a comment. Here text is only ever inserted, and what comes of it
is parsed again.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final

from ssot_lint.config.files import PYPROJECT, TABLE
from ssot_lint.config.toml_text import KeyLines, parse_toml
from ssot_lint.config.written import entry, toml
from ssot_lint.errors import SsotLintError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ssot_lint.config.toml_text import KeyPath
    from ssot_lint.settings import ManagedDeclaration

_KEY: Final = "managed"
_BOM: Final = "\ufeff"
_CRLF: Final = "\r\n"
_LONGEST: Final = 100
_COMMENT: Final = re.compile(r"#[^\n]*")


class UnwritableConfigurationError(SsotLintError):
    """The entries can't be put into the file without changing what else it says."""


def with_declarations(text: str, file_name: str, declarations: Sequence[ManagedDeclaration]) -> str:
    """Return the text of a valid configuration file with entries added; all that it has stays as it is.

    They go beside the table that is there, else to the end. UnwritableConfigurationError says that no entry
    can be added to what is written there.
    """
    if not declarations:
        return text
    bom, plain = (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)
    is_crlf = _CRLF in plain and plain.count("\n") == plain.count(_CRLF)
    unix = plain.replace(_CRLF, "\n") if is_crlf else plain
    before = parse_toml(unix)
    place = _place(before, file_name)
    expected = _expected(before, place, declarations)
    lines = KeyLines(unix)
    ways = [_into_array] if (*place, _KEY) in lines.values else [_beside, _at_the_end]
    changed = (way(unix, lines, place, declarations) for way in ways)
    right = next((each for each in changed if _says(each, expected)), None)
    if right is None:
        raise UnwritableConfigurationError(
            f"{file_name}: no entry can be added to {_name(place)} as it is written there; "
            f"it takes tables with the head [[{_name(place)}]]"
        )
    return bom + (right.replace("\n", _CRLF) if is_crlf else right)


def as_tables(text: str, file_name: str, declarations: Sequence[ManagedDeclaration]) -> str:
    """Return the declarations alone, as tables for a configuration file that holds the text."""
    return _blocks(declarations, _name(_place(parse_toml(text.removeprefix(_BOM)), file_name)))


def _blocks(declarations: Sequence[ManagedDeclaration], name: str) -> str:
    return "\n".join(
        "".join([f"[[{name}]]\n", *(f"{key} = {_value(value)}\n" for key, value in entry(each).items())])
        for each in declarations
    )


def _place(document: Mapping[str, Any], file_name: str) -> KeyPath:
    """Return where in the document the settings are, or belong."""
    tools = document.get(TABLE[0])
    has_table = isinstance(tools, dict) and TABLE[1] in tools
    return TABLE if file_name == PYPROJECT or has_table else ()


def _name(place: KeyPath) -> str:
    return ".".join(map(str, (*place, _KEY)))


def _value(value: object) -> str:
    """Return a value as TOML has it, a long list over several lines."""
    written = toml(value)
    if not isinstance(value, tuple) or len(written) <= _LONGEST:
        return written
    return "".join(["[\n", *(f"    {toml(element)},\n" for element in value), "]"])


def _expected(
    before: Mapping[str, Any], place: KeyPath, declarations: Sequence[ManagedDeclaration]
) -> dict[str, Any] | None:
    """Return what the document is to say afterwards; None where there is something else in the place."""
    after = copy.deepcopy(dict(before))
    table: Any = after
    for key in place:
        table = table.setdefault(key, {})
        if not isinstance(table, dict):
            return None
    known = table.setdefault(_KEY, [])
    if not isinstance(known, list):
        return None
    for each in declarations:
        fields = entry(each).items()
        known.append({key: list(value) if isinstance(value, tuple) else value for key, value in fields})
    return after


def _says(text: str, expected: Mapping[str, Any] | None) -> bool:
    try:
        return parse_toml(text) == expected
    except ValueError:
        return False


def _beside(text: str, lines: KeyLines, place: KeyPath, declarations: Sequence[ManagedDeclaration]) -> str:
    """Return the text with tables after the last statement of ours, or at the end where there is none."""
    ours = [index for index, each in enumerate(lines.statements) if each.path[: len(place)] == place]
    following = lines.statements[ours[-1] + 1 :][:1] if ours else []
    if not following:
        return _at_the_end(text, lines, place, declarations)
    block, end = _blocks(declarations, _name(place)), lines.statements[ours[-1]].place.end
    between = text[end : following[0].place.start].split("\n")[:-1]
    while len(between) > 1 and between[-1].lstrip().startswith("#"):
        between.pop()  # what stands right above the next table is about that
    while len(between) > 1 and not between[-1].strip():
        between.pop()
    at = end + len("\n".join(between))
    gap = "" if text.startswith("\n\n", at) else "\n"
    return f"{text[:at]}\n\n{block}{gap}{text[at + 1 :]}"


def _at_the_end(
    text: str, _lines: KeyLines, place: KeyPath, declarations: Sequence[ManagedDeclaration]
) -> str:
    head, block = text.rstrip("\n"), _blocks(declarations, _name(place))
    return f"{head}\n\n{block}" if head else block


def _into_array(
    text: str, lines: KeyLines, place: KeyPath, declarations: Sequence[ManagedDeclaration]
) -> str:
    """Return the text with inline tables at the end of the array that is there."""
    path = (*place, _KEY)
    array = lines.values[path]
    bracket = array.end - 1
    elements = [stretch for key, stretch in lines.values.items() if key[:-1] == path]
    last = elements[-1].end if elements else array.start + 1
    has_comma = not elements or "," in _COMMENT.sub("", text[last:bracket])
    comma = "" if has_comma else ","
    tables = [_inline(each) for each in declarations]
    line_start = text.rfind("\n", 0, bracket) + 1
    if array.start < line_start and not text[line_start:bracket].strip():
        first = elements[0].start if elements else bracket
        column = first - (text.rfind("\n", 0, first) + 1)
        indent = (
            text[first - column : first] if elements and not text[first - column : first].strip() else "    "
        )
        added = "".join(f"{indent}{table},\n" for table in tables)
        return f"{text[:last]}{comma}{text[last:line_start]}{added}{text[line_start:]}"
    space = " " if elements else ""
    return f"{text[:last]}{comma}{text[last:bracket]}{space}{', '.join(tables)}{text[bracket:]}"


def _inline(declaration: ManagedDeclaration) -> str:
    return f"{{ {', '.join(f'{key} = {toml(value)}' for key, value in entry(declaration).items())} }}"
