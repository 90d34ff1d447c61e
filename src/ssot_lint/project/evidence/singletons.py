"""Singleton classes: calling them gives the one instance, by ``__new__``, the metaclass or a decorator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Scope
from ssot_lint.project.evidence.clues import Clue, location_of, short
from ssot_lint.project.evidence.keeping import Keeping, functions_of
from ssot_lint.project.evidence.memoized import is_cache
from ssot_lint.project.kinds import can_be_managed
from ssot_lint.summary.facts import LOCALS, SUPER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.names import ClassNode, FunctionNode, Target


def singleton_clues(node: ClassNode, keeping: Keeping) -> Iterator[Clue]:
    """Yield the clue of a class that is its own factory; one inside a function is made anew each time."""
    if node.facts.is_local:
        return
    found = _by_new(node, keeping) or _by_metaclass(node, keeping) or _by_decorator(node, keeping)
    if found is not None and can_be_managed(keeping.names, node.symbol):
        yield _clue(node, *found, keeping)


def _by_new(node: ClassNode, keeping: Keeping) -> tuple[str, FunctionNode | None] | None:
    names = keeping.names
    for class_symbol in names.mro(node.symbol):
        new = names.functions.get(f"{class_symbol}.__new__")
        if new is None:
            continue
        if not _keeps_instance(new, class_symbol, keeping):
            return None
        whose = "__new__" if class_symbol == node.symbol else f"__new__ of {short(class_symbol)}"
        return f"{whose} keeps the first instance and returns it", new
    return None


def _keeps_instance(node: FunctionNode, class_symbol: str, keeping: Keeping) -> bool:
    """Tell whether ``__new__`` stores an instance of the class when there is none yet, and without a key."""
    for fill in node.facts.fills:
        if not fill.when_empty or (fill.target.endswith("[]") and fill.key_parameters):
            continue
        for value in fill.made:
            found = keeping.names.resolve(value)
            if (
                found is not None
                and found.kind == "instance"
                and class_symbol in keeping.names.mro(found.symbol)
            ):
                return True
    return False


def _by_metaclass(node: ClassNode, keeping: Keeping) -> tuple[str, FunctionNode | None] | None:
    names = keeping.names
    for class_symbol in names.mro(node.symbol):
        facts = names.classes[class_symbol].facts
        metaclass = names.resolve(facts.metaclass) if facts.metaclass else None
        if metaclass is not None and metaclass.kind == "class":
            caller = _keeping_call(metaclass.symbol, keeping)
            if caller is not None:
                return f"its metaclass {short(metaclass.symbol)} keeps instances", caller
    return None


def _keeping_call(metaclass: str, keeping: Keeping) -> FunctionNode | None:
    for class_symbol in keeping.names.mro(metaclass):
        caller = keeping.names.functions.get(f"{class_symbol}.__call__")
        if caller is None:
            continue
        for fill in caller.facts.fills:
            made = any(v.endswith((f".{SUPER}.__call__()", "type.__call__()")) for v in fill.made)
            if made and fill.when_empty and not fill.key_parameters:
                return caller
    return None


def _by_decorator(node: ClassNode, keeping: Keeping) -> tuple[str, FunctionNode | None] | None:
    for decorator in node.facts.decorators:
        if is_cache(decorator.symbol, keeping.names):
            return f"@{short(decorator.symbol)} keeps the instance", None
        keeper = _keeping_decorator(decorator.symbol, keeping)
        if keeper is not None:
            return f"@{short(decorator.symbol)} keeps the instance", keeper
    return None


def _keeping_decorator(symbol: str, keeping: Keeping) -> FunctionNode | None:
    target = keeping.names.resolve(symbol)
    if target is None:
        return None
    if target.kind == "class":
        caller = keeping.names.functions.get(f"{target.symbol}.__call__")
        return caller if caller is not None and _keeps_call_of_parameter(caller, target) else None
    node = keeping.names.functions.get(target.symbol) if target.kind == "function" else None
    if node is None or not node.facts.parameters:
        return None
    made = f"{node.symbol}.{LOCALS}.{node.facts.parameters[0].name}()"
    for inner in functions_of(node.module):
        if inner.symbol.startswith(f"{node.symbol}.{LOCALS}."):
            for fill in inner.facts.fills:
                if fill.when_empty and made in fill.made and not fill.key_parameters:
                    return inner
    return None


def _keeps_call_of_parameter(caller: FunctionNode, owner: Target) -> bool:
    """Tell whether a decorator class keeps, when it is called, what the decorated class makes."""
    return any(
        fill.when_empty and any(v.startswith(f"{owner.symbol}().") and v.endswith("()") for v in fill.made)
        for fill in caller.facts.fills
    )


def _clue(node: ClassNode, text: str, keeper: FunctionNode | None, keeping: Keeping) -> Clue:
    fills = keeper.facts.fills if keeper is not None else ()
    places = [p for fill in fills if fill.when_empty and (p := keeping.place(fill.target)) is not None]
    return Clue(
        node.symbol,
        "singleton-class",
        text,
        location_of(node, node.facts.span),
        Scope.PROCESS,
        slots=tuple(p for p in places if not p.endswith("[]")),
        registries=tuple(p[:-2] for p in places if p.endswith("[]")),
        in_test=node.module.is_test,
    )
