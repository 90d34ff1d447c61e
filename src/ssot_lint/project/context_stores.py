"""Where a user's context is stored in what all users share."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from ssot_lint.model import Confidence, Location
from ssot_lint.project.shared_places import SharedPlace
from ssot_lint.summary.facts import UseKind
from ssot_lint.summary.kept_facts import CONSTRUCTORS, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from ssot_lint.project.contexts import Contexts, ContextValue
    from ssot_lint.project.names import Names
    from ssot_lint.project.process_wide import ProcessWide
    from ssot_lint.project.shared_places import SharedPlaces
    from ssot_lint.summary.facts import FunctionFacts, ModuleSummary
    from ssot_lint.summary.kept_facts import KeptValue

_CURRENT: Final = re.compile(
    r"(?:current|active)(?:_\w+)?"
    r"|(?:\w+_)?(?:user|tenant|session|context|ctx|principal|websocket|chat|conversation|customer|sender)(?:_id)?"
)
"""Names that say that there is one at a time."""


_FOR_TESTS: Final = re.compile(r"(?:^|_)(?:for_)?tests?(?:ing)?(?:_|$)|^override_")


class ContextStore(msgspec.Struct, frozen=True, kw_only=True):
    """A store of a context in what serves the whole process."""

    location: Location
    scope: int
    place: SharedPlace
    label: str
    """What is stored, as the text has it."""
    is_read_after_await: bool
    is_first: bool = False
    """Whether it is that of the first user, whom nobody follows."""
    confidence: Confidence
    reason: str = ""


class _Candidate(NamedTuple):
    """A store that may be one."""

    module: ModuleSummary
    function: FunctionFacts
    kept: KeptValue
    place: SharedPlace
    value: ContextValue

    @property
    def symbol(self) -> str:
        """The function that stores it."""
        return f"{self.module.module}.{self.function.qualname}"


def find_context_stores(
    names: Names,
    process_wide: ProcessWide,
    places: SharedPlaces,
    contexts: Contexts,
    modules: Sequence[ModuleSummary],
) -> Mapping[str, tuple[ContextStore, ...]]:
    """Return the stores of some modules, by the paths of those, in the order of the text."""
    return _Finder(names, process_wide, places, contexts).find(modules)


class _Finder:
    def __init__(
        self, names: Names, process_wide: ProcessWide, places: SharedPlaces, contexts: Contexts
    ) -> None:
        self._names = names
        self._process_wide = process_wide
        self._places = places
        self._contexts = contexts

    def find(self, modules: Sequence[ModuleSummary]) -> Mapping[str, tuple[ContextStore, ...]]:
        """All of some modules."""
        candidates = [c for module in modules for c in self._candidates(module)]
        found: dict[str, list[ContextStore]] = defaultdict(list)
        for module in modules:
            found[module.path] += self._kept_by_constructors(module)
        elsewhere = self._process_wide.made_elsewhere({c.place.instance_of for c in candidates} - {""})
        tested = _only_tested(self._names, {c.symbol for c in candidates}) if candidates else frozenset()
        for candidate in candidates:
            store = self._judged(candidate, elsewhere.get(candidate.place.instance_of, 0))
            if store is not None and candidate.symbol not in tested:
                found[candidate.module.path].append(store)
        return {path: tuple(sorted(all_, key=lambda s: s.location)) for path, all_ in found.items() if all_}

    def _kept_by_constructors(self, module: ModuleSummary) -> Iterator[ContextStore]:
        """Yield what constructors keep of the first user, for whom a factory made the one instance."""
        for function in module.functions:
            class_symbol = f"{module.module}.{function.class_qualname}"
            if function.name not in CONSTRUCTORS or not self._is_made_for_user(class_symbol):
                continue
            for fill in function.fills:
                kept = next((v for v in fill.values if v.endswith("()") and self._contexts.is_class(v)), None)
                place = self._places.find(fill.target, "", module, function) if kept is not None else None
                if kept is not None and place is not None and place.instance_of and not fill.key:
                    yield ContextStore(
                        location=Location(module.path, fill.span),
                        scope=function.scope,
                        place=place,
                        label=f"the {kept.removesuffix('()').rpartition('.')[2]} of the first user",
                        is_read_after_await=False,
                        is_first=True,
                        confidence=Confidence.MEDIUM,
                    )

    def _is_made_for_user(self, class_symbol: str) -> bool:
        """Tell whether the factory of a class's one instance takes the context of a user."""
        for symbol in self._process_wide.factories_of(class_symbol):
            node = self._names.functions.get(symbol)
            parameters = node.facts.parameters if node is not None else ()
            if any(self._contexts.value(Origin(p.name, 0), p, parameters) for p in parameters):
                return True
        return False

    def _candidates(self, module: ModuleSummary) -> Iterator[_Candidate]:
        functions = {function.scope: function for function in module.functions}
        for kept in module.kept_values:
            value = self._value(kept, functions)
            function = functions.get(kept.scope)
            if value is None or function is None or function.name in CONSTRUCTORS:
                continue
            for target in kept.targets:
                place = self._places.find(target, kept.key, module, function)
                if place is None or self._is_fresh(kept, target) or self._is_slot(kept, target):
                    continue
                yield _Candidate(module, function, kept, place, value)
                break

    def _value(self, kept: KeptValue, functions: Mapping[int, FunctionFacts]) -> ContextValue | None:
        """Return the context that is stored, one that isn't made of others before one that is."""
        found: list[ContextValue] = []
        for origin in kept.origins:
            function = functions.get(origin.scope)
            parameters = function.parameters if function is not None else ()
            parameter = next((p for p in parameters if p.name == origin.parameter), None)
            value = self._contexts.value(origin, parameter, parameters)
            if value is not None:
                found.append(value)
        is_instance = any(self._contexts.is_class(symbol) for symbol in kept.values if symbol.endswith("()"))
        best = min(found, key=lambda v: v.is_made, default=None)
        return msgspec.structs.replace(best, is_made=best.is_made and not is_instance) if best else None

    def _is_fresh(self, kept: KeptValue, target: str) -> bool:
        """Tell whether a place belongs to an instance that the function has just made."""
        maker = target.rpartition(".")[0].removesuffix("()")
        made = self._names.resolve(maker) if kept.is_of_local else None
        return (
            made is not None and made.kind == "class" and not self._process_wide.is_own_factory(made.symbol)
        )

    def _is_slot(self, kept: KeptValue, target: str) -> bool:
        """Tell whether a class keeps an instance of its own there, or a factory does: that is its slot."""
        if self._process_wide.is_slot(target):
            return True
        owner = self._names.resolve(target.rpartition(".")[0])
        classes = {self._names.class_of(value) for value in kept.values}
        return owner is not None and owner.kind == "class" and owner.symbol in classes

    # -- judgement

    def _judged(self, candidate: _Candidate, elsewhere: int) -> ContextStore | None:
        module, function, kept, place, value = candidate
        name = kept.key or place.name
        is_current = bool(_CURRENT.fullmatch(name.strip("_").lower()))
        if kept.is_locked or (value.is_made and not is_current) or _FOR_TESTS.search(function.name):
            return None
        confidence, reason = Confidence.MEDIUM, ""
        if (is_current or kept.is_read_after_await) and value.is_sure and not value.is_made:
            confidence = Confidence.HIGH
        if elsewhere or not place.is_sure:
            confidence, reason = Confidence(confidence - 1), f"{place.holder} is also made elsewhere"
        return ContextStore(
            location=Location(module.path, kept.span),
            scope=kept.scope,
            place=place,
            label=value.label,
            is_read_after_await=kept.is_read_after_await,
            confidence=confidence,
            reason=reason,
        )


def _only_tested(names: Names, functions: AbstractSet[str]) -> frozenset[str]:
    """Return those of some functions that tests call, and nobody else as far as can be seen."""
    wanted = {symbol.rpartition(".")[2]: symbol for symbol in functions}
    tested: set[str] = set()
    called: set[str] = set()
    for module in names.sources:
        if not module.is_test:
            for facts in module.attribute_facts.classes:
                called.update(c for method in facts.methods for c in (*method.calls, *method.may_call))
        for key in module.packed_uses:
            last = key.rpartition(".")[2]
            if last not in wanted:
                continue
            if not module.is_test:
                called.update(
                    [last] if any(u.kind is not UseKind.IMPORT for u in module.uses_of(key)) else []
                )
            elif (target := names.resolve(key)) is not None and target.symbol in functions:
                tested.add(target.symbol)
    return frozenset(symbol for symbol in tested if symbol.rpartition(".")[2] not in called)
