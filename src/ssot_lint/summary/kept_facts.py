"""What functions keep of what they are called with, as plain values."""

from __future__ import annotations

from typing import Final

import msgspec

from ssot_lint.model import Span

CONSTRUCTORS: Final = frozenset({"__init__", "__new__", "__post_init__", "__attrs_post_init__"})
"""What they keep of their parameters is the instance's state, unless it is made of them."""


class Origin(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A parameter that a value comes from; ``scope`` is that of the function that has it."""

    parameter: str
    scope: int
    steps: tuple[str, ...] = ()
    """What leads from the parameter to the value: ``.name``, ``[name]`` with ``[]`` for a key that isn't
    constant, and ``()`` where something else is made of it."""


class KeptValue(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A store of what comes from parameters into a place that outlives the call.

    Of what constructors store, only what they make or fetch with their parameters.
    """

    scope: int
    """The function that stores it."""
    targets: tuple[str, ...]
    """Symbols of the variable or attribute; of a mapping, where ``key`` isn't empty."""
    key: str = ""
    """The constant key, for an item of a mapping."""
    values: tuple[str, ...] = ()
    """What is stored, as far as it has a name."""
    origins: tuple[Origin, ...]
    span: Span
    is_of_local: bool = False
    """Whether it is an attribute of what a local variable got from a call."""
    is_read_after_await: bool = False
    """Whether the same function reads the place when others may have run since it was stored."""
    is_locked: bool = False
    """Whether a lock is held, and more is done under it than to store."""
    is_restored: bool = False
    """Whether the same function gives the place another value when it is done."""
