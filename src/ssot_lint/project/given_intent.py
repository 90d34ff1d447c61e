"""Whether it is meant that instances change an object that they share with the next call or a module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model import Confidence
from ssot_lint.project.single_instances import SingleInstances
from ssot_lint.summary.attribute_facts import Signal
from ssot_lint.summary.containers import MUTATING_NAMES
from ssot_lint.summary.facts import LOCALS, UseKind
from ssot_lint.summary.given_reader import fills_empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ssot_lint.project.attribute_values import AttributeValues
    from ssot_lint.project.construction_paths import ConstructionPaths
    from ssot_lint.project.given_objects import GivenChange, Kept
    from ssot_lint.project.names import FunctionNode
    from ssot_lint.summary.attribute_facts import Mutation
    from ssot_lint.summary.given_facts import GivenDefault, GivenObject

_SHARED_WORDS: Final = frozenset(
    {"cache", "caches", "cached", "memo", "memos", "memoized", "pool", "pools", "registry", "registries"}
    | {"instances", "lock", "locks", "singleton", "singletons", "shared", "global", "globals"}
)
_REORDERING: Final = frozenset(
    {"sort", "reverse", "rotate", "move_to_end", "random.shuffle", "heapq.heapify"}
)
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Verdict(NamedTuple):
    """How sure it is that sharing isn't meant, and what speaks against it."""

    confidence: Confidence
    reason: str = ""


class GivenIntent:
    """Judges what is kept and changed."""

    def __init__(self, values: AttributeValues, paths: ConstructionPaths) -> None:
        self._values = values
        self._names = values.names
        self._paths = paths
        self._single = SingleInstances(values.names)

    def of_default(
        self,
        default: GivenDefault,
        node: FunctionNode,
        kept: Sequence[Kept],
        changes: Mapping[GivenChange, Mutation],
    ) -> Verdict | None:
        """Return the verdict on a default; None when nothing comes of it."""
        fills = [m for m in changes.values() if not m.signals & Signal.REMOVES]
        if default.is_empty and not any(fills_empty(m, default.kind) for m in fills):
            return None  # there is nothing to take out, to sort, or to change inside
        if any(self._is_replaced(each) for each in kept) and not default.is_returned:
            return None
        words = _words(default.parameter, *(each.attribute for each in kept))
        if _SHARED_WORDS & words:
            return Verdict(Confidence.LOW, "its name speaks of sharing")
        if any(m.signals & Signal.RETURNED for m in fills):
            return Verdict(Confidence.LOW, "what is stored is also returned, as a cache does")
        if default.is_accepted:
            return Verdict(Confidence.MEDIUM, "a comment says that it is known")
        if all(m.signals & Signal.CONSTANT for m in fills or changes.values()):
            return Verdict(Confidence.MEDIUM, "only constants are stored in it")
        if node.module.is_test:
            return Verdict(Confidence.MEDIUM, "it belongs to a test")
        if not any(change.method for change in changes):
            return Verdict(Confidence.MEDIUM, "only code outside the class changes it")
        if any(self._may_be_replaced(each) for each in kept):
            return Verdict(Confidence.MEDIUM, "another method gives the instance its own")
        if self._is_made_anew(node):
            return Verdict(Confidence.MEDIUM, "each call of the function around it makes it anew")
        if kept and not default.is_returned and all(self._single.has_one(k.class_symbol) for k in kept):
            return Verdict(Confidence.MEDIUM, "the project makes one instance")
        return Verdict(Confidence.HIGH)

    def of_object(
        self, given: GivenObject, kept: Kept, changes: Mapping[GivenChange, Mutation]
    ) -> Verdict | None:
        """Return the verdict on an object of a module; None when sharing it is plainly meant."""
        if self._is_replaced(kept) or any(m.signals & Signal.STORES_SELF for m in changes.values()):
            return None
        target = self._names.resolve(given.symbol)
        symbol = target.symbol if target is not None else given.symbol
        if _SHARED_WORDS & _words(symbol.rpartition(".")[2], given.attribute):
            return None
        if any(m.signals & (Signal.RETURNED | Signal.KEY_OF_SELF) for m in changes.values()):
            return Verdict(Confidence.LOW, "what is stored in it is meant for others as well")
        if self._is_empty(symbol):
            return Verdict(Confidence.LOW, "it starts empty, and is there to be filled")
        if self._is_changed_by_name(symbol):
            return Verdict(Confidence.LOW, "it is also changed by its own name")
        if self._names.classes[kept.class_symbol].module.is_test:
            return Verdict(Confidence.MEDIUM, "it belongs to a test")
        if self._may_be_replaced(kept):
            return Verdict(Confidence.MEDIUM, "another method gives the instance its own")
        if all(c.method.endswith("__init__") and m.signals & Signal.CONSTANT for c, m in changes.items()):
            return Verdict(Confidence.MEDIUM, "constructors only store constants in it, the same each time")
        return Verdict(Confidence.HIGH)

    def _is_made_anew(self, node: FunctionNode) -> bool:
        """Tell whether a function stands inside another one, which does no more than call it."""
        symbol = f"{node.module.module}.{node.facts.qualname}"
        outer = self._names.functions.get(symbol.rpartition(f".{LOCALS}.")[0])
        if outer is None or node.facts.decorators or symbol in outer.facts.returns:
            return False
        uses = tuple(node.module.uses_of(symbol))
        return bool(uses) and all(use.kind is UseKind.CALL for use in uses)

    # -- attributes that get another value

    def _is_replaced(self, kept: Kept) -> bool:
        """Tell whether construction goes on to give the instance its own."""
        reached = self._paths.of(kept.class_symbol).reached
        return any((owner, method) in reached for owner, method in self._other_binders(kept))

    def _may_be_replaced(self, kept: Kept) -> bool:
        return any(True for _ in self._other_binders(kept))

    def _other_binders(self, kept: Kept) -> Iterable[tuple[str, str]]:
        """Yield the other methods of an instance that bind the attribute."""
        for owner in self._names.mro(kept.class_symbol):
            methods = self._values.facts[owner][1].methods if owner in self._values.facts else ()
            for method in methods:
                binds = kept.attribute in method.binds or kept.attribute in method.may_bind
                if binds and (owner, method.name) != (kept.method_owner, kept.method):
                    yield owner, method.name

    # -- objects that others change as well

    def _is_empty(self, symbol: str) -> bool:
        owner, _, name = symbol.rpartition(".")
        module = self._names.modules.get(owner)
        return module is not None and name in module.given.empty

    def _is_changed_by_name(self, symbol: str) -> bool:
        name = symbol.rpartition(".")[2]
        for module in self._names.sources:
            for key in module.packed_uses:
                base, _, last = key.rpartition(".")
                is_method = last in MUTATING_NAMES and base.endswith(name)
                if not is_method and not (key.endswith(f"{name}[]") or key == symbol):
                    continue
                target = self._names.resolve(base if is_method else key.removesuffix("[]"))
                if target is None or target.symbol != symbol or module.is_test:
                    continue
                kinds = {use.kind for use in module.uses_of(key) if use.scope}
                if kinds & ({UseKind.CALL} if is_method else {UseKind.STORE, UseKind.DELETE}):
                    return True
        return False


def _words(*names: str) -> set[str]:
    return {word.lower() for name in names for word in _WORD.findall(name)}
