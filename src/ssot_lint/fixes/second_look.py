"""The fix of SST403: check and fill stand under the owner's lock, and the check is made again inside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, insertion
from ssot_lint.fixes._owner_lock import Lock, lock_of, taken_lock
from ssot_lint.model import Applicability, Span, Suggestion
from ssot_lint.syntax_tree import nodes_with_parents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.model import Edit, Finding
    from ssot_lint.project.atomicity import Race

_WORTH_ASKING_TWICE: Final = frozenset({"get", "getattr", "hasattr", "isinstance", "len", "bool"})
_NO_FIX: Final = {
    "fresh": "the lock has to be made once, where the instances are kept",
    "instance": "the lock has to be one for all, where the instances are kept",
}


class _Look(NamedTuple):
    """The check, and the statement of its block in which the filling is."""

    read: cst.SimpleStatementLine | None
    """The line that reads the place into a variable, when the check is of that."""
    name: str
    """That variable."""
    statement: cst.If | cst.With


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the lock with the second check, before the other ways out."""
    race = next(r for r in file.project.atomicity.races(file.module) if r.get.look == finding.location.span)
    if race.how in _NO_FIX:
        raise NoFixError(_NO_FIX[race.how])
    look = _look(file, race)
    function = file.function_around(look.statement)
    if function is None:
        raise NoFixError("it isn't looked at in a function")
    if race.how == "late":
        edits = list(_repeated(file, race, look, function))
        title = finding.suggestions[0].title
    else:
        lock = lock_of(file, race, function)
        edits = [*lock.edits, *_locked(file, race, look, function, lock)]
        again = ", and look again inside" if _is_within(file, race, look.statement) else ""
        title = f"Look and fill under {lock.text}{again}"
    yield Suggestion(title, Applicability.UNSAFE, tuple(edits))
    yield from finding.suggestions[1:]


def _look(file: FixedFile, race: Race) -> _Look:
    for node in file.parents:
        if isinstance(node, cst.If) and _covers(file.span(node.test), race.get.look):
            return _Look(None, "", node)
    for line in file.parents:
        if not isinstance(line, cst.SimpleStatementLine) or not _covers(file.span(line), race.get.look):
            continue
        statement = line.body[0]
        following = _following(file, line)
        if (
            len(line.body) == 1
            and isinstance(statement, cst.Assign)
            and len(statement.targets) == 1
            and isinstance(statement.targets[0].target, cst.Name)
            and following
            and isinstance(following[0], (cst.If, cst.With))
        ):
            return _Look(line, statement.targets[0].target.value, following[0])
    raise NoFixError("it isn't looked at by an if statement, or right before one")


def _following(file: FixedFile, statement: cst.CSTNode) -> Sequence[cst.BaseStatement]:
    """Return the statements after one in its block."""
    block = file.parents[statement]
    body = list(block.body) if isinstance(block, (cst.IndentedBlock, cst.Module)) else []
    index = next((i for i, each in enumerate(body) if each is statement), len(body))
    return body[index + 1 :]


def _covers(outer: Span, inner: Span) -> bool:
    starts = (outer.line, outer.column) <= (inner.line, inner.column)
    return starts and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


# -- the lock is there, and taken too late


def _repeated(file: FixedFile, race: Race, look: _Look, function: cst.FunctionDef) -> Iterator[Edit]:
    """Yield the edits that repeat the check where the lock has been taken."""
    branch = look.statement
    body = branch.body.body if isinstance(branch, cst.If) else (branch,)
    inner = body[0] if len(body) == 1 else None
    if not isinstance(inner, cst.With) or race.lock is None or not taken_lock(file, inner, race.lock.text):
        raise NoFixError("the lock isn't taken by a with statement around all that the branch does")
    if not isinstance(inner.body, cst.IndentedBlock):
        raise NoFixError("the statements under the lock have no lines of their own")
    first = inner.body.body[0]
    start = file.above(file.start(first)[0])
    margin = file.margin(file.start(first)[0])
    lines = _read_again(file, look)
    if isinstance(branch, cst.If) and not (lines and _asks_the_same(file, branch, inner.body.body)):
        lines.append(f"if {_test(file, branch)}:")
        _check_branch(branch, look, function)
        deeper = file.indent
    else:
        deeper = ""
    yield insertion(start, 0, "".join(f"{margin}{line}{file.newline}" for line in lines))
    yield from _indented(file, inner.body.body, deeper) if deeper else ()


def _asks_the_same(file: FixedFile, branch: cst.If, body: Sequence[cst.CSTNode]) -> bool:
    """Whether all that stands under the lock is behind the check of the variable already."""
    inner = body[0]
    return (
        len(body) == 1
        and isinstance(inner, cst.If)
        and inner.orelse is None
        and file.written(inner.test) == file.written(branch.test)
    )


