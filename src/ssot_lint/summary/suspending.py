"""Which async functions never suspend by themselves: awaiting them lets nobody else run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.creation_facts import Calm
from ssot_lint.summary.guard_calls import WordLines
from ssot_lint.summary.handlers import walk_here
from ssot_lint.summary.symbols import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.summary.records import FunctionRecord

_WORDS: Final = ("await", "async for", "async with")
_SUSPENDING: Final = frozenset({ast.AsyncFor, ast.AsyncWith, ast.Yield})
_FEW: Final = 3
"""Functions that await more than this are taken to suspend."""


def calm_functions(functions: Iterable[FunctionRecord], text: str) -> Iterator[Calm]:
    """Yield the async functions without a suspension of their own, with what they await."""
    lines: WordLines | None = None
    for record in functions:
        if isinstance(record.node, ast.AsyncFunctionDef):
            lines = lines or WordLines(text, _WORDS)
            awaits = _awaits(record) if lines.between(_first(record), _last(record)) else ()
            if awaits is not None:
                yield Calm(record.scope.qualname, awaits)


def _first(record: FunctionRecord) -> int:
    return record.node.body[0].lineno


def _last(record: FunctionRecord) -> int:
    return record.node.end_lineno or record.node.lineno


def _awaits(record: FunctionRecord) -> tuple[str, ...] | None:
    """Return the symbols of what is awaited; None when there is more, or when it can't be told."""
    found: dict[str, None] = {}
    for node in walk_here(record.node.body):
        if type(node) in _SUSPENDING or (isinstance(node, ast.comprehension) and node.is_async):
            return None
        if isinstance(node, ast.Await):
            called = describe(node.value.func, record.scope) if isinstance(node.value, ast.Call) else ()
            if len(called) != 1 or len(found) >= _FEW:
                return None
            found[called[0]] = None
    return tuple(found)
