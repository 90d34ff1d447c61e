"""The statement by which a class body binds an attribute, taken apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError
from ssot_lint.fixes._imports import is_docstring
from ssot_lint.model import Edit, Span
from ssot_lint.syntax_tree import nodes_with_parents

if TYPE_CHECKING:
    from ssot_lint.model import Finding

_FRESH: Final = frozenset(
    {
        "list",
        "dict",
        "set",
        "bytearray",
        "deque",
        "defaultdict",
        "OrderedDict",
        "Counter",
        "array",
        "Queue",
        "LifoQueue",
        "PriorityQueue",
        "WeakKeyDictionary",
        "WeakSet",
        "WeakValueDictionary",
    }
)
_CONSTANTS: Final = frozenset({"None", "True", "False", "int", "float", "str", "list", "dict", "set"})
_NEW_OBJECTS: Final = (
    cst.BaseList,
    cst.BaseDict,
    cst.BaseSet,
    cst.Tuple,
    cst.Call,
    cst.BinaryOperation,
)
_ODD: Final = (cst.Lambda, cst.NamedExpr, cst.Await, cst.Yield)


class AttributeStatement(NamedTuple):
    """``name: annotation = value`` on a line of its own in a class body."""

    class_node: cst.ClassDef
    body: cst.IndentedBlock
    line: cst.SimpleStatementLine
    name: str
    value: cst.BaseExpression
    annotation: str
    """The annotation's source text, empty without one."""


def attribute_statement(file: FixedFile, finding: Finding) -> AttributeStatement:
    """Return the statement that binds the attribute of a finding; NoFixError where it has another form."""
    name = file.find(finding.location.span, cst.Name)
    line = file.statement_line(name) if name is not None else None
    block = file.parents[line] if line is not None else None
    class_node = file.parents[block] if block is not None else None
    if line is None or not isinstance(block, cst.IndentedBlock) or not isinstance(class_node, cst.ClassDef):
        raise NoFixError("it isn't bound on a line of its own in the class body")
    if len(line.body) == 1 and isinstance(name, cst.Name):
        statement = line.body[0]
        if isinstance(statement, cst.Assign) and [t.target for t in statement.targets] == [name]:
            return AttributeStatement(class_node, block, line, name.value, statement.value, "")
        if isinstance(statement, cst.AnnAssign) and statement.target is name and statement.value is not None:
            written = file.written(statement.annotation.annotation)
            return AttributeStatement(class_node, block, line, name.value, statement.value, written)
    raise NoFixError("it is bound together with other names")


def value_text(file: FixedFile, found: AttributeStatement, deeper: str) -> str:
    """Return the value's source text, its further lines by ``deeper`` further in where they may be moved."""
    text = file.written(found.value)
    if re.search(r"[rbuf]*('''|\"\"\")|\\\r?\n", text, re.IGNORECASE):
        return text
    return re.sub(r"(\r\n|\r|\n)(?=[^\r\n])", lambda newline: f"{newline[0]}{deeper}", text)


def is_fresh(value: cst.BaseExpression) -> bool:
    """Whether a value is made of displays and containers alone, so that it is the same wherever made."""
    makers: set[cst.CSTNode] = set()
    for node, parent in nodes_with_parents(value):
        if isinstance(node, cst.Call):
            function = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
            if not isinstance(function, cst.Name) or function.value not in _FRESH:
                return False
            makers.update((node.func, function))
        elif isinstance(node, cst.Name) and node.value not in _CONSTANTS:
            is_maker = node in makers or parent in makers
            if not is_maker and not (isinstance(parent, cst.Arg) and parent.keyword is node):
                return False
    return True


def check_value(value: cst.BaseExpression) -> None:
    """Raise NoFixError when evaluating a value again needn't give another object."""
    if isinstance(value, cst.IfExp):
        check_value(value.body)
        check_value(value.orelse)
    elif not isinstance(value, _NEW_OBJECTS):
        raise NoFixError("its value is an object that has other names")


def check_names(file: FixedFile, found: AttributeStatement) -> None:
    """Raise NoFixError when the value would mean something else in a function."""
    nodes = dict(nodes_with_parents(found.value))
    if any(isinstance(node, _ODD) for node in nodes):
        raise NoFixError("its value can't be moved")
    own = {
        inner.value
        for node in nodes
        if isinstance(node, cst.CompFor)
        for inner, _ in nodes_with_parents(node.target)
        if isinstance(inner, cst.Name)
    }
    used = {
        node.value
        for node, parent in nodes.items()
        if isinstance(node, cst.Name)
        and not (isinstance(parent, cst.Attribute) and parent.attr is node)
        and not (isinstance(parent, cst.Arg) and parent.keyword is node)
    }
    elsewhere = sorted((used - own) & file.local_names)
    if elsewhere:
        raise NoFixError(f"its value is made with {elsewhere[0]}, which means something else in a function")


def check_neighbours(found: AttributeStatement) -> None:
    """Raise NoFixError when other statements of the class body belong to the attribute."""
    index = found.body.body.index(found.line)
    after = found.body.body[index + 1] if index + 1 < len(found.body.body) else None
    if after is not None and is_docstring(after):
        raise NoFixError("a string below it documents it")
    for statement in found.body.body:
        if statement is found.line:
            continue
        parts: list[cst.CSTNode] = [statement]
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            parts = [*statement.decorators, *getattr(getattr(statement, "params", None), "params", ())]
        for part in parts:
            for node, parent in nodes_with_parents(part):
                is_other = (isinstance(parent, cst.Attribute) and parent.attr is node) or (
                    isinstance(parent, cst.Param) and parent.name is node
                )
                if isinstance(node, cst.Name) and node.value == found.name and not is_other:
                    raise NoFixError("the class body uses it in another place")


def comments_above(found: AttributeStatement) -> list[str]:
    """Return the comments on the lines directly above a statement."""
    comments: list[str] = []
    for line in reversed(found.line.leading_lines):
        if line.comment is None:
            break
        comments.insert(0, line.comment.value)
    return comments


def comment_behind(found: AttributeStatement) -> str:
    """Return the comment at the end of a statement's line with two blanks before it, or nothing."""
    comment = found.line.trailing_whitespace.comment
    return f"  {comment.value}" if comment is not None else ""


def removal(file: FixedFile, found: AttributeStatement) -> Edit:
    """Return the edit that takes out a statement, and a blank line after it that would be too many."""
    span = file.span(found.line)
    first = span.line - len(comments_above(found))
    after = span.end_line + 1
    before = file.lines[first - 2].strip() if first >= 2 else ""
    is_first = found.body.body[0] is found.line and len(found.body.body) > 1
    if (not before or is_first) and after <= len(file.lines) - 1 and not file.lines[after - 1].strip():
        after += 1
    if after > len(file.lines):
        return Edit(Span(first, 0, span.end_line, len(file.lines[-1])), "")
    return Edit(Span(first, 0, after, 0), "")
