"""Which functions put managed instances together: constructors, factories, and what works for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.project.hits import is_owner, place_symbols
from ssot_lint.summary.facts import UseKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary.facts import FunctionFacts, ModuleSummary

_CONSTRUCTORS: Final = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__"})


class Place(NamedTuple):
    """A function of a module, and the managed class that it puts together."""

    managed: ManagedClass
    function: FunctionFacts
    is_maker: bool
    """Whether it takes part in making or handing out the instance; other methods of the owner don't."""


def function_at(module: ModuleSummary, scope: int, project: Project) -> FunctionFacts | None:
    """Return the function whose body a scope is."""
    qualname = module.scopes[scope].qualname
    known = project.names.functions.get(f"{module.module}.{qualname}")
    if known is not None and known.module is module and known.facts.scope == scope:
        return known.facts
    return next((f for f in module.functions if f.scope == scope and f.qualname == qualname), None)


def place_of(module: ModuleSummary, scope: int, project: Project) -> Place | None:
    """Return the surest managed class that a function is a constructor, factory or owner of."""
    function = function_at(module, scope, project)
    if function is None:
        return None
    found = list(_places(module, function, project))
    return max(found, key=lambda p: (p.is_maker, p.managed.confidence), default=None)


def _places(module: ModuleSummary, function: FunctionFacts, project: Project) -> Iterator[Place]:
    symbol = f"{module.module}.{function.qualname}"
    places = {symbol, f"{module.module}.{function.class_qualname}", *place_symbols(module, function.scope)}
    scopes = (module.scopes[use.scope] for use in module.uses_of(symbol) if use.kind is UseKind.CALL)
    callers = (f"{module.module}.{scope.qualname}" for scope in scopes)
    for managed in project.index.owned_by(places, callers):
        if _is_maker(managed, module, function, symbol):
            yield Place(managed, function, is_maker=True)
        elif is_owner(managed.owners, frozenset(), (), module, function.scope):
            yield Place(managed, function, is_maker=_makes(managed, function, project))


def _is_maker(managed: ManagedClass, module: ModuleSummary, function: FunctionFacts, symbol: str) -> bool:
    if symbol in managed.owners or _is_constructor_of(managed, module, function):
        return True
    if managed.allow and is_owner(frozenset(), frozenset(), managed.allow, module, function.scope):
        return True
    return _serves_owner(managed, module, symbol)


def _is_constructor_of(managed: ManagedClass, module: ModuleSummary, function: FunctionFacts) -> bool:
    owner = f"{module.module}.{function.class_qualname}"
    return function.name in _CONSTRUCTORS and owner == managed.qualname


def _serves_owner(managed: ManagedClass, module: ModuleSummary, symbol: str) -> bool:
    """Whether a factory or constructor of the class calls a function of its own module."""
    return any(
        use.kind is UseKind.CALL and _is_making_scope(managed, module, use.scope)
        for use in module.uses_of(symbol)
    )


def _is_making_scope(managed: ManagedClass, module: ModuleSummary, scope: int) -> bool:
    qualname = module.scopes[scope].qualname
    symbol = f"{module.module}.{qualname}"
    owner, _, name = symbol.rpartition(".")
    return symbol in managed.factory_symbols or (owner == managed.qualname and name in _CONSTRUCTORS)


def _makes(managed: ManagedClass, function: FunctionFacts, project: Project) -> bool:
    symbols = (*function.makes, *(made for fill in function.fills for made in fill.made))
    return any(project.names.class_of(symbol) == managed.qualname for symbol in symbols)
