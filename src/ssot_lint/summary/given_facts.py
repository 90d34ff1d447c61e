"""What functions keep of objects that they haven't made: defaults of parameters, and a module's objects.

Such an object is the same one at the next call. Whether that shows is for the project to say: somebody must
keep the object, and somebody must change it.
"""

from __future__ import annotations

import msgspec

from ssot_lint.model import Span
from ssot_lint.summary.attribute_facts import Mutation


class GivenDefault(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A parameter whose default is one mutable object, in a function that keeps it or hands it on."""

    function: str
    """Qualified name."""
    scope: int
    parameter: str
    kind: str
    """The kind of container; ``name`` where it depends on what ``maker`` means."""
    element: str = ""
    maker: str = ""
    text: str
    """The default's source text."""
    is_empty: bool
    is_accepted: bool = False
    """Whether a comment beside it says that this is known."""
    span: Span
    """The default."""
    kept: tuple[str, ...] = ()
    """Attributes of the instance that hold it when the function has ended."""
    passed: tuple[tuple[str, str], ...] = ()
    """Methods of the instance that get it, and as what: position without ``self``, or keyword."""
    is_returned: bool = False
    mutations: tuple[Mutation, ...] = ()
    """What the function itself does to it."""


class GivenObject(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """An attribute of an instance that holds an object of a module when the method has ended."""

    class_symbol: str
    method: str
    scope: int
    attribute: str
    symbol: str
    """What it holds."""
    span: Span
    """The attribute where it is bound."""
    mutations: tuple[Mutation, ...] = ()
    """What the method itself does to it."""


class KeptParameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A method that binds one of its parameters, as it is, to an attribute."""

    method: str
    """Qualified name."""
    parameter: str
    attribute: str


class GivenFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that a module says about objects that are kept, but not made."""

    defaults: tuple[GivenDefault, ...] = ()
    objects: tuple[GivenObject, ...] = ()
    parameters: tuple[KeptParameter, ...] = ()
    empty: tuple[str, ...] = ()
    """The module's names that are bound to an empty container."""
