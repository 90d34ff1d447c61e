"""What handlers for ``ImportError`` leave behind: flags, and stand-ins that do nothing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Span
from ssot_lint.summary.guard_calls import last_name
from ssot_lint.summary.handlers import does_nothing, is_no_replacement, walk_here
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.summary.positions import Positions

_IMPORT_ERRORS: Final = frozenset({"ImportError", "ModuleNotFoundError", "Exception"})


def module_tries(body: Iterable[ast.stmt]) -> Iterator[ast.Try]:
    """Yield the ``try`` statements at a module's own level, also below an ``if``."""
    for statement in body:
        if isinstance(statement, ast.Try):
            yield statement
        elif isinstance(statement, ast.If):
            yield from module_tries((*statement.body, *statement.orelse))


def imported_names(body: Iterable[ast.stmt]) -> frozenset[str]:
    """Return the names that imports bind, or calls of ``import_module``, anywhere in these statements."""
    found: set[str] = set()
    for node in walk_here(body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Assign) and last_name(getattr(node.value, "func", None)) == "import_module":
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return frozenset(found)


def spec_flags(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str, ast.expr]]:
    """Yield module variables that say whether ``find_spec`` finds a module: name, module, and the call."""
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            for call in walk(node.value):
                if isinstance(call, ast.Call) and last_name(call.func) == "find_spec" and call.args:
                    module = getattr(call.args[0], "value", None)
                    if isinstance(module, str):
                        yield node.targets[0].id, module.rpartition(".")[2], call


def suppressed_imports(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.With, ast.Call]]:
    """Yield the blocks at a module's level in which ``suppress`` swallows a failed import, and its call."""
    for node in body:
        if not isinstance(node, ast.With):
            continue
        call = node.items[0].context_expr
        if (
            isinstance(call, ast.Call)
            and last_name(call.func) == "suppress"
            and _names_import_error(call.args)
        ):
            yield node, call


def _names_import_error(kinds: Iterable[ast.expr]) -> bool:
    return any(last_name(kind) in _IMPORT_ERRORS for kind in kinds)


def handlers_of(node: ast.Try) -> Iterator[ast.ExceptHandler]:
    """Yield the handlers that an import's failure may lead to."""
    for handler in node.handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(kind is None or (isinstance(kind, ast.Name) and kind.id in _IMPORT_ERRORS) for kind in kinds):
            yield handler


def false_names(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the variables that these statements set to False or None."""
    for target, value in _assignments(body):
        if isinstance(value, ast.Constant) and value.value in (False, None):
            yield target


def failure_names(node: ast.Try, handler: ast.ExceptHandler) -> Iterator[str]:
    """Yield the variables that tell a failed import from one that succeeded, unless the failure raises.

    The handler sets them to False or None, or leaves them as they were before the import set them to True.
    """
    yield from false_names(handler.body)
    if not any(isinstance(inner, ast.Raise) for inner in walk_here(handler.body)):
        yield from true_names([*node.body, *node.orelse])


def true_names(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the variables that these statements set to True."""
    for target, value in _assignments(body):
        if isinstance(value, ast.Constant) and value.value is True:
            yield target


def constant_names(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the variables that these statements set to True or False."""
    for target, value in _assignments(body):
        if isinstance(value, ast.Constant) and isinstance(value.value, bool):
            yield target


def stand_ins(body: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the names under which these statements put something callable that lets everything pass."""
    for target, value in _assignments(body):
        if not isinstance(value, ast.Constant) and is_no_replacement(value):
            yield target
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and does_nothing(statement):
            yield statement.name


def span_of_handler(handler: ast.ExceptHandler, positions: Positions) -> Span:
    """Return the span of a handler's ``except`` with the exceptions that it names."""
    whole = positions.span(handler)
    if handler.type is None:
        return Span(whole.line, whole.column, whole.line, whole.column + len("except"))
    kind = positions.span(handler.type)
    return Span(whole.line, whole.column, kind.end_line, kind.end_column)


def _assignments(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in walk_here(body):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id, node.value
