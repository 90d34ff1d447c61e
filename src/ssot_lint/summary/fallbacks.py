"""What a function hands out when something failed: calls in ``except``, ``finally``, after a failed check."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.summary.fail_open_facts import Fallback
from ssot_lint.summary.guard_calls import WordLines, last_name
from ssot_lint.summary.handlers import walk_here
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import walk
from ssot_lint.summary.values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord
    from ssot_lint.summary.scopes import Scope

FALLBACK_WORDS: Final = ("except", "finally", "vailab", "VAILAB", "find_spec", "HAS_", "HAVE_")
_AVAILABILITY: Final = re.compile(
    r"(?:^|_)(?:available|availability)(?:_|$)|^_?(?-i:HA(?:S|VE)_)|^find_spec$", re.IGNORECASE
)
_KEEPERS: Final = re.compile(
    r"(?:^|_)(?:add|append|cache|insert|keep|put|register|remember|save|set|setdefault|store|track|update|attach|bind)(?:_|$)"
)
_BROAD: Final = frozenset({"Exception", "BaseException"})


class _Situation(NamedTuple):
    """What led to a block: only calls in it are fallbacks."""

    when: str
    block: Sequence[ast.stmt]
    is_broad: bool = False


class FallbackReader:
    """Reads one function."""

    def __init__(self, function: FunctionRecord, positions: Positions, lines: WordLines) -> None:
        self._node = function.node
        self._scope: Scope = function.scope
        self._positions = positions
        self._lines = lines
        self._found: dict[ast.Call, Fallback] = {}

    def read(self) -> list[Fallback]:
        """Return the calls whose results are handed out without being kept, or are kept under another key."""
        self._block(self._node.body, None)
        return list(self._found.values())

    def _block(self, statements: Sequence[ast.stmt], situation: _Situation | None) -> None:
        for statement in statements:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            if situation is None and not self._lines.within(statement):
                continue
            if situation is not None:
                self._statement(statement, situation)
            if isinstance(statement, ast.If):
                self._if(statement, situation)
                continue
            for part in ("body", "orelse"):
                self._block(getattr(statement, part, ()), situation)
            for handler in getattr(statement, "handlers", ()):
                self._block(
                    handler.body, situation or _Situation("except", handler.body, _is_broad(handler.type))
                )
            last = getattr(statement, "finalbody", ())
            self._block(last, situation or _Situation("finally", last))
            for case in getattr(statement, "cases", ()):
                self._block(case.body, situation)

    def _if(self, node: ast.If, situation: _Situation | None) -> None:
        asked, negated = node.test, False
        while isinstance(asked, ast.UnaryOp) and isinstance(asked.op, ast.Not):
            asked, negated = asked.operand, not negated
        failing: Sequence[ast.stmt] = ()
        if situation is None and _asks_for_availability(asked):
            failing = node.body if negated else node.orelse
        for block in (node.body, node.orelse):
            self._block(block, _Situation("unavailable", block) if block and block is failing else situation)

    # -- one statement of a fallback

    def _statement(self, node: ast.stmt, situation: _Situation) -> None:
        if isinstance(node, ast.Return) and node.value is not None:
            for call in _made(node.value):
                self._add(call, situation)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            calls = list(_made(node.value))
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if not calls:
                return
            keys = [self._other_key(target) for target in targets if not self._is_local(target)]
            if keys:
                if all(keys):
                    self._add_all(calls, situation, keys[0])
                return
            for name in (target.id for target in targets if isinstance(target, ast.Name)):
                self._local(name, calls, node, situation)

    def _local(self, name: str, calls: list[ast.Call], made_by: ast.stmt, situation: _Situation) -> None:
        """Look what becomes of a local variable that holds a fallback."""
        leaves = isinstance(situation.block[-1], (ast.Return, ast.Raise))
        later = [
            node
            for node in walk_here(situation.block if leaves else self._node.body)
            if getattr(node, "lineno", 0) > (made_by.end_lineno or 0)
        ]
        keys: list[str] = []
        for node in later:
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and _is_name(node.value, name):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                keys += [self._other_key(target) for target in targets if not self._is_local(target)]
            elif isinstance(node, ast.Call) and _keeps(node, name):
                keys.append(self._other_key_of_call(node))
        if keys and not all(keys):
            return
        if any(isinstance(node, ast.Return) and _returns(node.value, name) for node in later):
            self._add_all(calls, situation, keys[0] if keys else "")

    def _is_local(self, target: ast.expr) -> bool:
        return isinstance(target, ast.Name) and self._scope.home_of(target.id) is self._scope

    def _add_all(self, calls: Sequence[ast.Call], situation: _Situation, other_key: str) -> None:
        for call in calls:
            self._add(call, situation, other_key)

    def _add(self, call: ast.Call, situation: _Situation, other_key: str = "") -> None:
        symbols = tuple(
            s for s in describe(call, self._scope) if s.endswith("()") and not s.startswith("builtins.")
        )
        if symbols and call not in self._found:
            self._found[call] = Fallback(
                scope=self._scope.index,
                when=situation.when,
                is_broad=situation.is_broad,
                symbols=symbols,
                other_key=other_key,
                span=self._positions.span(call),
            )

    # -- under which key

    def _other_key(self, target: ast.expr) -> str:
        """Return the key that something is stored under, if the function looks for another one."""
        if not isinstance(target, ast.Subscript):
            return ""
        return self._differing(text_of(target.value), target.slice)

    def _other_key_of_call(self, call: ast.Call) -> str:
        if not isinstance(call.func, ast.Attribute) or len(call.args) < 2:
            return ""
        return self._differing(text_of(call.func.value), call.args[0])

    def _differing(self, mapping: str, key: ast.expr) -> str:
        text = text_of(key)
        looked_for = [k for k in self._keys_of(mapping) if text_of(k) != text]
        same = [k for k in self._keys_of(mapping) if text_of(k) == text and k is not key]
        if same or not looked_for:
            return ""
        if any(_is_lengthened(key, text_of(other)) for other in looked_for):
            return text
        origins = self._origins(key)
        if any(self._origins(other) & origins for other in looked_for):
            return ""
        return text

    def _keys_of(self, mapping: str) -> Iterator[ast.expr]:
        """Yield the keys by which the function gets at a mapping's items."""
        for node in walk_here(self._node.body):
            if isinstance(node, ast.Subscript) and text_of(node.value) == mapping:
                yield node.slice
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                if node.func.attr in ("get", "setdefault") and text_of(node.func.value) == mapping:
                    yield node.args[0]
            elif (
                isinstance(node, ast.Compare)
                and isinstance(node.ops[0], (ast.In, ast.NotIn))
                and text_of(node.comparators[0]) == mapping
            ):
                yield node.left

    def _origins(self, key: ast.expr) -> frozenset[str]:
        """Return the parameters that a key is computed from, also by way of local variables."""
        parameters = {a.arg for a in walk(self._node.args) if isinstance(a, ast.arg)}
        seen: set[str] = set()
        waiting: list[ast.AST] = [key]
        while waiting:
            for node in walk(waiting.pop()):
                if isinstance(node, ast.Name) and node.id not in seen:
                    seen.add(node.id)
                    bound = self._scope.bound.get(node.id, ())
                    waiting += [b.node for b in bound if b.kind == "value" and b.node is not None]
        return frozenset(seen & parameters)


