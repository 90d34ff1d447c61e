"""What a handler, or the way around a condition, does about a validation that didn't take place."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.summary.guard_calls import is_guard_name, last_name, root_name
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import FIELDS, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.summary.scopes import Scope

_QUIET: Final = frozenset(
    {
        "debug",
        "info",
        "warning",
        "warn",
        "error",
        "exception",
        "critical",
        "fatal",
        "log",
        "trace",
        "print",
        "msg",
    }
    | {
        "print_exc",
        "format_exc",
        "warn_once",
        "warning_once",
        "echo",
        "secho",
        "notice",
        "success",
        "write",
        "capture_exception",
    }
    | {
        "str",
        "repr",
        "type",
        "getattr",
        "format",
        "isinstance",
        "len",
        "join",
        "increment",
        "inc",
        "incr",
        "getLogger",
    }
    | {
        "get_logger",
        "bind",
        "exc_info",
        "set_attribute",
        "record_exception",
        "capture_message",
        "lower",
        "strip",
        "format_exception",
    }
)
_REFUSING: Final = re.compile(r"_*(?:raise|reject|refuse|deny|forbid|fail|abort|exit|quit|die)(?![a-z])")
_RECORDING: Final = frozenset(
    {"append", "add", "extend", "put", "put_nowait", "insert", "set_exception", "setdefault", "update"}
)
_VALIDATING: Final = re.compile(r"valid|verif|check|guard|assert|authori")


_INNER: Final = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda})


class Answer(NamedTuple):
    """What is done about a validation that failed."""

    kind: str
    """``raise``, ``leave``, ``replace`` or ``record`` when that is an answer; ``skip`` when it is none."""
    returned: tuple[str, ...] = ()
    """For ``skip`` and ``leave``, the symbols of what is returned."""
    is_busy: bool = False
    """Whether more is done than to log."""


class AnswerReader:
    """Reads the answers of one function."""

    def __init__(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        scope: Scope,
        around: ast.AST,
        *,
        is_constructor: bool,
    ) -> None:
        self._node = node
        self._scope = scope
        self._around = around
        """The class or module around the function, where its attributes and global variables are asked."""
        self._is_constructor = is_constructor

    def read(self, body: Sequence[ast.stmt], guard: str, error: str | None, result: str = "") -> Answer:
        """Read what these statements do when ``guard`` (the variable it is called by) fails with ``error``.

        ``result`` is the variable that was to have the guard's result.
        """
        nodes = list(walk_here(body))
        if any(isinstance(node, ast.Raise) for node in nodes):
            return Answer("raise")
        if self._replaces(nodes, guard):
            return Answer("replace")
        if self._records(body, nodes, error, result):
            return Answer("record")
        left = self._left(nodes)
        if left is not None:
            return left
        return Answer("skip", is_busy=any(_is_busy(node) for node in nodes))

    def _left(self, nodes: Iterable[ast.AST]) -> Answer | None:
        """Return the answer of a handler that leaves the function, or the round of a loop."""
        for node in nodes:
            if isinstance(node, (ast.Continue, ast.Break)):
                return Answer("leave")
            if isinstance(node, ast.Call) and _REFUSING.match(last_name(node.func)):
                return Answer("leave")
            if isinstance(node, ast.Return):
                if self._is_constructor:
                    continue
                value = node.value
                if isinstance(value, ast.Constant) and value.value is True:
                    continue
                if value is None and self._is_at_end(node):
                    continue
                return Answer("leave", describe(value, self._scope) if value is not None else ())
        return None

    def _is_at_end(self, node: ast.stmt) -> bool:
        """Whether the function would do nothing more anyway; it never returns anything."""
        last = self._node.body[-1]
        returned = (n.value for n in walk_here(self._node.body) if isinstance(n, ast.Return))
        return last.lineno <= node.lineno and all(value is None for value in returned)

    def _replaces(self, nodes: Iterable[ast.AST], guard: str) -> bool:
        """Whether something real takes the guard's place, or another guard is called."""
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                if any((alias.asname or alias.name.partition(".")[0]) == guard for alias in node.names):
                    return True
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if node.name == guard and not does_nothing(node):
                    return True
            elif isinstance(node, ast.Call):
                name = last_name(node.func)
                if is_guard_name(name) or (_VALIDATING.search(name.lower()) and name not in _QUIET):
                    return True
            elif (
                isinstance(node, ast.Assign)
                and not is_no_replacement(node.value)
                and any(isinstance(target, ast.Name) and target.id == guard for target in node.targets)
            ):
                return True
        return False

    # -- a word of failure

    def _records(
        self, body: Sequence[ast.stmt], nodes: Iterable[ast.AST], error: str | None, result: str
    ) -> bool:
        """Whether the failure is written down somewhere where it can be asked for, not only in a log."""
        flags: list[ast.expr] = []
        for node in nodes:
            if isinstance(node, ast.Call) and last_name(node.func) not in _QUIET:
                if last_name(node.func) in _RECORDING:
                    return True
                if error is not None and _mentions([*node.args, *(k.value for k in node.keywords)], error):
                    return True
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                for target in targets:
                    if result and sets_true(node, result):
                        continue  # the verdict is made up
                    if not isinstance(target, ast.Name) and not _is_flag_value(node.value):
                        return True
                    flags.append(target)
        return any(self._is_asked(flag, body) for flag in flags)

    def is_asked_later(self, names: Iterable[str], body: Sequence[ast.stmt]) -> bool:
        """Whether one of the local variables decides, outside of these statements, what the function does."""
        return any(self._is_asked(ast.Name(name), body) for name in names)

    def _is_asked(self, flag: ast.expr, body: Sequence[ast.stmt]) -> bool:
        """Whether a flag is asked somewhere else before something is refused, or is handed on."""
        if isinstance(flag, ast.Subscript):
            return True
        if isinstance(flag, ast.Name) and flag.id not in self._scope.globals:
            inside = {id(node) for node in walk_here(body)}
            return any(_uses_flag(n, flag.id) for n in walk_here(self._node.body) if id(n) not in inside)
        return any(_refuses_by(node, last_name(flag)) for node in walk(self._around))


