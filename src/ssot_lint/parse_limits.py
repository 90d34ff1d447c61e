"""Finds what LibCST can't be given, because it would take it time without end or the process with it.

It dies of code that is nested some thousand levels deep. Patterns of ``match``, and what ``del`` has in
parentheses, it reads again for every bracket around them: two or four times at each level.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final, TypeAlias

from ssot_lint.summary.parsing import parts
from ssot_lint.summary.positions import Positions
from ssot_lint.summary.traversal import children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MOST_LEVELS: Final = 500
"""How deep code may be nested: Python's own limit on recursion, as it usually is, is met before that."""
MOST_WORK: Final = 200_000
"""How much may be read again and again: each unit takes LibCST some microseconds."""

_TOO_DEEP: Final = "the code is nested too deeply"
_ANEW: Final = "its patterns, or what del is given, are nested too deeply"
_OUTERMOST: Final = ("del", "(", "[", ",")
"""What stands before parentheses that are a target of ``del``, and not a part of one."""
_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\''
    r'|"(?:[^"\\\r\n]|\\.)*"|\'(?:[^\'\\\r\n]|\\.)*\'|#[^\r\n]*|[^\W\d]\w*|\S',
    re.DOTALL,
)
_REPEATED: Final = (ast.Delete, ast.Match)
_SIDEWAYS: Final = frozenset({ast.BoolOp, ast.ImportFrom, ast.alias})
"""Nodes that have on one level of the tree what LibCST has on many."""

Point: TypeAlias = tuple[int, int]
"""A line, from 1, and a column."""


def objection_to(text: str) -> str | None:
    """Return why LibCST can't be given a text, as a clause; None where nothing speaks against it."""
    try:
        return next(filter(None, (_objection(part.tree, text) for part in parts(text))), None)
    except (SyntaxError, ValueError):
        return None  # LibCST may know better, and says so where it doesn't
    except (RecursionError, MemoryError):
        return _TOO_DEEP


def _objection(tree: ast.Module, text: str) -> str | None:
    repeated: list[ast.Delete | ast.Match] = []
    level: list[ast.AST] = [tree]
    for _ in range(MOST_LEVELS):
        if any(_has_hidden_levels(node) for node in level if type(node) in _SIDEWAYS):
            return _TOO_DEEP
        repeated += [node for node in level if isinstance(node, _REPEATED)]
        level = [child for node in level for child in children(node)]
        if not level:
            return _ANEW if repeated and _work(repeated, text) > MOST_WORK + len(text) else None
    return _TOO_DEEP


def _has_hidden_levels(node: ast.AST) -> bool:
    if isinstance(node, ast.BoolOp):
        return len(node.values) > MOST_LEVELS
    named = node.module if isinstance(node, ast.ImportFrom) else getattr(node, "name", None)
    return isinstance(named, str) and named.count(".") > MOST_LEVELS


def _work(statements: Iterable[ast.Delete | ast.Match], text: str) -> int:
    """Return how much LibCST reads of these statements, each part as often as it does."""
    positions = Positions(text)
    total = 0
    for statement in statements:
        if isinstance(statement, ast.Delete):
            line, column, *end = positions.bounds(statement)
            total += _brackets(_between(positions.lines, (line, column), (end[0], end[1])), _of_deleted)
            continue
        *_, line, column = positions.bounds(statement.subject)
        for case in statement.cases:
            behind = positions.bounds(case.guard or case.body[0])
            total += _brackets(_between(positions.lines, (line, column), behind[:2]), _of_pattern)
            *_, line, column = positions.bounds(case.body[-1])
    return total


def _between(lines: Sequence[str], start: Point, end: Point) -> str:
    (line, column), (end_line, end_column) = start, end
    if line == end_line:
        return lines[line - 1][column:end_column]
    return "\n".join(
        (lines[line - 1][column:], *lines[line : end_line - 1], lines[end_line - 1][:end_column])
    )


def _brackets(source: str, times: Callable[[str, str, bool], int]) -> int:
    """Return the work that all brackets make; ``times`` says how often what is in one of them is read."""
    outside = [0]
    opened: list[tuple[str, str]] = []
    commas = [False]
    before = ""
    for match in _TOKEN.finditer(source):
        word = match[0]
        if word in "([{":
            opened.append((before, word))
            outside.append(0)
            commas.append(False)
        elif word in ")]}" and opened:
            inside = outside.pop()
            outside[-1] += 1 + times(*opened.pop(), commas.pop()) * inside
        elif word == ",":
            commas[-1] = True
        before = word
    return sum(outside)


def _of_pattern(before: str, bracket: str, has_comma: bool) -> int:  # noqa: FBT001 - called by position
    is_class = before.isidentifier() and before != "case"
    is_tuple = bracket == "(" and has_comma and not is_class
    return 4 if bracket == "{" or is_tuple else 2


def _of_deleted(before: str, bracket: str, has_comma: bool) -> int:  # noqa: ARG001, FBT001 - as above
    return 2 if bracket == "(" and before in _OUTERMOST else 1