def _is_lengthened(key: ast.expr, looked_for: str) -> bool:
    """Whether a key is one that is looked for with further text before or behind it."""
    if isinstance(key, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in key.values]
    elif isinstance(key, ast.BinOp) and isinstance(key.op, ast.Add):
        parts = [key.left, key.right]
    else:
        return False
    texts = [part for part in parts if isinstance(part, ast.Constant) and part.value]
    return bool(texts) and any(text_of(part) == looked_for for part in parts)


def _made(value: ast.expr) -> Iterator[ast.Call]:
    """Yield the calls whose result an expression may be."""
    if isinstance(value, ast.Call):
        yield value
    elif isinstance(value, (ast.Await, ast.NamedExpr)):
        yield from _made(value.value)
    elif isinstance(value, ast.IfExp):
        yield from _made(value.body)
        yield from _made(value.orelse)
    elif isinstance(value, ast.BoolOp):
        for part in value.values:
            yield from _made(part)


def _keeps(call: ast.Call, name: str) -> bool:
    """Whether a call that reads as keeping something gets a variable."""
    values = (*call.args, *(keyword.value for keyword in call.keywords))
    return any(_is_name(v, name) for v in values) and _KEEPERS.search(last_name(call.func)) is not None


def _is_name(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _returns(value: ast.expr | None, name: str) -> bool:
    """Whether a returned value is a variable, or a tuple with it."""
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return any(_is_name(part, name) for part in parts)


def _is_broad(kind: ast.expr | None) -> bool:
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(each is None or last_name(each) in _BROAD for each in kinds)


def _asks_for_availability(test: ast.expr) -> bool:
    """Whether a condition asks whether something can be used, by what its names say."""
    return any(
        isinstance(node, (ast.Name, ast.Attribute)) and _AVAILABILITY.search(last_name(node))
        for node in walk(test)
    )
