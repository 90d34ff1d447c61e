"""The statement by which a class body binds an attribute, taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, moved
from ssot_lint.fixes._imports import is_docstring
from ssot_lint.model import Edit, Span

if TYPE_CHECKING:
    from ssot_lint.model import Finding


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
    return moved(file.written(found.value), "", deeper)


def check_neighbours(file: FixedFile, found: AttributeStatement) -> None:
    """Raise NoFixError when other statements of the class body belong to the attribute."""
    index = found.body.body.index(found.line)
    after = found.body.body[index + 1] if index + 1 < len(found.body.body) else None
    if after is not None and is_docstring(after):
        raise NoFixError("a string below it documents it")
    if file.uses_in_class(found.body).get(found.name, set()) - {index}:
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
