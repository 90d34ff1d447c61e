"""What an ``__init__`` sets each time that it runs: it is lost when one object goes through it again."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.creation_facts import Constructor, Reset
from ssot_lint.summary.guard_calls import last_name
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import ClassRecord, FunctionNode, FunctionRecord, InstanceTarget

_DISPLAYS: Final = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
_MAKERS: Final = frozenset(
    {
        "dict",
        "list",
        "set",
        "bytearray",
        "deque",
        "defaultdict",
        "local",
        "socket",
        "monotonic",
        "time",
        "now",
    }
    | {"perf_counter", "uuid4", "count", "utcnow"}
)
"""Functions with lower-case names whose results are another object, or another value, each time."""
_VALUES: Final = frozenset({"Path", "PurePath", "Decimal", "Fraction", "UUID", "MappingProxyType", "Version"})
"""Classes whose instances are equal when they are made from the same arguments, and never change."""


def read_constructors(
    functions: Sequence[FunctionRecord], targets: Iterable[InstanceTarget], positions: Positions
) -> Iterator[Constructor]:
    """Yield the constructors of classes that may be their own factories, where they reset something."""
    records = [r for r in functions if r.owner is not None and r.node.name == "__init__"]
    if not records:
        return
    makers = {id(r.owner.node) for r in functions if r.owner is not None and r.node.name == "__new__"}
    stored: dict[str | None, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for target in targets:
        method = target.scope.qualname.rpartition(".")[2]
        if method != "__init__":
            stored[target.scope.class_symbol][target.name].add(method)
    for record in records:
        owner = record.owner
        if owner is None or record.node.decorator_list or not _may_be_singleton(owner, makers):
            continue
        resets = _Resets(record, owner.node, stored[record.scope.class_symbol]).read()
        if resets:
            yield Constructor(record.scope.index, resets, positions.name_span(record.node))


def _may_be_singleton(owner: ClassRecord, makers: set[int]) -> bool:
    """Whether a class has a ``__new__``, or may have one from a base."""
    return id(owner.node) in makers or any(last_name(base) != "object" for base in owner.node.bases)


class _Resets:
    """Reads the statements of one constructor, up to the one that leaves when all has been done before."""

    def __init__(
        self, record: FunctionRecord, owner: ast.ClassDef, stored: Mapping[str, Collection[str]]
    ) -> None:
        self._node: FunctionNode = record.node
        self._owner = owner
        self._stored = stored
        """The methods that store each attribute, beside the constructor."""
        self._self = record.scope.receiver
        self._found: dict[str, Reset] = {}
        self._read_methods = {record.node.name}
        self._parameters = _parameters(record.node, self._self)

    def read(self) -> tuple[Reset, ...]:
        self._block(self._node.body)
        return tuple(self._found.values())

    def _block(self, statements: Sequence[ast.stmt]) -> bool:
        """Read statements; return whether what follows runs once alone."""
        for statement in statements:
            if isinstance(statement, ast.If):
                if self._asks(statement.test) and any(map(_may_leave, (statement.body, statement.orelse))):
                    return True
            elif isinstance(statement, (ast.With, ast.Try)):
                if self._block(statement.body):
                    return True
            elif isinstance(statement, ast.Assign):
                for target in statement.targets:
                    self._stores(target, statement.value)
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                self._stores(statement.target, statement.value)
            elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
                self._method(statement.value)
        return False

    def _method(self, call: ast.Call) -> None:
        """Read a method of the object that the constructor calls; what it decides for itself stays there."""
        method = self._own_method(call)
        if method is None:
            return
        self._read_methods.add(method.name)
        outer = self._node, self._self, self._parameters
        self._node, self._self = method, method.args.args[0].arg
        self._parameters = _parameters(method, self._self)
        self._block(method.body)
        self._node, self._self, self._parameters = outer

    def _own_method(self, call: ast.Call) -> FunctionNode | None:
        function = call.func
        if not isinstance(function, ast.Attribute) or function.attr in self._read_methods:
            return None
        if not isinstance(function.value, ast.Name) or function.value.id != self._self:
            return None
        for node in self._owner.body:
            if isinstance(node, ast.FunctionDef) and node.name == function.attr:
                return node if node.args.args and not node.decorator_list else None
        return None

    def _asks(self, test: ast.expr) -> bool:
        """Whether a condition asks about more than the parameters."""
        return any(
            isinstance(node, ast.Call) or (isinstance(node, ast.Name) and node.id not in self._parameters)
            for node in walk(test)
        )

    def _stores(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple):
            values = value.elts if isinstance(value, ast.Tuple) else []
            for left, right in zip(target.elts, values, strict=False):
                self._stores(left, right)
        elif (
            isinstance(target, ast.Attribute)
            and isinstance(target.value, ast.Name)
            and target.value.id == self._self
            and target.attr != "__dict__"
            and not self._keeps(value)
        ):
            self._found.setdefault(target.attr, Reset(target.attr, self._kind(target.attr, value)))

    def _keeps(self, value: ast.expr) -> bool:
        """Whether a value is made from what the object, or its class, has already."""
        return any(
            (isinstance(node, ast.Name) and node.id in (self._self, "__class__", "cls"))
            for node in walk(value)
            if not (isinstance(node, ast.Name) and node.id in self._parameters)
        )

    def _kind(self, name: str, value: ast.expr) -> str:
        if isinstance(value, _DISPLAYS):
            return "fresh"
        if isinstance(value, ast.Call):
            called = last_name(value.func)
            is_class = called.lstrip("_")[:1].isupper() and not called.isupper()
            is_fresh = (is_class and called not in _VALUES) or called in _MAKERS
            return "fresh" if is_fresh else "called"
        if not self._read_methods.issuperset(self._stored.get(name, ())):
            return "changed"
        is_number = isinstance(value, ast.Constant) and isinstance(value.value, (int, float))
        return "changed" if is_number and name in self._counted else "given"

    @cached_property
    def _counted(self) -> frozenset[str]:
        """The attributes that the class adds to, as in ``self.count += 1``."""
        return frozenset(
            node.target.attr
            for node in walk(self._owner)
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute)
        )


def _parameters(node: FunctionNode, receiver: str | None) -> frozenset[str]:
    return frozenset(a.arg for a in walk(node.args) if isinstance(a, ast.arg) and a.arg != receiver)


def _may_leave(statements: Sequence[ast.stmt]) -> bool:
    return bool(statements) and isinstance(statements[-1], (ast.Return, ast.Raise))
