"""Providers: containers of dependency injection that keep the one instance of what they make."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Location, Scope
from ssot_lint.project.evidence.clues import Clue, is_stand_in, location_of, short
from ssot_lint.project.evidence.foreign import is_foreign
from ssot_lint.project.kinds import can_be_managed
from ssot_lint.summary.facts import LOCALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ssot_lint.project.evidence.keeping import Keeping
    from ssot_lint.project.names import ClassNode, FunctionNode, Names
    from ssot_lint.summary.facts import Decorator, Given, ModuleSummary, Registration

_PROVIDERS: Final[Mapping[str, Scope]] = MappingProxyType(
    {
        "dependency_injector.providers.Singleton": Scope.PROCESS,
        "dependency_injector.providers.ThreadSafeSingleton": Scope.PROCESS,
        "dependency_injector.providers.DelegatedSingleton": Scope.PROCESS,
        "dependency_injector.providers.DelegatedThreadSafeSingleton": Scope.PROCESS,
        "dependency_injector.providers.Resource": Scope.PROCESS,
        "dependency_injector.providers.ThreadLocalSingleton": Scope.CONTEXT,
        "dependency_injector.providers.ContextLocalSingleton": Scope.CONTEXT,
        "dependency_injector.providers.ContextLocalResource": Scope.CONTEXT,
    }
)
"""Objects that hand out the instance when they are called."""
_SCOPES: Final[Mapping[str, Scope]] = MappingProxyType(
    {
        "punq.Scope.singleton": Scope.PROCESS,
        "injector.singleton": Scope.PROCESS,
        "injector.SingletonScope": Scope.PROCESS,
        "injector.threadlocal": Scope.CONTEXT,
        "injector.ThreadLocalScope": Scope.CONTEXT,
        "flask_injector.request": Scope.CONTEXT,
        "flask_injector.RequestScope": Scope.CONTEXT,
    }
)
_PROVIDING: Final = frozenset({"injector.provider", "injector.multiprovider"})
_LAGOM: Final = frozenset({"lagom.Singleton", "lagom.definitions.Singleton"})
_LAGOM_DECORATORS: Final = frozenset(
    {"lagom.dependency_definition", "lagom.decorators.dependency_definition"}
)
_VALUES: Final = ("register_value", "register_local_value")
_MADE_BY: Final = ("factory", "to", "instance", "to_provide", "1", "0", "interface", "service")
"""The arguments that may say what is made, the most telling first."""


def provider_clues(keeping: Keeping) -> Iterator[Clue]:
    """Yield clues of what is registered with a container as the one instance."""
    for module in keeping.names.sources:
        for registration in module.registrations:
            scope = _scope_of(registration, keeping.names)
            if scope is not None:
                yield from _registered(registration, scope, module, keeping)
    for class_node in keeping.names.classes.values():
        yield from _decorated_class(class_node, keeping)
    for node in keeping.names.functions.values():
        if node.facts.decorators:
            yield from _decorated_function(node, keeping)


def _scope_of(registration: Registration, names: Names) -> Scope | None:
    """Return how long a container keeps what is registered; None where it keeps nothing."""
    function = _meaning(registration.function, names)
    if function in _PROVIDERS:
        return _PROVIDERS[function] if registration.place else None
    given = {each.place: each for each in registration.given}
    if function in _LAGOM and "key" in given:
        return Scope.PROCESS
    for place in ("scope", "2", "3"):
        for symbol in given[place].symbols if place in given else ():
            found = _SCOPES.get(_meaning(symbol, names))
            if found is not None:
                return found
    library, _, word = function.partition(".")
    word = function.rpartition(".")[2]
    if library == "punq" and word == "register" and "instance" in given:
        return Scope.PROCESS
    if library == "svcs" and word in _VALUES:
        return Scope.PROCESS
    if library == "svcs" and word == "register_factory":
        return Scope.CONTEXT  # each of its containers keeps one
    is_lagom = library == "lagom" and word == "define" and len(registration.given) > 1
    return Scope.PROCESS if is_lagom else None


def _meaning(symbol: str, names: Names) -> str:
    target = names.resolve(symbol)
    return target.symbol if target is not None else ""


def _registered(
    registration: Registration, scope: Scope, module: ModuleSummary, keeping: Keeping
) -> Iterator[Clue]:
    place = registration.place
    around = module.scopes[registration.scope].qualname
    owner = f"{module.module}.{around}".rstrip(".")
    called = place if place else ""
    text = f"{short(place)} provides the one instance" if place else "a container provides the one instance"
    for symbol, creators in _made(registration, keeping):
        if can_be_managed(keeping.names, symbol):
            yield Clue(
                symbol,
                "provider",
                text,
                Location(module.path, registration.span),
                scope,
                factories=(called,) if called else (),
                helpers=(owner, *creators),
                in_test=module.is_test,
                at_most=_at_most(symbol, keeping.names, place),
            )


def _made(registration: Registration, keeping: Keeping) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the classes that a registration makes, with the functions that do it."""
    given = {each.place: each for each in registration.given}
    for place in _MADE_BY:
        if place in given:
            found = list(_made_by(given[place], keeping))
            if found:
                yield from found
                return
    if "key" in given:
        yield from _made_by(given["key"], keeping)


