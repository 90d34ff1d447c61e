"""Where a module goes on although a validation was skipped, or makes do when a construction failed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.fail_open_facts import FailOpenFacts, Fallback, ImportFlag, SkippedGuard, Verdict
from ssot_lint.summary.fallbacks import FALLBACK_WORDS, FallbackReader
from ssot_lint.summary.guard_calls import GUARD_WORDS, WordLines, is_guard_name, last_name
from ssot_lint.summary.handlers import walk_here
from ssot_lint.summary.import_handlers import (
    failure_names,
    handlers_of,
    imported_names,
    module_tries,
    span_of_handler,
    spec_flags,
    stand_ins,
    suppressed_imports,
    true_names,
)
from ssot_lint.summary.skipped_guards import SkippedGuardReader
from ssot_lint.summary.symbols import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.model import Span
    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord

_TRUTH_CALLS: Final = frozenset({"isinstance", "issubclass", "all", "any", "bool", "hasattr", "callable"})


def read_fail_open(
    tree: ast.Module, text: str, functions: Iterable[FunctionRecord], positions: Positions
) -> FailOpenFacts:
    """Return all such places of a module."""
    guards = WordLines(text, GUARD_WORDS)
    failures = WordLines(text, FALLBACK_WORDS)
    if not guards and not failures:
        return FailOpenFacts()
    module_stand_ins = dict(_stand_ins(tree, positions)) if guards else {}
    skipped: list[SkippedGuard] = []
    verdicts: list[Verdict] = []
    fallbacks: list[Fallback] = []
    for function in functions:
        node = function.node
        if guards.within(node):
            if is_guard_name(node.name):
                verdicts.append(_verdict(function))
            skipped += SkippedGuardReader(function, tree, positions, guards, module_stand_ins).read()
        if failures.within(node):
            fallbacks += FallbackReader(function, positions, failures).read()
    return FailOpenFacts(
        skipped=tuple(skipped),
        flags=tuple(_flags(tree, positions)) if guards else (),
        verdicts=tuple(verdicts),
        fallbacks=tuple(fallbacks),
    )


def _flags(tree: ast.Module, positions: Positions) -> Iterator[ImportFlag]:
    """Yield the names by which a module remembers that an import failed."""
    for node in module_tries(tree.body):
        imported = imported_names(node.body)
        for handler in handlers_of(node) if imported else ():
            for name in dict.fromkeys(failure_names(node, handler)):
                yield ImportFlag(name, tuple(sorted(imported)), span_of_handler(handler, positions))
    for block, suppress in suppressed_imports(tree.body):
        imported = imported_names(block.body)
        for name in true_names(block.body) if imported else ():
            yield ImportFlag(name, tuple(sorted(imported)), positions.span(suppress))
    for name, module, call in spec_flags(tree.body):
        yield ImportFlag(name, (module,), positions.span(call))


def _stand_ins(tree: ast.Module, positions: Positions) -> Iterator[tuple[str, Span]]:
    for node in module_tries(tree.body):
        imported = imported_names(node.body)
        for handler in handlers_of(node) if imported else ():
            for name in stand_ins(handler.body):
                if name in imported:
                    yield name, span_of_handler(handler, positions)


def _verdict(function: FunctionRecord) -> Verdict:
    """Read how a validating function says no."""
    raises: dict[str, None] = {}
    returned: list[ast.expr] = []
    for node in walk_here(function.node.body):
        if isinstance(node, ast.Raise):
            kind = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            raises.update(
                dict.fromkeys((describe(kind, function.scope) if kind is not None else ()) or ("",))
            )
        elif isinstance(node, ast.Assert):
            raises["builtins.AssertionError"] = None
        elif isinstance(node, ast.Expr):
            call = node.value.value if isinstance(node.value, ast.Await) else node.value
            if isinstance(call, ast.Call) and is_guard_name(last_name(call.func)):
                raises[""] = None  # it says no by what another guard raises
        elif isinstance(node, ast.Return) and node.value is not None:
            returned.append(node.value)
    annotation = function.node.returns
    is_bool = last_name(annotation) == "bool" if annotation is not None else _are_truths(returned)
    return Verdict(function.scope.qualname, tuple(raises), is_bool)


def _are_truths(values: Sequence[ast.expr]) -> bool:
    return bool(values) and all(_is_truth(value) for value in values)


def _is_truth(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return isinstance(value.value, bool)
    if isinstance(value, ast.BoolOp):
        return all(_is_truth(part) for part in value.values)
    if isinstance(value, ast.UnaryOp):
        return isinstance(value.op, ast.Not)
    return isinstance(value, ast.Compare) or (
        isinstance(value, ast.Call) and last_name(value.func) in _TRUTH_CALLS
    )
