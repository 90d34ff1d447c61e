"""What a function does around a store: with the same place elsewhere, where it waits, and under what lock."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

from ssot_lint.summary.traversal import walk
from ssot_lint.summary.values import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Point: TypeAlias = tuple[int, int]
"""A line, from 1, and a column."""

_LOCK: Final = re.compile(r"lock|mutex|semaphore|condition|_(?:cv|cond)\b", re.IGNORECASE)
_NAMING: Final = (ast.Attribute, ast.Name, ast.Subscript)
_WAITING: Final = (ast.Await, ast.AsyncFor, ast.AsyncWith)
_BEHIND_ALL: Final = (1 << 60, 0)


class Surroundings:
    """One function, looked through once for all of its stores."""

    def __init__(self, function: ast.AST) -> None:
        self._by_word: dict[str, list[ast.Attribute | ast.Name | ast.Subscript]] = defaultdict(list)
        self._locks: list[ast.With | ast.AsyncWith] = []
        self._awaits: list[Point] = []
        self._last_calls: dict[int, Point] = {}
        self._places: dict[str, dict[str, tuple[list[Point], list[Point]]]] = {}
        for node in walk(function):
            if isinstance(node, _NAMING):
                self._by_word[_last_word(node)].append(node)
            elif isinstance(node, _WAITING):
                self._awaits.append(_start(node))
            if isinstance(node, (ast.With, ast.AsyncWith)) and any(
                _LOCK.search(text_of(item.context_expr)) for item in node.items
            ):
                self._locks.append(node)
        self._awaits.sort()
        self._locks.sort(key=_start)
        self._starts = [_start(node) for node in self._locks]
        self._around = _nested([(_start(node), _end(node)) for node in self._locks])

    def restores(self, target: ast.expr) -> bool:
        """Whether a later statement stores something in the same place again."""
        _, stores = self._uses_of(target)
        return bool(stores) and stores[-1] > _start(target)

    def reads_after_await(self, target: ast.expr) -> bool:
        """Whether the place is read behind an ``await`` that comes after the store."""
        first = _next(self._awaits, _start(target))
        reads, stores = self._uses_of(target)
        read = _next(reads, first)
        return read < _BEHIND_ALL and not _next(stores, first) < read

    def locks(self, target: ast.expr) -> bool:
        """Whether the store is under a lock, and something is called behind it under that lock."""
        start = _start(target)
        at: int | None = bisect_right(self._starts, start) - 1
        while at is not None and at >= 0:
            if start <= _end(self._locks[at]) and self._goes_on(self._locks[at], start):
                return True
            at = self._around[at]
        return False

    def _goes_on(self, node: ast.With | ast.AsyncWith, start: Point) -> bool:
        """Tell whether something is called behind a place in the body that it stands in."""
        if id(node) not in self._last_calls:
            calls = (
                (child.lineno, 0)
                for statement in node.body
                for child in walk(statement)
                if isinstance(child, (ast.Call, ast.Await))
            )
            self._last_calls[id(node)] = max(calls, default=(0, 0))
        return self._last_calls[id(node)] > start

    def _uses_of(self, target: ast.expr) -> tuple[list[Point], list[Point]]:
        """Return where a place is read, and where something is stored in it."""
        word = _last_word(target)
        if word not in self._places:
            found: dict[str, tuple[list[Point], list[Point]]] = defaultdict(lambda: ([], []))
            for node in sorted(self._by_word[word], key=_start):
                found[text_of(node)][not isinstance(node.ctx, ast.Load)].append(_start(node))
            self._places[word] = found
        return self._places[word][text_of(target)]


def _nested(bounds: Sequence[tuple[Point, Point]]) -> list[int | None]:
    """Return for each of some blocks, sorted by their starts, the one that is right around it."""
    found: list[int | None] = []
    outer: list[int] = []
    for number, (start, _) in enumerate(bounds):
        while outer and bounds[outer[-1]][1] < start:
            outer.pop()
        found.append(outer[-1] if outer else None)
        outer.append(number)
    return found


def _next(points: Sequence[Point], after: Point) -> Point:
    """Return the first of some sorted points that is behind another."""
    at = bisect_right(points, after)
    return points[at] if at < len(points) else _BEHIND_ALL


def _start(node: ast.expr | ast.stmt) -> Point:
    return node.lineno, node.col_offset


def _end(node: ast.stmt) -> Point:
    return node.end_lineno or node.lineno, node.end_col_offset or 0


def _last_word(node: ast.expr) -> str:
    """Return the last name in a target: a cheap way to tell most places apart."""
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
