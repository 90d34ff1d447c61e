"""Tools as they were in version 1: plain functions, under names with a prefix."""

from __future__ import annotations

from collections.abc import Callable

from chat.tools.dispatcher import Tool, ToolDispatcher

PREFIX = "legacy-"

_legacy_dispatcher: ToolDispatcher | None = None


def get_legacy_dispatcher() -> ToolDispatcher:  # error: SST503
    """Return the dispatcher that the tools of version 1 are registered with."""
    global _legacy_dispatcher
    if _legacy_dispatcher is None:
        _legacy_dispatcher = ToolDispatcher(timeout=30.0)
    return _legacy_dispatcher


def register_function(name: str, function: Callable[[str], str]) -> None:
    """Offer a plain function as a tool."""
    get_legacy_dispatcher().register(PREFIX + name, as_tool(function))


def as_tool(function: Callable[[str], str]) -> Tool:
    """Return a tool that calls the plain function."""

    async def tool(argument: str) -> str:
        return function(argument)

    return tool
