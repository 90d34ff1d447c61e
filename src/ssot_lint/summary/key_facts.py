"""What factories look instances up by, and what they do without it: facts for the rules about keys."""

from __future__ import annotations

import msgspec

from ssot_lint.model import Span


class Unsteady(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A part of a key that may differ from one call to the next for the same owner."""

    kind: str
    """``id``, ``hash`` or ``text`` of an object, ``fresh`` for what is new each time, ``helper`` for the
    result of a function that isn't known here."""
    text: str
    """The object as it is written; for ``fresh`` and ``helper`` what is called."""
    symbols: tuple[str, ...]
    """What the object may be, or what is called."""
    has_attributes: bool
    """Whether the function reads attributes of the object."""
    is_partial: bool
    """Whether there is another way to the key."""
    span: Span


class RegistryKey(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A mapping's key in one function, with the parts that may differ."""

    mapping: str
    """Symbol of the mapping."""
    parts: tuple[Unsteady, ...]


class Absence(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A test for ``None`` of a parameter, and what is made where it is."""

    parameter: str
    how: str
    """``replaced`` when the parameter gets a value, ``made`` when something is handed out without being kept,
    ``filed`` when it is kept under a key that is new each time."""
    made: tuple[str, ...]
    """Symbols of the calls that give the replacement, or what is handed out."""
    is_fresh: bool
    """Whether the text shows that it is another one each time."""
    span: Span


class Handing(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What one function does with keys and instances."""

    qualname: str
    keys: tuple[RegistryKey, ...] = ()
    returned: tuple[Unsteady, ...] = ()
    """Parts of what it returns, as a helper that computes keys would."""
    absences: tuple[Absence, ...] = ()
    drops: tuple[str, ...] = ()
    """Symbols of the mappings that it deletes items of."""
    only_makes: bool = False
    """Whether all that it ever returns is made in the same call, and kept nowhere."""
    makes_fresh: bool = False
    """Whether what it makes is told apart by something that is new each time."""
