"""What a module says about how its instances come to be: what is set again, made too often, or made twice."""

from __future__ import annotations

import msgspec

from ssot_lint.model import Span


class Reset(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An attribute that a constructor sets whenever it runs, whatever was there before.

    ``kind`` is ``fresh`` for an object that is made on the spot, ``changed`` for a value that other methods
    change, ``called`` for what a function returns, and ``given`` for a parameter or constant.
    """

    name: str
    kind: str


class Constructor(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An ``__init__`` that sets attributes without asking whether the object has been set up before."""

    scope: int
    resets: tuple[Reset, ...]
    span: Span


class EagerDefault(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """``mapping.setdefault(key, C())`` or ``mapping.get(key, C())`` where the item may well be there."""

    scope: int
    method: str
    target: str
    """Symbol of the item, ending in ``[]``."""
    key: str
    made: tuple[str, ...]
    span: Span


class Held(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a ``with`` statement holds, or what ``acquire()`` was called on: a lock, perhaps."""

    text: str
    symbols: tuple[str, ...]
    is_fresh: bool
    """Whether the function has made it itself: nobody else can hold it."""
    span: Span


class Gap(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A place where another task may run; ``kind`` is ``await``, ``async with`` or ``async for``."""

    kind: str
    symbols: tuple[str, ...]
    """What is called and awaited there, each ending in ``()``."""
    span: Span


class GetOrCreate(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A place that is looked at and then filled because it was empty, with what stands between."""

    scope: int
    target: str
    key: str
    made: tuple[str, ...]
    look: Span
    fill: Span
    gaps: tuple[Gap, ...]
    around: tuple[Held, ...]
    """What is held from the look to the fill."""
    late: tuple[Held, ...]
    """What is held at the fill, and was not yet when the place was looked at."""
    given_back: tuple[Held, ...]
    """What was held when the place was looked at, and then let go."""
    asks_again: bool
    """Whether something else is asked under ``late``."""
    is_claimed: bool
    """Whether a sign is set first that others look for as well: a flag, an event, a future."""


class HeldCall(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call of a function that fills a place, with what is held then."""

    name: str
    symbols: tuple[str, ...]
    held: tuple[Held, ...]
    span: Span


class HeldAccess(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A use of a place that is filled somewhere in the module, while something is held."""

    name: str
    symbols: tuple[str, ...]
    held: tuple[Held, ...]
    scope: int


class Calm(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An async function that never suspends by itself; only by what it awaits, if at all."""

    qualname: str
    awaits: tuple[str, ...]


class CreationFacts(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """All of it, for one module."""

    constructors: tuple[Constructor, ...] = ()
    eager: tuple[EagerDefault, ...] = ()
    gets: tuple[GetOrCreate, ...] = ()
    calls: tuple[HeldCall, ...] = ()
    accesses: tuple[HeldAccess, ...] = ()
    lone_locks: tuple[str, ...] = ()
    """Locks that are defined or imported, and never mentioned again."""
    lock_helpers: tuple[str, ...] = ()
    """Functions that take a lock for others: context managers and decorators."""
    calm: tuple[Calm, ...] = ()
