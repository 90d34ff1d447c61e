"""Tools as they were in version 1: plain functions, under names with a prefix."""

from __future__ import annotations

from collections.abc import Callable

from chat.tools.dispatcher import Tool, ToolDispatcher, get_tool_dispatcher

PREFIX = "legacy-"


def get_legacy_dispatcher() -> ToolDispatcher:
    """Return the dispatcher that the tools of version 1 are registered with: the same as all others."""
    return get_tool_dispatcher()


def register_function(name: str, function: Callable[[str], str]) -> None:
    """Offer a plain function as a tool."""
    get_legacy_dispatcher().register(PREFIX + name, as_tool(function))


def as_tool(function: Callable[[str], str]) -> Tool:
    """Return a tool that calls the plain function."""

    async def tool(argument: str) -> str:
        return function(argument)

    return tool
