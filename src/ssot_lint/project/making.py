"""Which functions make an instance anew at each call, and which parts of a key differ between calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import FunctionNode, Names
    from ssot_lint.summary.key_facts import Handing, Unsteady

_MAX_HELPERS: Final = 3
"""Chains of helper functions that hand on what another makes are followed that far."""
_HARMLESS: Final = frozenset(
    {"staticmethod", "classmethod", "deprecated", "override", "final", "typechecked"}
)
"""Decorators that leave alone what a function returns."""


class KeyPart(NamedTuple):
    """A part of a key that may differ, where it stands, and what leads there from the factory."""

    part: Unsteady
    location: Location
    seen_at: Unsteady
    is_partial: bool


class Making:
    """Answers for one project."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._handings = {
            f"{module.module}.{handing.qualname}": handing
            for module in names.sources
            for handing in module.handings
        }

    def handing(self, function: str) -> Handing | None:
        """Return what there is to be told of a function."""
        return self._handings.get(function)

    def makes_anew(self, symbol: str, managed: ManagedClass, depth: int = 0) -> bool:
        """Tell whether a call gives a new instance that nobody keeps: of the class, or by way of a helper."""
        target = self._names.resolve(symbol.removesuffix("()")) if symbol.endswith("()") else None
        if target is None:
            return False
        if target.symbol == managed.qualname:
            return True
        if target.kind != "function" or depth >= _MAX_HELPERS:
            return False
        node = self._names.functions.get(target.symbol)
        return node is not None and self.only_makes(node, managed, depth + 1)

    def only_makes(self, node: FunctionNode, managed: ManagedClass, depth: int = 0) -> bool:
        """Tell whether a function hands out nothing but new instances of a class, and keeps none of them."""
        handing = self._handings.get(node.symbol)
        if handing is None or not handing.only_makes or is_wrapped(node):
            return False
        filled = {made for fill in node.facts.fills for made in fill.made}
        if filled.intersection(node.facts.makes):
            return False
        return all(self.makes_anew(made, managed, depth) for made in node.facts.makes)

    def is_fresh(self, symbols: Iterable[str]) -> bool:
        """Tell whether one of some calls is of a function that makes something that is new each time."""
        for symbol in symbols:
            target = self._names.resolve(symbol.removesuffix("()"))
            handing = self._handings.get(target.symbol) if target is not None else None
            if handing is not None and (
                handing.makes_fresh or any(part.kind == "fresh" for part in handing.returned)
            ):
                return True
        return False

    def parts(self, parts: Iterable[Unsteady], path: str) -> Iterator[KeyPart]:
        """Yield what a key's parts come to when its helper functions are followed."""
        for part in parts:
            yield from self._followed(part, part, path, is_partial=part.is_partial, depth=0)

    def _followed(
        self, part: Unsteady, first: Unsteady, path: str, *, is_partial: bool, depth: int
    ) -> Iterator[KeyPart]:
        if part.kind != "helper":
            yield KeyPart(part, Location(path, part.span), first, is_partial)
            return
        if depth >= _MAX_HELPERS:
            return
        for symbol in part.symbols:
            target = self._names.resolve(symbol)
            node = self._names.functions.get(target.symbol) if target is not None else None
            handing = self._handings.get(target.symbol) if target is not None else None
            if node is None or handing is None or is_wrapped(node):
                continue
            for inner in handing.returned:
                yield from self._followed(
                    inner,
                    first,
                    node.module.path,
                    is_partial=is_partial or inner.is_partial,
                    depth=depth + 1,
                )


def is_wrapped(node: FunctionNode) -> bool:
    """Tell whether a decorator may do something with what a function returns, or it is a generator."""
    names = (decorator.symbol.rpartition(".")[2] for decorator in node.facts.decorators)
    return node.facts.is_generator or any(name not in _HARMLESS for name in names)
