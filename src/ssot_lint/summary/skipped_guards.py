"""The places of one function where a guard may be skipped, or its verdict lost, and the function goes on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ssot_lint.summary.fail_open_facts import GuardCall, SkippedGuard
from ssot_lint.summary.guard_calls import GuardCalls, WordLines, last_name, root_name, tests_before
from ssot_lint.summary.handlers import Answer, AnswerReader, sets_true, walk_here
from ssot_lint.summary.import_handlers import (
    constant_names,
    failure_names,
    handlers_of,
    imported_names,
    span_of_handler,
    stand_ins,
)
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ssot_lint.model import Span
    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import FunctionRecord

CONSTRUCTORS: Final = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__"})
_IMPORT_ERRORS: Final = frozenset({"builtins.ImportError", "builtins.ModuleNotFoundError"})
_BROAD: Final = frozenset({"builtins.Exception", "builtins.BaseException"})
_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Frame(NamedTuple):
    """A block that a statement stands in: of a ``try``, of a suppressing ``with``, or of an ``if``."""

    node: ast.stmt
    part: str
    """``body``, ``orelse`` or ``finalbody``."""


class _Call(NamedTuple):
    """A guard call, with the variable that it starts from and the one that gets its result."""

    guard: GuardCall
    root: str
    result: str


class SkippedGuardReader:
    """Reads one function; ``module_stand_ins`` are handlers by the names of the stand-ins that they set."""

    def __init__(
        self,
        function: FunctionRecord,
        tree: ast.Module,
        positions: Positions,
        lines: WordLines,
        module_stand_ins: Mapping[str, Span],
    ) -> None:
        self._function = function
        self._positions = positions
        self._lines = lines
        self._scope = function.scope
        self._calls = GuardCalls(function.scope, positions)
        is_constructor = function.owner is not None and function.node.name in CONSTRUCTORS
        around = function.owner.node if function.owner is not None else tree
        self._answers = AnswerReader(function.node, function.scope, around, is_constructor=is_constructor)
        self._flags: dict[str, tuple[Span, frozenset[str]]] = {}
        self._stand_ins: dict[str, Span] = {}
        self._module_stand_ins = module_stand_ins
        self._found: list[SkippedGuard] = []

    def read(self) -> list[SkippedGuard]:
        """Return all such places."""
        self._block(self._function.node.body, ())
        return self._found

    # -- down to the calls

    def _block(self, statements: Sequence[ast.stmt], frames: tuple[Frame, ...]) -> None:
        for statement in statements:
            if isinstance(statement, _DEFINITIONS):
                continue
            if not frames and not self._lines.within(statement):
                if _is_try(statement):
                    self._note_flags(statement)  # type: ignore[arg-type]  # ast.TryStar came with Python 3.11
                continue
            for guard, call in self._calls.of(statement):
                if guard.subjects:
                    self._judge(statement, guard, call, frames)
            for part in ("body", "orelse", "finalbody"):
                self._block(getattr(statement, part, ()), (*frames, Frame(statement, part)))
            for handler in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
                self._block(handler.body, frames)
            if _is_try(statement):
                self._note_flags(statement)  # type: ignore[arg-type]  # ast.TryStar came with Python 3.11

    def _note_flags(self, node: ast.Try) -> None:
        """Note the local variables by which the function remembers that an import failed."""
        imported = imported_names(node.body)
        for handler in handlers_of(node) if imported else ():
            span = span_of_handler(handler, self._positions)
            self._flags.update(dict.fromkeys(failure_names(node, handler), (span, imported)))
            self._stand_ins.update(dict.fromkeys(stand_ins(handler.body), span))

    # -- what becomes of one guard call

    def _judge(
        self, statement: ast.stmt, guard: GuardCall, node: ast.Call, frames: tuple[Frame, ...]
    ) -> None:
        call = _Call(guard, root_name(node.func), _result_name(statement, node))
        if guard.usage == "statement" or (guard.usage == "assigned" and self._is_unread(call.result)):
            self._add(call, "verdict", guard.span)
        stand_in = self._stand_ins.get(call.root)
        if stand_in is None and self._is_global(call.root):
            stand_in = self._module_stand_ins.get(call.root)
        if stand_in is not None:
            self._add(call, "stand-in", stand_in)
        for test in tests_before(statement, node):
            self._behind_test(test, call)
        live = {"import"}
        if self._says_no_by_exception(statement, call):
            live.add("error")
        for frame in reversed(frames):
            if isinstance(frame.node, ast.If):
                self._behind_condition(frame.node, frame.part, call)
            elif isinstance(frame.node, (ast.With, ast.AsyncWith)):
                self._suppressed(frame.node, call, live)
            elif _is_try(frame.node) and frame.part != "finalbody":
                self._tried(frame, call, live)

    def _is_unread(self, name: str) -> bool:
        """Whether a local variable is never read; a name that says so is to be left alone."""
        if not name or name.startswith("_") or name in self._scope.globals:
            return False
        return not any(
            isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, (ast.Load, ast.Del))
            for node in walk(self._function.node)
        )

    def _says_no_by_exception(self, statement: ast.stmt, call: _Call) -> bool:
        """Whether a guard's no is an exception; when its result is asked, exceptions are mere accidents."""
        if call.guard.usage == "tested":
            parts = (*getattr(statement, "body", ()), *getattr(statement, "orelse", ()))
            return isinstance(statement, ast.Assert) or any(
                isinstance(n, ast.Raise) for n in walk_here(parts)
            )
        return call.guard.usage in ("statement", "assigned", "returned")

    def _tried(self, frame: Frame, call: _Call, live: set[str]) -> None:
        """Go through the handlers of a ``try`` whose body, or ``else``, holds the guard."""
        node: Any = frame.node  # ast.Try, or ast.TryStar that came with Python 3.11
        imports = call.root in imported_names(node.body)
        here = {signal for signal in live if frame.part == "body" or (signal == "import" and imports)}
        spared: list[str] = []
        for handler in node.handlers:
            caught = self._caught(handler.type)
            is_broad = not caught or bool(_BROAD.intersection(caught))
            of_import = bool(_IMPORT_ERRORS.intersection(caught))
            hit = here & {"error"} if is_broad else set()
            if "import" in here and (of_import or (is_broad and imports)):
                hit.add("import")
            if not hit and not ("error" in here and set(caught) - _IMPORT_ERRORS):
                continue
            answer = self._answers.read(handler.body, call.root, handler.name, call.result)
            if self._lets_pass(answer, handler, node, call):
                self._add(
                    call,
                    "import" if "import" in hit else "error",
                    span_of_handler(handler, self._positions),
                    caught=() if is_broad else caught,
                    spared=tuple(spared),
                    returned=answer.returned,
                    is_busy=answer.is_busy,
                    is_imported=imports,
                )
            elif not is_broad:
                spared += caught
            here -= hit
            live -= hit
            if hit and answer.kind == "raise":
                live.add("error")  # what is raised instead may be caught further out

    def _lets_pass(self, answer: Answer, handler: ast.ExceptHandler, node: ast.Try, call: _Call) -> bool:
        """Whether the function goes on after a handler as if nothing had happened."""
        if answer.kind == "leave":
            return bool(answer.returned)
        if answer.kind != "skip":
            return False
        if call.result and self._answers.is_asked_later([call.result], [*node.body, *handler.body]):
            return any(sets_true(statement, call.result) for statement in handler.body)
        inside = [*node.body, *node.orelse, *handler.body]
        flags = [name for name in constant_names([*node.body, *node.orelse]) if name != call.result]
        return not self._answers.is_asked_later(flags, inside)

    def _caught(self, kind: ast.expr | None) -> tuple[str, ...]:
        """Return the exceptions that a handler names; none when it names all, or nothing that is known."""
        kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind] if kind is not None else []
        return tuple(symbol for each in kinds for symbol in describe(each, self._scope) or ("?",))

    def _suppressed(self, node: ast.With | ast.AsyncWith, call: _Call, live: set[str]) -> None:
        for item in node.items:
            suppress = item.context_expr
            if (
                not isinstance(suppress, ast.Call)
                or last_name(suppress.func) != "suppress"
                or not suppress.args
            ):
                continue
            caught = tuple(symbol for argument in suppress.args for symbol in self._caught(argument))
            is_broad = bool(_BROAD.intersection(caught))
            imports = call.root in imported_names(node.body)
            hit = live & {"error"} if is_broad else set()
            if "import" in live and (_IMPORT_ERRORS.intersection(caught) or (is_broad and imports)):
                hit.add("import")
            if self._answers.is_asked_later(constant_names(node.body), node.body):
                live -= hit
                continue
            if hit or ("error" in live and set(caught) - _IMPORT_ERRORS):
                self._add(
                    call,
                    "import" if "import" in hit else "error",
                    self._positions.span(suppress),
                    caught=() if is_broad else caught,
                    is_imported=imports,
                )
            live -= hit

    def _behind_condition(self, node: ast.If, part: str, call: _Call) -> None:
        """``if find_spec(...)`` and ``if HAS_VALIDATION`` around a guard, with nothing on the other side."""
        other = node.orelse if part == "body" else node.body
        if other and self._answers.read(other, call.root, None).kind != "skip":
            return
        self._behind_test(node.test, call, getattr(node, part))

    def _behind_test(self, test: ast.expr, call: _Call, block: Sequence[ast.stmt] = ()) -> None:
        """Look at what a test asks without which the guard isn't called; ``block`` is behind it."""
        span = self._positions.span(test)
        if any(isinstance(n, ast.Call) and last_name(n.func) == "find_spec" for n in walk(test)):
            if call.root in imported_names(block):
                self._add(call, "unavailable", span)
            return
        for name in (n for n in walk(test) if isinstance(n, ast.Name)):
            local = self._flags.get(name.id)
            if local is not None:
                if {call.root, call.guard.name} & local[1]:
                    self._add(call, "flag", local[0])
            elif self._is_global(name.id):
                own = f"{self._scope.module.symbol}.{name.id}"
                flags = tuple(dict.fromkeys((own, *describe(name, self._scope))))
                self._add(call, "flag", span, flags=flags)

    def _is_global(self, name: str) -> bool:
        holder = self._scope.holder_of(name)
        return holder is not None and holder.kind == "module"

    def _add(
        self,
        call: _Call,
        how: str,
        span: Span,
        *,
        caught: tuple[str, ...] = (),
        spared: tuple[str, ...] = (),
        returned: tuple[str, ...] = (),
        flags: tuple[str, ...] = (),
        is_busy: bool = False,
        is_imported: bool = True,
    ) -> None:
        self._found.append(
            SkippedGuard(
                scope=self._scope.index,
                how=how,
                span=span,
                guard=call.guard,
                caught=caught,
                spared=spared,
                returned=returned,
                flags=flags,
                is_busy=is_busy,
                is_imported=is_imported,
                in_construction=_is_part_of_construction(self._function),
            )
        )


def _is_try(node: ast.stmt) -> bool:
    return isinstance(node, ast.Try) or type(node).__name__ == "TryStar"


def _result_name(statement: ast.stmt, call: ast.Call) -> str:
    """Return the variable that gets a call's result."""
    value = getattr(statement, "value", None)
    while isinstance(value, ast.Await):
        value = value.value
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    if value is call and len(targets) == 1 and isinstance(targets[0], ast.Name):
        return targets[0].id
    return ""


def _is_part_of_construction(function: FunctionRecord) -> bool:
    """Whether a function is a constructor, or a method that the constructor of its class calls on itself."""
    if function.owner is None:
        return False
    if function.node.name in CONSTRUCTORS:
        return True
    for method in function.owner.node.body:
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and method.name in CONSTRUCTORS:
            for node in walk_here(method.body):
                callee = node.func if isinstance(node, ast.Call) else None
                if last_name(callee) == function.node.name and isinstance(callee, ast.Attribute):
                    return True
    return False
