"""The real classes that a leak can be planted in: instances of them share what their bodies bind."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.seeded_recall.draft import Draft, FunctionNode, Gap, Misfit, start_of
from benchmarks.seeded_recall.packages import Module, usable
from ssot_lint.session import open_project

if TYPE_CHECKING:
    from pathlib import Path

    from ssot_lint.project import Project

_OWN_RULES: Final = re.compile(
    r"enum|flag|model|protocol|typeddict|struct|namedtuple|^type$|document|schema|local$|settings|serializer"
    r"|singleton|borg|message|params|meta$|config$|parameter|hastraits|configurable|ndarray|packet",
    re.IGNORECASE,
)
"""Bases and metaclasses with rules of their own for what a class body binds."""
_NOT_FOR_INSTANCES: Final = frozenset({"__new__", "__init_subclass__", "__class_getitem__", "__set_name__"})


class Method(NamedTuple):
    """A method that a change can be planted in."""

    name: str
    instance: str
    """The name of its first parameter."""
    given: str
    """The name of a further parameter, else an expression for something new."""


class HomeClass(NamedTuple):
    """A class that a leak can be planted in."""

    module: Module
    name: str
    methods: tuple[Method, ...]


def read_classes(root: Path) -> tuple[tuple[Module, ...], tuple[HomeClass, ...]]:
    """Return the modules of a package, and the classes in them whose instances share class attributes."""
    project = open_project([str(root)], isolated=True, cwd=root).project
    modules = tuple(module for summary in project.modules for module in usable(summary, root))
    found = []
    for module in modules:
        text = (root / module.path).read_bytes().decode("utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef) and _shares(f"{module.name}.{node.name}", project):
                methods = tuple(m for each in node.body if (m := _method(each)) is not None)
                if methods and not node.decorator_list and not _OWN_RULES.search(node.name):
                    found.append(HomeClass(module, node.name, methods))
    return modules, tuple(found)


def _shares(symbol: str, project: Project) -> bool:
    """Tell whether no base or metaclass has rules of its own, and there can be several instances."""
    names = project.names
    node = names.classes.get(symbol)
    managed = project.managed.get(symbol)
    if (
        node is None
        or node.facts.qualname != node.facts.name
        or (managed is not None and managed.is_own_factory)
    ):
        return False
    line = [names.classes[each] for each in names.mro(symbol)]
    bases = {*names.external_bases(symbol), *(each.facts.metaclass for each in line), *names.mro(symbol)}
    plain = {base.rpartition(".")[2] for base in bases}
    return not any(_OWN_RULES.search(name) for name in plain) and not any(
        "__new__" in each.facts.methods or "__setattr__" in each.facts.methods or each.facts.decorators
        for each in line
    )


def _method(node: ast.stmt) -> Method | None:
    if not isinstance(node, FunctionNode) or node.decorator_list or node.name in _NOT_FOR_INSTANCES:
        return None
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    if not names or start_of(node) is None:
        return None
    return Method(node.name, names[0], names[1] if len(names) > 1 else "object()")


def insert_in_class(draft: Draft, path: str, class_name: str, block: str) -> None:
    """Insert statements at the start of a class body, after its docstring."""
    tree = ast.parse(draft.text(path))
    found = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == class_name]
    if len(found) != 1 or found[0].body[0].lineno <= found[0].lineno:
        raise Misfit(class_name)
    first = found[0].body[0]
    has_docstring = ast.get_docstring(found[0], clean=False) is not None
    decorators: list[ast.expr] = getattr(first, "decorator_list", [])
    before = min([first.lineno, *(d.lineno for d in decorators)]) - 1
    line = (first.end_lineno or first.lineno) if has_docstring else before
    draft.insert(path, block, Gap(line, first.col_offset))
