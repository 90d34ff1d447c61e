"""The refusals of constructors: what keeps others from constructing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import Guard
from ssot_lint.summary.guard_calls import last_name
from ssot_lint.summary.places import PlaceReader
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord

_TOKEN_WORDS: Final = (
    "token",
    "guard",
    "sentinel",
    "internal",
    "private",
    "factory",
    "secret",
    "direct",
    "key",
)
_UNIQUE: Final = frozenset({"object", "uuid4", "token_hex", "token_bytes", "token_urlsafe", "urandom"})
"""What makes something that nobody else can have."""
_MEASURES: Final = ("len", "isinstance", "callable", "hasattr")


def read_guards(record: FunctionRecord, positions: Positions) -> tuple[Guard, ...]:
    """Return the refusals in a constructor's body: each ``raise`` that isn't about the public parameters."""
    found: list[Guard] = []
    reader = PlaceReader(record)
    body = [
        s for s in record.node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
    ]
    for position, statement in enumerate(body):
        if isinstance(statement, ast.Raise):
            if not any(isinstance(earlier, (ast.Return, ast.If, ast.Try)) for earlier in body[:position]):
                found.append(Guard("always", (), _message(statement), positions.span(statement)))
            elif (test := _test_before(body[:position])) is not None:
                refused = ast.UnaryOp(ast.Not(), test)
                guard = _conditional_guard(refused, statement, reader, positions)
                if guard is not None and guard.kind == "slot":
                    found.append(guard)
        elif isinstance(statement, ast.If):
            refusal = next((s for s in statement.body if isinstance(s, ast.Raise)), None)
            if refusal is not None:
                guard = _conditional_guard(statement.test, refusal, reader, positions)
                guard = guard or _sentinel_guard(statement.test, refusal, record, positions)
                if guard is not None:
                    found.append(guard)
        elif isinstance(statement, ast.Assert):
            guard = _sentinel_guard(ast.UnaryOp(ast.Not(), statement.test), statement, record, positions)
            if guard is not None:
                found.append(guard)
    return tuple(found)


def _test_before(body: Sequence[ast.stmt]) -> ast.expr | None:
    """Return the test that must have failed for what follows: the last statement returns where it holds."""
    last = body[-1] if body else None
    if isinstance(last, ast.If) and not last.orelse and isinstance(last.body[-1], ast.Return):
        return last.test
    return None


def _sentinel_guard(
    test: ast.expr, refusal: ast.Raise | ast.Assert, record: FunctionRecord, positions: Positions
) -> Guard | None:
    """Return the guard that lets in whoever gives the one private object: ``if key is not Hub.__key``."""
    unequal: tuple[type[ast.cmpop], ...] = (ast.IsNot, ast.NotEq)
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, unequal = test.operand, ((ast.Is, ast.Eq) if ast.IsNot in unequal else (ast.IsNot, ast.NotEq))
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], unequal):
        return None
    sides = (test.left, test.comparators[0])
    for given, wanted in (sides, sides[::-1]):
        if isinstance(given, ast.Name) and given.id in _required(record) and _is_sentinel(wanted, record):
            return Guard("token", (given.id,), _message(refusal), positions.span(refusal))
    return None


def _required(record: FunctionRecord) -> frozenset[str]:
    """Return the parameters that don't have what is private for their default."""
    arguments = record.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = dict(zip(positional[::-1], arguments.defaults[::-1], strict=False))
    defaults |= {a: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d}
    return frozenset(
        a.arg
        for a in (*positional, *arguments.kwonlyargs)
        if a.arg != record.scope.receiver and (a not in defaults or isinstance(defaults[a], ast.Constant))
    )


def _is_sentinel(node: ast.expr, record: FunctionRecord) -> bool:
    """Whether an expression is a private variable of the module or class that holds an object of no use."""
    name = last_name(node)
    if not name.startswith("_"):
        return False
    holder = record.scope.holder_of(name) if isinstance(node, ast.Name) else None
    if isinstance(node, ast.Attribute) and record.owner is not None:
        holder = record.owner.scope if _is_own_class(node.value, record) else None
    bound = holder.bound.get(name, ()) if holder is not None else ()
    return bool(bound) and all(
        isinstance(b.node, ast.Call) and not b.node.keywords and _makes_sentinel(b.node) for b in bound
    )


def _is_own_class(node: ast.expr, record: FunctionRecord) -> bool:
    if isinstance(node, ast.Call):  # type(self)
        return last_name(node.func) == "type" and [last_name(a) for a in node.args] == [record.scope.receiver]
    if isinstance(node, ast.Attribute):  # self.__class__
        return node.attr == "__class__"
    own = {record.scope.receiver, record.owner.node.name if record.owner is not None else None}
    return isinstance(node, ast.Name) and node.id in own


def _makes_sentinel(call: ast.Call) -> bool:
    name = last_name(call.func)
    return name in _UNIQUE or (not call.args and name.startswith("_") and name.strip("_")[:1].isupper())


def _conditional_guard(
    test: ast.expr, refusal: ast.Raise, reader: PlaceReader, positions: Positions
) -> Guard | None:
    names = [n.id for n in walk(test) if isinstance(n, ast.Name)]
    tokens = tuple(n for n in names if n in reader.parameters and _reads_as_token(n))
    span = positions.span(refusal)
    if tokens:
        return Guard("token", tokens, _message(refusal), span, is_weak=_only_measures(test, tokens))
    if any(n in reader.parameters for n in names):
        return None
    then, otherwise = reader.emptied(test)
    receiver = reader.scope.class_symbol or ""
    own = f"{receiver}()."  # an attribute of the new object says nothing about other instances
    shared = (f"{receiver}.", f"{reader.scope.module.symbol}.")
    slots = tuple(sorted(p for p in otherwise if p.startswith(shared) and not p.startswith(own)))
    if slots:
        return Guard("slot", slots, _message(refusal), span)
    flags = tuple(sorted(p for p in then if p.rpartition(".")[2].startswith("_") and not p.startswith(own)))
    return Guard("flag", flags, _message(refusal), span) if flags else None


def _reads_as_token(name: str) -> bool:
    return name.startswith("_") and (
        name.strip("_") == "" or any(word in name.lower() for word in _TOKEN_WORDS)
    )


def _only_measures(test: ast.expr, tokens: tuple[str, ...]) -> bool:
    """Whether a test asks for a token's length, type or form, and compares it with nothing."""
    is_measured = False
    for node in walk(test):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            others = [side for side in sides if not (isinstance(side, ast.Name) and side.id in tokens)]
            if len(others) < len(sides) and not all(isinstance(other, ast.Constant) for other in others):
                return False
        elif isinstance(node, ast.Call):
            function = node.func
            measured = node.args[:1] if isinstance(function, ast.Name) else []
            measured = [function.value] if isinstance(function, ast.Attribute) else measured
            is_known = not isinstance(function, ast.Name) or function.id in _MEASURES
            is_measured |= is_known and any(isinstance(m, ast.Name) and m.id in tokens for m in measured)
    return is_measured


def _message(node: ast.Raise | ast.Assert) -> str:
    """Return all text in what is raised, as one line."""
    raised = node.exc if isinstance(node, ast.Raise) else node.msg
    if raised is None:
        return ""
    parts = [c.value for c in walk(raised) if isinstance(c, ast.Constant) and isinstance(c.value, str)]
    return " ".join(" ".join(parts).split())
