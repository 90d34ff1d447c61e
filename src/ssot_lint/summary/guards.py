"""The refusals of constructors: what keeps others from constructing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import Guard
from ssot_lint.summary.places import PlaceReader
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
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
        elif isinstance(statement, ast.If):
            refusal = next((s for s in statement.body if isinstance(s, ast.Raise)), None)
            if refusal is not None:
                guard = _conditional_guard(statement.test, refusal, reader, positions)
                if guard is not None:
                    found.append(guard)
    return tuple(found)


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


def _message(node: ast.Raise) -> str:
    """Return all text in what is raised, as one line."""
    if node.exc is None:
        return ""
    parts = [c.value for c in walk(node.exc) if isinstance(c, ast.Constant) and isinstance(c.value, str)]
    return " ".join(" ".join(parts).split())
