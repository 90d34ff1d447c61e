"""Counts the calls that something takes: what a test can go by without a clock."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Calls:
    """The calls of Python and C functions that have been made so far."""

    def __init__(self) -> None:
        self.number = 0


@contextmanager
def counted_calls() -> Iterator[Calls]:
    """Count the calls of this thread while the context lasts."""
    calls = Calls()

    def called(_frame: object, event: str, _argument: object) -> None:
        calls.number += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        yield calls
    finally:
        sys.setprofile(before)
