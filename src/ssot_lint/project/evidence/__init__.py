"""Why a class is held to be managed: what its factories, its constructor and its neighbours show.

Each module here knows one kind of evidence and yields clues; a clue names the class, the functions that hand
the instance out, the places where it is kept, and further functions that are part of the machinery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.project.evidence.clues import Clue
from ssot_lint.project.evidence.guarded import GuardReader
from ssot_lint.project.evidence.keeping import Keeping
from ssot_lint.project.evidence.memoized import memoized_by_call_clues, memoized_clues
from ssot_lint.project.evidence.module_instances import module_instance_clues
from ssot_lint.project.evidence.private_classes import private_class_clues
from ssot_lint.project.evidence.providers import provider_clues
from ssot_lint.project.evidence.registries import registry_clues
from ssot_lint.project.evidence.singletons import singleton_clues
from ssot_lint.project.evidence.slots import slot_clues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.names import Names

__all__ = ["Clue", "find_clues"]


def find_clues(names: Names) -> Iterator[Clue]:
    """Yield all clues of a project."""
    keeping = Keeping(names)
    reader = GuardReader(keeping)
    guards = [clue for node in names.classes.values() for clue in reader.clues(node)]
    yield from guards
    by_class = {clue.class_symbol: clue for clue in guards}
    for clue in _other_clues(keeping):
        guard = by_class.get(clue.class_symbol)
        if guard is None or not _goes_around(guard, clue):
            yield clue


def _other_clues(keeping: Keeping) -> Iterator[Clue]:
    for node in keeping.names.functions.values():
        if node.facts.decorators and node.facts.makes:
            yield from memoized_clues(node, keeping)
        if node.facts.fills:
            yield from slot_clues(node, keeping)
        if node.facts.fills or node.facts.returned_items:
            yield from registry_clues(node, keeping)
    for class_node in keeping.names.classes.values():
        yield from singleton_clues(class_node, keeping)
    yield from memoized_by_call_clues(keeping)
    yield from provider_clues(keeping)
    yield from private_class_clues(keeping)
    yield from module_instance_clues(keeping)


def _goes_around(guard: Clue, clue: Clue) -> bool:
    """Tell whether factories in other modules construct past the ones that the guard lets through."""
    let_through = set(guard.factories).intersection((*clue.factories, *clue.helpers))
    return bool(clue.factories) and not let_through and clue.location.path != guard.location.path
