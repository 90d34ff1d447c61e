"""What functions keep and make, by the names of the definitions: what all evidence is built from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from ssot_lint.project.evidence.applications import application_place
from ssot_lint.project.evidence.foreign import foreign_constructor
from ssot_lint.project.names import FunctionNode, Names
from ssot_lint.summary.facts import LOCALS, SUPER, Fill, ModuleSummary, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_RECONSTRUCTORS: Final = frozenset(
    {"__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__setstate__"}
)
_MAX_CREATORS: Final = 3
"""Chains of functions that hand on what another makes are followed that far."""


class Keeping:
    """The places of a project where functions keep things, and the classes of what they make."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._tops = {name.partition(".")[0] for name in names.modules}
        self.returners = self._returners()
        """For each variable or attribute, the functions that return it."""
        self._setters: dict[str, set[str]] = {}
        self.settable = self._settable()
        """For the variables and attributes that a setter fills, the classes that its parameter may have."""
        self.missing_items = {
            place: made for module in names.sources for place, made in module.missing_items.items()
        }
        """For each ``defaultdict``, what makes the items that are missing."""

    @cached_property
    def module_made(self) -> frozenset[str]:
        """The classes of which some module makes an instance at its own level, for all to use."""
        found: set[str] = set()
        for module in self.names.sources:
            if not module.is_test:
                for binding in (b for bindings in module.bindings.values() for b in bindings):
                    if binding.kind == "value" and binding.value == "call":
                        found.update(c for s in binding.symbols if (c := self.names.class_of(s)) is not None)
        return frozenset(found)

    def products(self, symbols: Iterable[str]) -> Iterator[str]:
        """Yield the classes of freshly made instances among the results of calls."""
        for symbol in symbols:
            if symbol.endswith("()"):
                found = self.names.resolve(symbol)
                if found is not None and found.kind == "instance" and self._is_made(symbol):
                    yield found.symbol

    def foreign_products(self, symbols: Iterable[str]) -> Iterator[str]:
        """Yield the classes and constructing functions of other packages that made the results of calls."""
        for symbol in symbols:
            found = self.names.resolve(symbol) if symbol.endswith("()") else None
            if found is not None and found.kind == "external" and self._is_made_outside(symbol, 0):
                constructor = foreign_constructor(found.symbol)
                if constructor is not None and constructor.partition(".")[0] not in self._tops:
                    yield constructor

    def _is_made_outside(self, symbol: str, depth: int) -> bool:
        """Tell whether a call makes its result by another package: directly, or in a project's function."""
        function = self.names.resolve(symbol[:-2])
        if function is None or function.kind != "function":
            return function is not None and function.kind == "external"
        node = self.names.functions.get(function.symbol)
        makes = node.facts.makes if node is not None and depth < _MAX_CREATORS else ()
        return any(self._is_made_outside(made, depth + 1) for made in makes)

    def _is_made(self, symbol: str) -> bool:
        """Tell whether a call makes its result: a class, or a function that makes one; not an accessor."""
        function = self.names.resolve(symbol[:-2])
        if function is None:
            return SUPER not in symbol
        if function.kind == "class":
            return True
        node = self.names.functions.get(function.symbol)
        return node is not None and self._makes(node, 0)

    def _makes(self, node: FunctionNode, depth: int) -> bool:
        for symbol in node.facts.makes:
            target = self.names.resolve(symbol[:-2])
            if target is not None and target.kind == "class":
                return True
            if target is not None and target.kind == "function" and depth < _MAX_CREATORS:
                inner = self.names.functions.get(target.symbol)
                if inner is not None and inner is not node and self._makes(inner, depth + 1):
                    return True
        return False

    def creators(self, symbols: Iterable[str]) -> Iterator[str]:
        """Yield the functions whose results are among the symbols: they construct in the factory's name."""
        for symbol in symbols:
            target = self.names.resolve(symbol[:-2]) if symbol.endswith("()") else None
            if target is not None and target.kind == "function":
                yield target.symbol

    def _returners(self) -> dict[str, list[FunctionNode]]:
        found: dict[str, list[FunctionNode]] = {}
        for node in self.names.functions.values():
            if node.facts.name in _RECONSTRUCTORS:
                continue
            for place in dict.fromkeys(self.returned_places(node)):
                found.setdefault(place, []).append(node)
        return found

    def _settable(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for node in self.names.functions.values():
            if node.facts.name.startswith("_") or node.facts.kind in ("method", "property"):
                continue
            for fill in node.facts.fills if own_parameters(node) else ():
                place = self.place(fill.target) if _is_setting(fill) else None
                classes = {c for value in fill.values if (c := self.names.class_of(value)) is not None}
                if place is not None and classes:
                    found.setdefault(place, set()).update(classes)
                    self._setters.setdefault(place, set()).add(node.symbol)
        return found

    def is_set_by_others(self, place: str) -> bool:
        """Tell whether another module than a setter's own, and no test, hands something in."""
        setters = self._setters.get(place, set())
        words = {setter.rpartition(".")[2] for setter in setters}
        for module in self.names.sources if setters else ():
            for key in () if module.is_test else module.packed_uses:
                if key.rpartition(".")[2] in words and any(
                    use.kind is UseKind.CALL for use in module.uses_of(key)
                ):
                    target = self.names.resolve(key)
                    if target is not None and target.symbol in setters:
                        home = self.names.functions[target.symbol].module
                        if home is not module:
                            return True
        return False

    def returned_places(self, node: FunctionNode) -> Iterator[str]:
        """Yield the places whose content a function returns."""
        for symbol in node.facts.returns:
            if symbol.endswith("()") and not symbol.endswith(".get()"):
                continue
            place = self.place(symbol) or application_place(symbol, "", node, self.names)
            if place is not None:
                yield place
        for item in node.facts.returned_items:
            place = application_place(item.symbol, item.key, node, self.names)
            if place is not None:
                yield place

    def place(self, symbol: str) -> str | None:
        """Return the variable or attribute, or the item of one, by the name of its definition."""
        if symbol.endswith((".get()", ".setdefault()", ".pop()")):
            base = self.place(symbol.rpartition(".")[0])
            if base is None:
                return None
            return f"{base}.get()" if self._is_context_variable(base) else f"{base}[]"
        if symbol.endswith("[]"):
            base = self.place(symbol[:-2])
            return f"{base}[]" if base is not None else None
        target = self.names.resolve(symbol)
        if target is not None and target.kind in ("variable", "attribute"):
            return target.symbol
        if target is None and LOCALS not in symbol:
            return self._undeclared_place(symbol)
        return None

    def _undeclared_place(self, symbol: str) -> str | None:
        """Return a name that only comes into being when it is filled: of a module, a class or a function."""
        base, _, name = symbol.rpartition(".")
        target = self.names.resolve(base)
        if target is not None and target.kind in ("module", "class", "function") and name.isidentifier():
            return f"{target.symbol}.{name}"
        return None

    def _is_context_variable(self, place: str) -> bool:
        owner, _, name = place.rpartition(".")
        symbols: list[str] = []
        if owner in self.names.modules:
            symbols = [s for b in self.names.modules[owner].bindings.get(name, ()) for s in b.symbols]
        elif owner in self.names.classes:
            symbols = [
                s for a in self.names.classes[owner].facts.attributes if a.name == name for s in a.symbols
            ]
        return any(
            target is not None and target.symbol == "contextvars.ContextVar()"
            for target in map(self.names.resolve, symbols)
        )


def _is_setting(fill: Fill) -> bool:
    """Tell whether a store takes what it is given, into a variable or an attribute of a class."""
    is_given = bool(fill.values) and not fill.made
    return is_given and "()." not in fill.target and not fill.target.endswith("]")


def functions_of(module: ModuleSummary) -> Iterator[FunctionNode]:
    """Yield the functions and methods of a module."""
    return (FunctionNode(module, facts) for facts in module.functions)


def own_parameters(node: FunctionNode) -> list[str]:
    """Return the parameters that a caller gives."""
    names = [p.name for p in node.facts.parameters]
    return names[1:] if node.facts.kind in ("method", "classmethod", "property") else names
