"""Events to text and back; orjson where it is installed, the standard library where it isn't."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

try:
    import orjson as json_library
except ImportError:
    import json as json_library


def dumps(payload: Mapping[str, Any]) -> str:
    """Return the payload as one line of JSON."""
    encoded = json_library.dumps(payload)
    if isinstance(encoded, bytes):
        return encoded.decode("utf-8")
    return str(encoded)


def loads(line: str) -> dict[str, Any]:
    """Return the payload that a line of JSON holds; ValueError if it holds none."""
    payload = json_library.loads(line)
    if not isinstance(payload, dict):
        raise ValueError(f"an event is an object, not {type(payload).__name__}")
    return payload
