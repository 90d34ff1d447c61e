"""Which classes are managed, and how sure that is: clues and declarations put together, and uses counted."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Evidence, Location, Scope
from ssot_lint.project.hits import Keeping
from ssot_lint.project.kinds import is_record
from ssot_lint.project.managed import Callable, Keep, ManagedClass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ssot_lint.project.evidence import Clue
    from ssot_lint.project.module_contents import ModuleContents
    from ssot_lint.project.names import FunctionNode, Names
    from ssot_lint.settings import ManagedDeclaration
    from ssot_lint.summary.facts import ModuleSummary

ENOUGH_USES: Final = 2
"""A factory that fewer places use than this is no custom yet."""
_SEVERAL: Final = 2
SHOWING_FOLDERS: Final = frozenset({"examples", "example", "docs", "demo", "demos", "benchmarks", "samples"})
"""Folders of code that shows or measures what other code is there for."""
_SIDE_FOLDERS: Final = SHOWING_FOLDERS | {"scripts"}
VENDORED_FOLDERS: Final = frozenset(
    {"_vendor", "_vendored", "vendor", "vendored", "vendors", "third_party", "thirdparty", "3rdparty"}
    | {"extern", "externals", "dist", "bundled", "_bundled"}
)
_REFUSING: Final = frozenset({"guarded", "module-instance"})
_KEEPING: Final = frozenset({"slot", "registry", "memoized", "provider"})


class Candidate:
    """A class that may be managed, while its clues are gathered and its uses counted."""

    def __init__(
        self, symbol: str, clues: Sequence[Clue], declaration: ManagedDeclaration | None = None
    ) -> None:
        self.symbol = symbol
        self.clues = [clue for clue in clues if not clue.in_test] or list(clues)
        self.declaration = declaration
        self.kinds = {clue.kind for clue in self.clues}
        self.factories = list(dict.fromkeys(f for clue in self.clues for f in clue.factories))
        self.slots = list(dict.fromkeys(s for clue in self.clues for s in clue.slots))
        self.registries = list(dict.fromkeys(r for clue in self.clues for r in clue.registries))
        self.owners: set[str] = set()
        self.owner_modules: set[str] = set()
        self.is_made_by_factory = True
        """Whether a factory constructs the class; some only hand out what its constructor has registered."""
        self.creators: set[str] = set()
        """Public creating functions beside the factory: owners, and a sign that construction is free."""
        self.other_ways: set[str] = set()
        """Further public functions beside the class or factory that hand out a new instance each time."""
        self.homes: set[str] = set()
        """The modules of the class and of its factories: what they do with it is their own affair."""
        self.makes_copies = False
        """Whether a method hands out further instances, or several class methods beside the factory do."""
        self.is_record = False
        self.has_roles = False
        """Whether one module keeps several instances side by side, each for another purpose."""
        self.is_made_with_arguments = False
        """Whether a factory constructs the class with any."""
        self.configuring: set[str] = set()
        """Paths of the modules that construct it with arguments of their own."""
        self.factory_uses = 0
        self.direct_constructions = 0
        self.creator_uses = 0
        self.other_uses = 0

    @property
    def is_own_factory(self) -> bool:
        """Whether calling the class gives the kept instance."""
        if self.declaration is not None:
            return False
        refuses = "guarded" in self.kinds and self.kinds <= _REFUSING
        return "singleton-class" in self.kinds or (refuses and not self.is_made_by_factory)

    def find_owners(self, names: Names, contents: ModuleContents) -> None:
        """Work out who may construct the class, and what its own code says about that."""
        self._look_at_class(names)
        self._find_roles(names, contents)
        self.owners = {self.symbol, *self.factories}
        self.owners.update(self._helpers())
        for owner in list(self.owners):
            self._add_surroundings(owner, names)
        for slot in (*self.slots, *self.registries):
            holder = slot.rpartition(".")[0]
            self.owners.add(holder)  # a module's own statements, or the methods of the class that keeps it
            module = names.modules.get(holder)
            if module is not None:  # the further functions that keep there what they construct
                fillers = contents.fillers(module, slot, f"{self.symbol}()")
                self.owners.update(f"{holder}.{function}" for function in fillers)
        for factory in self.factories:
            holder = factory.rpartition(".")[0]
            if "memoized" in self.kinds and factory not in names.functions and holder in names.modules:
                self.owners.add(holder)  # get_client = cache(lambda: Client())
        homes = {f.rpartition(".")[0] for f in (*self.factories, self.symbol)}
        for home in homes:
            self._find_creators(names.modules.get(home), contents)
        for maker in (maker for clue in self.clues for maker in clue.makers):
            is_own = maker.rpartition(".")[0] == self.symbol
            if not is_own and not maker.rpartition(".")[2].startswith("_") and maker not in self.factories:
                self.creators.add(maker)
        if self.kinds - {"config"} == {"typed-factory"}:  # a private class is its module's own affair
            self.owner_modules.add(names.classes[self.symbol].module.module)

    def _look_at_class(self, names: Names) -> None:
        node = names.classes.get(self.symbol)
        makers = [names.functions[f] for f in (*self.factories, *self._helpers()) if f in names.functions]
        self.homes = {maker.module.module for maker in makers}
        self.homes |= {home for f in self.factories if (home := _home_of(f, names)) is not None}
        self.is_made_by_factory = any(f"{self.symbol}()" in _made_symbols(maker) for maker in makers)
        if node is None:
            return
        self.homes.add(node.module.module)
        self.is_record = is_record(names, self.symbol)
        further = 0
        for name in node.facts.methods:
            method = names.functions.get(f"{self.symbol}.{name}")
            if method is None or f"{self.symbol}()" not in method.facts.makes:
                continue
            if method.facts.kind == "method":
                self.makes_copies |= not name.startswith("__")
            else:
                further += method.symbol not in self.factories_and_helpers
        keeps_one_itself = any(slot.rpartition(".")[0] == self.symbol for slot in self.slots)
        self.makes_copies |= keeps_one_itself and further >= _SEVERAL  # one of many, the current one

    def _find_roles(self, names: Names, contents: ModuleContents) -> None:
        for slot in self.slots:
            module = names.modules.get(slot.rpartition(".")[0])
            if module is not None:
                self.has_roles |= contents.kept(module, self.symbol) > 1

    @property
    def keeping(self) -> Keeping:
        """What the counting of uses has to know."""
        return Keeping(self.owners, self.owner_modules, self.homes, "provider" in self.kinds)

    @property
    def factories_and_helpers(self) -> set[str]:
        """The functions that hand the instance out, and those that they make it by."""
        return {*self.factories, *self._helpers()}

    def _helpers(self) -> list[str]:
        return [helper for clue in self.clues for helper in clue.helpers]

    def _add_surroundings(self, owner: str, names: Names) -> None:
        """The class of a factory method, and the helper functions that make what the factory hands out."""
        node = names.functions.get(owner)
        if node is None:
            return
        if node.class_symbol is not None:
            self.owners.add(node.class_symbol)
        for symbol in node.facts.returns:
            target = names.resolve(symbol[:-2]) if symbol.endswith("()") else None
            if target is not None and target.kind == "function" and target.symbol not in self.owners:
                self.owners.add(target.symbol)

    def _find_creators(self, home: ModuleSummary | None, contents: ModuleContents) -> None:
        for symbol, reads_as_creator in contents.makers(home, self.symbol) if home is not None else ():
            if reads_as_creator:
                self.owners.add(symbol)
            if symbol not in self.factories_and_helpers:
                (self.creators if reads_as_creator else self.other_ways).add(symbol)

    def confidence(self, names: Names) -> Confidence:
        """How sure the management is (rules.md, *Confidence*)."""
        if self.declaration is not None or "marker" in self.kinds:
            return Confidence.HIGH
        if all(clue.in_test or is_aside(names.project_paths[clue.location.path]) for clue in self.clues):
            return Confidence.LOW
        symbols = [self.symbol, *self.factories, *self.slots, *self.registries]
        if any("default" in symbol.rpartition(".")[2].lower() for symbol in symbols):
            return Confidence.LOW
        ceilings = {clue.at_most for clue in self.clues}
        if ceilings == {Confidence.LOW}:
            return Confidence.LOW
        if self.kinds & {"guarded", "typed-factory", "singleton-class"}:
            return Confidence.HIGH
        if not self.kinds & _KEEPING or self._is_somebody_s_own_copy(names):
            return Confidence.LOW
        is_own = self.symbol in names.classes
        if is_own and (
            Confidence.MEDIUM in ceilings
            or self.creator_uses
            or self.makes_copies
            or self.is_record
            or self.has_roles
            or (self.direct_constructions and self._comes_from_a_private_place(names))
            or self._may_be_brought(names)
        ):
            return Confidence.MEDIUM
        against = self.direct_constructions + self.other_uses
        believed = self.factory_uses > against and self.factory_uses >= ENOUGH_USES
        if self.symbol not in names.classes:  # another package's: free for everybody but by a custom
            is_free = self.direct_constructions > max(self.factory_uses, 1)
            return Confidence.LOW if is_free else Confidence.MEDIUM
        return Confidence.HIGH if believed else Confidence.MEDIUM

    def _is_somebody_s_own_copy(self, names: Names) -> bool:
        """Whether a module keeps an instance for itself of a class that is free for everybody else."""
        is_free = self.direct_constructions > self.factory_uses
        if is_free and self.is_record:
            return True
        if not is_free and (self.symbol in names.classes or self.factory_uses):
            return False
        return self._comes_from_a_private_place(names)

    def _comes_from_a_private_place(self, names: Names) -> bool:
        """Whether all factories are private functions of other modules than the class's own."""
        node = names.classes.get(self.symbol)
        home = node.module.module if node is not None else None
        return bool(self.factories) and all(
            f.rpartition(".")[2].startswith("_") and _home_of(f, names) != home for f in self.factories
        )

    def _may_be_brought(self, names: Names) -> bool:
        """Whether a factory takes an instance that somebody else has made, to hand that out instead."""
        given = {
            symbol
            for factory in self.factories
            if factory in names.functions
            for parameter in names.functions[factory].facts.parameters
            for symbol in parameter.annotation
        }
        targets = [names.resolve(symbol) for symbol in sorted(given)]
        return any(t is not None and t.kind == "class" and t.symbol == self.symbol for t in targets)

    def scope(self) -> Scope:
        """One instance, one for each key, or one for each context."""
        if self.declaration is not None and self.declaration.scope is not None:
            return self.declaration.scope
        scopes = {clue.scope for clue in self.clues}
        for scope in (Scope.KEYED, Scope.CONTEXT):
            if scope in scopes:
                return scope
        return Scope.PROCESS

    def finish(self, names: Names) -> ManagedClass:
        """The managed class as a value."""
        node = names.classes.get(self.symbol)
        declaration = self.declaration
        canonical = _module_of(declaration.canonical, names) if declaration is not None else None
        canonical = canonical or next((clue.canonical for clue in self.clues if clue.canonical), None)
        home = node.module.module if node is not None else self.symbol.rpartition(".")[0]
        return ManagedClass(
            qualname=self.symbol,
            location=Location(node.module.path, node.facts.span) if node is not None else None,
            scope=self.scope(),
            confidence=self.confidence(names),
            evidence=tuple(dict.fromkeys(Evidence(c.kind, c.location, c.text) for c in self.clues)),
            factories=tuple(_callable(symbol, names) for symbol in self.factories),
            slots=tuple(self.slots),
            registries=tuple(self.registries),
            owners=frozenset(self.owners),
            owner_modules=frozenset(self.owner_modules),
            homes=frozenset(self.homes),
            allow=declaration.allow if declaration is not None else (),
            canonical=canonical or home,
            is_declared=declaration is not None or "marker" in self.kinds,
            is_factory_declared=bool(declaration is not None and declaration.factories)
            or any(clue.kind == "marker" and clue.factories for clue in self.clues),
            is_own_factory=self.is_own_factory,
            keeps=tuple(_keep(clue) for clue in self.clues if clue.kind in _KEEPING),
            factory_uses=self.factory_uses,
            direct_constructions=self.direct_constructions,
            is_configurable=self._is_configurable(names),
        )

    def _is_configurable(self, names: Names) -> bool:
        """Whether several modules give what the factories can't: these give but the default instance."""
        if len(self.configuring) < _SEVERAL or self.is_made_with_arguments:
            return False
        known = [names.functions[symbol].facts for symbol in self.factories if symbol in names.functions]
        return bool(known) and not any(
            p.name not in ("self", "cls") for facts in known for p in facts.parameters
        )


