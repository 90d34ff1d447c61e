"""What the configuration says about class attributes: which are copied, and which are declarations."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project.names import Names
    from ssot_lint.settings import ConfiguredName, Settings


class AttributeSettings:
    """Answers for the classes of a project."""

    def __init__(self, names: Names, settings: Settings) -> None:
        self._names = names
        self._copied = self._meant(settings.copied_bases)
        self._declarative = self._meant(settings.declarative_bases)
        self._declared_names = settings.declarative_names

    def copies(self, class_symbol: str) -> bool:
        """Tell whether instances of a class get copies of what class bodies bind."""
        return self._has_base(class_symbol, self._copied)

    def is_declaration(self, class_symbol: str, attribute: str) -> bool:
        """Tell whether an attribute that a class binds is a declaration, meant to be shared."""
        if self._has_base(class_symbol, self._declarative):
            return True
        facts = self._names.classes[class_symbol].facts
        nested = facts.qualname.split(".")[1:]
        return any(
            fnmatchcase(name, pattern) for pattern in self._declared_names for name in (attribute, *nested)
        )

    def _meant(self, configured: Iterable[ConfiguredName]) -> tuple[str, ...]:
        """Return the names as they are written, and what they mean in the project."""
        found: dict[str, None] = {}
        for entry in configured:
            target = self._names.resolve(entry.name)
            found[entry.name] = None
            if target is not None:
                found[target.symbol] = None
        return tuple(found)

    def _has_base(self, class_symbol: str, patterns: tuple[str, ...]) -> bool:
        if not patterns:
            return False
        line = (*self._names.mro(class_symbol), *self._names.external_bases(class_symbol))
        return any(fnmatchcase(base, pattern) for base in line for pattern in patterns)
