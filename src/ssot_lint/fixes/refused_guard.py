"""The fix of SST304: what went by the guard raises, an error of the class's own where there is one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, has_comment, insertion
from ssot_lint.fixes._own_error import own_error
from ssot_lint.model import Applicability, Edit, Span, Suggestion
from ssot_lint.syntax_tree import nodes_with_parents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.fixes._own_error import OwnError
    from ssot_lint.model import Finding

_IMPORT_ERRORS: Final = ("ImportError", "ModuleNotFoundError")
_NAMES: Final = ("error", "failure", "reason")
_NO_FIX: Final = {
    "unavailable": "the condition asks for a module, and the import under it would have to go to the top",
    "flag": "the flag is set in another module",
}
_SAID: Final = {"import": "could not be imported", "error": "failed"}


class _Raising(NamedTuple):
    """The statement that raises, and the edits that it needs elsewhere."""

    text: str
    edits: tuple[Edit, ...]
    title: str


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the handler that raises, or the block without ``suppress``, before the other ways out."""
    skipped = next((s for s in file.module.fail_open.skipped if s.span == finding.location.span), None)
    how = skipped.how if skipped is not None else "flag"
    guard = skipped.guard.name if skipped is not None else ""
    handler = _handler(file, finding)
    call = file.find(finding.location.span, cst.Call)
    if handler is not None:
        made = _in_handler(file, finding, handler, f"{guard}() {_SAID.get(how, _SAID['import'])}")
    elif isinstance(call, cst.Call) and isinstance(file.parents[call], cst.WithItem):
        made = _without_suppress(file, call)
    elif isinstance(call, cst.Call) and how == "verdict":
        made = _asked(file, finding, call, guard)
    else:
        raise NoFixError(_NO_FIX.get(how, _NO_FIX["flag"]))
    yield Suggestion(made.title, Applicability.UNSAFE, made.edits)
    yield from finding.suggestions[1:]


def _handler(file: FixedFile, finding: Finding) -> cst.ExceptHandler | cst.ExceptStarHandler | None:
    start = (finding.location.span.line, finding.location.span.column)
    for node in file.parents:
        if isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler)):
            span = file.span(node)
            if (span.line, span.column) == start:
                return node
    return None


# -- a verdict that nobody looks at


def _asked(file: FixedFile, finding: Finding, call: cst.Call, guard: str) -> _Raising:
    """Ask what a statement's call returns, and raise where it is no."""
    node: cst.CSTNode = call
    if isinstance(file.parents[node], cst.Await):
        node = file.parents[node] or node
    statement = file.parents[node]
    line = file.parents[statement] if statement is not None else None
    if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
        raise NoFixError("it shares its line with other statements")
    managed = next((m for m in file.project.managed.values() if m.evidence == finding.evidence), None)
    own = own_error(file, managed, call) if managed is not None else None
    said = f'"{guard}() says no"'
    kind = own.text if own is not None else "ValueError"
    raising = f"raise {kind}({said if own is None or own.takes_text else ''})"
    margin = file.margin(file.span(line).line)
    end = file.span(line)
    behind = (end.end_line, len(file.lines[end.end_line - 1]))
    body = f"{file.newline}{margin}{file.indent}{raising}"
    edits = [*(own.edits if own is not None else ())]
    if isinstance(statement, cst.Expr):
        start = file.span(node)
        edits += [
            insertion(start.line, start.column, "if not "),
            insertion(start.end_line, start.end_column, ":"),
            insertion(*behind, body),
        ]
    else:
        target = statement.targets[0].target if isinstance(statement, cst.Assign) else None
        if not isinstance(target, cst.Name) or target.value == "_":
            raise NoFixError("what it returns goes to no variable of its own")
        edits.append(insertion(*behind, f"{file.newline}{margin}if not {target.value}:{body}"))
    return _Raising("", tuple(edits), f"Raise {kind} unless {guard}() returns True")


# -- handlers