def gather(
    clues: Sequence[Clue],
    declared: Mapping[str, ManagedDeclaration],
    names: Names,
    contents: ModuleContents,
) -> dict[str, Candidate]:
    """The candidates by class: clues about the same class put together, guards before everything else."""
    by_class: dict[str, list[Clue]] = defaultdict(list)
    for clue in clues:
        by_class[clue.class_symbol].append(clue)
    for symbol in declared:
        by_class.setdefault(symbol, [])
    found: dict[str, Candidate] = {}
    for symbol, group in by_class.items():
        found[symbol] = Candidate(symbol, sorted(group, key=_weight), declared.get(symbol))
        found[symbol].find_owners(names, contents)
    return found


_ORDER: Final = (
    "config",
    "marker",
    "guarded",
    "provider",
    "registry",
    "slot",
    "memoized",
    "singleton-class",
    "typed-factory",
)


def _weight(clue: Clue) -> tuple[int, Location, str]:
    rank = _ORDER.index(clue.kind) if clue.kind in _ORDER else len(_ORDER)
    return rank, clue.location, clue.text


def _keep(clue: Clue) -> Keep:
    return Keep(clue.factories, (*clue.slots, *clue.registries) or clue.factories, clue.helpers)


def _made_symbols(node: FunctionNode) -> set[str]:
    """Symbols of what a function makes, to return or to keep it."""
    return {*node.facts.makes, *(value for fill in node.facts.fills for value in fill.made)}


def _home_of(symbol: str, names: Names) -> str | None:
    """Return the module that a factory, which may be a provider in a class, stands in."""
    while symbol and symbol not in names.modules:
        symbol = symbol.rpartition(".")[0]
    return names.modules[symbol].module if symbol else None


def is_aside(path: str) -> bool:
    """Whether a file, by its path from the project's root, shows something, or is maintained by others."""
    return not (_SIDE_FOLDERS | VENDORED_FOLDERS).isdisjoint(path.split("/")[:-1])


def _callable(symbol: str, names: Names) -> Callable:
    node = names.functions.get(symbol)
    if node is None:
        return Callable(symbol, None)
    return Callable(symbol, Location(node.module.path, node.facts.span), node.facts.is_async)


def _module_of(path: str | None, names: Names) -> str | None:
    """Return the module that a canonical path leads to, also where it goes on to the class's name."""
    target = names.resolve(path) if path else None
    return path.rpartition(".")[0] if path and target is not None and target.kind == "class" else path
