"""The mutable values in a class body, with what stands beside them: annotations, comments, lists of names."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.attribute_facts import MutableAttribute
from ssot_lint.summary.containers import Container, container_of
from ssot_lint.summary.owners import mangled
from ssot_lint.summary.symbols import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import Target
    from ssot_lint.summary.scopes import Scope

_REMARK: Final = re.compile(
    r"\b(?:shared|class[- ](?:level|wide|scoped|variables?|attributes?)|caches?|cached|registr(?:y|ies)|"
    r"per[- ]class|metaclass|all instances|(?:across|between) instances|common (?:to|for|between|among)|"
    r"(?:as|is|are) (?:a )?globals?|singleton|memo(?:i[sz]ed)?)\b",
    re.IGNORECASE,
)
_CLASS_LEVEL: Final = re.compile(r"\b(ClassVar|Final)\b")
_ATTRS_FIELDS: Final = frozenset({"attr.ib", "attr.attrib", "attr.field", "attrs.field"})


class ClassValues:
    """Reads class bodies of one module."""

    def __init__(self, positions: Positions) -> None:
        self._positions = positions
        self._texts: dict[int, dict[int, str]] = {}

    def attributes(
        self, node: ast.ClassDef, scope: Scope, targets: Sequence[Target]
    ) -> tuple[MutableAttribute, ...]:
        """Return the names of a class body whose last value is mutable, or may be found to be."""
        found: dict[str, MutableAttribute] = {}
        declared = set(self.annotations(node)[0])
        direct = {id(each) for each in _direct_targets(node)}
        for target in targets:
            name = target.name
            if (name.startswith("__") and name.endswith("__")) or target.value is None:
                continue
            value, in_field = _field_default(target.value, scope)
            container = container_of(value, scope) if value is not None else None
            if container is None and isinstance(target.value, (ast.Name, ast.Attribute)):
                symbols = describe(target.value, scope)
                container = Container("name", "", symbols) if len(symbols) == 1 else None
            if container is None:
                if name in found and id(target.node) in direct:
                    del found[name]
                continue
            found[name] = self._attribute(node, target, container, in_field=in_field, declared=declared)
        return tuple(found.values())

    def _attribute(
        self, node: ast.ClassDef, target: Target, container: Container, *, in_field: bool, declared: set[str]
    ) -> MutableAttribute:
        annotation = ast.unparse(target.annotation) if target.annotation is not None else ""
        word = _CLASS_LEVEL.search(annotation)
        name = target.name
        return MutableAttribute(
            name=mangled(name, node.name) if name.startswith("__") else name,
            kind=container.kind,
            element=container.element,
            makers=container.makers,
            span=self._positions.span(target.node),
            declared=word[1] if word else "ClassVar" if name in declared else "",
            is_annotated=target.annotation is not None,
            is_remarked=bool(_REMARK.search(self._remarks(node, target))),
            in_field=in_field,
            is_empty=container.is_empty,
        )

    def _remarks(self, node: ast.ClassDef, target: Target) -> str:
        """Return the comments on an attribute's lines and right above it, and the string right below it.

        Right above the first attribute there may also be what the class says of itself.
        """
        first = target.node.lineno
        last = (target.value.end_lineno or first) if target.value is not None else first
        found = self._positions.comments(first, last)
        if id(node) not in self._texts:
            self._texts[id(node)] = _texts_below(node)
        found.append(self._texts[id(node)].get(first, ""))
        if len(node.body) > 1 and node.body[1].lineno == target.node.lineno:
            found.append((ast.get_docstring(node) or "").partition("\n\n")[0])
        return "\n".join(found)

    def annotations(self, node: ast.ClassDef) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names that a class body annotates: as a class variable, and as an instance's."""
        declared: list[str] = []
        fields: list[str] = []
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
                (declared if _is_class_variable(statement.annotation) else fields).append(name)
        return tuple(dict.fromkeys(declared)), tuple(dict.fromkeys(fields))

    def listed(self, node: ast.ClassDef) -> tuple[str, ...]:
        """Return the strings in the sequences and mappings of a class body."""
        found: dict[str, None] = {}
        for statement in node.body:
            value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
            if isinstance(value, ast.BinOp):  # Base.options + ("more", "of them")
                value = value.right
            if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
                found.update(dict.fromkeys(_strings(value.elts)))
            elif isinstance(value, ast.Dict):
                found.update(dict.fromkeys(_strings(value.keys)))
        return tuple(found)


def _texts_below(node: ast.ClassDef) -> dict[int, str]:
    """Return the strings that stand below statements of a class body, by the lines of these."""
    found: dict[int, str] = {}
    for statement, following in zip(node.body, node.body[1:], strict=False):
        text = following.value if isinstance(following, ast.Expr) else None
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            found[statement.lineno] = f"{found.get(statement.lineno, '')}\n{text.value}"
    return found


def _is_class_variable(annotation: ast.expr) -> bool:
    node = annotation
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and "ClassVar" in node.value
    if isinstance(node, ast.Subscript):
        outer = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        if outer in ("Annotated", "Final"):
            first = (
                node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
            )
            return _is_class_variable(first)
        node = node.value
    return (node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")) == "ClassVar"


def _strings(nodes: Iterable[ast.expr | None]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, (ast.Tuple, ast.List)):
            yield from _strings(node.elts[:1])


def _direct_targets(node: ast.ClassDef) -> Iterator[ast.expr]:
    """Yield the targets of assignments that stand in the class body itself, under no condition."""
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            yield from statement.targets
        elif isinstance(statement, ast.AnnAssign):
            yield statement.target


def _field_default(value: ast.expr, scope: Scope) -> tuple[ast.expr | None, bool]:
    """Return the default in attrs' ``attr.ib`` or ``field``, if no converter copies it; else the value."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, (ast.Name, ast.Attribute)):
        return value, False
    symbols = describe(value.func, scope)
    if len(symbols) != 1 or symbols[0] not in _ATTRS_FIELDS:
        return value, False
    keywords = {k.arg: k.value for k in value.keywords}
    default = keywords.get("default", value.args[0] if value.args else None)
    return (None if "converter" in keywords else default), True
