"""Reads annotations: the names in them that say what a value is, and what it holds."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.blocks import END

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOTTED: Final = re.compile(r"[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*")
_MAX_QUOTED: Final = 200
_NOT_CLASSES: Final = frozenset(
    {
        "None",
        "Optional",
        "Union",
        "Annotated",
        "Final",
        "ClassVar",
        "Any",
        "Required",
        "NotRequired",
        "ReadOnly",
    }
)
_ALTERNATIVES: Final = frozenset({"Optional", "Union", "Final", "ClassVar"})
_PRODUCING: Final = frozenset({"Generator", "AsyncGenerator", "Iterator", "AsyncIterator"})
_AWAITED: Final = _PRODUCING | {"Awaitable", "Coroutine"}
_COLLECTIONS: Final = _PRODUCING | frozenset(
    {"list", "set", "frozenset", "tuple", "deque", "List", "Set", "FrozenSet", "Tuple", "Deque"}
    | {"Iterable", "AsyncIterable", "Reversible", "Collection", "Sequence", "MutableSequence"}
    | {"AbstractSet", "MutableSet", "ValuesView"}
)
"""They hold what their first part says; a tuple holds what any part says."""
_MAPPINGS: Final = frozenset(
    {"dict", "defaultdict", "OrderedDict", "Dict", "DefaultDict", "Mapping", "MutableMapping"}
)


def instances(node: ast.expr) -> Iterator[ast.Name | ast.Attribute]:
    """Yield the names of the classes that an annotation says a value is an instance of."""
    if isinstance(node, (ast.Name, ast.Attribute)):
        if _last_word(node) not in _NOT_CLASSES:
            yield node
        return
    if isinstance(node, ast.Subscript):
        name, parts = _last_word(node.value), _parts(node)
        if name in _AWAITED:
            yield from instances(parts[-1 if name in ("Awaitable", "Coroutine") else 0])
            return
    for part in _alternatives(node):
        yield from instances(part)


def elements(node: ast.expr, *, by_key: bool) -> Iterator[ast.Name | ast.Attribute]:
    """Yield the names of the classes that an annotation says what a value holds is an instance of.

    Of a mapping these are the keys, or with ``by_key`` the values.
    """
    if isinstance(node, ast.Subscript):
        name, parts = _last_word(node.value), _parts(node)
        if name in _COLLECTIONS:
            for part in parts if name in ("tuple", "Tuple") else parts[:1]:
                yield from instances(part)
            return
        if name in _MAPPINGS:
            for part in parts[1:2] if by_key else parts[:1]:
                yield from instances(part)
            return
    for part in _alternatives(node):
        yield from elements(part, by_key=by_key)


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """Return the annotations of which one holds: those of a union, what ``Annotated`` or quotes contain."""
    if isinstance(node, ast.BinOp):
        found: list[ast.expr] = []
        inner: ast.expr = node
        while isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.BitOr):
            found.append(inner.right)
            inner = inner.left
        return [inner, *reversed(found)] if not isinstance(inner, ast.BinOp) else found[::-1]
    if isinstance(node, ast.Subscript):
        name = _last_word(node.value)
        if name == "Annotated":
            return _parts(node)[:1]
        return _parts(node) if name in _ALTERNATIVES else []
    if isinstance(node, ast.Tuple):  # as isinstance takes it
        return node.elts
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        quoted = _quoted(node.value.strip())
        return [] if quoted is None or isinstance(quoted, ast.Constant) else [quoted]
    return []


def _quoted(text: str) -> ast.expr | None:
    if len(text) > _MAX_QUOTED or not _DOTTED.match(text):
        return None
    try:
        parsed = ast.parse(text, mode="eval").body
        ast.increment_lineno(parsed, END[0])  # it is read when all of the text has been
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return parsed


def _parts(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts or [node.slice] if isinstance(node.slice, ast.Tuple) else [node.slice]


def _last_word(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
