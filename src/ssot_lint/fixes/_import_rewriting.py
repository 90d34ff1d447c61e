"""Lets an import take a thing from another module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, has_comment, insertion
from ssot_lint.fixes._import_graph import would_close_circle
from ssot_lint.fixes._imports import add_alias, aliases, anchor, functions_around, module_text
from ssot_lint.model import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator


def alias_at(file: FixedFile, span: Span) -> tuple[cst.ImportFrom, cst.ImportAlias]:
    """Return the name in a ``from`` import that stands at a place; NoFixError where there is none."""
    for node, parent in file.parents.items():
        if isinstance(node, cst.ImportAlias) and isinstance(parent, cst.ImportFrom):
            start = file.span(node.name)
            if (start.line, start.column) == (span.line, span.column):
                return parent, node
    raise NoFixError("it isn't imported by name here")


def imported_from(
    file: FixedFile, node: cst.ImportFrom, alias: cst.ImportAlias, path: str, *, keep_name: bool = True
) -> Iterator[Edit]:
    """Yield the edits that import ``path`` by this import, or by one of its own after it.

    With ``keep_name`` the file goes on to know it by the name that it knows.
    """
    module, _, name = path.rpartition(".")
    at_once = file.function_around(node) is None and not _is_for_types(file, node)
    if at_once and would_close_circle(file.module, module, file.project):
        raise NoFixError(f"importing {module} here would make the import go in a circle")
    old = alias.evaluated_name
    local = (alias.evaluated_alias or old) if keep_name else (alias.evaluated_alias or name)
    text = name if local == name else f"{name} as {local}"
    own = Span(*_start(file.span(alias.name)), *_end(file.span(alias.asname or alias.name)))
    others = [each for each in aliases(node) if each is not alias]
    there = anchor(file, module, functions_around(file, node), node)
    if there is not None and there.node is not node and file.span(there.node) < file.span(node):
        yield add_alias(file, there.node, text)
        yield _without(file, node, alias) if others else _without_line(file, node)
        return
    if not others:
        yield Edit(own, text)
        start, end = _module_span(file, node)
        yield Edit(Span(*start, *end), module_text(file, module))
        return
    if has_comment(node):
        raise NoFixError("the import has comments")
    line = file.statement_line(node)
    if line is None or len(line.body) > 1:
        raise NoFixError("the import shares its line with others")
    yield _without(file, node, alias)
    place = file.span(line)
    tail = file.lines[place.end_line - 1]
    margin = file.margin(place.line)
    yield insertion(
        place.end_line, len(tail), f"{file.newline}{margin}from {module_text(file, module)} import {text}"
    )


def _is_for_types(file: FixedFile, node: cst.CSTNode) -> bool:
    """Whether an import is only made for type checkers."""
    return any(
        isinstance(parent, cst.If) and "TYPE_CHECKING" in file.tree.code_for_node(parent.test)
        for parent in file.ancestors(node)
    )


def _module_span(file: FixedFile, node: cst.ImportFrom) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return where the module is named, with the dots before it."""
    named = [*node.relative, *([node.module] if node.module is not None else [])]
    return _start(file.span(named[0])), _end(file.span(named[-1]))


def _without_line(file: FixedFile, node: cst.ImportFrom) -> Edit:
    line = file.statement_line(node)
    if line is None or len(line.body) > 1 or has_comment(line):
        raise NoFixError("the import shares its line with a comment or with others")
    place = file.span(line)
    last = place.end_line + 1
    if last > len(file.lines):
        return Edit(Span(place.line, 0, place.end_line, len(file.lines[-1])), "")
    return Edit(Span(place.line, 0, last, 0), "")


def _without(file: FixedFile, node: cst.ImportFrom, alias: cst.ImportAlias) -> Edit:
    names = aliases(node)
    index = names.index(alias)
    if index == 0:
        return Edit(Span(*_start(file.span(alias.name)), *_start(file.span(names[1].name))), "")
    before = names[index - 1]
    start = _end(file.span(before.asname or before.name))
    return Edit(Span(*start, *_end(file.span(alias.asname or alias.name))), "")


def _start(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column
