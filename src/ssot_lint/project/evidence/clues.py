"""A clue: one reason to hold a class to be managed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import Confidence, Location, Scope, Span

if TYPE_CHECKING:
    from collections.abc import Collection

    from ssot_lint.project.names import ClassNode, FunctionNode

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
MANY_PARAMETERS: Final = 3
"""A key of that many parameters is no identity: what is kept under it is a computation's result."""
_MOST_KINDS: Final = 4
_STAND_INS: Final = frozenset({"mock", "fake", "dummy", "stub", "fallback", "null", "noop", "none"})
_OPTIMISATIONS: Final = frozenset(
    {"cache", "cached", "caches", "memo", "memoize", "memoized", "intern", "interned", "lru"}
)


class Clue(msgspec.Struct, frozen=True):
    """One piece of evidence for one class."""

    class_symbol: str
    kind: str
    text: str
    location: Location
    scope: Scope
    factories: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    """Functions that belong to the machinery without handing anything out: fillers, creators."""
    makers: tuple[str, ...] = ()
    """Of those, the functions that make the instance in the factory's name."""
    in_test: bool = False
    at_most: Confidence = Confidence.HIGH
    """However often the factory is used, this clue makes the management no surer than that."""
    canonical: str | None = None
    """The module to import from, when that isn't the class's own."""


def words_of(symbol: str) -> list[str]:
    """Return the words of a name's last part in lower case, be they parted by underscores or capitals."""
    return [word.lower() for word in _WORD.findall(symbol.rpartition(".")[2])]


def first_word(symbol: str) -> str:
    """Return the first of the words, or nothing."""
    return next(iter(words_of(symbol)), "")


def is_stand_in(*symbols: str) -> bool:
    """Tell whether a name says that something only stands in for the real thing."""
    return any(_STAND_INS.intersection(words_of(symbol)) for symbol in symbols)


def is_picker(products: Collection[str]) -> bool:
    """Tell whether what makes so many kinds of objects picks one by its name, and stands for none of them."""
    return len(products) > _MOST_KINDS


def is_optimisation(*symbols: str) -> bool:
    """Tell whether a name says that instances are kept to save work, not to be the only ones."""
    return any(_OPTIMISATIONS.intersection(words_of(symbol)) for symbol in symbols)


def location_of(node: ClassNode | FunctionNode, span: Span) -> Location:
    """Return a span in the file that a class or function stands in."""
    return Location(node.module.path, span)


def short(symbol: str) -> str:
    """Return the last part of a qualified name, with the class that it belongs to; a key's in its mapping."""
    if symbol.endswith("]"):
        mapping, _, key = symbol.removesuffix("]").partition("[")
        return f"{mapping.replace('<', '').replace('>', '')}[{short(key)}]"
    if symbol.startswith("<"):
        return symbol.replace("<", "").replace(">", "")
    parts = symbol.split(".")
    return ".".join(parts[-2:]) if len(parts) > 1 and parts[-2][:1].isupper() else parts[-1]
