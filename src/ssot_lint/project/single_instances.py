"""Whether a class has one instance in the process, as far as the places that construct it tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.project.candidates import is_aside
from ssot_lint.project.mentions import Mentions, Place, only_place
from ssot_lint.project.single_runs import SingleRuns
from ssot_lint.summary.facts import UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project.names import Names

_LOOKING: Final = frozenset({"super#0", "cast#0", "getattr#0", "setattr#0", "hasattr#0", "issubclass#0"})
"""Arguments by which a class is named without being handed to somebody who may make objects of it."""


class SingleInstances:
    """Answers for the classes of a project."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._mentions = Mentions(names)
        self._runs = SingleRuns(names, self._mentions)

    def has_one(self, class_symbol: str) -> bool:
        """Tell whether the project makes one instance of a class, its subclasses' counted."""
        return self.is_made_once(self._mentions.constructions_of(class_symbol))

    def is_made_once(self, constructions: Iterable[Place]) -> bool:
        """Tell whether these are one, where a program comes by once, and nobody else is handed the class.

        That is a module's level, the program's ``main``, a function that keeps its result, or one that puts
        the instance into a global variable or under a constant key; also the construction of an object of
        which there is one, and whatever is seen to be called from one such place alone.
        """
        place = only_place(constructions)
        if place is None or self._is_shown(place) or not self._runs.is_once(place):
            return False
        return not self._is_handed_over(place.made)

    def _is_shown(self, place: Place) -> bool:
        """Tell whether an example, or the like, shows how to make an object of somebody else's class."""
        is_own = is_aside(self._names.classes[place.made].module.project_path)
        return is_aside(place.module.project_path) and not is_own

    def _is_handed_over(self, class_symbol: str) -> bool:
        for module, key in self._mentions.of(class_symbol.rpartition(".")[2]):
            target = self._names.resolve(key)
            if target is not None and target.symbol == class_symbol:
                for use in module.uses_of(key):
                    is_argument = use.kind is UseKind.REFERENCE and use.detail
                    if is_argument and use.detail.rpartition(".")[2] not in _LOOKING:
                        return True
        return False
