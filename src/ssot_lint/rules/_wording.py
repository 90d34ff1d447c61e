"""How findings speak of managed classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.project import ManagedClass
    from ssot_lint.project.managed import Callable

_MANY: Final = 3
"""So many names are spelled out in a message."""


def way_in(managed: ManagedClass) -> str:
    """Return the factory with its place, ``app.ws.get_manager() (app/ws.py:12)``, or another way to it."""
    if managed.factories:
        return _factory(managed.factories[0])
    if managed.is_own_factory:
        return f"{managed.qualname}(), which gives the kept instance"
    if managed.slots:
        return f"{managed.slots[0]}, where it is kept"
    container = next((evidence for evidence in managed.evidence if evidence.kind == "provider"), None)
    if container is not None:
        return f"its container ({container.location.path}:{container.location.span.line})"
    return "its owner"


def _factory(factory: Callable) -> str:
    place = f" ({factory.location.path}:{factory.location.span.line})" if factory.location is not None else ""
    return f"{factory.symbol}(){place}"


def use_factory(managed: ManagedClass) -> Suggestion:
    """The suggestion to go through the factory."""
    if managed.factories and managed.factories[0].is_async:
        return Suggestion(f"Await {managed.factories[0].symbol}() instead")
    if managed.factories:
        return Suggestion(f"Call {managed.factories[0].symbol}() instead")
    if managed.is_own_factory:
        return Suggestion(f"Call {managed.qualname}() instead")
    return Suggestion(
        f"Use the instance in {managed.slots[0]}" if managed.slots else "Ask the owner for the instance"
    )


def allow_owner(managed: ManagedClass, place: str) -> Suggestion:
    """The suggestion to declare a place as an owner."""
    entry = f'allow = ["{place}"] in [[tool.ssot-lint.managed]]'
    return Suggestion(f"If this place may construct {managed.name}, declare it: {entry}")


def how_changed(operation: str) -> str:
    """Return how an object is changed in place: ``an item is set``, ``changed by append()``."""
    if operation in ("[]=", ".="):
        return "an item is set" if operation == "[]=" else "an attribute is set"
    if operation == "del []":
        return "an item is deleted"
    return f"changed in place by {operation}" if operation.endswith("=") else f"changed by {operation}()"


def one(name: str) -> str:
    """Return a class's name with the article before it, as in ``an Engine`` and ``a Hub``."""
    return f"an {name}" if name.lstrip("_")[:1] in "AEIO" else f"a {name}"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them, the first few of many."""
    shown = names[:_MANY]
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]
