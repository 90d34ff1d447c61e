"""Counts the calls that something takes: what a test can go by without a clock."""

from __future__ import annotations

from contextlib import contextmanager
from cProfile import Profile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Calls:
    """The calls of Python and C functions that have been made so far, and are over."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    @property
    def number(self) -> int:
        """How many they are."""
        return sum(entry.callcount for entry in self._profile.getstats())


@contextmanager
def counted_calls() -> Iterator[Calls]:
    """Count the calls of this thread while the context lasts.

    The standard library's profiler counts in C: a function of ours costs more than most of the calls.
    """
    with Profile(subcalls=False) as profile:
        yield Calls(profile)
