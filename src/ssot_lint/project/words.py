"""Which words a symbol has to contain to lead to certain definitions: a look before names are resolved.

A project has millions of symbols, and hardly any of them leads to a managed class. The last word of a symbol
is that of the definition that it means, unless an import or an assignment has given that another name, it is
a class asked of an instance, or ``super()``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import SUPER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ssot_lint.project.names import Names

_TO_ANY_CLASS: Final = frozenset({"__class__", SUPER})


class LeadingWords:
    """The words without one of which no symbol leads to one of some definitions."""

    def __init__(self, definitions: Iterable[str], names: Names) -> None:
        waiting = {_last_word(symbol) for symbol in definitions}
        self._words: set[str] = set(_TO_ANY_CLASS) if waiting else set()
        others = _other_names(names) if waiting else {}
        while waiting:
            word = waiting.pop()
            self._words.add(word)
            waiting |= others.get(word, set()) - self._words

    def leading(self, symbols: Collection[str]) -> list[str]:
        """Return those of some symbols that may lead to one of the definitions, at their end or before."""
        if self._words.isdisjoint(_words(".".join(symbols))):
            return []  # as it is with most modules, and quickly seen
        return [symbol for symbol in symbols if not self._words.isdisjoint(_words(symbol))]


def _words(symbol: str) -> list[str]:
    return symbol.replace("()", "").replace("[]", "").split(".")


def _last_word(symbol: str) -> str:
    return _words(symbol)[-1]


def _other_names(names: Names) -> dict[str, set[str]]:
    """Return by the last words of symbols what else the things that they mean are called somewhere."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, symbol in _namings(names):
        if not symbol.endswith(f".{name}"):
            found[_last_word(symbol)].add(name)
    return found


def _namings(names: Names) -> Iterator[tuple[str, str]]:
    """Yield names that something is bound to, each with a symbol of what it may be."""
    for alias, module in names.modules.items():
        yield _last_word(alias), module.module
    for module in names.sources:
        for name, bindings in module.bindings.items():
            for binding in bindings:
                for symbol in binding.symbols:
                    yield name, symbol
    for node in names.classes.values():
        for attribute in node.facts.attributes:
            for symbol in attribute.symbols:
                yield attribute.name, symbol
