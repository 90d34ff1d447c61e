"""Places of application objects, by one name from wherever they are reached.

``app.state.x`` and ``request.app.state.x`` are one place, and so is ``hass.data[KEY]`` in every function.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ssot_lint.project.names import FunctionNode, Names

_APPLICATION: Final = "<app>"
_REQUEST: Final = "flask.g."
_STATE: Final = re.compile(
    r"(?:^|\.)(?:app|application|(?:FastAPI|Starlette|Litestar|Quart|Sanic)\(\))"
    r"\.(?P<table>state|ctx)\.(?P<name>\w+)$"
)
_TABLE: Final = re.compile(
    r"(?:^|\.)(?:(?:hass|HomeAssistant\(\))\.(?P<data>data)"
    r"|(?:app|application|current_app|Flask\(\)|Quart\(\))\.(?P<extensions>extensions)"
    r"|(?:app|Application\(\)))\[\]$"
)
_CONSTANT: Final = re.compile(r"'[^']+'|(?:\w+\.)*[A-Z][A-Z0-9_]*")


def application_place(symbol: str, key: str, node: FunctionNode, names: Names) -> str | None:
    """Return the shared name of a place that belongs to an application object; None for all others.

    ``key`` is the source text of an item's key, which must be a constant.
    """
    if symbol.startswith(_REQUEST):
        return symbol if symbol[len(_REQUEST) :].isidentifier() else None
    state = _STATE.search(symbol)
    if state is not None:
        holder = names.resolve(symbol.rpartition(".")[0])
        if holder is not None and holder.kind == "module":  # a module of that name
            return None
        return f"{_APPLICATION}.{state['table']}.{state['name']}"
    table = _TABLE.search(symbol) if key else None
    if table is None or not _CONSTANT.fullmatch(key):
        return None
    target = None if key.startswith("'") else names.resolve(f"{node.module.module}.{key}")
    name = table["data"] or table["extensions"]
    return f"{_APPLICATION}{'.' + name if name else ''}[{target.symbol if target is not None else key}]"


def is_application_place(place: str) -> bool:
    """Tell whether a place is one of those."""
    return place.startswith((_APPLICATION, _REQUEST))


def is_of_request(place: str) -> bool:
    """Tell whether a place lives as long as one request does."""
    return place.startswith(_REQUEST)
