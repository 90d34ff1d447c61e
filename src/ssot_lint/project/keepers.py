"""Which managed class keeps its instances in a place."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ssot_lint.project.managed import ManagedClass
    from ssot_lint.project.names import Names


class Keepers:
    """Answers for one project."""

    def __init__(self, names: Names, managed: Mapping[str, ManagedClass]) -> None:
        self._names = names
        self._managed = managed
        self._by_place: dict[str, list[ManagedClass]] = defaultdict(list)
        for each in managed.values():
            for place in (*each.slots, *each.registries):
                self._by_place[place].append(each)

    def place(self, symbol: str) -> str:
        """Return the variable or attribute that a symbol, or the item of it, is kept in."""
        base = symbol.replace("[]", "").replace(".setdefault()", "").replace(".get()", "")
        target = self._names.resolve(base)
        if target is not None and target.kind in ("variable", "attribute"):
            return target.symbol
        owner, _, name = base.rpartition(".")
        holder = self._names.resolve(owner)
        return f"{holder.symbol}.{name}" if holder is not None else base

    def of(self, symbol: str, made: Iterable[str]) -> ManagedClass | None:
        """Return the class of which one is made, and that is kept in the place of a symbol."""
        keepers = self._by_place.get(self.place(symbol), ())
        if not keepers:
            return None
        classes = set(self._classes(made))
        is_other = bool(classes) and all(name.startswith("builtins.") for name in classes)
        return next(
            (each for each in keepers if each.qualname in classes or (each.is_own_factory and not is_other)),
            None,
        )

    def _classes(self, made: Iterable[str]) -> Iterator[str]:
        for symbol in made:
            found = self._names.class_of(symbol)
            if found is not None:
                yield from self._names.mro(found)
            target = self._names.resolve(symbol.removesuffix("()"))
            if target is not None:
                yield target.symbol  # what isn't the project's own is called by its name
