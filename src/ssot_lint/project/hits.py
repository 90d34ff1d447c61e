"""Where the project touches managed classes: the uses of each, of its factories, slots and registries."""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from ssot_lint.project.words import LeadingWords
from ssot_lint.summary.facts import ModuleSummary, Use, UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ssot_lint.project.candidates import Candidate
    from ssot_lint.project.names import Names, Target

_ASKING: Final = re.compile(r"\.(get|aget|resolve|get_abstract)#\d+$")
_ATTRIBUTE: Final = re.compile(r"\.[^.(\[]*")

Way = Literal["factory", "direct", "creator", "other way"]
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
        self.words = LeadingWords(self.by_target, names)

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


def find_hits(module: ModuleSummary, names: Names, watch: Watch) -> tuple[Hit, ...]:
    """All uses in a module of what is watched; each use counts once for each class and role."""
    found: list[Hit] = []
    for symbol in watch.words.leading(module.packed_uses):
        marks: dict[tuple[str, Role], tuple[str, str]] = {}
        for prefix, target in names.prefixes(symbol, watch.words.ends(symbol)):
            for managed, role in watch.of(target):
                marks[managed, role] = (symbol[len(prefix) :], target.symbol)
            for place, managed, role in watch.undeclared(target, symbol[len(prefix) :]):
                marks[managed, role] = (symbol[len(prefix) + len(place) - len(target.symbol) :], place)
        if marks:
            for use in module.uses_of(symbol):
                found += [
                    Hit(m, role, rest, symbol, use, target) for (m, role), (rest, target) in marks.items()
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


class Keeping(NamedTuple):
    """What the counting of uses has to know of a managed class."""

    owners: frozenset[str] | set[str]
    owner_modules: frozenset[str] | set[str]
    homes: frozenset[str] | set[str]
    is_provided: bool
    """Whether a container provides it, which is asked for the class itself."""


def way_of(module: ModuleSummary, hit: Hit, keeping: Keeping) -> Way | None:
    """Return how a use comes by an instance; None for what is no such use, or the owners' own affair.

    Tests, owners and the modules of the class and of its factories count for nothing.
    """
    if module.is_test or module.module in keeping.homes:
        return None
    if hit.use.flags & (UseFlag.MAIN_GUARD | UseFlag.TYPE_CHECKING):
        return None
    if is_owner(keeping.owners, keeping.owner_modules, (), module, hit.use.scope):
        return None
    if is_construction(hit):
        return "direct"
    if _is_factory_use(hit) or (keeping.is_provided and _asks_container(hit)):
        return "factory"
    if hit.role in ("creator", "other way") and hit.use.kind is UseKind.CALL and not hit.rest:
        return "creator" if hit.role == "creator" else "other way"
    return None


def count_uses(module: ModuleSummary, hits: Iterable[Hit], candidates: Mapping[str, Candidate]) -> None:
    """Add a module's uses to the candidates' counts."""
    if module.is_test:
        return
    for hit in hits:
        candidate = candidates[hit.managed]
        is_given = bool(hit.use.flags & UseFlag.GIVEN)
        if is_construction(hit) and not candidate.factories_and_helpers.isdisjoint(
            place_symbols(module, hit.use.scope)
        ):
            candidate.is_made_by_factory = True
            candidate.is_made_with_arguments = candidate.is_made_with_arguments or is_given
        way = way_of(module, hit, candidate.keeping)
        if way == "direct" and is_given:
            candidate.configuring.add(module.path)
        candidate.direct_constructions += way == "direct"
        candidate.factory_uses += way == "factory"
        candidate.creator_uses += way == "creator"
        candidate.other_uses += way == "other way"
