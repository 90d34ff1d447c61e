"""What the modules of managed classes have in them, looked through once however many classes ask."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import LOCALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ssot_lint.project.names import Names
    from ssot_lint.summary.facts import FunctionFacts, ModuleSummary

_CREATORS: Final = ("create", "new", "make", "build")
_RETRIEVING: Final = ("get", "current", "shared", "fetch", "obtain")
"""What reads like that and hands out a new instance each time is a mistake, not another way."""


class ModuleContents:
    """The instances, fillings and public functions of modules, by what the classes of others go by."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._kept: dict[str, Counter[str]] = {}
        self._fillers: dict[str, Mapping[tuple[str, str], Sequence[str]]] = {}
        self._makers: dict[str, Mapping[str, Sequence[tuple[str, bool]]]] = {}

    def kept(self, module: ModuleSummary, class_symbol: str) -> int:
        """Return how many names of a module hold an instance of a class."""
        known = self._kept.get(module.path)
        if known is None:
            held = (self._names.class_of(f"{module.module}.{name}") for name in module.bindings)
            known = self._kept[module.path] = Counter(symbol for symbol in held if symbol is not None)
        return known[class_symbol]

    def fillers(self, module: ModuleSummary, place: str, made: str) -> Sequence[str]:
        """Return the functions of a module, by their names in it, that keep at a place what they make."""
        known = self._fillers.get(module.path)
        if known is None:
            found: dict[tuple[str, str], list[str]] = defaultdict(list)
            for facts in module.functions:
                for fill in facts.fills:
                    for symbol in fill.made:
                        found[fill.target.removesuffix("[]"), symbol].append(facts.qualname)
            known = self._fillers[module.path] = found
        return known.get((place, made), ())

    def makers(self, module: ModuleSummary, class_symbol: str) -> Sequence[tuple[str, bool]]:
        """Return the public functions of a module that hand out instances of a class, new ones it may be.

        Each comes with whether its name says that it creates.
        """
        known = self._makers.get(module.path)
        if known is None:
            found: dict[str, list[tuple[str, bool]]] = defaultdict(list)
            for facts in module.functions:
                creates = facts.name.startswith(_CREATORS)
                may_make = creates or (facts.makes and not facts.name.startswith(_RETRIEVING))
                if not may_make or not _is_public(facts):
                    continue
                symbol = f"{module.module}.{facts.qualname}"
                product = self._names.resolve(f"{symbol}()")
                if product is not None and product.kind == "instance":
                    found[product.symbol].append((symbol, creates))
            known = self._makers[module.path] = found
        return known.get(class_symbol, ())


def _is_public(facts: FunctionFacts) -> bool:
    return facts.kind == "function" and not facts.name.startswith("_") and LOCALS not in facts.qualname
