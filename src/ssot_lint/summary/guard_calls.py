"""The calls of guards: functions whose names say that they validate, and what they are called on."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.fail_open_facts import GuardCall, Subject
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import children, walk
from ssot_lint.summary.values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.scopes import Scope

GUARD_WORDS: Final = (
    "validate",
    "verify",
    "check",
    "enforce",
    "ensure",
    "guard",
    "assert",
    "authorize",
    "audit",
)
_GUARD: Final = re.compile(rf"_*(?:{'|'.join(GUARD_WORDS)})(?![a-z])")
_EVALUATED: Final = (ast.expr, ast.keyword, ast.comprehension)


class WordLines:
    """The lines of a text in which one of some words stands: a quick look before the tree is read."""

    def __init__(self, text: str, words: Iterable[str]) -> None:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._lines: list[int] = []
        line, position = 1, 0
        for found in sorted(_occurrences(text, words)):
            line += text.count("\n", position, found)
            position = found
            self._lines.append(line)

    def __bool__(self) -> bool:
        return bool(self._lines)

    def between(self, first: int, last: int) -> bool:
        """Whether one of the words stands in these lines."""
        at = bisect_left(self._lines, first)
        return at < len(self._lines) and self._lines[at] <= last

    def within(self, node: ast.stmt | ast.expr) -> bool:
        """Whether one of the words stands in the lines of a node."""
        return self.between(node.lineno, node.end_lineno or node.lineno)


def _occurrences(text: str, words: Iterable[str]) -> list[int]:
    found: list[int] = []
    find = text.find
    for word in words:
        at = find(word)
        while at >= 0:
            found.append(at)
            at = find(word, at + 1)
    return found


def is_guard_name(name: str) -> bool:
    """Whether the leading word of a function's name says that it validates."""
    return _GUARD.match(name) is not None


def last_name(node: ast.expr | None) -> str:
    """Return the name of a variable or attribute, empty for anything else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def root_name(node: ast.expr) -> str:
    """Return the variable that a chain of attributes, items and calls starts with."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Await)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


class GuardCalls:
    """Finds the guard calls in the expressions of one function."""

    def __init__(self, scope: Scope, positions: Positions) -> None:
        self._scope = scope
        self._positions = positions

    def of(self, statement: ast.stmt) -> Iterator[tuple[GuardCall, ast.Call]]:
        """Yield the guard calls that a statement makes by itself, without the blocks inside it."""
        for expression, usage in _expressions(statement):
            while isinstance(expression, ast.Await):
                expression = expression.value
            for call in _calls(expression):
                name = self._guard_name(call)
                if name:
                    used = usage if call is expression or usage == "tested" else "inner"
                    yield self._read(call, name, used), call

    def _guard_name(self, call: ast.Call) -> str:
        """Return the name of the guard that is called, as it was defined before an import renamed it."""
        written = last_name(call.func)
        if not written:
            return ""
        if is_guard_name(written):
            return written
        holder = self._scope.holder_of(written) if isinstance(call.func, ast.Name) else None
        for bound in holder.bound[written] if holder is not None else ():
            defined = bound.symbol.rpartition(".")[2]
            if bound.kind == "import" and is_guard_name(defined):
                return defined
        return ""

    def _read(self, call: ast.Call, name: str, usage: str) -> GuardCall:
        values = [*call.args, *(keyword.value for keyword in call.keywords)]
        subjects = [value for value in values if not isinstance(value, ast.Constant)]
        plain = [value for value in subjects if _is_dotted(value)]
        if isinstance(call.func, ast.Attribute) and not subjects and _is_dotted(call.func.value):
            plain.append(call.func.value)
        return GuardCall(
            name=name,
            symbols=describe(call.func, self._scope),
            subjects=tuple(Subject(text_of(node), describe(node, self._scope)) for node in plain),
            usage=usage,
            span=self._positions.span(call),
        )


def _expressions(statement: ast.stmt) -> Iterator[tuple[ast.expr, str]]:
    """Yield the expressions that a statement evaluates before its blocks, with what becomes of each."""
    if isinstance(statement, ast.Expr):
        yield statement.value, "statement"
    elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        if statement.value is not None:
            yield statement.value, "assigned"
    elif isinstance(statement, ast.Return):
        if statement.value is not None:
            yield statement.value, "returned"
    elif isinstance(statement, (ast.If, ast.While, ast.Assert)):
        yield statement.test, "tested"
    elif isinstance(statement, (ast.For, ast.AsyncFor)):
        yield statement.iter, "inner"
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        for item in statement.items:
            yield item.context_expr, "inner"


def tests_before(statement: ast.stmt, call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a statement's own expression asks before it makes a call: ``a`` of ``a and call()``."""
    for expression, _ in _expressions(statement):
        here: ast.expr = expression
        while isinstance(here, (ast.BoolOp, ast.IfExp, ast.UnaryOp, ast.Await)):
            if isinstance(here, ast.BoolOp):
                index = next((i for i, v in enumerate(here.values) if _holds(v, call)), 0)
                if isinstance(here.op, ast.And):
                    yield from here.values[:index]
                here = here.values[index]
            elif isinstance(here, ast.IfExp):
                if not _holds(here.body, call):
                    break
                yield here.test
                here = here.body
            else:
                here = here.operand if isinstance(here, ast.UnaryOp) else here.value


def _holds(node: ast.expr, call: ast.Call) -> bool:
    return any(inner is call for inner in walk(node))


def _calls(node: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls in an expression, without those that a lambda would make later."""
    waiting: list[ast.AST] = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, ast.Call):
            yield here
        if not isinstance(here, ast.Lambda):
            waiting.extend(child for child in children(here) if isinstance(child, _EVALUATED))


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
