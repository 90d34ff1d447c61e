"""The traffic to a managed class put together by modules, as all pictures of the map show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.model import Scope
from ssot_lint.project.traffic import Passage, Road

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project import ManagedClass


class Lane(NamedTuple):
    """The places in one module that come by instances on the same road."""

    module: str
    road: Road
    by: str
    """Qualified name of the factory, of the kept instance, or of the class."""
    passages: tuple[Passage, ...]

    @property
    def is_around(self) -> bool:
        """Whether it goes around the factory, allowed or not."""
        return self.road is not Road.FACTORY


class Counts(NamedTuple):
    """How many places there are on each road."""

    through: int
    around: int
    allowed: int

    def __str__(self) -> str:
        allowed = f", {self.allowed} allowed" if self.allowed else ""
        return f"{self.through} through the factory, {self.around} around it{allowed}"


def lanes_to(managed: ManagedClass, passages: Iterable[Passage]) -> list[Lane]:
    """Return the lanes: those through the factory first, the busiest first.

    To call a class that is its own factory is the way to get the instance.
    """
    found: dict[tuple[Road, str, str], list[Passage]] = {}
    for passage in passages:
        road = Road.FACTORY if managed.is_own_factory else passage.road
        found.setdefault((road, passage.by, passage.module), []).append(passage)
    lanes = [Lane(module, road, by, tuple(group)) for (road, by, module), group in found.items()]
    order = list(Road)
    return sorted(lanes, key=lambda lane: (order.index(lane.road), -len(lane.passages), lane.module, lane.by))


def counts_of(lanes: Iterable[Lane]) -> Counts:
    """Return how many places the lanes hold together."""
    sums = dict.fromkeys(Road, 0)
    for lane in lanes:
        sums[lane.road] += len(lane.passages)
    return Counts(sums[Road.FACTORY], sums[Road.DIRECT], sums[Road.ALLOWED])


def gates_of(managed: ManagedClass, lanes: Iterable[Lane]) -> list[str]:
    """Return what hands the instances out: the factories, and what else the lanes through them name."""
    used = [lane.by for lane in lanes if not lane.is_around]
    symbols = [factory.symbol for factory in managed.factories]
    return [symbol for symbol in dict.fromkeys((*symbols, *used)) if symbol != managed.qualname]


def places_of(managed: ManagedClass) -> tuple[str, ...]:
    """Return the places in which instances are kept."""
    return tuple(dict.fromkeys((*managed.slots, *managed.registries)))


def scope_in_words(scope: Scope) -> str:
    """Return how many instances there are."""
    words = {
        Scope.PROCESS: "one instance",
        Scope.KEYED: "one instance for each key",
        Scope.CONTEXT: "one instance for each context",
    }
    return words[scope]


def module_of(managed: ManagedClass) -> str:
    """Return what a class's qualified name has before its name, with the dot."""
    return managed.qualname.removesuffix(managed.name)


def near_name(symbol: str, managed: ManagedClass) -> str:
    """Return a name as the code beside the class has it; one from elsewhere stays whole."""
    module = module_of(managed)
    return symbol[len(module) :] if module and symbol.startswith(module) else symbol
