"""Who inherits from whom: bases, the order in which attributes are looked up, and subclasses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ssot_lint.project.nodes import ClassNode, Target

MAX_LINE: Final = 100
"""A class has so many others that its attributes are looked up in, and no more: those that come first."""


class Lineage:
    """The inheritance between a project's classes; ``resolve`` tells what the name of a base means."""

    def __init__(self, classes: Mapping[str, ClassNode], resolve: Callable[[str], Target | None]) -> None:
        self.classes = classes
        self.resolve = resolve
        self._mros: dict[str, tuple[str, ...]] = {}
        self._bases: dict[str, tuple[str, ...]] = {}
        self._subclasses: dict[str, list[str]] | None = None
        self._external: dict[str, frozenset[str]] = {}
        self._in_circles: set[str] = set()
        """Classes that inherit from themselves, or from one that does: Python would refuse them."""

    def bases(self, symbol: str) -> tuple[str, ...]:
        """Return the direct bases of a class that are classes of the project."""
        known = self._bases.get(symbol)
        if known is None:
            self._bases[symbol] = ()  # whoever asks again in the meantime is told nothing
            try:
                found = [self.resolve(base) for base in self.classes[symbol].facts.bases]
            except BaseException:
                del self._bases[symbol]
                raise
            known = self._bases[symbol] = tuple(
                t.symbol for t in found if t is not None and t.kind == "class" and t.symbol != symbol
            )
        return known

    def mro(self, symbol: str) -> tuple[str, ...]:
        """Return the classes of the project that attributes of ``symbol`` are looked up in, itself first."""
        known = self._mros.get(symbol)
        return known if known is not None else self._linearized(symbol)

    def _linearized(self, symbol: str) -> tuple[str, ...]:
        """Work out the orders of a class and of all that it inherits from: the bases' before its own."""
        waiting = [symbol]
        opened: set[str] = set()
        while waiting:
            here = waiting[-1]
            if here in self._mros:
                waiting.pop()
                continue
            bases = self.bases(here)
            if here not in opened:
                opened.add(here)
                waiting += [base for base in reversed(bases) if base not in self._mros and base not in opened]
                if any(base in opened and base not in self._mros for base in bases):
                    self._in_circles.add(here)
                if waiting[-1] != here:
                    continue
            waiting.pop()
            if here in self._in_circles or not self._in_circles.isdisjoint(bases):
                self._in_circles.add(here)
                self._mros[here] = self._walked(here)
            else:
                merged = _merge([*(self._mros[base] for base in bases), bases], here)
                self._mros[here] = (here, *merged)[:MAX_LINE]
        return self._mros[symbol]

    def _walked(self, symbol: str) -> tuple[str, ...]:
        """Return the classes that a class inherits from in a circle, in the order of the text."""
        found: dict[str, None] = {}
        waiting = [symbol]
        while waiting and len(found) < MAX_LINE:
            here = waiting.pop()
            if here not in found:
                found[here] = None
                waiting += reversed(self.bases(here))
        return tuple(found)

    def external_bases(self, symbol: str) -> frozenset[str]:
        """Dotted names of the bases outside the project, over the whole line of inheritance."""
        known = self._external.get(symbol)
        if known is not None:
            return known
        found: set[str] = set()
        for class_symbol in self.mro(symbol):
            for base in self.classes[class_symbol].facts.bases:
                target = self.resolve(base)
                if target is None:
                    found.add(base)
                elif target.kind == "external":
                    found.add(target.symbol)
        self._external[symbol] = frozenset(found)
        return self._external[symbol]

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
    behind = Counter(c for sequence in sequences for c in sequence[1:])
    waiting = [[*reversed(sequence)] for sequence in sequences if sequence]
    found: dict[str, None] = {symbol: None}
    while waiting:
        head = next((s[-1] for s in waiting if not behind[s[-1]]), waiting[0][-1])
        found[head] = None
        for sequence in waiting:
            while sequence and sequence[-1] in found:
                sequence.pop()
                if sequence:
                    behind[sequence[-1]] -= 1
        waiting = [sequence for sequence in waiting if sequence]
    del found[symbol]
    return list(found)
