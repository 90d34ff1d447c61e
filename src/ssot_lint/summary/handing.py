"""What one function does with keys and instances, read when it is known what it makes and fills."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.absences import AbsenceReader, optional_parameters
from ssot_lint.summary.facts import LOCALS
from ssot_lint.summary.guard_calls import last_name
from ssot_lint.summary.handlers import walk_here
from ssot_lint.summary.key_facts import Absence, Handing, RegistryKey
from ssot_lint.summary.keys import KeyReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.summary.factories import FunctionReader
    from ssot_lint.summary.guard_calls import WordLines
    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord

UNSTEADY_WORDS: Final = (
    *("id(", "hash(", "str(", "repr(", "ascii(", "format", "object(", "uuid", "ulid", "nanoid", "random"),
    *("time", "secrets", "monotonic", "perf_counter", 'f"', "f'", "% ", "token_"),
)
"""Where none of these stands nothing differs from call to call."""
_KEY_WORDS: Final = re.compile(r"key|(?:^|_)id(?:_|$)|ident|hash|name|scope", re.IGNORECASE)
_KEEPERS: Final = re.compile(
    r"(?:^|_)(?:add|append|attach|bind|cache|insert|keep|put|register|remember|save|set|setdefault|store|track"
    r"|update|push|appendleft|setattr)(?:_|$)"
)


def read_handing(
    record: FunctionRecord, reader: FunctionReader, positions: Positions, lines: WordLines
) -> Handing | None:
    """Return what is to be known of a function; None for the many of which there is nothing.

    ``lines`` are those with one of the ``UNSTEADY_WORDS``.
    """
    if not (reader.returned or reader.fills or reader.drops):
        return None
    is_unsteady = bool(reader.returned) and lines.within(record.node)
    computes_keys = bool(reader.returned) and _KEY_WORDS.search(record.node.name) is not None
    keys = KeyReader(record, positions)
    registry_keys = tuple(_registry_keys(reader, keys))
    returned = keys.returned_parts(reader.returned) if is_unsteady or computes_keys else ()
    if not computes_keys:
        returned = tuple(part for part in returned if part.kind != "helper")
    absences: tuple[Absence, ...] = ()
    if reader.makes or any(fill.made for fill in reader.fills):
        optional = optional_parameters(record)
        if optional:
            absences = AbsenceReader(record, optional, keys, positions).read()
    only_makes = _may_make(reader.makes) and _only_makes(record, reader)
    makes_fresh = only_makes and is_unsteady and any(keys.is_fresh(value) for value in reader.returned)
    drops = tuple(symbol for symbol in reader.drops if LOCALS not in symbol)
    if not (registry_keys or returned or absences or only_makes or drops):
        return None
    return Handing(
        qualname=record.scope.qualname,
        keys=registry_keys,
        returned=returned,
        absences=absences,
        drops=drops,
        only_makes=only_makes,
        makes_fresh=makes_fresh,
    )


def _registry_keys(reader: FunctionReader, keys: KeyReader) -> Iterator[RegistryKey]:
    used = [(fill.target, fill.key) for fill in reader.fills if fill.key_parameters]
    used += [(item.symbol, item.key) for item in reader.returned_items if item.key_parameters]
    for mapping, text in dict.fromkeys(used):
        key = reader.key_of(text)
        parts = keys.parts(key) if key is not None else ()
        if parts:
            yield RegistryKey(mapping.removesuffix("[]"), parts)


def _may_make(symbols: Iterable[str]) -> bool:
    """Whether all of what is made comes from calls that may be of the project's classes and functions."""
    made = list(symbols)
    return bool(made) and not any(LOCALS in symbol or symbol.startswith("builtins.") for symbol in made)


def _only_makes(record: FunctionRecord, reader: FunctionReader) -> bool:
    """Whether every value that is returned was made in this call, and is given to nobody who may keep it."""
    names: set[str] = set()
    for value in reader.returned:
        if not _is_made(value, record, names):
            return False
    return not names or not any(_keeps(node, names) for node in walk_here(record.node.body))


def _is_made(value: ast.expr, record: FunctionRecord, names: set[str]) -> bool:
    if isinstance(value, ast.Await):
        value = value.value
    if isinstance(value, ast.Call):
        return True
    if isinstance(value, ast.IfExp):
        return _is_made(value.body, record, names) and _is_made(value.orelse, record, names)
    if isinstance(value, ast.Constant):
        return value.value is None
    if not isinstance(value, ast.Name) or value.id not in record.scope.bound or value.id in names:
        return isinstance(value, ast.Name) and value.id in names
    names.add(value.id)
    bound = record.scope.bound[value.id]
    return all(
        b.kind == "value" and isinstance(b.node, ast.expr) and _is_made(b.node, record, names) for b in bound
    )


def _keeps(node: ast.AST, names: set[str]) -> bool:
    """Whether a statement or call stores one of some variables, or gives it to somebody who may."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_lasting = any(not isinstance(target, ast.Name) for target in targets)
        return is_lasting and isinstance(node.value, ast.Name) and node.value.id in names
    if isinstance(node, ast.Call) and _KEEPERS.search(last_name(node.func)):
        given = (*node.args, *(keyword.value for keyword in node.keywords))
        return any(isinstance(value, ast.Name) and value.id in names for value in given)
    return False
