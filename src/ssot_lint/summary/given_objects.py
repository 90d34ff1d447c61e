"""Collects what a module's functions keep of defaults that are made once, and of objects of modules."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.summary.containers import container_of
from ssot_lint.summary.given_facts import GivenDefault, GivenFacts, GivenObject, KeptParameter
from ssot_lint.summary.given_reader import GIVEN, GivenReader, fills_empty, module_object
from ssot_lint.summary.records import FunctionRecord, InstanceTarget, method_kind
from ssot_lint.summary.values import text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ssot_lint.summary.change_notes import Setting
    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.scopes import Scope
    from ssot_lint.summary.walker import ModuleWalker

_ACCEPTED: Final = re.compile(
    r"B006|B008|W0102|dangerous-default-value"
    r"|\b(?:shared|common (?:to|between|among)|caches?|memo(?:iz\w+)?"
    r"|(?:intentional|deliberate)(?:ly)?|on purpose)\b",
    re.IGNORECASE,
)


_MAX_DEPTH: Final = 3
"""Longer chains of local variables are not followed."""


class _Default(NamedTuple):
    """The mutable default of a parameter."""

    node: ast.expr
    kind: str
    element: str
    maker: str
    is_empty: bool


def collect_given(
    walker: ModuleWalker,
    positions: Positions,
    setting: Setting,
) -> GivenFacts:
    """Return the facts."""
    bound: dict[int, list[InstanceTarget]] = defaultdict(list)
    for target in walker.instance_targets:
        if isinstance(target.value, (ast.Name, ast.Attribute, ast.IfExp, ast.BoolOp, ast.NamedExpr)):
            bound[id(target.scope)].append(target)
    defaults: list[GivenDefault] = []
    objects: list[GivenObject] = []
    parameters: list[KeptParameter] = []
    for record in walker.functions:
        targets = bound.get(id(record.scope), ())
        found = dict(_defaults(record)) if _has_defaults(record) else {}
        if found or any(_may_hold_object(t.value, record.scope) for t in targets):
            reader = _read(record, setting, found)
            if reader is not None:
                defaults += _given_defaults(record, reader, found, positions)
                objects += _given_objects(record, reader, positions)
        parameters += _kept_parameters(record, targets)
    return GivenFacts(
        defaults=tuple(defaults),
        objects=tuple(objects),
        parameters=tuple(parameters),
        empty=tuple(_empty_containers(walker)),
    )


def _read(record: FunctionRecord, setting: Setting, defaults: Mapping[str, _Default]) -> GivenReader | None:
    """Read a function; what it fills itself isn't empty where it is asked about at the next call."""
    empty = {name: default.is_empty for name, default in defaults.items()}
    reader = _read_once(record, setting, empty)
    if reader is None or not any(empty.values()):
        return reader
    owners = {
        found.owner
        for found in reader.found
        if (default := defaults.get(found.owner.removeprefix(GIVEN))) is not None
        and fills_empty(found.mutation, default.kind)
    }
    still = {name: is_empty and GIVEN + name not in owners for name, is_empty in empty.items()}
    return reader if still == empty else _read_once(record, setting, still)


def _read_once(record: FunctionRecord, setting: Setting, defaults: Mapping[str, bool]) -> GivenReader | None:
    arguments = record.node.args
    parameters = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    reader = GivenReader(
        record.scope, setting, name=record.node.name, parameters=parameters, defaults=defaults
    )
    try:
        reader.read(record.node.body)
    except RecursionError:
        return None  # nested too deeply: nothing is known of this function
    return reader


# -- defaults


def _has_defaults(record: FunctionRecord) -> bool:
    arguments = record.node.args
    return any(
        default is not None and not isinstance(default, ast.Constant)
        for default in (*arguments.defaults, *arguments.kw_defaults)
    )


def _defaults(record: FunctionRecord) -> Iterator[tuple[str, _Default]]:
    """Yield the parameters of a function with a mutable default."""
    arguments = record.node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    outer = record.scope.parent or record.scope
    for argument, node in pairs:
        if node is None or isinstance(node, ast.Constant):
            continue
        made = container_of(node, outer)
        if made is not None and not made.makers and made.kind != "tuple":
            yield argument.arg, _Default(node, made.kind, made.element, "", made.is_empty)
        for symbol in module_object(node, outer):
            yield argument.arg, _Default(node, "name", "", symbol, is_empty=False)


