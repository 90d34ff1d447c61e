"""Where the project touches managed classes: the uses of each, of its factories, slots and registries."""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from ssot_lint.summary.facts import ModuleSummary, Use, UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ssot_lint.project.candidates import Candidate
    from ssot_lint.project.names import Names, Target

_ASKING: Final = re.compile(r"\.(get|aget|resolve|get_abstract)#\d+$")
_STEP: Final = re.compile(r"[.(\[]")
_ATTRIBUTE: Final = re.compile(r"\.[^.(\[]*")

Role = Literal["class", "subclass", "factory", "creator", "other way", "slot", "registry"]


class Hit(msgspec.Struct, frozen=True):
    """A use of something that belongs to a managed class.

    ``symbol`` is the use's whole symbol as its module wrote it, ``rest`` what follows the part that is the
    class, factory or slot: ``.send()`` of ``Manager._instance.send()``.
    """

    managed: str
    role: Role
    rest: str
    symbol: str
    use: Use
    target: str
    """Qualified name of the class, factory, slot or registry itself."""


class Watch:
    """What to look for: targets of the project's names by kind and symbol."""

    def __init__(self, candidates: Mapping[str, Candidate], names: Names) -> None:
        self.by_target: dict[str, list[tuple[str, Role]]] = defaultdict(list)
        for symbol, candidate in candidates.items():
            self.by_target[symbol].append((symbol, "class"))
            for subclass in names.subclasses(symbol):
                self.by_target[subclass].append((symbol, "subclass"))
            for factory in candidate.factories:
                self.by_target[factory].append((symbol, "factory"))
            for creator in candidate.creators:
                self.by_target[creator].append((symbol, "creator"))
            for function in candidate.other_ways:
                self.by_target[function].append((symbol, "other way"))
            for slot in candidate.slots:
                self.by_target[slot].append((symbol, "slot"))
            for registry in candidate.registries:
                self.by_target[registry].append((symbol, "registry"))
        self.heads = frozenset(symbol.partition(".")[0] for symbol in self.by_target)
        """The first names of all that is watched."""

    def of(self, target: Target) -> Iterable[tuple[str, Role]]:
        """Return the managed classes that a target belongs to, and as what."""
        return self.by_target.get(target.symbol, ()) if target.kind != "instance" else ()

    def undeclared(self, target: Target, rest: str) -> Iterator[tuple[str, str, Role]]:
        """Yield the slots that only come into being, as an attribute, when they are filled."""
        step = _ATTRIBUTE.match(rest)
        if target.kind in ("class", "function") and step is not None:
            place = target.symbol + step[0]
            for managed, role in self.by_target.get(place, ()):
                if role in ("slot", "registry"):
                    yield place, managed, role


class Mark(NamedTuple):
    """A part of a symbol that belongs to a managed class; ``end`` is where it ends in the symbol."""

    managed: str
    role: Role
    end: int
    target: str


class _Chain(NamedTuple):
    """What the parts of a symbol in front of its last step are."""

    marks: tuple[Mark, ...]
    is_lost: bool
    """Whether the last of them means nothing, so that what follows seldom does."""


_START: Final = _Chain((), is_lost=False)


class _Marking:
    """Finds what is watched in the symbols of one module: these have most of their parts in common."""

    def __init__(self, names: Names, watch: Watch) -> None:
        self._names = names
        self._watch = watch
        self._chains: dict[str, _Chain] = {}

    def marks(self, symbol: str) -> dict[tuple[str, Role], Mark]:
        """Return the last mark of each class and role in a symbol."""
        head = symbol[: _end_of_head(symbol)]
        if head not in self._names.heads and head not in self._watch.heads:
            return {}  # what comes from outside stays outside
        chain = self._chain(symbol)
        marks = list(chain.marks)
        if not chain.is_lost or self._names.defines(symbol):
            target = self._names.resolve(symbol)
            if target is not None:
                marks += [Mark(m, r, len(symbol), target.symbol) for m, r in self._watch.of(target)]
        return {(mark.managed, mark.role): mark for mark in marks}

    def _chain(self, symbol: str) -> _Chain:
        known = self._chains.get(symbol)
        if known is None:
            base, step = _last_step(symbol)
            known = self._chains[symbol] = self._lengthened(base, step) if base else _START
        return known

    def _lengthened(self, base: str, step: str) -> _Chain:
        """Return the chain of a symbol whose last step stands after ``base``."""
        before = self._chain(base)
        if before.is_lost and not self._names.defines(base):
            return before
        target = self._names.beginning(base, step[1:])
        if target is None:
            return _Chain(before.marks, is_lost=True)
        end = len(base)
        marks = [Mark(managed, role, end, target.symbol) for managed, role in self._watch.of(target)]
        marks += [
            Mark(managed, role, end + len(place) - len(target.symbol), place)
            for place, managed, role in self._watch.undeclared(target, step)
        ]
        return _Chain((*before.marks, *marks), is_lost=False) if marks or before.is_lost else before


