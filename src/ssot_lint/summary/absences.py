"""What a function makes when a parameter is ``None``: a stand-in for it, or an instance that isn't kept."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.summary.blocks import if_chain
from ssot_lint.summary.handlers import walk_here
from ssot_lint.summary.key_facts import Absence
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssot_lint.summary.keys import KeyReader
    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord

_LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class _Test(NamedTuple):
    """A test of a parameter for ``None``."""

    parameter: str
    when_true: bool
    """Whether it is true for ``None``."""
    node: ast.expr | ast.pattern


def optional_parameters(record: FunctionRecord) -> frozenset[str]:
    """Return the parameters that may be ``None`` by their default or their annotation."""
    arguments = record.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = dict(zip(positional[::-1], arguments.defaults[::-1], strict=False))
    defaults |= {
        a: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None
    }
    return frozenset(
        a.arg
        for a in (*positional, *arguments.kwonlyargs)
        if _is_none(defaults.get(a)) or (a.annotation is not None and _admits_none(a.annotation))
    )


class AbsenceReader:
    """Reads one function."""

    def __init__(
        self, record: FunctionRecord, optional: frozenset[str], keys: KeyReader, positions: Positions
    ) -> None:
        self._node = record.node
        self._scope = record.scope
        self._optional = optional
        self._keys = keys
        self._positions = positions
        self._found: dict[tuple[str, int, int], Absence] = {}

    def read(self) -> tuple[Absence, ...]:
        """Return one for each test after which something is made."""
        self._block(self._node.body)
        return tuple(self._found.values())

    def _block(self, statements: Sequence[ast.stmt]) -> None:
        for position, statement in enumerate(statements):
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            if isinstance(statement, ast.If):
                self._if(statement, statements[position + 1 :])
                continue
            if isinstance(statement, ast.Match):
                self._match(statement)
            else:
                self._expressions(statement)
            for part in ("body", "orelse", "finalbody"):
                self._block(getattr(statement, part, ()))
            for handler in getattr(statement, "handlers", ()):
                self._block(handler.body)

    def _if(self, node: ast.If, after: Sequence[ast.stmt]) -> None:
        chain = if_chain(node)
        rest = after if all(_leaves(link.body) for link in chain) else ()
        asked: set[str] = set()
        for link in chain:
            test = self._test(link.test)
            if test is not None and test.parameter not in asked:
                asked.add(test.parameter)
                otherwise = link.orelse or rest
                self._branch(test, link.body if test.when_true else otherwise)
            self._block(link.body)
        self._block(chain[-1].orelse)

    def _match(self, node: ast.Match) -> None:
        for case in node.cases:
            pattern = case.pattern
            is_none = isinstance(pattern, ast.MatchSingleton) and pattern.value is None
            if is_none and isinstance(node.subject, ast.Name) and node.subject.id in self._optional:
                self._branch(_Test(node.subject.id, when_true=True, node=pattern), case.body)
            self._block(case.body)

    def _expressions(self, statement: ast.stmt) -> None:
        """Look for ``context or make()`` and ``make() if context is None else context``."""
        value = getattr(statement, "value", None)
        if not isinstance(value, ast.expr):
            return
        is_returned = isinstance(statement, ast.Return)
        for node in walk_here([value]):
            if (
                isinstance(node, ast.BoolOp)
                and isinstance(node.op, ast.Or)
                and isinstance(node.values[0], ast.Name)
            ):
                name = node.values[0].id
                if name in self._optional:
                    self._replaced(_Test(name, when_true=True, node=node), node.values[-1])
            elif isinstance(node, ast.IfExp):
                test = self._test(node.test)
                if test is not None:
                    instead = node.body if test.when_true else node.orelse
                    if is_returned and node is value:
                        self._handed_out(test, instead)
                    else:
                        self._replaced(test, instead)

    def _test(self, test: ast.expr) -> _Test | None:
        """Return what a condition asks of a parameter."""
        if isinstance(test, ast.BoolOp):
            found = [t for value in test.values if (t := self._test(value)) is not None]
            wanted = [t for t in found if t.when_true or isinstance(test.op, ast.And)]
            return wanted[0] if wanted else None
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self._test(test.operand)
            return inner._replace(when_true=not inner.when_true, node=test) if inner is not None else None
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and _is_none(test.comparators[0]):
            name = self._parameter(test.left)
            if name and isinstance(test.ops[0], (ast.Is, ast.Eq)):
                return _Test(name, when_true=True, node=test)
            return _Test(name, when_true=False, node=test) if name else None
        name = self._parameter(test)
        return _Test(name, when_true=False, node=test) if name else None

    def _parameter(self, node: ast.expr) -> str:
        if isinstance(node, ast.NamedExpr):
            node = node.value
        return node.id if isinstance(node, ast.Name) and node.id in self._optional else ""

    # -- what happens where the parameter is None

    def _branch(self, test: _Test, statements: Sequence[ast.stmt]) -> None:
        if any(isinstance(statement, ast.Raise) for statement in statements):
            return
        for node in _flat(statements):
            if isinstance(node, ast.Return) and node.value is not None:
                self._handed_out(test, node.value)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                is_kept = not all(isinstance(target, ast.Name) for target in targets)
                for target in targets:
                    self._assigned(test, target, node.value, is_kept=is_kept)

    def _assigned(self, test: _Test, target: ast.expr, value: ast.expr, *, is_kept: bool) -> None:
        if isinstance(target, ast.Subscript):
            if any(part.kind == "fresh" for part in self._keys.parts(target.slice)):
                self._add(test, "filed", value, is_fresh=True)
        elif isinstance(target, ast.Name) and self._scope.home_of(target.id) is self._scope:
            is_chosen = len(self._scope.bound.get(target.id, ())) > 1 and bool(self._keys.parts(value))
            if target.id == test.parameter:
                self._replaced(test, value)
            elif not is_kept and _calls(value) and target.id in self._only_returned:
                self._add(test, "made", value)
            elif is_chosen:
                self._replaced(test, value)

    def _handed_out(self, test: _Test, value: ast.expr) -> None:
        if _calls(value):
            self._add(test, "made", value)

    def _replaced(self, test: _Test, value: ast.expr) -> None:
        is_fresh = self._keys.is_fresh(value)
        if is_fresh or _calls(value):
            self._add(test, "replaced", value, is_fresh=is_fresh)

    @cached_property
    def _only_returned(self) -> frozenset[str]:
        """The variables that are returned, and never stored nor given to anybody."""
        returned: set[str] = set()
        others: set[str] = set()
        for node in walk_here(self._node.body):
            if isinstance(node, ast.Return):
                returned |= _names(node.value)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                others |= _names(node.value)
            elif isinstance(node, ast.Call):
                others |= _names(*node.args)
        return frozenset(returned - others)

    def _add(self, test: _Test, how: str, value: ast.expr, *, is_fresh: bool = False) -> None:
        made = tuple(s for call in _calls(value) for s in describe(call, self._scope) if s.endswith("()"))
        if not made and not is_fresh:
            return
        key = (test.parameter, test.node.lineno, test.node.col_offset)
        self._found.setdefault(
            key,
            Absence(
                parameter=test.parameter,
                how=how,
                made=made,
                is_fresh=is_fresh,
                span=self._positions.span(test.node),
            ),
        )


def _flat(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements with those that are nested in blocks, up to where control leaves for sure."""
    for statement in statements:
        yield statement
        if isinstance(statement, ast.If):
            chain = if_chain(statement)
            for block in (*(link.body for link in chain), chain[-1].orelse):
                yield from _flat(block)
        elif not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for part in ("body", "orelse", "finalbody"):
                yield from _flat(getattr(statement, part, ()))
            for handler in getattr(statement, "handlers", ()):
                yield from _flat(handler.body)
        if isinstance(statement, _LEAVING):
            return


def _calls(value: ast.expr) -> list[ast.Call]:
    """Return the call that an expression is; none when it is something else as well."""
    while isinstance(value, (ast.Await, ast.NamedExpr)):
        value = value.value
    return [value] if isinstance(value, ast.Call) else []


def _leaves(statements: Sequence[ast.stmt]) -> bool:
    return isinstance(statements[-1], _LEAVING)


def _names(*nodes: ast.expr | None) -> set[str]:
    """Return the names of those expressions that are plain variables."""
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _admits_none(annotation: ast.expr) -> bool:
    """Whether an annotation has ``None`` or ``Optional`` in it."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return "None" in annotation.value or "Optional" in annotation.value
    return any(
        _is_none(node) or getattr(node, "id", getattr(node, "attr", "")) == "Optional"
        for node in walk(annotation)
        if isinstance(node, (ast.Constant, ast.Name, ast.Attribute))
    )
