"""What the rest of the project says of shared attributes, by its uses of their classes' names."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence
from ssot_lint.project.mentions import Place
from ssot_lint.project.single_instances import SingleInstances
from ssot_lint.summary.containers import MUTATING_NAMES
from ssot_lint.summary.facts import ModuleSummary, UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ssot_lint.project.attribute_leaks import Leak, Verdict
    from ssot_lint.project.attribute_values import Attribute, AttributeValues

_NAMED_TUPLES: Final = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})


def lowered_by_uses(
    judged: Sequence[tuple[Leak, Verdict]], values: AttributeValues
) -> Iterator[tuple[Leak, Verdict]]:
    """Yield the leaks that stay when one sees how the classes are used by name, with what is left of them."""
    if not judged:
        return
    receivers = {receiver for leak, _ in judged for receiver in leak.receivers}
    uses = Uses(values, [leak.attribute for leak, _ in judged], receivers)
    single = SingleInstances(values.names)
    for leak, verdict in judged:
        if leak.place not in uses.written:
            yield leak, _Lowering(leak, uses, values, single).of(verdict)


class _Lowering:
    """The reasons to be less sure of one leak."""

    def __init__(self, leak: Leak, uses: Uses, values: AttributeValues, single: SingleInstances) -> None:
        self._leak = leak
        self._uses = uses
        self._names = values.names
        self._single = single

    def of(self, verdict: Verdict) -> Verdict:
        """Return the verdict, less sure where uses by name speak for sharing, or against a leak."""
        place, uses = self._leak.place, self._uses
        if place in uses.written_by_tests:
            return verdict.at_most(Confidence.LOW, "tests set it through the class")
        if verdict.confidence <= Confidence.MEDIUM:
            return verdict
        if place in uses.read:
            doubt = "it is also read through the class"
        elif place in uses.rebound:
            doubt = "instances are given their own from outside"
        elif self._is_made_once():
            doubt = "the project makes one instance"
        elif self._is_only_passing():
            doubt = "its objects are dropped at once, and the class alone can keep something"
        elif self._is_only_inherited():
            doubt = "every subclass that the project has gets its own"
        elif self._is_made_by_itself():
            doubt = "its own class methods make the instances"
        else:
            return verdict
        return verdict.at_most(Confidence.MEDIUM, doubt)

    def _is_only_inherited(self) -> bool:
        """Tell whether only a class is hit that has subclasses, and that nobody makes an instance of."""
        if self._leak.overrides or len(self._leak.receivers) != 1:
            return False
        (receiver,) = self._leak.receivers
        return bool(self._names.subclasses(receiver)) and not self._uses.constructions.get(receiver)

    def _is_only_passing(self) -> bool:
        """Tell whether all objects are asked one thing and dropped, and there are several such things."""
        uses = self._uses
        return all(
            len(uses.asked.get(receiver, ())) > 1 and receiver not in uses.kept
            for receiver in self._leak.receivers
        )

    def _is_made_once(self) -> bool:
        return self._single.is_made_once(
            made for receiver in self._leak.receivers for made in self._uses.constructions.get(receiver, ())
        )

    def _is_made_by_itself(self) -> bool:
        """Tell whether a named tuple is made by its own class methods alone, which may give each field."""
        (receiver, *others) = self._leak.receivers
        if others or not self._names.external_bases(receiver) & _NAMED_TUPLES:
            return False
        own = self._names.classes[receiver]
        made = self._uses.constructions.get(receiver, [])
        return bool(made) and all(
            m.module is own.module and m.module.scopes[m.scope].qualname.startswith(f"{own.facts.qualname}.")
            for m in made
        )


class Uses:
    """How the rest of the project uses the attributes in question by the names of their classes."""

    def __init__(
        self, values: AttributeValues, attributes: Iterable[Attribute], receivers: Iterable[str]
    ) -> None:
        self.written: set[tuple[str, str]] = set()
        """(class, attribute) where something is stored through the class."""
        self.written_by_tests: set[tuple[str, str]] = set()
        self.read: set[tuple[str, str]] = set()
        """Where a function, or the body of another class, reads it through the class."""
        self.rebound: set[tuple[str, str]] = set()
        """Where an instance's attribute is set from outside."""
        self.constructions: dict[str, list[Place]] = defaultdict(list)
        """The places where each class is constructed, outside tests."""
        self.kept: set[str] = set()
        """The classes of which some object isn't made without arguments, asked once and dropped."""
        self.asked: dict[str, set[str]] = defaultdict(set)
        """What the others are asked."""
        self._names = values.names
        self._values = values
        self._wanted = {a.facts.name for a in attributes}
        self._class_names = {symbol.rpartition(".")[2] for symbol in receivers}
        for module in {id(m): m for m in self._names.modules.values()}.values():
            self._read(module)

    def _read(self, module: ModuleSummary) -> None:
        changed: set[object] | None = None
        asked: Mapping[str, Mapping[tuple[int, int], str]] | None = None
        for key in module.packed_uses:
            plain = key[:-2] if key.endswith("[]") else key
            base, _, last = plain.rpartition(".")
            if last in self._class_names and plain is key and not module.is_test:
                asked = _asked_at_once(module) if asked is None else asked
                self._constructed(module, key, asked.get(key, {}))
            if last in MUTATING_NAMES and plain is key:
                inner, _, attribute = base.rpartition(".")
                if attribute in self._wanted:
                    self._used(module, key, inner, attribute, changes=True)
            elif last in self._wanted:
                if changed is None:
                    changed = {m.mutation.span for m in module.attribute_facts.mutations}
                self._used(module, key, base, last, changes=False, changed=changed)

    def _is_of_its_own(self, owner: str, module: ModuleSummary, scope: int) -> bool:
        """Tell whether a class body is that of a class, or of one that inherits from it and builds on it."""
        symbol = f"{module.module}.{module.scopes[scope].qualname}"
        return symbol not in self._names.classes or owner in self._names.mro(symbol)

    def _constructed(self, module: ModuleSummary, key: str, asked: Mapping[tuple[int, int], str]) -> None:
        target = self._names.resolve(key)
        if target is not None and target.kind == "class":
            for use in module.uses_of(key):
                if use.kind is UseKind.CALL:
                    start = (use.span.line, use.span.column)
                    if use.flags & UseFlag.GIVEN or start not in asked:
                        self.kept.add(target.symbol)
                    else:
                        self.asked[target.symbol].add(asked[start])
                    place = Place(module, use.scope, use.flags, target.symbol)
                    self.constructions[target.symbol].append(place)

    def _used(
        self,
        module: ModuleSummary,
        key: str,
        base: str,
        attribute: str,
        *,
        changes: bool,
        changed: Iterable[object] = (),
    ) -> None:
        target = self._names.resolve(base)
        if target is None:
            return
        if target.kind == "class":
            owner = self._values.find(target.symbol, attribute)[0]
            for use in module.uses_of(key) if owner is not None else ():
                if owner is None:
                    continue
                if module.scopes[use.scope].kind == "class":
                    if not (changes or module.is_test or self._is_of_its_own(owner, module, use.scope)):
                        self.read.add((owner, attribute))
                    continue
                stores = use.kind in (UseKind.STORE, UseKind.DELETE) or (changes and use.kind is UseKind.CALL)
                if stores:
                    (self.written_by_tests if module.is_test else self.written).add((owner, attribute))
                elif not changes and not module.is_test and module.scopes[use.scope].kind == "function":
                    self.read.add((owner, attribute))
        elif not changes and not key.endswith("[]") and not module.is_test:
            class_symbol = self._names.class_of(base)
            owner = self._values.find(class_symbol, attribute)[0] if class_symbol is not None else None
            rebinds = (u.kind is UseKind.STORE and u.span not in changed for u in module.uses_of(key))
            if owner is not None and any(rebinds):
                self.rebound.add((owner, attribute))


def _asked_at_once(module: ModuleSummary) -> Mapping[str, Mapping[tuple[int, int], str]]:
    """Return by the symbols that are called where their results are asked something right there, and what."""
    found: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for key in module.packed_uses:
        called, is_called, asked = key.partition("().")
        for use in module.uses_of(key) if is_called else ():
            found[called][use.span.line, use.span.column] = asked
    return found
