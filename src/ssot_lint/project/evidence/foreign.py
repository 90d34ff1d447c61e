"""Classes and constructing functions of other packages, as far as their names tell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from ssot_lint.project.evidence.clues import first_word

if TYPE_CHECKING:
    from ssot_lint.project.names import Names

_VERBS: Final = frozenset(
    {"create", "make", "build", "new", "connect", "open", "client", "resource", "session", "from", "async"}
)
_NO_OBJECTS: Final = ("Error", "Exception", "Warning")


def foreign_constructor(symbol: str) -> str | None:
    """Return the class or constructing function of another package that a call's symbol is the result of.

    An alternative constructor (``redis.Redis.from_url``) stands for its class. What the standard library
    makes is too plain to be anybody's single source.
    """
    path = symbol.removesuffix("()")
    top, separator, _ = path.partition(".")
    if path == symbol or not separator or "(" in path or "[" in path:
        return None
    if top in sys.stdlib_module_names or top == "builtins":
        return None
    owner, _, name = path.rpartition(".")
    if name[:1].isupper():
        return None if name.endswith(_NO_OBJECTS) else path
    if owner.rpartition(".")[2][:1].isupper():
        return owner if first_word(name) in _VERBS else None
    return path if first_word(name) in _VERBS else None


def is_foreign(symbol: str, names: Names) -> bool:
    """Tell whether something belongs to another package."""
    return symbol not in names.classes