def walk_here(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield all nodes of these statements, but not those inside of functions, classes and lambdas."""
    fields = FIELDS
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if type(node) not in _INNER:
            for name in fields[type(node)]:
                value = getattr(node, name, None)
                if type(value) is list:
                    waiting += [child for child in value if child is not None]
                elif value is not None:
                    waiting.append(value)


def is_no_replacement(value: ast.expr) -> bool:
    """Whether a value bound in a guard's place lets all pass: a constant, or a lambda that gives one."""
    if isinstance(value, ast.Lambda):
        value = value.body
    return isinstance(value, (ast.Constant, ast.Name)) and (
        isinstance(value, ast.Constant) or value.id in ("bool", "object")
    )


def does_nothing(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function's body is empty, or lets everything pass."""
    return all(
        isinstance(statement, ast.Pass)
        or (
            isinstance(statement, ast.Expr)
            and (isinstance(statement.value, ast.Constant) or _is_quiet_call(statement.value))
        )
        or (isinstance(statement, ast.Return) and (statement.value is None or _passes(statement.value)))
        for statement in node.body
    )


def _passes(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) or (isinstance(value, ast.Constant) and value.value in (None, True))


def _is_quiet_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in _QUIET


def _is_busy(node: ast.AST) -> bool:
    """Whether a node is a call that does more than to log."""
    return (
        isinstance(node, ast.Call)
        and last_name(node.func) not in _QUIET
        and root_name(node.func) not in ("logging", "warnings")
    )


def _mentions(values: Iterable[ast.expr], name: str) -> bool:
    """Whether one of the values is the variable, or its text."""
    return any(isinstance(node, ast.Name) and node.id == name for value in values for node in walk(value))


def sets_true(node: ast.AST, name: str) -> bool:
    """Whether a statement sets a variable to True."""
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and node.value.value is True
        and any(_is_name(target, name) for target in node.targets)
    )


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_flag_value(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value in (False, None, 0)


def _refuses_by(node: ast.AST, name: str) -> bool:
    """Whether a node refuses by what an attribute or global variable says."""
    return (
        isinstance(node, ast.If)
        and any(last_name(part) == name for part in walk(node.test) if isinstance(part, ast.expr))
        and any(isinstance(part, ast.Raise) for part in (*walk_here(node.body), *walk_here(node.orelse)))
    )


def _uses_flag(node: ast.AST, name: str) -> bool:
    """Whether a node asks a variable before it refuses, or hands it on."""
    if isinstance(node, (ast.If, ast.Assert)) and _mentions([node.test], name):
        if isinstance(node, ast.Assert):
            return True
        return any(
            isinstance(part, (ast.Raise, ast.Return))
            for part in (*walk_here(node.body), *walk_here(node.orelse))
        )
    if isinstance(node, ast.Return):
        return node.value is not None and _mentions([node.value], name)
    if isinstance(node, ast.Call) and last_name(node.func) not in _QUIET:
        return _mentions([*node.args, *(k.value for k in node.keywords)], name)
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(t, (ast.Attribute, ast.Subscript)) for t in targets) and _mentions(
            [node.value], name
        )
    return False
