"""What one module says about mutable class attributes: which there are, who changes them, who makes his own.

A file is read without knowing the others, so changes of ``self.x`` are noted also where the class that binds
``x`` is elsewhere. What they add up to is for the project to say.
"""

from __future__ import annotations

import enum

import msgspec

from ssot_lint.model import Span


class Signal(enum.IntFlag):
    """What a change of an attribute says about its purpose."""

    NONE = 0
    RETURNED = 1
    """The item that is stored is also what the method returns: get-or-create."""
    KEY_OF_SELF = 2
    """The key derives from the instance or its class."""
    STORES_SELF = 4
    """The instance itself, or its identity, is entered: a table of instances."""
    CONSTANT = 8
    """Constant key and value in an operation that can be repeated without effect."""
    FROM_PARAMETERS = 16
    """What is stored derives from the method's own parameters."""
    NESTED = 32
    """An item of the attribute is changed, not the attribute's value itself."""
    REMOVES = 64
    """Something is only taken out."""
    UNTIL_DONE = 128
    """What is put in takes itself out when it is done: a set that keeps tasks alive."""
    RESTORED = 256
    """The method itself takes out again what it puts in, in a ``finally``."""
    WEAK = 512
    """A weak reference is stored: a table of live objects."""
    WARNS_ONCE = 1024
    """What isn't in it yet is put in together with a message: a record of what was told."""
    OWN_ITEMS = 2048
    """An item is replaced while the items are gone through: it is brought into another form."""
    SAME_FOR_ALL = 4096
    """Nothing is put in but constants; an operation such as ``append`` does that again each time."""
    REFUSES_TWICE = 8192
    """The method raises for what is in it already: no two may be the same."""
    FINDS_AGAIN = 16384
    """The method looks up what is under the same key, and uses that if there is something: get-or-create."""
    NEEDS_ITEM = 32768
    """It fails where there is no such item: nothing is put in that way."""
    TAKEN_BACK = 65536
    """A statement further down in the same block takes out again what was put in."""
    FIRST_FILL = 1 << 20
    """It is put in where the attribute has been seen to be empty."""


class Mutation(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A change of what an attribute holds, where the instance isn't known to have one of its own."""

    attribute: str
    operation: str
    """A method's name, ``[]=``, ``del []``, ``.=`` (an attribute of the value), or an operator as ``+=``."""
    span: Span
    signals: Signal = Signal.NONE
    after: tuple[str, ...] = ()
    """Methods called on ``self`` on every path before it; ``<super>.name`` for a base's."""


class Handed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call that passes the instance on, or what one of its attributes holds."""

    callee: str
    position: int
    """The position of the argument; -1 when it is named."""
    keyword: str = ""
    attribute: str = ""
    """The attribute that is passed; empty for the instance itself."""
    after: tuple[str, ...] = ()
    """Methods called on ``self`` on every path before it."""


class MutableAttribute(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A name that a class body binds to a value that can be changed, or to one that may turn out so."""

    name: str
    kind: str
    """``list``, ``dict`` and so on; ``tuple`` for one with mutable elements; ``call``, ``copy`` and ``name``
    where it depends on what ``makers`` mean."""
    element: str = ""
    """The kind of the elements, where they are seen to be mutable; ``any`` when they are of several."""
    makers: tuple[str, ...] = ()
    """Symbols of what is called, copied or named."""
    span: Span
    declared: str = ""
    """``ClassVar`` or ``Final``, where an annotation says so."""
    is_annotated: bool = False
    is_remarked: bool = False
    """Whether a comment beside it says that it is shared."""
    in_field: bool = False
    """Whether it is the default in attrs' ``attr.ib`` or ``field``."""
    is_empty: bool = False


class MethodFacts(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What a method does to the attributes of its instance."""

    name: str
    binds: tuple[str, ...] = ()
    """Attributes that have a value of the instance's own when the method has ended, on whatever path."""
    may_bind: tuple[str, ...] = ()
    """Those that it binds on some path only."""
    calls: tuple[str, ...] = ()
    """Methods that it calls on the instance on every path; ``<super>.name`` for a base's."""
    may_call: tuple[str, ...] = ()
    binds_any: bool = False
    """Whether it sets attributes whose names aren't in the text."""
    binds_listed: bool = False
    """Whether it sets the attributes that a sequence of the class names."""
    mutations: tuple[Mutation, ...] = ()
    hands: tuple[Handed, ...] = ()
    """Functions that the instance, or a mutable attribute of its class, is passed to."""
    keeps: tuple[tuple[str, str], ...] = ()
    """Attributes that may hold, when the method has ended, what another attribute of the class holds."""


class ClassAttributeFacts(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """The mutable attributes of a class, and what its methods do to them and to those of its bases."""

    qualname: str
    attributes: tuple[MutableAttribute, ...] = ()
    methods: tuple[MethodFacts, ...] = ()
    class_level: tuple[str, ...] = ()
    """Attributes that its own code changes or binds through the class: ``cls.x``, ``type(self).x``."""
    class_reads: tuple[str, ...] = ()
    """Attributes that its class methods read through the class."""
    listed: tuple[str, ...] = ()
    """Strings in sequences of the class body, when a method sets attributes by names from such a sequence."""
    declared: tuple[str, ...] = ()
    """Names that are annotated as ``ClassVar``, with or without a value."""
    fields: tuple[str, ...] = ()
    """Names that are annotated as an instance's, with or without a value."""
    given: tuple[tuple[str, Mutation], ...] = ()
    """Changes, with their methods, of what its own constructor binds to something that isn't made there."""


class OutsideMutation(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A change through something else than ``self``: ``owner`` is the symbol of the object or class."""

    owner: str
    mutation: Mutation
    scope: int


class ParameterMutation(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A change of an attribute of a function's parameter; of the parameter itself where that is empty."""

    function: str
    position: int
    mutation: Mutation


class AttributeFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that a module says about mutable class attributes."""

    classes: tuple[ClassAttributeFacts, ...] = ()
    mutations: tuple[OutsideMutation, ...] = ()
    parameters: tuple[ParameterMutation, ...] = ()
    makers: tuple[tuple[str, str, str], ...] = ()
    """Functions that return a fresh mutable object: qualified name, kind and kind of the elements."""