def _end_of_head(symbol: str) -> int:
    match = _STEP.search(symbol, 1)
    return match.start() if match is not None else len(symbol)


def _last_step(symbol: str) -> tuple[str, str]:
    """Return a symbol without its last attribute, call or item, and that; without a base there is none."""
    if symbol.endswith(("()", "[]")):
        return symbol[:-2], symbol[-2:]
    dot = symbol.rfind(".")
    return symbol[: max(dot, 0)], symbol[dot:]


def find_hits(module: ModuleSummary, names: Names, watch: Watch) -> tuple[Hit, ...]:
    """All uses in a module of what is watched; each use counts once for each class and role."""
    found: list[Hit] = []
    marking = _Marking(names, watch)
    for symbol in module.packed_uses:
        marks = marking.marks(symbol)
        if marks:
            for use in module.uses_of(symbol):
                found += [
                    Hit(mark.managed, mark.role, symbol[mark.end :], symbol, use, mark.target)
                    for mark in marks.values()
                ]
    return tuple(sorted(found, key=lambda hit: (hit.use.span, hit.managed, hit.role)))


def place_symbols(module: ModuleSummary, scope: int) -> Iterator[str]:
    """Yield the qualified names of what is around a place, innermost first; the module alone at its level."""
    if scope == 0:
        yield module.module
        return
    while scope:
        facts = module.scopes[scope]
        yield f"{module.module}.{facts.qualname}"
        scope = facts.parent


def is_owner(
    owners: frozenset[str] | set[str],
    owner_modules: frozenset[str] | set[str],
    allow: Iterable[str],
    module: ModuleSummary,
    scope: int,
) -> bool:
    """Whether code in a scope of a module may construct what belongs to the owners."""
    if module.module in owner_modules:
        return True
    places = list(place_symbols(module, scope))
    if any(place in owners for place in places):
        return True
    for pattern in allow:
        if "/" in pattern or pattern.endswith(".py"):
            if fnmatch.fnmatchcase(module.project_path, pattern):
                return True
            continue
        everywhere = [*places, module.module, *(f"{alias}" for alias in module.aliases)]
        if any(fnmatch.fnmatchcase(p, pattern) or p.startswith(f"{pattern}.") for p in everywhere):
            return True
    return False


def is_construction(hit: Hit) -> bool:
    """Whether a hit is a plain call of the class, or of ``Class[...]``."""
    if hit.role != "class" or hit.use.kind is not UseKind.CALL or hit.use.flags & UseFlag.DETOUR:
        return False
    return hit.rest in ("", "[]")


def _is_factory_use(hit: Hit) -> bool:
    """Whether a hit calls or names the factory, or imports the instance itself, where that is public.

    What is done with the instance right away, as in ``get_manager().send()``, is no second use.
    """
    if hit.rest:
        return False
    if hit.role == "factory":
        return hit.use.kind in (UseKind.CALL, UseKind.REFERENCE)
    is_import = hit.role == "slot" and hit.use.kind is UseKind.IMPORT
    return is_import and not hit.target.rpartition(".")[2].startswith("_")


def _asks_container(hit: Hit) -> bool:
    """Whether a hit is the class as the argument of ``container.get`` or ``resolve``."""
    return hit.role == "class" and bool(_ASKING.search(hit.use.detail))


def count_uses(module: ModuleSummary, hits: Iterable[Hit], candidates: Mapping[str, Candidate]) -> None:
    """Add a module's uses to the candidates' counts.

    Tests, owners and the modules of the class and of its factories count for neither.
    """
    if module.is_test:
        return
    for hit in hits:
        candidate = candidates[hit.managed]
        if is_construction(hit) and not candidate.factories_and_helpers.isdisjoint(
            place_symbols(module, hit.use.scope)
        ):
            candidate.is_made_by_factory = True
        if module.module in candidate.homes or hit.use.flags & (UseFlag.MAIN_GUARD | UseFlag.TYPE_CHECKING):
            continue
        if is_owner(candidate.owners, candidate.owner_modules, (), module, hit.use.scope):
            continue
        if is_construction(hit):
            candidate.direct_constructions += 1
        elif _is_factory_use(hit) or ("provider" in candidate.kinds and _asks_container(hit)):
            candidate.factory_uses += 1
        elif hit.role in ("creator", "other way") and hit.use.kind is UseKind.CALL and not hit.rest:
            candidate.creator_uses += hit.role == "creator"
            candidate.other_uses += hit.role == "other way"
