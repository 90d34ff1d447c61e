"""What a walk over a module's syntax tree collects, before it is known what the names mean."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ssot_lint.summary.facts import UseFlag, UseKind
    from ssot_lint.summary.scopes import Scope

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Argument(NamedTuple):
    """The call that an expression is an argument of, and its position or keyword."""

    call: ast.Call
    place: str


class RawUse(NamedTuple):
    """A use of a name before it is known what the name means."""

    node: ast.expr
    kind: UseKind
    flags: UseFlag
    scope: Scope
    argument: Argument | None


class OwnName(NamedTuple):
    """An attribute of the instance that a method names, by ``self`` alone."""

    scope: Scope
    name: str
    is_called: bool
    is_once: bool
    """Whether it is called each time that the scope runs, and once."""


class CallRecord(NamedTuple):
    """A call that is of interest for what it is called with."""

    call: ast.Call
    flags: UseFlag
    scope: Scope


class PathUse(NamedTuple):
    """A use of what a string names by its dotted path."""

    symbol: str
    node: ast.expr
    kind: UseKind
    flags: UseFlag
    scope: Scope


class ImportUse(NamedTuple):
    """``from module import name``."""

    symbol: str
    node: ast.alias
    flags: UseFlag
    scope: Scope


class ImportBinding(NamedTuple):
    """A name that an import binds in a module or class body."""

    scope: Scope
    name: str
    symbol: str
    node: ast.alias
    flags: UseFlag


class Definition(NamedTuple):
    """A class or function at a module's level."""

    name: str
    kind: str
    node: ast.ClassDef | FunctionNode
    flags: UseFlag


class Target(NamedTuple):
    """A name that a module or class body binds to a value (or only annotates)."""

    scope: Scope
    name: str
    node: ast.expr
    value: ast.expr | None
    annotation: ast.expr | None
    flags: UseFlag
    reader: Scope
    """The scope in which the value is to be read: a function's, when the name is declared global there."""


class InstanceTarget(NamedTuple):
    """``self.name = value`` in a method; ``scope`` is the method's."""

    scope: Scope
    name: str
    value: ast.expr | None
    annotation: ast.expr | None


class Store(NamedTuple):
    """A store by a function into something that isn't its own variable; ``scope`` is the function's."""

    scope: Scope
    target: ast.expr
    value: ast.expr


class ClassRecord(NamedTuple):
    """A class statement with the scope of its body."""

    node: ast.ClassDef
    scope: Scope
    flags: UseFlag


class FunctionRecord(NamedTuple):
    """A function with the scope of its body; ``owner`` is the class that it is a method of."""

    node: FunctionNode
    scope: Scope
    owner: ClassRecord | None
    flags: UseFlag


def method_kind(node: FunctionNode) -> str:
    """Return what a function in a class is: ``method``, ``classmethod``, ``staticmethod`` or ``property``."""
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        if name in ("classmethod", "staticmethod"):
            return str(name)
        if name in ("abstractclassmethod", "abstractstaticmethod"):
            return str(name).removeprefix("abstract")
        if name in ("property", "cached_property", "setter", "getter", "deleter"):
            return "property"
    if node.name in ("__new__", "__init_subclass__", "__class_getitem__"):
        return "classmethod"
    return "method"
