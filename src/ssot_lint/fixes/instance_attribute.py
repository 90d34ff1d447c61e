"""The fix of SST201: each instance gets an object of its own, in ``__init__`` or by a field's factory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import libcst as cst

from ssot_lint.fixes._attribute_statement import (
    AttributeStatement,
    attribute_statement,
    check_neighbours,
    comment_behind,
    comments_above,
    removal,
    value_text,
)
from ssot_lint.fixes._constructor import constructor_of, instance_name, into_constructor
from ssot_lint.fixes._file import FixedFile, NoFixError, has_comment
from ssot_lint.fixes._imports import refer
from ssot_lint.fixes._inheritance import check_arguments, check_heirs, class_uses, doubts
from ssot_lint.fixes._record_fields import attrs_field, dataclass_field
from ssot_lint.fixes._values import check_names, check_value, is_fresh
from ssot_lint.model import Applicability, Edit, Span, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.model import Finding
    from ssot_lint.project.shared_attributes import SharedAttribute

_BUILT_IN: Final = frozenset({"list", "dict", "set", "bytearray"})
_DECLARATION: Final = "If all instances are meant to share it"


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the attribute of every instance's own, and the declaration that it is shared on purpose."""
    shared = next(
        each
        for each in file.project.shared_attributes.of(file.module)
        if each.location.span == finding.location.span
    )
    yield _own(file, finding, shared)
    for other in finding.suggestions[1:]:
        declared = _declared(file, finding, shared) if other.title.startswith(_DECLARATION) else None
        yield declared or other


def _own(file: FixedFile, finding: Finding, shared: SharedAttribute) -> Suggestion:
    if shared.home == "namedtuple":
        raise NoFixError("a tuple can't have an object of its own for every instance")
    found = attribute_statement(file, finding)
    if re.search(r"\b(ClassVar|Final)\b", found.annotation):
        raise NoFixError("it is declared to be one for all")
    if shared.home == "attrs":
        return attrs_field(file, found, shared)
    if file.module.is_test:
        raise NoFixError("test classes get their state in setUp or a fixture")
    check_value(found.value)
    check_names(file, found.value)
    check_neighbours(file, found)
    if shared.home == "dataclass":
        return dataclass_field(file, found, shared)
    return _in_constructor(file, found, shared)


def _in_constructor(file: FixedFile, found: AttributeStatement, shared: SharedAttribute) -> Suggestion:
    if shared.overrides:
        raise NoFixError("the same code changes attributes of subclasses")
    for name in dict.fromkeys((shared.name, found.name)):
        used = class_uses(file.project, shared.owner, name)
        if used is not None:
            raise NoFixError(f"{used} uses it through the class")
        if _is_read_from_class(file, name):
            raise NoFixError("a class method uses it through the class")
    check_heirs(file.project, shared.owner, shared.name)
    constructor = constructor_of(file, found.class_node, shared.owner)
    if constructor.node is None:
        check_arguments(file.project, shared.owner)
    taken = removal(file, found)
    gone = range(taken.span.line, taken.span.end_line + (taken.span.end_column > 0))
    annotation = f": {found.annotation}" if found.annotation else ""
    me = instance_name(constructor)
    margin = file.margin(file.span(found.line).line)
    value = value_text(file, found, margin.removeprefix(file.margin(file.start(found.class_node)[0])))
    above = comments_above(found)
    lines = [*above, f"{me}.{found.name}{annotation} = {value}{comment_behind(found)}"]
    edits = (taken, into_constructor(file, found.class_node, constructor, lines, gone=gone))
    doubt = (
        doubts(file, shared.owner, shared.name)
        or not is_fresh(found.value)
        or bool(above)
        or has_comment(found.value)
    )
    return Suggestion(
        f"Bind it in __init__: {me}.{found.name} = ...; then each instance has its own",
        Applicability.UNSAFE if doubt else Applicability.SAFE,
        edits,
    )


def _is_read_from_class(file: FixedFile, name: str) -> bool:
    """Whether a class method of the file, ``__init_subclass__`` too, reads an attribute from its ``cls``."""
    for node in file.of_kind(cst.Attribute):
        if node.attr.value == name and isinstance(node.value, cst.Name):
            function = file.function_around(node)
            first = function.params.params[:1] if function is not None else ()
            if node.value.value == "cls" and any(each.name.value == "cls" for each in first):
                return True
    return False


def _declared(file: FixedFile, finding: Finding, shared: SharedAttribute) -> Suggestion | None:
    """Return the declaration that the class's instances share the object, if it can be written out."""
    try:
        found = attribute_statement(file, finding)
        kind = found.annotation or (shared.kind if shared.kind in _BUILT_IN else "")
        if not kind:
            return None
        reference = refer(file, ["typing.ClassVar"], found.line, external=True)
    except NoFixError:
        return None
    text = f"{found.name}: {reference.text}[{kind}]"
    start = finding.location.span
    statement = found.line.body[0]
    end = file.span(statement.annotation.annotation) if isinstance(statement, cst.AnnAssign) else start
    span = Span(start.line, start.column, end.end_line, end.end_column)
    return Suggestion(
        f"If all instances are meant to share it, say so: {text} = ...",
        Applicability.DISPLAY,
        (*reference.edits, Edit(span, text)),
    )
