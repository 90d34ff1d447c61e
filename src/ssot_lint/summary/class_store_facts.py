"""What instance methods store on their class, as plain values."""

from __future__ import annotations

import enum

import msgspec

from ssot_lint.model import Span


class Stored(enum.IntEnum):
    """What a stored value has to do with the instance, from little to much."""

    DERIVED = 0
    """It is computed from the instance or from parameters."""
    PARAMETER = 1
    """It is a parameter, or a part of one."""
    ATTRIBUTE = 2
    """It is an attribute or a bound method of the instance."""
    SELF = 3
    """It is the instance itself."""


class ClassStore(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A store by an instance method into an attribute of a class that may be its own."""

    owner: str
    """Symbol of the class whose method it is."""
    method: str
    scope: int
    holder: str
    """Symbol of the class that is stored into."""
    attribute: str
    stored: Stored
    name: str = ""
    """The parameter, or the attribute of the instance."""
    steps: tuple[str, ...] = ()
    """What leads from the parameter to the value: ``.name`` or ``[key]``."""
    span: Span
    is_asked: bool = False
    """Whether the method asks for the attribute before: it is computed once."""
    is_reset: bool = False
    """Whether the class sets it to something else again, in the same method or another."""
    is_remarked: bool = False
    """Whether a comment right above it or beside it speaks of the one for all, or of the class."""
    is_read_by_class: bool = False
    """Whether a class method or static method of the class reads it."""
