"""Gives the fields of dataclasses and of attrs' classes a factory for their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, has_comment
from ssot_lint.fixes._imports import Reference, refer
from ssot_lint.model import Applicability, Edit, Suggestion

if TYPE_CHECKING:
    from ssot_lint.fixes._attribute_statement import AttributeStatement
    from ssot_lint.project.shared_attributes import SharedAttribute

_TYPES: Final = frozenset({"list", "dict", "set", "bytearray"})


def dataclass_field(file: FixedFile, found: AttributeStatement, shared: SharedAttribute) -> Suggestion:
    """Return the fix of a class variable by accident: it becomes a field."""
    if file.project.names.subclasses(shared.owner):
        raise NoFixError("another field would change the constructors of subclasses")
    index = found.body.body.index(found.line)
    for statement in found.body.body[index + 1 :]:
        inner = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else None
        if isinstance(inner, cst.AnnAssign) and inner.value is None:
            raise NoFixError("fields without a default follow")
    if shared.kind not in _TYPES:
        raise NoFixError("its type can't be told")
    reference = _field(file, found, "dataclasses", "dataclass", "field")
    factory = _factory(file, found.value, shared)
    target = file.span(found.line.body[0])
    text = f"{found.name}: {shared.kind} = {reference.text}(default_factory={factory})"
    return Suggestion(
        f"Make it a field: {text}", Applicability.UNSAFE, (*reference.edits, Edit(target, text))
    )


def attrs_field(file: FixedFile, found: AttributeStatement, shared: SharedAttribute) -> Suggestion:
    """Return the fix of a default that attrs doesn't copy."""
    safe = Applicability.UNSAFE if has_comment(found.value) else Applicability.SAFE
    title = f"Give each instance its own: {found.name} = field(factory=...)"
    call = found.value
    if isinstance(call, cst.Call):
        for argument in call.args:
            if argument.keyword is not None and argument.keyword.value == "default":
                factory = f"factory={_factory(file, argument.value, shared)}"
                start, end = file.span(argument.keyword), file.span(argument.value)
                span = type(start)(start.line, start.column, end.end_line, end.end_column)
                return Suggestion(title, safe, (Edit(span, factory),))
    if isinstance(call, cst.Call) or not found.annotation:
        raise NoFixError("its default isn't written out here")
    reference = _attrs(file, found)
    text = f"{reference.text}(factory={_factory(file, call, shared)})"
    return Suggestion(title, safe, (*reference.edits, Edit(file.span(call), text)))


def _factory(file: FixedFile, value: cst.BaseExpression, shared: SharedAttribute) -> str:
    empty = file.written(value).replace(" ", "") in {"[]", "{}", "set()", "list()", "dict()", "bytearray()"}
    return shared.kind if empty else f"lambda: {file.written(value)}"


def _decorators(file: FixedFile, found: AttributeStatement) -> list[str]:
    written = (file.written(decorator.decorator) for decorator in found.class_node.decorators)
    return [text.partition("(")[0] for text in written]


def _field(file: FixedFile, found: AttributeStatement, module: str, decorator: str, name: str) -> Reference:
    for text in _decorators(file, found):
        if text.endswith(f".{decorator}"):
            return Reference(f"{text.removesuffix(decorator)}{name}")
    return refer(file, [f"{module}.{name}"], found.line, external=True)


def _attrs(file: FixedFile, found: AttributeStatement) -> Reference:
    for text in _decorators(file, found):
        owner, _, name = text.rpartition(".")
        if owner and name in ("s", "attrs", "attributes"):
            return Reference(f"{owner}.ib")
        if owner and name in ("define", "mutable", "frozen"):
            return Reference(f"{owner}.field")
    return refer(file, ["attrs.field", "attr.field"], found.line, external=True)
