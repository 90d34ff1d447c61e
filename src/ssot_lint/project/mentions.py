"""Where outside tests something is named, found by the last word of the symbols that may mean it."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.summary.facts import UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ssot_lint.project.names import Names
    from ssot_lint.summary.facts import ModuleSummary


class Place(NamedTuple):
    """Where a function or a class is called."""

    module: ModuleSummary
    scope: int
    flags: UseFlag = UseFlag.NONE
    made: str = ""
    """The class that is called there; empty for a function."""


class Mentions:
    """The symbols of a project's modules by their last words."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def of(self, word: str) -> Iterator[tuple[ModuleSummary, str]]:
        """Yield the symbols that end in a word, with their modules."""
        for module in self._modules.get(word, ()):
            for symbol in module.packed_uses:
                if symbol.endswith(word) and symbol.rpartition(".")[2] == word:
                    yield module, symbol

    @cached_property
    def _modules(self) -> Mapping[str, tuple[ModuleSummary, ...]]:
        found: dict[str, dict[int, ModuleSummary]] = defaultdict(dict)
        for module in self._names.sources:
            if not module.is_test:
                for symbol in module.packed_uses:
                    found[symbol.rpartition(".")[2]][id(module)] = module
        return {word: tuple(modules.values()) for word, modules in found.items()}

    def constructions_of(self, class_symbol: str) -> Iterator[Place]:
        """Yield the places that construct a class, or a subclass."""
        wanted = {class_symbol, *self._names.subclasses(class_symbol)}
        for word in sorted({symbol.rpartition(".")[2] for symbol in wanted}):
            for module, symbol in self.of(word):
                target = self._names.resolve(symbol)
                if target is not None and target.symbol in wanted:
                    for use in module.uses_of(symbol):
                        if use.kind is UseKind.CALL:
                            yield Place(module, use.scope, use.flags, target.symbol)


def only_place(places: Iterable[Place]) -> Place | None:
    """Return the one among some places that a process may come by; None where there are more, or none.

    What runs only when a module is started as a program counts where there is nothing else.
    """
    found = list(places)
    others = [place for place in found if not _starts(place)]
    if others:
        return others[0] if len(others) == 1 else None
    return found[0] if found else None


def _starts(place: Place) -> bool:
    name = place.module.module.rpartition(".")[2]
    return name == "__main__" or bool(place.flags & UseFlag.MAIN_GUARD)