def _in_handler(
    file: FixedFile, finding: Finding, handler: cst.ExceptHandler | cst.ExceptStarHandler, said: str
) -> _Raising:
    raising = _raising(file, finding, handler, said)
    statements = list(handler.body.body)
    kept = [each for each in statements if not _goes(each)]
    last = statements[-1]
    edits = [*raising.edits, *(_removed(file, each) for each in statements[:-1] if each not in kept)]
    if last in kept:
        edits.append(_appended(file, last, raising.text))
    elif isinstance(last, (cst.FunctionDef, cst.ClassDef)) and has_comment(last):
        raise NoFixError("there are comments in what the handler puts in the guard's place")
    elif isinstance(last, cst.FunctionDef):
        edits.append(_instead(file, last, raising.text))
    else:
        edits.append(Edit(_code_span(file, last), raising.text))
    return raising._replace(edits=tuple(edits))


def _raising(
    file: FixedFile, finding: Finding, handler: cst.ExceptHandler | cst.ExceptStarHandler, said: str
) -> _Raising:
    managed = next((m for m in file.project.managed.values() if m.evidence == finding.evidence), None)
    own = own_error(file, managed, handler) if managed is not None else None
    named = _named(file, handler) if own is not None else None
    if own is None or named is None:
        caught = f"the {_kind(file, handler)}"
        why = f" ({managed.name} has no error of its own here)" if managed is not None else ""
        return _Raising("raise", (), f"Raise {caught} again at the end of the handler{why}")
    name, edits = named
    title = f"Raise {own.name} from it at the end of the handler"
    return _Raising(_sentence(own, said, name), (*own.edits, *edits), title)


def _sentence(own: OwnError, said: str, name: str) -> str:
    argument = f'"{said}"' if own.takes_text else ""
    return f"raise {own.text}({argument}) from {name}"


def _kind(file: FixedFile, handler: cst.ExceptHandler | cst.ExceptStarHandler) -> str:
    kind = handler.type
    named = isinstance(kind, cst.Name) and kind.value not in ("Exception", "BaseException")
    return file.written(handler.type) if named and handler.type is not None else "exception"


def _named(
    file: FixedFile, handler: cst.ExceptHandler | cst.ExceptStarHandler
) -> tuple[str, tuple[Edit, ...]] | None:
    """Return the name of what is caught, and the edit that gives it one; None where it can't have one."""
    if handler.name is not None:
        name = handler.name.name
        return (name.value, ()) if isinstance(name, cst.Name) else None
    if handler.type is None:
        return None
    around = file.function_around(handler) or file.tree
    used = {node.value for node, _ in nodes_with_parents(around) if isinstance(node, cst.Name)}
    free = next((name for name in _NAMES if name not in used), None)
    kind = file.span(handler.type)
    rest = file.lines[kind.end_line - 1][kind.end_column :]
    closed = re.match(r"[ \t)]*?(?=[ \t]*:)", rest)
    if free is None or closed is None:
        return None
    return free, (insertion(kind.end_line, kind.end_column + closed.end(), f" as {free}"),)


def _goes(statement: cst.CSTNode) -> bool:
    """Whether a statement of a handler only lets the function go on: a jump, a flag, a stand-in."""
    if isinstance(statement, cst.SimpleStatementLine):
        return all(_goes(each) for each in statement.body)
    if isinstance(statement, cst.FunctionDef):
        return True
    if isinstance(statement, cst.Expr):
        return isinstance(statement.value, cst.Ellipsis)
    if isinstance(statement, (cst.Assign, cst.AnnAssign)):
        value = statement.value
        is_constant = isinstance(value, cst.Name) and value.value in ("False", "None", "True")
        return is_constant or isinstance(value, cst.Lambda)
    return isinstance(statement, (cst.Pass, cst.Return, cst.Continue, cst.Break))


def _instead(file: FixedFile, definition: cst.FunctionDef, text: str) -> Edit:
    """Return the edit that puts a statement in the place of a definition and the blank lines above it."""
    line, column = file.start(definition)
    end = _code_span(file, definition)
    first = line
    while first > 1 and not file.lines[first - 2].strip():
        first -= 1
    return Edit(Span(first, 0, end.end_line, end.end_column), f"{file.margin(line)[:column]}{text}")