def _read_again(file: FixedFile, look: _Look) -> list[str]:
    return [_on_one_line(file, look.read.body[0])] if look.read is not None else []


# -- no lock is taken


def _locked(
    file: FixedFile, race: Race, look: _Look, function: cst.FunctionDef, lock: Lock
) -> Iterator[Edit]:
    """Yield the edits that put check and filling under a lock."""
    branch = look.statement
    if not isinstance(branch, cst.If):
        raise NoFixError("it isn't looked at by an if statement")
    if not _is_within(file, race, branch):
        yield from _all_locked(file, race, look, lock)
        return
    if not isinstance(branch.body, cst.IndentedBlock):
        raise NoFixError("the branch has no lines of its own")
    _check_branch(branch, look, function)
    first = branch.body.body[0]
    margin = file.margin(file.start(first)[0])
    lines = [f"{margin}{lock.statement}:"]
    lines += [f"{margin}{file.indent}{line}" for line in _read_again(file, look)]
    lines.append(f"{margin}{file.indent}if {_test(file, branch)}:")
    start = file.above(file.start(first)[0])
    yield insertion(start, 0, "".join(f"{line}{file.newline}" for line in lines))
    yield from _indented(file, branch.body.body, file.indent * 2)


def _is_within(file: FixedFile, race: Race, branch: cst.If | cst.With) -> bool:
    """Whether the branch of the look does the filling; else it leaves when there is nothing to fill."""
    return _covers(_whole(file, branch.body.body), race.get.fill)


def _all_locked(file: FixedFile, race: Race, look: _Look, lock: Lock) -> Iterator[Edit]:
    """Yield the edits that put the rest of a block under a lock, from the look on."""
    first = look.read or look.statement
    rest = [first, *_following(file, first)]
    if not _covers(_whole(file, rest), race.get.fill):
        raise NoFixError("it is looked at and filled in different blocks")
    start = file.above(file.start(first)[0])
    yield insertion(start, 0, f"{file.margin(file.start(first)[0])}{lock.statement}:{file.newline}")
    yield from _indented(file, rest, file.indent)


def _whole(file: FixedFile, body: Sequence[cst.CSTNode]) -> Span:
    first, last = file.span(body[0]), file.span(body[-1])
    return Span(first.line, first.column, last.end_line, last.end_column)


# -- checks that may be made twice


def _test(file: FixedFile, branch: cst.If) -> str:
    for node, _ in nodes_with_parents(branch.test):
        called = node.func if isinstance(node, cst.Call) else None
        name = called.attr if isinstance(called, cst.Attribute) else called
        asked = isinstance(name, cst.Name) and name.value in _WORTH_ASKING_TWICE
        if isinstance(node, cst.Await) or (called is not None and not asked):
            raise NoFixError("the check calls something, which would be called twice")
    return _on_one_line(file, branch.test)


def _on_one_line(file: FixedFile, node: cst.CSTNode) -> str:
    text = file.written(node)
    if "\n" in text or "\r" in text:
        raise NoFixError("the check goes over several lines")
    return text


def _check_branch(branch: cst.If, look: _Look, function: cst.FunctionDef) -> None:
    """Raise NoFixError where what comes after needs more of the branch than that the place is filled."""
    if branch.orelse is not None:
        raise NoFixError("the check has another branch, which would have to be there twice")
    kept = {look.name}
    for node, _ in nodes_with_parents(function.body):
        if isinstance(node, (cst.Global, cst.Nonlocal)):
            kept.update(item.name.value for item in node.names)
    kept.update(
        node.target.value
        for node, _ in nodes_with_parents(branch.test)
        if isinstance(node, cst.NamedExpr) and isinstance(node.target, cst.Name)
    )
    inside = dict(nodes_with_parents(branch.body))
    bound = {
        target.value
        for node in inside
        if isinstance(node, (cst.AssignTarget, cst.AnnAssign))
        if isinstance(target := node.target, cst.Name)
    }
    outside = {
        node.value
        for node, _ in nodes_with_parents(function.body)
        if isinstance(node, cst.Name) and node not in inside
    }
    needed = sorted((bound & outside) - kept)
    if needed:
        raise NoFixError(f"{needed[0]} would not be set when somebody else has filled it meanwhile")


def _indented(file: FixedFile, body: Sequence[cst.CSTNode], deeper: str) -> Iterator[Edit]:
    """Yield the edits that put statements, with the comments between them, further in."""
    first = file.above(file.start(body[0])[0])
    last = file.span(body[-1])
    lines = file.lines[first - 1 : last.end_line - (last.end_column == 0)]
    if any(re.search(r"('''|\"\"\")|\\$", line) for line in lines):
        raise NoFixError("strings over several lines would change with their margin")
    for number, line in enumerate(lines, start=first):
        if line.strip():
            yield insertion(number, 0, deeper)
