"""Which parameters stand for a user, a request or another context in which somebody is served."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Final

from ssot_lint.project.contexts import Contexts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project import Project

_NAMES: Final = re.compile(
    r"_*(?:(?:(?:\w+_)?(?:user|request|session|tenant|execution|auth|security|chat|agent|run|client)_)?"
    r"(?:context|ctx)|(?:http_)?request|websocket|(?:current_)?(?:user|tenant)|principal)"
)
"""A context of something else (``ssl_context``, ``app_context``) belongs to nobody."""


def is_context(name: str, symbols: Iterable[str], project: Project) -> bool:
    """Tell whether something reads as a context: by its class where that is known, else by its name.

    ``symbols`` are what it may be, each an instance.
    """
    further = project.settings.context_names
    contexts = Contexts(further)
    known = [found for symbol in symbols if (found := _class_of(symbol, project))]
    if known:
        return any(map(contexts.is_class, known))
    own = name.rpartition(".")[2]
    return _NAMES.fullmatch(own) is not None or any(fnmatch.fnmatchcase(own, each) for each in further)


def _class_of(symbol: str, project: Project) -> str | None:
    """Return the class that a symbol is an instance of, be it one from elsewhere."""
    found = project.names.class_of(symbol)
    if found is not None:
        return found
    target = project.names.resolve(symbol)
    is_outside = target is not None and target.kind == "external" and target.symbol.endswith("()")
    return target.symbol.removesuffix("()") if target is not None and is_outside else None
