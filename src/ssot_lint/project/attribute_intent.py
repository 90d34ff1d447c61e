"""Whether sharing a changed class attribute is meant: the signs of it, measured on judged real code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence
from ssot_lint.project.attribute_leaks import Verdict
from ssot_lint.project.default_copies import KNOWN_STRUCTS
from ssot_lint.summary.attribute_facts import Signal
from ssot_lint.summary.facts import LOCALS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ssot_lint.project.attribute_changes import AttributeChanges, Change
    from ssot_lint.project.attribute_values import Attribute, AttributeValues
    from ssot_lint.project.construction_paths import ConstructionPaths
    from ssot_lint.project.names import Names

_SHARED_WORDS: Final = frozenset(
    {"cache", "caches", "cached", "memo", "memos", "memoized", "pool", "pools", "registry", "registries"}
    | {"instances", "lock", "locks", "singleton", "singletons", "shared"}
)
_SHARED_ENDS: Final = ("cache", "registry")
"""Of words that are written together, as in ``ONCECACHE``."""
_MET_BEFORE: Final = frozenset(
    {
        "seen",
        "known",
        "warned",
        "warnings",
        "notified",
        "reported",
        "logged",
        "ignored",
        "skipped",
        "excluded",
    }
    | {"blacklist", "blocklist", "denylist", "whitelist", "allowlist", "blacklisted", "deprecated"}
)
_SETS: Final = frozenset({"set", "WeakSet", "dict", "OrderedDict", "defaultdict"})
_NEVER_MAKE_ITEMS: Final = frozenset({"list", "dict", "OrderedDict", "deque", "set"})
"""Containers that have no item before one is put in; a ``defaultdict`` makes those that are asked for."""
_GUARDS: Final = frozenset(
    f"{module}.{name}()"
    for module in ("threading", "asyncio", "multiprocessing")
    for name in ("Lock", "RLock", "Event", "Condition", "Semaphore", "BoundedSemaphore")
)
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LIKE_A_MODEL: Final = re.compile(
    r"(?:Model|Settings|Schema|Document|Struct|Serializable|Config|Message|Parameters)$"
)
_NO_INSTANCE_STATE: Final = frozenset(
    {
        "enum.Enum",
        "enum.IntEnum",
        "enum.Flag",
        "enum.IntFlag",
        "enum.StrEnum",
        "enum.EnumMeta",
        "builtins.type",
    }
    | {"abc.ABCMeta", "typing.TypedDict", "typing_extensions.TypedDict", "threading.local", "_thread._local"}
)
_NAMESPACES: Final = frozenset({"types.SimpleNamespace", "argparse.Namespace"})
_OF_ONE_REQUEST: Final = re.compile(r"(?:http\.server|socketserver)\.\w*RequestHandler")
_INNER_DECLARATIONS: Final = frozenset({"Meta", "Config", "Settings", "Constants", "Media"})


class Intent:
    """Judges attributes that are changed through instances."""

    def __init__(
        self,
        values: AttributeValues,
        paths: ConstructionPaths,
        changes: AttributeChanges,
        singletons: frozenset[str],
    ) -> None:
        self._values = values
        self._names: Names = values.names
        self._paths = paths
        self._singletons = singletons
        self._through_class = {
            (owner, name) for class_, name in changes.through_class if (owner := values.find(class_, name)[0])
        }

    def judge(
        self,
        attribute: Attribute,
        changes: Sequence[Change],
        receivers: Sequence[str],
        overrides: Collection[Attribute] = (),
    ) -> Verdict | None:
        """Return the verdict on an attribute; None when sharing it is plainly meant, or impossible.

        ``overrides`` are those of subclasses that the same changes reach.
        """
        if self._is_exempt(attribute) or any(c.mutation.signals & Signal.STORES_SELF for c in changes):
            return None
        if any(self._is_singleton(receiver) for receiver in receivers):
            return None
        declared = self._declared(attribute)
        if declared == "Final":
            return None
        if declared:
            stores = Signal.FROM_PARAMETERS
            if any(c.method == "__init__" and c.mutation.signals & stores for c in changes):
                return Verdict(
                    Confidence.MEDIUM,
                    "it is declared as a ClassVar, but constructors store their arguments in it",
                )
            return Verdict(Confidence.LOW, "it is declared as a ClassVar")
        purpose = self._purpose(attribute, changes, receivers)
        if not purpose and any(override.facts.is_remarked for override in overrides):
            purpose = "a comment beside that of a subclass speaks of sharing"
        if purpose:
            return Verdict(Confidence.LOW, purpose)
        stays_empty = all(map(_needs_item, changes)) and all(map(_starts_empty, (attribute, *overrides)))
        if stays_empty and (
            all(change.kept_as for change in changes)
            or all(self._paths.may_bind(receiver, attribute.facts.name) for receiver in receivers)
        ):
            return Verdict(
                Confidence.LOW, "it starts empty, and what has items is bound for the instance itself"
            )
        doubt = self._doubt(attribute, changes, receivers)
        return Verdict(Confidence.MEDIUM, doubt) if doubt else Verdict(Confidence.HIGH)

    # -- silent

    def _is_exempt(self, attribute: Attribute) -> bool:
        owner, name = attribute.owner, attribute.facts.name
        node = self._names.classes[owner]
        is_inner = node.facts.name in _INNER_DECLARATIONS and "." in node.facts.qualname
        if is_inner or (owner, name) in self._through_class:
            return True
        if node.facts.is_local and not self._escapes(owner):
            return True
        return bool(self._names.external_bases(owner) & _NO_INSTANCE_STATE)

    def _escapes(self, symbol: str) -> bool:
        """Tell whether a function hands out the class that it defines."""
        holder = symbol.rpartition(f".{LOCALS}.")[0]
        function = self._names.functions.get(holder)
        return function is not None and symbol in function.facts.returns

    def _is_singleton(self, symbol: str) -> bool:
        mro = self._names.mro(symbol)
        if self._singletons.intersection(mro):
            return True
        for owner in mro:
            facts = self._names.classes[owner].facts
            marks = (facts.metaclass, *(d.symbol for d in facts.decorators), *facts.bases)
            if any(re.search("singleton|borg", mark.rpartition(".")[2], re.IGNORECASE) for mark in marks):
                return True
            new = self._names.functions.get(f"{owner}.__new__")
            if new is not None and any(fill.target in new.facts.returns for fill in new.facts.fills):
                return True
        return False

    # -- low

    def _declared(self, attribute: Attribute) -> str:
        """``ClassVar`` or ``Final``, by the class itself or a base."""
        name = attribute.facts.name
        if attribute.facts.declared:
            return attribute.facts.declared
        for base in self._names.mro(attribute.owner):
            if base in self._values.facts and name in self._values.facts[base][1].declared:
                return "ClassVar"
        return ""

    def _purpose(self, attribute: Attribute, changes: Sequence[Change], receivers: Iterable[str]) -> str:
        facts = attribute.facts
        if facts.is_remarked:
            return "a comment beside it speaks of sharing"
        words = [word.lower() for word in _WORD.findall(facts.name)]
        if _SHARED_WORDS.intersection(words) or any(word.endswith(_SHARED_ENDS) for word in words):
            return "its name speaks of sharing"
        purpose = _purpose_of_changes(changes)
        if purpose:
            return purpose
        if self._has_lock(attribute):
            return "a lock of the class stands beside it"
        fills = [c for c in changes if not c.mutation.signals & Signal.REMOVES] or changes
        if all(c.mutation.signals & (Signal.UNTIL_DONE | Signal.RESTORED) for c in fills):
            return "what is put in is taken out again when it is done"
        if all(c.mutation.signals & Signal.FINDS_AGAIN for c in fills):
            return "what is under a key is looked up first and used again, as in a cache"
        if all(c.mutation.signals & Signal.CONSTANT and not self._is_below(c, attribute) for c in fills):
            return "only constants are stored in it, by the class that defines it"
        if any(self._is_set_by_list(receiver, facts.name) for receiver in receivers):
            return "it is in a list of attributes that are set by name"
        return ""

    def _is_of_known(self, attribute: Attribute, changes: Iterable[Change]) -> bool:
        """Tell whether it is a set, or a mapping used as one, named after what has been met before."""
        words = {word.lower() for word in _WORD.findall(attribute.facts.name)}
        if not words & _MET_BEFORE or attribute.kind not in _SETS:
            return False
        return not any(change.mutation.signals & Signal.NESTED for change in changes)

    def _is_guarded(self, attribute: Attribute) -> bool:
        """Tell whether the class body makes something by which threads wait for one another."""
        made = {
            symbol
            for bound in self._names.classes[attribute.owner].facts.attributes
            for symbol in bound.symbols
        }
        return not made.isdisjoint(_GUARDS)

    def _has_lock(self, attribute: Attribute) -> bool:
        """Tell whether the class has a lock that is named after the attribute."""
        name = f"{attribute.facts.name.strip('_')}_lock"
        return any(a.name.strip("_") == name for a in self._names.classes[attribute.owner].facts.attributes)

    def _is_below(self, change: Change, attribute: Attribute) -> bool:
        """Tell whether the change is made by a subclass of the class that defines the attribute."""
        return change.class_symbol != attribute.owner and attribute.owner in self._names.mro(
            change.class_symbol
        )

    def _is_set_by_list(self, class_symbol: str, name: str) -> bool:
        line = [self._values.facts[c][1] for c in self._line(class_symbol)]
        sets = any(method.binds_any or method.binds_listed for facts in line for method in facts.methods)
        return sets and any(name in facts.listed for facts in line)

    def _line(self, class_symbol: str) -> Iterable[str]:
        """Return the classes of a line of inheritance of which something is known."""
        return (c for c in self._names.mro(class_symbol) if c in self._values.facts)

    # -- medium

    def _doubt(self, attribute: Attribute, changes: Sequence[Change], receivers: Sequence[str]) -> str:
        name = attribute.facts.name
        if self._is_of_known(attribute, changes):
            return "its name tells of what was met before"
        if self._is_guarded(attribute):
            return "the class has a lock or an event for all its instances"
        if any(change.through_module for change in changes):
            return "other code changes it through the instance of a module"
        if all(change.mutation.signals & Signal.TAKEN_BACK for change in changes):
            return "what a method puts in it takes out again"
        if all(change.mutation.signals & Signal.FIRST_FILL for change in changes):
            return "it is only filled while there is nothing in it"
        if all(change.mutation.signals & Signal.OWN_ITEMS for change in changes):
            return "its items are only brought into another form"
        if self._names.classes[attribute.owner].module.is_test:
            return "it belongs to a test"
        if any(self._paths.binds_elsewhere(receiver, name) for receiver in receivers):
            return "a method that construction doesn't go through gives the instance its own"
        if doubt := self._doubt_of_bases(attribute, receivers):
            return doubt
        if any(name in self._values.facts[c][1].class_reads for r in receivers for c in self._line(r)):
            return "it is also read through the class"
        return ""

    def _doubt_of_bases(self, attribute: Attribute, receivers: Sequence[str]) -> str:
        external = self._names.external_bases(attribute.owner)
        if any(map(_OF_ONE_REQUEST.fullmatch, external)):
            return "there is an instance for each request, and the class is what outlives it"
        if external & _NAMESPACES or any(self._paths.of(receiver).binds_any for receiver in receivers):
            return "construction sets attributes by names that the text doesn't show"
        may_be_copied = attribute.facts.is_annotated and not self._paths.is_record(attribute.owner)
        if may_be_copied and any(_LIKE_A_MODEL.search(base) for base in external - KNOWN_STRUCTS):
            return "a base outside the project may copy it for each instance"
        metaclass = self._names.classes[attribute.owner].facts.metaclass
        last_words = {base.rpartition(".")[2] for base in (*external, metaclass)}
        if last_words & {"Protocol", "ABC", "ABCMeta"} and set(receivers) == {attribute.owner}:
            return "no subclass of this abstract class is seen to use it"
        return ""


def _starts_empty(attribute: Attribute) -> bool:
    """Tell whether there is no item in it before something is put in."""
    return attribute.facts.is_empty and attribute.kind in _NEVER_MAKE_ITEMS


def _needs_item(change: Change) -> bool:
    """Tell whether a change only changes or takes out what is there already."""
    return bool(change.mutation.signals & (Signal.NEEDS_ITEM | Signal.REMOVES))


def _purpose_of_changes(changes: Iterable[Change]) -> str:
    """Return what a single one of the changes tells of the purpose."""
    signals = Signal.NONE
    for change in changes:
        signals |= change.mutation.signals
        if change.method == "__init__" and change.mutation.signals & Signal.REFUSES_TWICE:
            return "constructors refuse what another one has put in"
        if change.method == "__init__" and change.mutation.signals & Signal.FINDS_AGAIN:
            return "constructors use again what another one has put in"
    purposes = (
        (Signal.RETURNED, "the method returns what it stores, as a cache does"),
        (Signal.WARNS_ONCE, "it keeps what was told once"),
        (Signal.WEAK, "it only refers weakly to objects that live elsewhere"),
        (Signal.KEY_OF_SELF, "its keys derive from the instance"),
    )
    return next((purpose for signal, purpose in purposes if signals & signal), "")
