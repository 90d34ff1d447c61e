"""Instances that a module makes when it is imported: with a getter they are slots, else a weak sign."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.model import Confidence, Location, Scope
from ssot_lint.project.evidence.clues import Clue
from ssot_lint.project.evidence.foreign import is_foreign
from ssot_lint.project.evidence.keeping import Keeping, own_parameters
from ssot_lint.project.evidence.slots import at_most, is_getter
from ssot_lint.project.kinds import can_be_managed
from ssot_lint.summary.facts import LOCALS, Binding, ModuleSummary, UseFlag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.model import Span
    from ssot_lint.project.names import FunctionNode


class _Instance(NamedTuple):
    module: ModuleSummary
    name: str
    binding: Binding

    @property
    def place(self) -> str:
        return f"{self.module.module}.{self.name}"


def module_instance_clues(keeping: Keeping) -> Iterator[Clue]:
    """Yield clues of the classes that are constructed at module level, exactly once in the project."""
    by_class: dict[str, list[_Instance]] = defaultdict(list)
    for instance in _instances(keeping):
        symbols = instance.binding.symbols
        for symbol in (*keeping.products(symbols), *keeping.foreign_products(symbols)):
            by_class[symbol].append(instance)
    lone = [
        (symbol, serious[0])
        for symbol, instances in by_class.items()
        if len(serious := [i for i in instances if not i.module.is_test] or instances) == 1
        and can_be_managed(keeping.names, symbol)
    ]
    imports = _imports({instance.name for _, instance in lone}, keeping)
    replaced = _replaced({instance.place: symbol for symbol, instance in lone}, keeping)
    for symbol, instance in lone:
        yield from _clues(symbol, instance, keeping, imports, replaced)


def _instances(keeping: Keeping) -> Iterator[_Instance]:
    """Yield the module-level names that are bound to a call once, by the module itself."""
    for module in keeping.names.sources:
        filled: set[Span] | None = None
        for name, bindings in module.bindings.items():
            if (len(bindings) == 1 and bindings[0].value != "call") or not any(map(_is_made, bindings)):
                continue  # as it is with nearly all names, and quickly seen
            if filled is None:
                filled = {fill.span for function in module.functions for fill in function.fills}
            own = [b for b in bindings if b.span not in filled]
            if len(own) == 1 and _is_made(own[0]):
                yield _Instance(module, name, own[0])


def _is_made(binding: Binding) -> bool:
    is_call = binding.value == "call" and binding.kind == "value"
    return is_call and bool(binding.symbols) and not binding.flags & UseFlag.MAIN_GUARD


def _imports(wanted: set[str], keeping: Keeping) -> dict[str, list[tuple[ModuleSummary, str]]]:
    """Return who imports something under one of these names, and what."""
    found: dict[str, list[tuple[ModuleSummary, str]]] = defaultdict(list)
    for module in keeping.names.sources if wanted else ():
        for bindings in module.bindings.values():
            for binding in bindings:
                if binding.kind == "import":
                    name = binding.symbols[0].rpartition(".")[2]
                    if name in wanted:
                        found[name].append((module, binding.symbols[0]))
    return found


def _replaced(kept: dict[str, str], keeping: Keeping) -> set[str]:
    """Return the variables into which some function puts an instance of another class later on."""
    names = {place.rpartition(".")[2] for place in kept}
    found = set()
    for node in keeping.names.functions.values():
        for fill in node.facts.fills:
            if fill.made and fill.target.rpartition(".")[2] in names:
                place = keeping.place(fill.target)
                if place in kept and any(made != kept[place] for made in keeping.products(fill.made)):
                    found.add(place)
    return found


def _clues(
    symbol: str,
    instance: _Instance,
    keeping: Keeping,
    imports: dict[str, list[tuple[ModuleSummary, str]]],
    replaced: set[str],
) -> Iterator[Clue]:
    place, module = instance.place, instance.module
    getters = [
        g
        for g in keeping.returners.get(place, ())
        if _is_beside(g, module) and _only_returns(g, place, keeping)
    ]
    if getters:
        yield Clue(
            symbol,
            "slot",
            f"{getters[0].facts.name}() returns the one instance in {instance.name}",
            Location(module.path, instance.binding.span),
            Scope.PROCESS,
            factories=tuple(g.symbol for g in getters),
            slots=(place,),
            in_test=module.is_test,
            at_most=Confidence.LOW if place in replaced else at_most(keeping, symbol, place),
        )
    elif not is_foreign(symbol, keeping.names) and any(
        _is_import_of(place, other, name, keeping) for other, name in imports.get(instance.name, ())
    ):
        yield Clue(
            symbol,
            "module-instance",
            f"{instance.name} is made once, for others to import",
            Location(module.path, instance.binding.span),
            Scope.PROCESS,
            slots=(place,),
            in_test=module.is_test,
            at_most=Confidence.LOW,
        )


def _is_beside(node: FunctionNode, module: ModuleSummary) -> bool:
    """Tell whether a function stands in a module, or in a package around it; others serve their own."""
    return node.module is module or module.module.startswith(f"{node.module.module}.")


def _only_returns(node: FunctionNode, place: str, keeping: Keeping) -> bool:
    """Tell whether a function does nothing but hand out the place, to everybody."""
    if LOCALS in node.symbol or node.facts.kind not in ("function", "classmethod", "staticmethod"):
        return False
    if node.facts.name.startswith("_") and not place.rpartition(".")[2].startswith("_"):
        return False  # everybody else takes the instance itself
    returned = {keeping.place(symbol) for symbol in node.facts.returns}
    return returned == {place} and not own_parameters(node) and is_getter(node, place)


def _is_import_of(place: str, module: ModuleSummary, symbol: str, keeping: Keeping) -> bool:
    if module.module == place.rpartition(".")[0]:
        return False
    target = keeping.names.resolve(symbol)
    return target is not None and target.kind == "variable" and target.symbol == place