def _comments_above(record: FunctionRecord, positions: Positions) -> Iterator[str]:
    """Yield the lines of the comment that stands right above a function."""
    node = record.node
    above = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]) - 2
    while above >= 0 and positions.lines[above].lstrip().startswith("#"):
        yield positions.lines[above]
        above -= 1


def _given_defaults(
    record: FunctionRecord, reader: GivenReader, defaults: Mapping[str, _Default], positions: Positions
) -> Iterator[GivenDefault]:
    for name, default in defaults.items():
        owner = GIVEN + name
        kept = tuple(attribute for attribute, held in reader.kept if held == owner)
        passed = tuple((callee, place) for held, callee, place in reader.passed if held == owner)
        if not (kept or passed or owner in reader.returned):
            continue
        remarks = [
            positions.lines[default.node.lineno - 1].partition("#")[2],
            *_comments_above(record, positions),
        ]
        yield GivenDefault(
            function=record.scope.qualname,
            scope=record.scope.index,
            parameter=name,
            kind=default.kind,
            element=default.element,
            maker=default.maker,
            text=text_of(default.node),
            is_empty=default.is_empty,
            is_accepted=any(map(_ACCEPTED.search, remarks)),
            span=positions.span(default.node),
            kept=kept,
            passed=passed,
            is_returned=owner in reader.returned,
            mutations=tuple(found.mutation for found in reader.found if found.owner == owner),
        )


# -- objects of modules


def _may_hold_object(value: ast.AST | None, scope: Scope, depth: int = 0) -> bool:
    """Tell whether a value may be an object of a module, also by way of a local variable."""
    if not isinstance(value, ast.expr) or depth > _MAX_DEPTH:
        return False
    if isinstance(value, ast.BoolOp):
        return any(_may_hold_object(part, scope, depth) for part in value.values)
    if isinstance(value, ast.IfExp):
        return any(_may_hold_object(part, scope, depth) for part in (value.body, value.orelse))
    if isinstance(value, ast.Name) and value.id in scope.bound:
        local = (bound.node for bound in scope.bound[value.id] if bound.kind == "value")
        return any(_may_hold_object(node, scope, depth + 1) for node in local)
    return any(_may_be_container(s, scope) for s in module_object(value, scope))


def _may_be_container(symbol: str, scope: Scope) -> bool:
    """Tell whether a variable may hold a container: of another module's nothing is known yet."""
    module = scope.module
    owner, _, name = symbol.rpartition(".")
    if owner != module.symbol or name not in module.bound:
        return True
    return any(
        bound.kind == "value"
        and isinstance(bound.node, ast.expr)
        and (bound.scope is not module or container_of(bound.node, module) is not None)
        for bound in module.bound[name]
    )


def _given_objects(
    record: FunctionRecord, reader: GivenReader, positions: Positions
) -> Iterator[GivenObject]:
    if record.owner is None:
        return
    for (attribute, owner), target in reader.bindings.items():
        symbol = owner.removeprefix(GIVEN)
        if "." not in symbol or (attribute, owner) not in reader.kept:
            continue
        if _may_be_container(symbol, record.scope):
            yield GivenObject(
                class_symbol=record.owner.scope.symbol,
                method=record.node.name,
                scope=record.scope.index,
                attribute=attribute,
                symbol=symbol,
                span=positions.span(target),
                mutations=tuple(found.mutation for found in reader.found if found.owner == owner),
            )


def _empty_containers(walker: ModuleWalker) -> Iterator[str]:
    for target in walker.targets:
        if target.scope is walker.top and target.value is not None:
            made = container_of(target.value, walker.top)
            if made is not None and made.is_empty:
                yield target.name


# -- parameters


def _kept_parameters(record: FunctionRecord, targets: Collection[InstanceTarget]) -> Iterator[KeptParameter]:
    """Yield the parameters that a method binds, as they are, to attributes; a subclass may change these."""
    if record.owner is None or not targets or method_kind(record.node) != "method":
        return
    for target in targets:
        value = target.value
        if isinstance(value, ast.Name):
            bound = record.scope.bound.get(value.id, ())
            if len(bound) == 1 and bound[0].kind == "parameter":
                yield KeptParameter(record.scope.qualname, value.id, target.name)