def _removed(file: FixedFile, statement: cst.CSTNode) -> Edit:
    """Return the removal of a statement before others, with its line where it has one to itself."""
    block = file.parents[statement]
    if isinstance(block, cst.SimpleStatementSuite):
        following = block.body[list(block.body).index(statement) + 1]  # type: ignore[arg-type]
        start, end = file.span(statement), file.span(following)
        return Edit(Span(start.line, start.column, end.line, end.column), "")
    if not isinstance(statement, cst.SimpleStatementLine):
        raise NoFixError("the handler does several things besides going on")
    if has_comment(statement):
        raise NoFixError("a comment belongs to what the handler sets")
    span = file.span(statement)
    return Edit(Span(span.line, 0, span.end_line + 1, 0), "")


def _appended(file: FixedFile, last: cst.CSTNode, text: str) -> Edit:
    """Return the edit that puts a statement behind the last one of a handler."""
    if isinstance(last, cst.BaseSmallStatement):
        span = file.span(last)
        return insertion(span.end_line, span.end_column, f"; {text}")
    span = _code_span(file, last)
    margin = file.margin(file.start(last)[0])
    return insertion(span.end_line, len(file.lines[span.end_line - 1]), f"{file.newline}{margin}{text}")


def _code_span(file: FixedFile, statement: cst.CSTNode) -> Span:
    """Return where the code of a statement stands, without the end of its last line."""
    first = file.start(statement)
    inner = statement
    while isinstance(body := getattr(_last_block(inner), "body", None), (list, tuple)):
        inner = body[-1]
    end = file.span(inner)
    return Span(*first, end.end_line, end.end_column)


def _last_block(node: cst.CSTNode) -> cst.CSTNode | None:
    """Return the last part of a compound statement that holds statements; a line is its own."""
    if isinstance(node, (cst.SimpleStatementLine, cst.BaseSuite)):
        return node
    for part in ("finalbody", "orelse"):
        following = getattr(node, part, None)
        if isinstance(following, cst.CSTNode):
            return _last_block(following)
    handlers = getattr(node, "handlers", None)
    if handlers:
        return _last_block(handlers[-1])
    body = getattr(node, "body", None)
    return body if isinstance(body, cst.BaseSuite) else None


# -- contextlib.suppress


def _without_suppress(file: FixedFile, call: cst.Call) -> _Raising:
    """Return the edits that let pass what a ``suppress`` held back."""
    title = "Let the {} pass, which suppress() swallows"
    kept = [a for a in call.args if not _names_import_error(a.value)]
    if kept and len(kept) < len(call.args):
        if has_comment(call):
            raise NoFixError("there are comments between the exceptions that are suppressed")
        span = file.span(call.args[0].value), file.span(call.args[-1].value)
        place = Span(span[0].line, span[0].column, span[1].end_line, span[1].end_column)
        text = ", ".join(file.written(a.value) for a in kept)
        return _Raising("", (Edit(place, text),), title.format("ImportError"))
    block = next(a for a in file.ancestors(call) if isinstance(a, cst.With))
    if len(block.items) > 1 or not isinstance(block.body, cst.IndentedBlock):
        raise NoFixError("suppress() stands together with others, or on one line with its block")
    kind = "exception" if kept else file.written(call.args[0].value)
    return _Raising("", tuple(_dedented(file, block, block.body.body)), title.format(kind))


def _names_import_error(kind: cst.BaseExpression) -> bool:
    return isinstance(kind, cst.Name) and kind.value in _IMPORT_ERRORS


def _dedented(file: FixedFile, block: cst.With, body: Sequence[cst.BaseStatement]) -> Iterator[Edit]:
    """Yield the edits by which the statements of a block take its place."""
    if isinstance(block.body, cst.IndentedBlock) and block.body.header.comment is not None:
        raise NoFixError("a comment belongs to suppress()")
    first, last = file.span(block).line, _code_span(file, body[-1]).end_line
    start = file.start(body[0])[0]
    deeper = file.margin(start).removeprefix(file.margin(first))
    inner = file.above(start)
    if any(re.search(r"('''|\"\"\")|\\$", line) for line in file.lines[start - 1 : last]):
        raise NoFixError("strings over several lines would change with their margin")
    yield Edit(Span(first, 0, inner, 0), "")
    for line in range(inner, last + 1):
        text = file.lines[line - 1]
        if text.startswith(file.margin(start)):
            width = len(file.margin(first))
            yield Edit(Span(line, width, line, width + len(deeper)), "")
