"""Who inherits from whom: bases, the order in which attributes are looked up, and subclasses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ssot_lint.project.nodes import ClassNode, Target

MAX_HEIGHT: Final = 60
"""Taller lines of inheritance are not followed."""


class Lineage:
    """The inheritance between a project's classes; ``resolve`` tells what the name of a base means."""

    def __init__(self, classes: Mapping[str, ClassNode], resolve: Callable[[str], Target | None]) -> None:
        self.classes = classes
        self.resolve = resolve
        self._mros: dict[str, tuple[str, ...]] = {}
        self._bases: dict[str, tuple[str, ...]] = {}
        self._subclasses: dict[str, list[str]] | None = None
        self._height = 0

    def bases(self, symbol: str) -> tuple[str, ...]:
        """Return the direct bases of a class that are classes of the project."""
        known = self._bases.get(symbol)
        if known is None:
            self._bases[symbol] = ()
            found = (self.resolve(base) for base in self.classes[symbol].facts.bases)
            known = self._bases[symbol] = tuple(
                t.symbol for t in found if t is not None and t.kind == "class" and t.symbol != symbol
            )
        return known

    def mro(self, symbol: str) -> tuple[str, ...]:
        """Return the classes of the project that attributes of ``symbol`` are looked up in, itself first."""
        known = self._mros.get(symbol)
        if known is None:
            self._mros[symbol] = (symbol,)  # a cycle of bases ends here
            if self._height > MAX_HEIGHT:
                return (symbol,)
            self._height += 1
            try:
                bases = self.bases(symbol)
                known = (symbol, *_merge([*(self.mro(base) for base in bases), bases], symbol))
            finally:
                self._height -= 1
            self._mros[symbol] = known
        return known

    def external_bases(self, symbol: str) -> frozenset[str]:
        """Dotted names of the bases outside the project, over the whole line of inheritance."""
        found: set[str] = set()
        for class_symbol in self.mro(symbol):
            for base in self.classes[class_symbol].facts.bases:
                target = self.resolve(base)
                if target is None:
                    found.add(base)
                elif target.kind == "external":
                    found.add(target.symbol)
        return frozenset(found)

    def subclasses(self, symbol: str) -> tuple[str, ...]:
        """All classes of the project that inherit from ``symbol``, at any distance."""
        if self._subclasses is None:
            self._subclasses = {}
            for class_symbol in self.classes:
                for base in self.mro(class_symbol)[1:]:
                    self._subclasses.setdefault(base, []).append(class_symbol)
        return tuple(self._subclasses.get(symbol, ()))


def _merge(sequences: list[tuple[str, ...]], symbol: str) -> list[str]:
    """C3 linearisation; where Python would refuse, the bases follow one another as they are written."""
    if len(sequences) == 2:  # one base: nothing to merge
        return [c for c in sequences[0] if c != symbol]
    waiting = [list(s) for s in sequences if s]
    found: list[str] = []
    while waiting:
        head = next((s[0] for s in waiting if not any(s[0] in other[1:] for other in waiting)), waiting[0][0])
        if head != symbol:
            found.append(head)
        waiting = [[c for c in s if c != head] for s in waiting]
        waiting = [s for s in waiting if s]
    return list(dict.fromkeys(found))
