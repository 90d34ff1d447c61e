"""Whether a class has one instance in the process, as far as the places that construct it tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.summary.facts import UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project.construction_paths import ConstructionPaths
    from ssot_lint.project.names import Names
    from ssot_lint.summary.facts import Fill, FunctionFacts, ModuleSummary

_KEEPING: Final = re.compile(r"cache|memo|singleton|once", re.IGNORECASE)
_CONSTANT_KEY: Final = re.compile(r"[A-Z_][A-Z0-9_.]*|[\"'].*")
_MAX_DEPTH: Final = 3


class Construction(NamedTuple):
    """A place where a class is called."""

    class_symbol: str
    module: ModuleSummary
    scope: int


class SingleInstances:
    """Answers for the classes of a project."""

    def __init__(self, names: Names, paths: ConstructionPaths) -> None:
        self._names = names
        self._paths = paths

    def has_one(self, class_symbol: str) -> bool:
        """Tell whether the project makes one instance of a class, its subclasses' counted."""
        return self.is_made_once(self._constructions_of(class_symbol))

    def is_made_once(self, constructions: Iterable[Construction], depth: int = 0) -> bool:
        """Tell whether these are one, and where the process comes by once.

        That is a module's level, the program's ``main``, a function that keeps its result, or one that puts
        the instance into a global variable or under a constant key; also the construction of an object of
        which there is one.
        """
        first, second = (*list(constructions)[:2], None, None)[:2]
        if first is None or second is not None:
            return False
        if first.scope == 0:
            return True
        scope = first.module.scopes[first.scope]
        function = self._names.functions.get(f"{first.module.module}.{scope.qualname}")
        if function is None:
            return False
        facts = function.facts
        if facts.name == "main" and facts.class_qualname is None:
            return True
        return self._keeps_result(facts) or any(
            self._is_kept_once(fill, facts, first.module, depth)
            for fill in facts.fills
            if f"{first.class_symbol}()" in {self._resolved(made) for made in fill.made}
        )

    def _resolved(self, made: str) -> str:
        target = self._names.resolve(made.removesuffix("()")) if made.endswith("()") else None
        return f"{target.symbol}()" if target is not None else made

    def _keeps_result(self, facts: FunctionFacts) -> bool:
        return not facts.parameters and any(
            _KEEPING.search(decorator.symbol.rpartition(".")[2]) for decorator in facts.decorators
        )

    def _is_kept_once(self, fill: Fill, facts: FunctionFacts, module: ModuleSummary, depth: int) -> bool:
        if fill.key:
            return not fill.key_parameters and _CONSTANT_KEY.fullmatch(fill.key) is not None
        holder, _, name = fill.target.rpartition(".")
        if holder == module.module:
            return name in module.bindings
        owner = f"{module.module}.{facts.class_qualname}"
        if facts.class_qualname is None or holder != f"{owner}()" or depth >= _MAX_DEPTH:
            return False
        return (owner, facts.name) in self._paths.of(owner).reached and self.is_made_once(
            self._constructions_of(owner), depth + 1
        )

    def _constructions_of(self, class_symbol: str) -> Iterable[Construction]:
        """Yield the places outside tests that construct a class, or a subclass."""
        wanted = {class_symbol, *self._names.subclasses(class_symbol)}
        last_names = {symbol.rpartition(".")[2] for symbol in wanted}
        for module in {id(m): m for m in self._names.modules.values() if not m.is_test}.values():
            for key in module.packed_uses:
                if key.rpartition(".")[2] not in last_names:
                    continue
                target = self._names.resolve(key)
                if target is not None and target.symbol in wanted:
                    for use in module.uses_of(key):
                        if use.kind is UseKind.CALL and not use.flags & UseFlag.MAIN_GUARD:
                            yield Construction(target.symbol, module, use.scope)
