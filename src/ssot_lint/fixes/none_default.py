"""The fix of SST204: the default is None, and the body makes the object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, has_comment, insertion, moved
from ssot_lint.fixes._imports import Reference, is_docstring, refer
from ssot_lint.fixes._values import check_names, copy_of, is_fresh
from ssot_lint.model import Applicability, Edit, Suggestion
from ssot_lint.syntax_tree import nodes_with_parents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.model import Finding


_FUTURE: Final = "from __future__ import annotations"


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the default of None with the guard at the start of the body."""
    function, parameter, default = _parameter(file, finding)
    if not isinstance(function.body, cst.IndentedBlock):
        raise NoFixError("the function has no body on lines of its own")
    made = _made(file, default, function.body.body[0])
    check_names(file, default)
    name = parameter.name.value
    edits = [
        Edit(file.span(default), "None"),
        *_annotated(file, parameter),
        *made.edits,
        _guard(file, function, name, made.text, file.margin(file.span(default).line)),
    ]
    doubt = has_comment(default) or _knows_none(function, name) or not _is_plain(default)
    shown = " ".join(made.text.split())
    yield Suggestion(
        f"Make the default None, and make the object in the body: if {name} is None: {name} = {shown}",
        Applicability.UNSAFE if doubt else Applicability.SAFE,
        tuple(edits),
    )
    yield from finding.suggestions[1:]


def _is_plain(default: cst.BaseExpression) -> bool:
    return isinstance(default, (cst.Name, cst.Attribute)) or is_fresh(default)


def _parameter(file: FixedFile, finding: Finding) -> tuple[cst.FunctionDef, cst.Param, cst.BaseExpression]:
    """Return the parameter of a finding, which points at the default, with its function and the default."""
    return next(
        (function, node, node.default)
        for node in file.parents
        if isinstance(node, cst.Param) and node.default is not None
        if file.span(node.default) == finding.location.span
        for function in file.ancestors(node)
        if isinstance(function, cst.FunctionDef)
    )


def _made(file: FixedFile, default: cst.BaseExpression, at: cst.CSTNode) -> Reference:
    """Return how the body makes the object: as the default did, or as a copy of what the default names."""
    if isinstance(default, (cst.Name, cst.Attribute)):
        return copy_of(file, default, at)
    return Reference(file.written(default))


def _annotated(file: FixedFile, parameter: cst.Param) -> Iterator[Edit]:
    """Yield the edits by which the annotation allows None."""
    if parameter.annotation is None:
        return
    annotation = parameter.annotation.annotation
    if _allows_none(annotation):
        return
    if isinstance(annotation, cst.SimpleString):
        yield Edit(
            file.span(annotation),
            f"{annotation.prefix}{annotation.quote}{annotation.raw_value} | None{annotation.quote}",
        )
    elif _has_unions(file):
        end = file.span(annotation)
        yield insertion(end.end_line, end.end_column, " | None")
    else:
        reference = refer(file, ["typing.Optional"], parameter, external=True)
        yield from reference.edits
        yield Edit(file.span(annotation), f"{reference.text}[{file.written(annotation)}]")


def _allows_none(annotation: cst.BaseExpression) -> bool:
    """Whether None is one of the things that an annotation allows, and not only inside of another."""
    if isinstance(annotation, cst.SimpleString):
        try:
            return _allows_none(cst.parse_expression(annotation.raw_value))
        except cst.ParserSyntaxError:
            return False  # words, which are for readers alone
    if isinstance(annotation, cst.BinaryOperation):
        return _allows_none(annotation.left) or _allows_none(annotation.right)
    if isinstance(annotation, cst.Subscript):
        parts = [each.slice.value for each in annotation.slice if isinstance(each.slice, cst.Index)]
        name = _last_name(annotation.value)
        return name == "Optional" or (name == "Union" and any(map(_allows_none, parts)))
    return _last_name(annotation) in ("None", "Any", "object")


def _last_name(node: cst.BaseExpression) -> str:
    name = node.attr if isinstance(node, cst.Attribute) else node
    return name.value if isinstance(name, cst.Name) else ""


def _has_unions(file: FixedFile) -> bool:
    """Whether the file writes ``X | None`` itself, or annotations in it aren't evaluated."""
    return any(
        (isinstance(node, cst.ImportFrom) and file.written(node).startswith(_FUTURE))
        or (
            isinstance(node, cst.BinaryOperation)
            and isinstance(node.operator, cst.BitOr)
            and isinstance(parent, cst.Annotation)
        )
        for node, parent in file.parents.items()
    )


def _guard(file: FixedFile, function: cst.FunctionDef, name: str, made: str, outer: str) -> Edit:
    """Return the edit that adds the guard; ``outer`` is the margin that the object has where it stands."""
    body = function.body.body
    index = 1 if is_docstring(body[0]) and len(body) > 1 else 0
    while index < len(body) - 1 and _is_guard(body[index]):
        index += 1
    line = file.above(file.start(body[index])[0])
    margin = file.margin(line)
    deeper = margin + (margin.removeprefix(file.margin(file.start(function)[0])) or file.indent)
    made = moved(made, outer, deeper)
    text = f"{margin}if {name} is None:{file.newline}{deeper}{name} = {made}{file.newline}"
    return insertion(line, 0, text)


def _is_guard(statement: cst.CSTNode) -> bool:
    """Whether a statement does for another parameter what the fix does for this one."""
    if not isinstance(statement, cst.If) or statement.orelse is not None:
        return False
    name = _asks_for_none(statement.test)
    body = statement.body.body
    line = body[0] if len(body) == 1 else None
    inner = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
    targets = [t.target for t in inner.targets] if isinstance(inner, cst.Assign) else []
    return any(isinstance(target, cst.Name) and target.value == name for target in targets)


def _knows_none(function: cst.FunctionDef, name: str) -> bool:
    """Whether the function's body has something to say about a parameter that is None."""
    return any(_asks_for_none(node) == name for node, _ in nodes_with_parents(function.body))


def _asks_for_none(node: cst.CSTNode) -> str | None:
    """Return the name that a comparison compares with None."""
    if not isinstance(node, cst.Comparison) or not isinstance(node.left, cst.Name):
        return None
    others = [each.comparator for each in node.comparisons]
    is_none = any(isinstance(other, cst.Name) and other.value == "None" for other in others)
    return node.left.value if is_none else None
