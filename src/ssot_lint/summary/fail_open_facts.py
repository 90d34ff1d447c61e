"""What a module does when a validation or a construction fails: facts for two of the rules."""

from __future__ import annotations

import msgspec

from ssot_lint.model import Span


class Subject(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something that a guard is called on: an argument, or the object whose method the guard is."""

    text: str
    """The dotted name as it is written: ``self.context``."""
    symbols: tuple[str, ...]


class GuardCall(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A call of a function whose name says that it validates."""

    name: str
    symbols: tuple[str, ...]
    """What is called."""
    subjects: tuple[Subject, ...]
    usage: str
    """What becomes of the result: ``statement``, ``assigned``, ``tested``, ``returned`` or ``inner``."""
    span: Span


class SkippedGuard(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A place where a guard may be skipped, or its verdict be lost, and the function goes on."""

    scope: int
    how: str
    """``import`` when it can't be imported, ``error`` when its own exception is caught,
    ``unavailable`` behind ``find_spec``, ``flag`` behind a flag, ``stand-in`` when something idle takes its
    place, and ``verdict`` when nobody looks at its result."""
    span: Span
    """The handler, or what else it is that lets the function go on."""
    guard: GuardCall
    caught: tuple[str, ...] = ()
    """The exceptions that are caught, empty for all of them."""
    spared: tuple[str, ...] = ()
    """Exceptions that are answered for before that, by handlers that refuse."""
    returned: tuple[str, ...] = ()
    """What the handler returns."""
    is_busy: bool = False
    """Whether the handler does more than to log: it may be that this is an answer."""
    is_imported: bool = True
    """Whether what fails is seen to be the guard's own import."""
    flags: tuple[str, ...] = ()
    """For ``flag``, symbols of the module-level variables that are asked; empty when it is a local one."""
    in_construction: bool = False
    """Whether the function is a constructor, or a method that a constructor of its class calls."""


class ImportFlag(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A module-level name that a handler for ``ImportError`` sets to False or None."""

    name: str
    imported: tuple[str, ...]
    """The names that couldn't be imported then."""
    span: Span
    """The handler."""


class Verdict(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How a validating function says no."""

    qualname: str
    raises: tuple[str, ...]
    """The exceptions that it raises; an empty text for one that isn't known."""
    is_bool: bool
    """Whether it returns a truth value, and nothing else."""


class Fallback(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A call whose result a function hands out when something failed, without keeping it."""

    scope: int
    when: str
    """``except``, ``finally`` or ``unavailable``."""
    is_broad: bool
    """Whether any exception at all leads there."""
    symbols: tuple[str, ...]
    """What the call gives, each ending in ``()``."""
    other_key: str = ""
    """The key under which the result is kept all the same, if not the one that the function looks for."""
    span: Span


class FailOpenFacts(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """All of it, for one module."""

    skipped: tuple[SkippedGuard, ...] = ()
    flags: tuple[ImportFlag, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    fallbacks: tuple[Fallback, ...] = ()
