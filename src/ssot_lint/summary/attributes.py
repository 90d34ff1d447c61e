"""Collects what a module says about mutable class attributes: values, and changes of attributes."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.summary.attribute_facts import (
    AttributeFacts,
    ClassAttributeFacts,
    MethodFacts,
    MutableAttribute,
    Mutation,
    OutsideMutation,
    ParameterMutation,
)
from ssot_lint.summary.change_notes import CALL, Setting
from ssot_lint.summary.changes import ChangeReader
from ssot_lint.summary.class_values import ClassValues
from ssot_lint.summary.containers import container_of
from ssot_lint.summary.given_objects import collect_given
from ssot_lint.summary.owners import OWN_INSTANCE, PARAMETER
from ssot_lint.summary.records import ClassRecord, FunctionNode, FunctionRecord, Target, method_kind
from ssot_lint.summary.suspect_lines import EveryLine, SuspectLines
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.summary.given_facts import GivenFacts
    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.scopes import Scope
    from ssot_lint.summary.walker import ModuleWalker

CONSTRUCTION: Final = (
    "__new__",
    "__init__",
    "__post_init__",
    "__attrs_post_init__",
    "__attrs_pre_init__",
    "__attrs_init__",
    "setUp",
    "asyncSetUp",
    "setup_method",
    "setup",
)
"""The methods that every instance goes through before anything else happens to it."""


def collect_attributes(
    tree: ast.Module, walker: ModuleWalker, positions: Positions, text: str
) -> tuple[AttributeFacts, GivenFacts]:
    """Everything that the module says of mutable class attributes, and of objects that are only kept."""
    collector = _Collector(walker, positions, text)
    attributes = collector.collect(tree)
    return attributes, collect_given(walker, positions, collector.setting)


class _Collector:
    def __init__(self, walker: ModuleWalker, positions: Positions, text: str) -> None:
        self.walker = walker
        self.positions = positions
        self.lines = SuspectLines(text)
        self.every_line = EveryLine("")
        self.values = ClassValues(positions)
        self.mutations: list[OutsideMutation] = []
        self.parameters: list[ParameterMutation] = []
        self.methods: dict[str, list[MethodFacts]] = defaultdict(list)
        self.class_level: dict[str, dict[str, None]] = defaultdict(dict)
        self.taken: dict[str, set[str]] = defaultdict(set)
        """The attributes that the methods of each class bind to what may not be made there."""

    def collect(self, tree: ast.Module) -> AttributeFacts:
        walker = self.walker
        attributes = self._class_values()
        namespaces = frozenset(
            a.name for found in attributes.values() for a in found if a.kind == "SimpleNamespace"
        )
        mutable = frozenset(a.name for found in attributes.values() for a in found)
        scopes = {id(record.node): record.scope for record in walker.functions}
        self.setting = Setting(scopes, self.positions, namespaces, mutable, self._constants())
        binding = {id(target.scope) for target in walker.instance_targets}
        for target in walker.instance_targets:
            if isinstance(target.value, (ast.Name, ast.Attribute, ast.IfExp, ast.BoolOp, ast.NamedExpr)):
                self.taken[target.scope.class_symbol or ""].add(target.name)
        for record in walker.functions:
            if record.scope.parent is None or record.scope.parent.kind in ("module", "class"):
                self._function(record, binds=id(record.scope) in binding)
        self._module_level(tree)
        classes = (self._class(record, attributes.get(record.scope.symbol, ())) for record in walker.classes)
        return AttributeFacts(
            classes=tuple(found for found in classes if found is not None),
            mutations=tuple(self.mutations),
            parameters=tuple(self.parameters),
            makers=tuple(self._makers()),
        )

    # -- classes

    def _constants(self) -> frozenset[str]:
        bound = {target.name for target in self.walker.instance_targets}
        return frozenset(t.name for t in self.walker.targets if t.scope.kind == "class").difference(bound)

    def _class_values(self) -> dict[str, tuple[MutableAttribute, ...]]:
        by_class: dict[str, list[Target]] = defaultdict(list)
        for target in self.walker.targets:
            if target.scope.kind == "class":
                by_class[target.scope.symbol].append(target)
        found = {}
        last = {record.scope.symbol: record for record in self.walker.classes}
        for record in last.values():
            targets = by_class.get(record.scope.symbol)
            if targets:
                attributes = self.values.attributes(record.node, record.scope, targets)
                if attributes:
                    found[record.scope.symbol] = attributes
        return found

    def _class(
        self, record: ClassRecord, attributes: tuple[MutableAttribute, ...]
    ) -> ClassAttributeFacts | None:
        symbol = record.scope.symbol
        every = self.methods.get(symbol, [])
        methods = _without_own(every)
        taken = self.taken.get(symbol, ())
        given = tuple(
            (before.name, mutation)
            for before, after in zip(every, methods, strict=True)
            for mutation in before.mutations
            if before is not after and mutation.attribute in taken and mutation not in after.mutations
        )
        declared, fields = self.values.annotations(record.node)
        class_level = tuple(self.class_level.get(symbol, ()))
        listed = self.values.listed(record.node)
        if not (attributes or methods or declared or fields or class_level or listed):
            return None
        return ClassAttributeFacts(
            qualname=record.scope.qualname,
            attributes=attributes,
            methods=tuple(methods),
            class_level=class_level,
            class_reads=self._class_reads(record) if attributes else (),
            listed=listed,
            declared=declared,
            fields=fields,
            given=given,
        )

    def _class_reads(self, record: ClassRecord) -> tuple[str, ...]:
        """Return what the class methods read through ``cls``."""
        found: dict[str, None] = {}
        for node in record.node.body:
            if not isinstance(node, FunctionNode) or method_kind(node) != "classmethod":
                continue
            for first in [*node.args.posonlyargs, *node.args.args][:1]:
                found.update(dict.fromkeys(_attributes_of(first.arg, node)))
        return tuple(found)

    # -- functions

    def _function(self, record: FunctionRecord, *, binds: bool) -> None:
        node, scope, owner = record.node, record.scope, record.owner
        last = node.end_lineno or node.lineno
        plain = scope.receiver in (None, "self", "cls")
        needed = binds or (owner is not None and node.name in CONSTRUCTION) or not plain
        if owner is not None:
            needed = needed or self.lines.are_of_interest(node.lineno, last)
        if not needed and not self.lines.may_change(node.lineno, last):
            return
        parameters = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        lines = self.lines if plain else self.every_line
        reader = ChangeReader(scope, lines, self.setting, name=node.name, parameters=parameters)
        try:
            reader.read(node.body)
        except RecursionError:
            return  # nested too deeply: nothing is known of this function
        own: list[Mutation] = []
        changed: set[int] = set()
        for found in reader.found:
            if found.owner == OWN_INSTANCE:
                own.append(found.mutation)
            elif found.owner.startswith(PARAMETER):
                position = int(found.owner[1:])
                if found.mutation.attribute or position not in changed:
                    self.parameters.append(ParameterMutation(scope.qualname, position, found.mutation))
                    changed.update([position] if not found.mutation.attribute else [])
            else:
                self.mutations.append(OutsideMutation(found.owner, found.mutation, scope.index))
        if owner is not None:
            self._method(node, owner, reader, own)

    def _method(
        self, node: FunctionNode, owner: ClassRecord, reader: ChangeReader, own: list[Mutation]
    ) -> None:
        symbol = owner.scope.symbol
        self.class_level[symbol].update(reader.class_level)
        always, seen = reader.always, reader.seen
        if not (seen or own or reader.hands or reader.binds_any or reader.binds_listed):
            return
        facts = MethodFacts(
            name=node.name,
            binds=tuple(sorted(e for e in always if not e.startswith(CALL) and "." not in e)),
            may_bind=tuple(sorted(e for e in seen - always if not e.startswith(CALL) and "." not in e)),
            calls=tuple(sorted(e[1:] for e in always if e.startswith(CALL))),
            may_call=tuple(sorted(e[1:] for e in seen - always if e.startswith(CALL))),
            binds_any=reader.binds_any,
            binds_listed=reader.binds_listed,
            mutations=tuple(own),
            hands=tuple(reader.hands),
            keeps=tuple(sorted(reader.keeps)),
        )
        if (
            facts.binds
            or facts.may_bind
            or facts.calls
            or facts.may_call
            or own
            or facts.hands
            or facts.binds_any
            or facts.binds_listed
        ):
            self.methods[symbol].append(facts)

    def _module_level(self, tree: ast.Module) -> None:
        top = self.walker.top
        body = [
            s for s in tree.body if not isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        ]
        if not any(self.lines.may_change(s.lineno, s.end_lineno or s.lineno) for s in body):
            return
        reader = ChangeReader(top, self.lines, self.setting, name="", parameters=())
        try:
            reader.read(body)
        except RecursionError:
            return
        self.mutations += [
            OutsideMutation(found.owner, found.mutation, 0) for found in reader.found if found.owner
        ]

    def _makers(self) -> Iterable[tuple[str, str, str]]:
        """Functions whose only ``return`` hands out a container that they have just made."""
        for record in self.walker.functions:
            body = record.node.body
            value = body[-1].value if isinstance(body[-1], ast.Return) else None
            if value is None:
                continue
            scope: Scope = record.scope
            if isinstance(value, ast.Name):
                bound = scope.bound.get(value.id, ())
                if len(bound) != 1 or bound[0].kind != "value" or not isinstance(bound[0].node, ast.expr):
                    continue
                value = bound[0].node
            found = container_of(value, scope)
            if found is not None and not found.makers and found.kind != "tuple" and _is_fresh(record):
                yield scope.qualname, found.kind, found.element


def _attributes_of(name: str, node: ast.AST) -> Iterator[str]:
    """Yield the attributes of a name that a function reads or sets."""
    for inner in walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id == name:
            yield inner.attr


def _is_fresh(record: FunctionRecord) -> bool:
    """Tell whether nothing wraps the function, and it is neither a property nor a generator."""
    return not record.node.decorator_list or method_kind(record.node) in ("classmethod", "staticmethod")


def _without_own(methods: Sequence[MethodFacts]) -> list[MethodFacts]:
    """Return the methods, without the changes of what the class's own constructor gives to every instance."""
    by_name = {method.name: method for method in methods}
    aliases = {name for method in methods for name, _ in method.keeps}
    own: set[str] = set()
    waiting: list[str] = [
        name for name in ("__new__", "__init__", "__post_init__", "__attrs_post_init__") if name in by_name
    ]
    seen: set[str] = set(waiting)
    while waiting:
        method = by_name[waiting.pop()]
        own.update(name for name in method.binds if name not in aliases)
        new = [name for name in method.calls if name in by_name and name not in seen]
        seen.update(new)
        waiting += new
    if not own:
        return list(methods)
    kept = []
    for method in methods:
        if method.name not in CONSTRUCTION and any(m.attribute in own for m in method.mutations):
            left = tuple(m for m in method.mutations if m.attribute not in own)
            kept.append(msgspec.structs.replace(method, mutations=left))
        else:
            kept.append(method)
    return kept
