"""What is known at a point of a function about the places that it looks at, and what happened since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from ssot_lint.summary.places import Places

NONE: Final[frozenset[int]] = frozenset()


class Look(NamedTuple):
    """A look at a place; ``held`` and ``gaps`` are numbers that the reader of the function gives."""

    node: ast.expr
    held: frozenset[int]
    """What has been held from then on without a break."""
    gaps: frozenset[int] = NONE
    """Where another task may have run since, on some path."""
    asked: frozenset[int] = NONE
    """Under what, taken since, something else was asked."""
    is_claimed: bool = False
    taken: frozenset[int] = NONE
    """All that was held when it was taken."""

    def merged(self, other: Look) -> Look:
        """Return what holds whichever of two ways was taken."""
        return Look(
            self.node,
            self.held & other.held,
            self.gaps | other.gaps,
            self.asked | other.asked,
            self.is_claimed or other.is_claimed,
            self.taken & other.taken,
        )


class State:
    """What is known on one path; a copy goes along each branch."""

    __slots__ = ("asked", "looks", "reads")

    def __init__(self) -> None:
        self.looks: dict[str, Look] = {}
        """The places that are known to be empty, by the last look at each."""
        self.reads: dict[str, dict[str, Look]] = {}
        """What local variables hold: the places that they were read from."""
        self.asked: set[str] = set()
        """Symbols that conditions on the way were about."""

    def copy(self) -> State:
        """Return a state of its own that says the same."""
        found = State()
        found.looks = dict(self.looks)
        found.reads = {name: dict(places) for name, places in self.reads.items()}
        found.asked = set(self.asked)
        return found

    def become(self, other: State | None) -> None:
        """Take over what another state says."""
        if other is not None:
            self.looks, self.reads, self.asked = other.looks, other.reads, other.asked

    def suspend(self, gap: int) -> None:
        """Another task may run here."""
        for places in (self.looks, *self.reads.values()):
            for place, look in places.items():
                places[place] = look._replace(gaps=look.gaps | {gap})

    def release(self, held: int) -> None:
        """Something is no longer held."""
        for places in (self.looks, *self.reads.values()):
            for place, look in places.items():
                if held in look.held:
                    places[place] = look._replace(held=look.held - {held})

    def ask(self, symbols: Iterable[str], held: Iterable[int]) -> None:
        """A condition is about something that others may change, while these are held."""
        self.asked.update(symbols)
        now = frozenset(held)
        for places in (self.looks, *self.reads.values()):
            for place, look in places.items():
                places[place] = look._replace(asked=look.asked | (now - look.held))

    def claim(self, symbols: Iterable[str]) -> None:
        """A sign is set; it counts where it was asked for before, and nobody came between."""
        if self.asked.intersection(symbols):
            for places in (self.looks, *self.reads.values()):
                for place, look in places.items():
                    if not look.gaps:
                        places[place] = look._replace(is_claimed=True)

    def see(self, places: Iterable[str], look: Look) -> None:
        """Places are seen to be empty."""
        for place in places:
            self.looks[place] = look


def joined(first: State | None, second: State | None) -> State | None:
    """Return what holds where two paths meet; None stands for a path that never gets there."""
    if first is None or second is None:
        return first if second is None else second
    found = State()
    found.looks = _common(first.looks, second.looks)
    for name in first.reads.keys() & second.reads.keys():
        found.reads[name] = _common(first.reads[name], second.reads[name])
    found.asked = first.asked | second.asked
    return found


def either(first: State, second: State) -> State:
    """Return what is known when one of two tests was true: each shows that its place is to be filled."""
    found = joined(first, second) or State()
    for looks in (first.looks, second.looks):
        for place, look in looks.items():
            found.looks.setdefault(place, look)
    return found


def _common(first: dict[str, Look], second: dict[str, Look]) -> dict[str, Look]:
    return {place: look.merged(second[place]) for place, look in first.items() if place in second}


def stale_look(state: State, names: Iterable[str], place: str) -> Look | None:
    """Return the look by which one of some local variables has got what it holds of a place."""
    for name in names:
        known = state.reads.get(name, {}).get(place)
        if known is not None:
            return known
    return None


def outer_bases(places: Places) -> set[str]:
    """Return the places themselves, of items the mapping."""
    return {place.partition("|")[0].removesuffix("[]") for place in places}