def _made_by(given: Given, keeping: Keeping) -> Iterator[tuple[str, tuple[str, ...]]]:
    names = keeping.names
    for symbol in given.symbols:
        target = names.resolve(symbol)
        if given.kind != "name":
            creators = tuple(keeping.creators([symbol]))
            yield from ((made, creators) for made in keeping.products([symbol]))
        elif target is not None and target.kind == "class":
            yield target.symbol, ()
        elif target is not None and target.kind == "function":
            made = list(keeping.products([f"{symbol}()"]))
            product = names.class_of(f"{symbol}()")
            for each in made or ([product] if product is not None else []):
                yield each, (target.symbol,)
        else:
            kept = names.class_of(symbol)
            if kept is not None:
                yield kept, ()


def _decorated_class(node: ClassNode, keeping: Keeping) -> Iterator[Clue]:
    for decorator in node.facts.decorators:
        scope = _SCOPES.get(_meaning(decorator.symbol, keeping.names))
        if scope is not None and can_be_managed(keeping.names, node.symbol):
            text = f"@{short(decorator.symbol)} lets the injector keep the instance"
            where = location_of(node, node.facts.span)
            yield Clue(node.symbol, "provider", text, where, scope, in_test=node.module.is_test)


def _decorated_function(node: FunctionNode, keeping: Keeping) -> Iterator[Clue]:
    scope = _provided_scope(node.facts.decorators, keeping.names)
    product = keeping.names.class_of(f"{node.symbol}()") if scope is not None else None
    if scope is None or product is None or LOCALS in product or not can_be_managed(keeping.names, product):
        return
    yield Clue(
        product,
        "provider",
        f"{node.facts.name}() provides the one instance",
        location_of(node, node.facts.span),
        scope,
        helpers=(node.symbol,),
        in_test=node.module.is_test,
        at_most=_at_most(product, keeping.names, node.symbol),
    )


def _provided_scope(decorators: Iterable[Decorator], names: Names) -> Scope | None:
    meanings = {_meaning(decorator.symbol, names): decorator for decorator in decorators}
    if _PROVIDING.intersection(meanings):
        return next((_SCOPES[meaning] for meaning in meanings if meaning in _SCOPES), None)
    for meaning in _LAGOM_DECORATORS.intersection(meanings):
        arguments = dict(meanings[meaning].arguments)
        if "True" in (arguments.get("singleton"), arguments.get("1")):
            return Scope.PROCESS
    return None


def _at_most(symbol: str, names: Names, *places: str) -> Confidence:
    if is_stand_in(symbol, *places):
        return Confidence.LOW
    return Confidence.MEDIUM if is_foreign(symbol, names) else Confidence.HIGH
