"""The lock that lives where instances are kept: which it is, and how a place names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError
from ssot_lint.fixes._imports import refer
from ssot_lint.syntax_tree import nodes_with_parents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.model import Edit
    from ssot_lint.project.atomicity import Race

_FOR_TASKS: Final = frozenset({"asyncio", "anyio", "trio"})
_FOR_THREADS: Final = frozenset({"threading", "multiprocessing"})
_LOCKS: Final = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition"})


class Lock(NamedTuple):
    """A lock at a place: its name there, and the ``with`` that takes it."""

    text: str
    statement: str
    edits: tuple[Edit, ...] = ()


def lock_of(file: FixedFile, race: Race, function: cst.FunctionDef) -> Lock:
    """Return the lock under which a function is to look and fill; NoFixError where there is none to take."""
    for_tasks = race.how == "await"
    owner = race.place.rpartition(".")[0]
    found = dict(_locks(file, owner, _FOR_TASKS if for_tasks else _FOR_THREADS))
    if race.lock is not None:
        found = {symbol: kind for symbol, kind in found.items() if symbol in race.lock.symbols}
    elif race.lock_name in found:
        found = {race.lock_name: found[race.lock_name]}
    if len(found) != 1:
        kind = "tasks" if for_tasks else "threads"
        raise NoFixError(f"{owner} has {'more than one' if found else 'no'} lock for {kind}")
    ((symbol, made),) = found.items()
    if not for_tasks and any(isinstance(node, cst.Await) for node, _ in nodes_with_parents(function.body)):
        raise NoFixError("threads would wait while a task does, if the lock was held over an await")
    lock = _named(file, symbol, owner, function)
    if not made.endswith("RLock()"):
        _check_reentrance(file, race, function, symbol.rpartition(".")[2])
    asynchronous = "async with" if for_tasks else "with"
    return lock._replace(statement=f"{asynchronous} {lock.text}")


def taken_lock(file: FixedFile, node: cst.With, text: str) -> bool:
    """Whether a ``with`` statement takes this lock, and nothing else."""
    return len(node.items) == 1 and file.written(node.items[0].item) == text


def _locks(file: FixedFile, owner: str, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the locks that a module or class keeps, with what made them."""
    names = file.project.names
    if owner in names.modules:
        module = names.modules[owner]
        rows = [(name, b.symbols) for name, bindings in module.bindings.items() for b in bindings]
    elif owner in names.classes:
        rows = [(a.name, a.symbols) for a in names.classes[owner].facts.attributes if a.value]
    else:
        rows = []
    for name, symbols in rows:
        for symbol in symbols:
            parts = symbol.removesuffix("()").split(".")
            if symbol.endswith("()") and parts[0] in kinds and parts[-1] in _LOCKS:
                yield f"{owner}.{name}", symbol


def _named(file: FixedFile, symbol: str, owner: str, function: cst.FunctionDef) -> Lock:
    """Return how a function names a lock: by the class or instance that it is a method of, else by import."""
    if owner not in file.project.names.classes:
        reference = refer(file, [symbol], function.body.body[0])
        return Lock(reference.text, "", reference.edits)
    name = symbol.rpartition(".")[2]
    qualname = f"{file.module.module}.{_class_around(file, function)}"
    first = function.params.params[0].name.value if function.params.params else ""
    if qualname == owner and first in ("self", "cls"):
        return Lock(f"{first}.{name}", "")
    reference = refer(file, [owner], function.body.body[0])
    return Lock(f"{reference.text}.{name}", "", reference.edits)


def _class_around(file: FixedFile, function: cst.FunctionDef) -> str:
    found = [node.name.value for node in file.ancestors(function) if isinstance(node, cst.ClassDef)]
    return ".".join(reversed(found))


def _check_reentrance(file: FixedFile, race: Race, function: cst.FunctionDef, lock: str) -> None:
    """Raise NoFixError where the function is called, or calls something, under the same lock."""
    for call in file.module.creation.calls:
        if call.name == race.function.name and any(_last(held.text) == lock for held in call.held):
            raise NoFixError(f"a caller holds {lock} already")
    defined = {n.name.value: n for n in file.of_kind(cst.FunctionDef) if n is not function}
    seen: set[str] = set()
    waiting: list[cst.CSTNode] = [function.body]
    while waiting:
        nodes = [node for node, _ in nodes_with_parents(waiting.pop())]
        for node in nodes:
            if isinstance(node, cst.With) and any(
                _last(file.written(each.item)) == lock for each in node.items
            ):
                raise NoFixError(f"something that it calls takes {lock}, too")
            if isinstance(node, cst.Name) and node.value in defined and node.value not in seen:
                seen.add(node.value)
                waiting.append(defined[node.value].body)


def _last(text: str) -> str:
    return text.rpartition(".")[2]
