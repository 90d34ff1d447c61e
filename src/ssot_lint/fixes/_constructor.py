"""Puts a statement into the constructor of a class, which is made where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, insertion
from ssot_lint.fixes._imports import is_docstring
from ssot_lint.fixes._values import is_fresh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.model import Edit

_OBJECT_LIKE: Final = frozenset({"object", "abc.ABC", "typing.Generic", "typing.Protocol"})
_ARGUMENTS: Final = "*args, **kwargs"


class Constructor(NamedTuple):
    """What a constructor is like: the one that is there, or the one that is to be made."""

    node: cst.FunctionDef | None
    """The class's own ``__init__``."""
    passes_on: bool
    """Whether a new one has to hand its arguments on: to a base, or to the next class of a subclass."""


def constructor_of(file: FixedFile, class_node: cst.ClassDef, symbol: str) -> Constructor:
    """Return the constructor of a class; NoFixError where there are several, or it has no room."""
    found = [
        node
        for node in class_node.body.body
        if isinstance(node, cst.FunctionDef) and node.name.value == "__init__"
    ]
    if len(found) > 1:
        raise NoFixError("__init__ is defined more than once")
    names = file.project.names
    facts = names.classes[symbol].facts
    if not found and "__init__" in (*facts.methods, *(each.name for each in facts.attributes)):
        raise NoFixError("__init__ isn't defined by a plain def in the class body")
    bases = {*names.bases(symbol), *names.external_bases(symbol)} - _OBJECT_LIKE
    joined = any(len(names.classes[sub].facts.bases) > 1 for sub in names.subclasses(symbol))
    if not found:
        return Constructor(None, passes_on=bool(bases) or joined)
    if not isinstance(found[0].body, cst.IndentedBlock):
        raise NoFixError("the body of __init__ stands on its own line")
    if not found[0].params.params:
        raise NoFixError("__init__ has no name for the instance")
    return Constructor(found[0], passes_on=False)


def instance_name(constructor: Constructor) -> str:
    """Return what the constructor calls the instance."""
    return constructor.node.params.params[0].name.value if constructor.node is not None else "self"


def into_constructor(
    file: FixedFile, class_node: cst.ClassDef, constructor: Constructor, lines: Sequence[str], *, gone: range
) -> Edit:
    """Return the edit that adds lines to a constructor while the lines ``gone`` of the file are taken out."""
    if constructor.node is not None:
        return _into_existing(file, constructor.node, lines)
    return _new(file, class_node, lines, gone, passes_on=constructor.passes_on)


def _into_existing(file: FixedFile, node: cst.FunctionDef, lines: Sequence[str]) -> Edit:
    """Put lines behind the docstring and the call of the base's constructor, where that comes first."""
    body = list(node.body.body)
    index = 1 if is_docstring(body[0]) else 0
    if index < len(body) and _calls_base(body[index]):
        index += 1
    margin = _body_margin(file, node)
    while index < len(body) and _binds_display(body[index]):
        index += 1
    if index < len(body):
        line = file.above(file.start(body[index])[0])
        return insertion(line, 0, "".join(f"{margin}{text}{file.newline}" for text in lines))
    last = file.span(body[-1])
    text = "".join(f"{file.newline}{margin}{text}" for text in lines)
    return insertion(last.end_line, len(file.lines[last.end_line - 1]), text)


def _body_margin(file: FixedFile, node: cst.FunctionDef) -> str:
    return file.margin(file.start(node.body.body[0])[0])


def _calls_base(statement: cst.CSTNode) -> bool:
    """Whether a statement is ``super().__init__(...)`` or ``Base.__init__(self, ...)``."""
    if not isinstance(statement, cst.SimpleStatementLine) or not isinstance(statement.body[0], cst.Expr):
        return False
    call = statement.body[0].value
    function = call.func if isinstance(call, cst.Call) else None
    return isinstance(function, cst.Attribute) and function.attr.value == "__init__"


def _binds_display(statement: cst.CSTNode) -> bool:
    """Whether a statement gives the instance a container that is made of nothing else, as this fix does."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return False
    inner = statement.body[0]
    target: cst.CSTNode | None = None
    if isinstance(inner, cst.Assign) and len(inner.targets) == 1:
        target = inner.targets[0].target
    elif isinstance(inner, cst.AnnAssign):
        target = inner.target
    if not isinstance(target, cst.Attribute) or not isinstance(inner, (cst.Assign, cst.AnnAssign)):
        return False
    kinds = (cst.BaseList, cst.BaseDict, cst.BaseSet, cst.Call)
    return isinstance(inner.value, kinds) and is_fresh(inner.value)


def _new(
    file: FixedFile, class_node: cst.ClassDef, lines: Sequence[str], gone: range, *, passes_on: bool
) -> Edit:
    margin = file.margin(file.start(class_node.body.body[0])[0])
    deeper = margin + _step(file, class_node, margin)
    returns = " -> None" if _is_annotated(class_node) else ""
    head = f"{margin}def __init__(self{f', {_ARGUMENTS}' if passes_on else ''}){returns}:"
    base = [f"{deeper}super().__init__({_ARGUMENTS})"] if passes_on else []
    text = file.newline.join([head, *base, *(f"{deeper}{line}" for line in lines)])
    first = next((node for node in class_node.body.body if isinstance(node, cst.FunctionDef)), None)
    if first is None:
        return _at_end(file, class_node, text, gone)
    line = file.above(file.start(first)[0])
    above = line - 1
    while above in gone:
        above -= 1
    is_head = above < file.start(class_node.body.body[0])[0]
    gap = "" if is_head or not file.lines[above - 1].strip() else file.newline
    return insertion(line, 0, f"{gap}{text}{file.newline * 2}")


def _at_end(file: FixedFile, class_node: cst.ClassDef, text: str, gone: range) -> Edit:
    body = class_node.body.body
    last = file.span(body[-1])
    alone = all(file.span(node).line in gone for node in body)
    if last.line in gone and gone.stop <= len(file.lines):
        return insertion(gone.stop, 0, f"{'' if alone else file.newline}{text}{file.newline}")
    gap = file.newline if alone else file.newline * 2
    return insertion(last.end_line, len(file.lines[last.end_line - 1]), f"{gap}{text}")


def _step(file: FixedFile, class_node: cst.ClassDef, margin: str) -> str:
    """Return by what a body is further in than its head, as it is in this class."""
    outer = file.margin(file.start(class_node)[0])
    return margin.removeprefix(outer) or file.indent


def _is_annotated(class_node: cst.ClassDef) -> bool:
    return any(isinstance(n, cst.FunctionDef) and n.returns is not None for n in class_node.body.body)
