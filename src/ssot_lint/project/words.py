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
"""What may lead to a class without its name; ``super()`` is noted behind that of the class around it."""


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
        self._first_words = frozenset(self._words - {SUPER})

    def leading(self, symbols: Collection[str]) -> list[str]:
        """Return those of some symbols that may lead to one of the definitions, at their end or before."""
        plain = "\n".join(symbols).replace("()", "").replace("[]", "")
        is_other = self._first_words.isdisjoint
        if is_other(plain.replace("\n", ".").split(".")):
            return []  # as it is with most modules, and quickly seen
        return [
            symbol
            for symbol, words in zip(symbols, plain.split("\n"), strict=True)
            if not is_other(words.split("."))
        ]

    def ends(self, symbol: str) -> Iterator[int]:
        """Yield, from the left, the ends of those parts of a symbol that may lead to one of the definitions.

        Also of those that are followed by the word for one: it may be an attribute that only comes into being
        when it is filled.
        """
        steps = symbol.split(".")
        leads = [step.partition("(")[0].partition("[")[0] in self._words for step in steps]
        end = 0
        for index, step in enumerate(steps):
            if leads[index] or (index + 1 < len(steps) and leads[index + 1]):
                yield from (end + cut for cut in _cuts(step))
            end += len(step) + 1


def all_ends(symbol: str) -> Iterator[int]:
    """Yield the ends of all parts of a symbol from its left, it as a whole last."""
    end = 0
    for step in symbol.split("."):
        yield from (end + cut for cut in _cuts(step))
        end += len(step) + 1


def _words(symbol: str) -> list[str]:
    return symbol.replace("()", "").replace("[]", "").split(".")


def _cuts(step: str) -> Iterator[int]:
    """Yield the ends of a word, and of what is made of it by calls and items."""
    end = len(step.partition("(")[0].partition("[")[0])
    yield from range(end, len(step) + 1, 2)


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
