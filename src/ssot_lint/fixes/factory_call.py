"""The fix of SST101: call the factory in the place of the class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from ssot_lint.fixes._arguments import Signature, constructor_parameters, fit
from ssot_lint.fixes._file import FixedFile, NoFixError, has_comment, insertion
from ssot_lint.fixes._imports import Reference, refer
from ssot_lint.model import Applicability, Edit, Suggestion
from ssot_lint.project.hits import is_construction
from ssot_lint.summary.facts import LOCALS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.model import Finding
    from ssot_lint.project import ManagedClass
    from ssot_lint.project.hits import Hit
    from ssot_lint.summary.facts import FunctionFacts

_PLAIN_DECORATORS: Final = frozenset(
    {"cache", "lru_cache", "cached", "alru_cache", "staticmethod", "classmethod", "override", "final"}
)


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the call of the factory, and after it what the finding suggests besides."""
    call = file.find(finding.location.span, cst.Call)
    hit = _hit_at(file, call, finding) if isinstance(call, cst.Call) else None
    if not isinstance(call, cst.Call) or hit is None:
        raise NoFixError("the call isn't written out here")
    managed = file.project.managed[hit.managed]
    facts, symbol = _factory(file, managed)
    is_member = facts.class_qualname is not None
    parameters = facts.parameters[1:] if facts.kind == "classmethod" else facts.parameters
    constructor = constructor_parameters(managed.qualname, file.project)
    keys = frozenset(key for fill in facts.fills for key in fill.key_parameters)
    fitted = fit(file, call, constructor, Signature(facts.name, parameters, keys))
    reference = _reach(file, call, hit, managed, symbol, is_member=is_member)
    edits = [*reference.edits, Edit(file.span(call.func), reference.text), *fitted.edits]
    if facts.is_async:
        edits += _awaiting(file, call)
    safe = (
        fitted.is_sure
        and _makes(managed, facts, file)
        and all(d.symbol.rstrip("()").rpartition(".")[2] in _PLAIN_DECORATORS for d in facts.decorators)
        and not has_comment(call.func)
        and not _is_closed_here(file, call)
    )
    title = finding.suggestions[0].title
    yield Suggestion(
        f"{title} ({reference.note})" if reference.note else title,
        Applicability.SAFE if safe else Applicability.UNSAFE,
        tuple(edits),
    )
    yield from finding.suggestions[1:]


def _hit_at(file: FixedFile, call: cst.Call, finding: Finding) -> Hit | None:
    span = file.span(call.func)
    managed = file.project.managed
    found = (
        hit
        for hit in file.project.hits_in(file.module)
        if hit.use.span == span and is_construction(hit)
        if managed[hit.managed].evidence == finding.evidence
    )
    return next(found, None)


def _factory(file: FixedFile, managed: ManagedClass) -> tuple[FunctionFacts, str]:
    """Return the factory that the finding names, if it can be called from anywhere."""
    if not managed.factories:
        raise NoFixError("there is no factory to call")
    symbol = managed.factories[0].symbol
    facts = file.function_facts(symbol)
    if facts is None:
        raise NoFixError(f"the signature of {symbol} isn't known")
    if LOCALS in facts.qualname or facts.kind in ("method", "property"):
        raise NoFixError(f"{facts.name} belongs to an instance or a function, and has to be got from there")
    if facts.is_generator or any("contextmanager" in d.symbol.lower() for d in facts.decorators):
        raise NoFixError(f"{facts.name}() hands it out for a with statement")
    node = file.project.names.functions[symbol]
    if facts.name.startswith("_") and node.module is not file.module:
        raise NoFixError(f"{facts.name}() is private to its module")
    return facts, symbol


def _reach(
    file: FixedFile, call: cst.Call, hit: Hit, managed: ManagedClass, symbol: str, *, is_member: bool
) -> Reference:
    """Return how the factory is written at the call."""
    written = call.func.value if isinstance(call.func, cst.Subscript) else call.func
    owner, _, name = symbol.rpartition(".")
    prefix = hit.symbol.removesuffix(hit.rest).rpartition(".")[0]
    if is_member:
        if owner == hit.target:
            return Reference(f"{file.written(written)}.{name}")
        found = refer(file, [owner], call)
        return found._replace(text=f"{found.text}.{name}")
    names = file.project.names
    paths = [
        path
        for path in (f"{prefix}.{name}", f"{managed.canonical}.{name}", symbol)
        if (target := names.resolve(path)) is not None and target.symbol == symbol
    ]
    if isinstance(written, cst.Attribute) and paths[0] == f"{prefix}.{name}":
        return Reference(f"{file.written(written.value)}.{name}")
    return refer(file, [path for path in paths if path.rpartition(".")[0]], call)


def _makes(managed: ManagedClass, facts: FunctionFacts, file: FixedFile) -> bool:
    """Whether the factory is declared, or seen to make what it hands out: it can't come back with nothing."""
    if managed.is_declared:
        return True
    names = file.project.names
    made = (*facts.makes, *(symbol for fill in facts.fills for symbol in fill.made))
    if any(names.class_of(symbol) == managed.qualname for symbol in made):
        return True
    return any(
        names.class_of(symbol) == managed.qualname
        for slot in managed.slots
        for binding in _bindings(slot, file)
        for symbol in binding
    )


def _bindings(slot: str, file: FixedFile) -> Iterable[tuple[str, ...]]:
    """Yield what a slot's own module binds to it."""
    module, _, name = slot.rpartition(".")
    found = file.project.names.modules.get(module)
    return (binding.symbols for binding in found.bindings.get(name, ())) if found is not None else ()


def _is_closed_here(file: FixedFile, call: cst.Call) -> bool:
    """Whether the place makes the object for a ``with``, which would close it for everybody."""
    return any(isinstance(parent, cst.WithItem) for parent in _expression_around(file, call))


def _expression_around(file: FixedFile, node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    for parent in file.ancestors(node):
        if isinstance(parent, (cst.BaseStatement, cst.BaseSmallStatement)):
            return
        yield parent


def _awaiting(file: FixedFile, call: cst.Call) -> list[Edit]:
    """Return the edits that await a call; NoFixError where that isn't possible."""
    function = file.function_around(call)
    if function is None or function.asynchronous is None:
        raise NoFixError("the factory is asynchronous, and this place can't await it")
    for parent in _expression_around(file, call):
        if isinstance(parent, (cst.Lambda, cst.GeneratorExp)):
            raise NoFixError("the factory is asynchronous, and can't be awaited inside this expression")
        if isinstance(parent, (cst.FunctionDef, cst.ClassDef)):
            break
    span = file.span(call)
    user = file.parents[call]
    inside = (
        (isinstance(user, (cst.Attribute, cst.Subscript)) and user.value is call)
        or (isinstance(user, cst.Call) and user.func is call)
        or (isinstance(user, cst.BinaryOperation) and isinstance(user.operator, cst.Power))
        or isinstance(user, cst.Await)
    )
    if not inside or call.lpar:
        return [insertion(span.line, span.column, "await ")]
    return [
        insertion(span.line, span.column, "(await "),
        insertion(span.end_line, span.end_column, ")"),
    ]
