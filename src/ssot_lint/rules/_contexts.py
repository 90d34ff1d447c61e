"""Which parameters stand for a user, a request or another context in which somebody is served."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project.names import Names

_NAMES: Final = re.compile(
    r"_*(?:ctx|context|(?:\w+_)?(?:user_)?context|\w+_ctx|request|websocket|(?:current_)?(?:user|tenant)|principal)"
)
_CLASSES: Final = re.compile(r"\w*(?:Context|Ctx|Request|WebSocket|User|Tenant|Principal|Session)")


def is_context(name: str, classes: Iterable[str], names: Names) -> bool:
    """Tell whether something reads as a context: by its class where that is known, else by its name."""
    known = [found for symbol in classes if (found := names.class_of(symbol) or _outside(symbol, names))]
    if known:
        return any(_CLASSES.fullmatch(symbol.rpartition(".")[2]) for symbol in known)
    return _NAMES.fullmatch(name.rpartition(".")[2]) is not None


def _outside(symbol: str, names: Names) -> str | None:
    """Return the class from elsewhere that a symbol is an instance of."""
    target = names.resolve(symbol)
    if target is None or target.kind != "external" or not target.symbol.endswith("()"):
        return None
    return target.symbol.removesuffix("()")
