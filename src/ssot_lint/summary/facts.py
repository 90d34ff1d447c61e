"""What one module says, as plain values: its bindings, classes, functions and the uses of their names.

Names are written as *symbols*: what an expression refers to, as a dotted path from a module, in which ``()``
stands for the result of a call and ``[]`` for an item. ``app.ws.get_manager().rooms[]`` is an item of the
``rooms`` of what ``get_manager`` returns. ``self`` is ``app.ws.Manager()``, ``cls`` is ``app.ws.Manager``. A
local variable whose value isn't known is ``app.ws.f.<locals>.name``. A symbol is what the text says; what it
means is for the project to say.
"""

from __future__ import annotations

import enum
import struct
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.model import Span
from ssot_lint.summary.attribute_facts import AttributeFacts
from ssot_lint.summary.class_store_facts import ClassStore
from ssot_lint.summary.creation_facts import CreationFacts
from ssot_lint.summary.fail_open_facts import FailOpenFacts
from ssot_lint.summary.given_facts import GivenFacts
from ssot_lint.summary.kept_facts import KeptValue
from ssot_lint.summary.key_facts import Handing

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCALS = "<locals>"
SUPER = "<super>"


class UseKind(enum.IntEnum):
    """How a symbol is used at a place."""

    CALL = 0
    REFERENCE = 1
    ANNOTATION = 2
    BASE = 3
    CHECK = 4
    """Tested against: ``isinstance``, ``issubclass``, ``except``, a class pattern."""
    IMPORT = 5
    STORE = 6
    DELETE = 7
    DECORATOR = 8
    ALIAS = 9
    """Bound to another name, as it is."""


class UseFlag(enum.IntFlag):
    """Where a use stands, when that matters."""

    NONE = 0
    MAIN_GUARD = 1
    TYPE_CHECKING = 2
    IMPORT_FALLBACK = 4
    """In the handler of an ``except ImportError``."""
    DETOUR = 8
    """Not written as a plain dotted name: a local alias, ``type(x)``, ``getattr(module, "name")``."""
    PATCHED = 16
    """Replaced for the time being, by ``mock.patch`` or the like."""
    REPEATED = 32
    """In a loop, a comprehension or a lambda: it may happen more than once each time that its scope runs."""
    GIVEN = 64
    """Called with arguments."""


class Use(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One use of a symbol. ``scope`` is an index into ``ModuleSummary.scopes``.

    ``detail`` says which argument of what the symbol is, as ``callee#position`` or ``callee#keyword``.
    """

    span: Span
    kind: UseKind
    flags: UseFlag
    scope: int
    detail: str = ""


_USE = struct.Struct("<IIIIBBIH")


def pack_use(bounds: tuple[int, int, int, int], kind: int, flags: int, scope: int, detail: int) -> bytes:
    """Write a use as bytes: a project has millions of them, and few are ever looked at again."""
    return _USE.pack(*bounds, kind, flags, scope, detail)


class ScopeFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A module, class or function as a place: ``qualname`` is empty for the module."""

    qualname: str
    kind: str
    """``module``, ``class`` or ``function``; comprehensions and lambdas belong to the scope around them."""
    parent: int


class Binding(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing that a module-level name is bound to."""

    kind: str
    """``import``, ``class``, ``function`` or ``value``."""
    symbols: tuple[str, ...]
    """What it is: the import's target, the definition, or what the value may be (empty if not known)."""
    span: Span
    value: str = ""
    """The kind of value, as ``kind_of_value`` says; empty for what is no value."""
    flags: UseFlag = UseFlag.NONE
    annotation: tuple[str, ...] = ()
    """The classes that an annotation names."""


class Decorator(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A decorator: the symbol, and its call's arguments as source text by keyword or position."""

    symbol: str
    called: bool
    arguments: tuple[tuple[str, str], ...]
    span: Span


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A parameter; ``kind`` is ``positional``, ``keyword``, ``*`` or ``**``."""

    name: str
    kind: str
    annotation: tuple[str, ...]
    """The classes that the annotation names, without ``Optional`` and ``None``."""
    default: str
    """The default's source text, empty without one."""
    is_positional_only: bool = False


class Fill(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A place that a function stores something into."""

    target: str
    """Symbol of the variable, attribute or, ending in ``[]``, the mapping's item."""
    values: tuple[str, ...]
    """What may be stored."""
    made: tuple[str, ...]
    """Of that, the results of calls that the function makes itself."""
    when_empty: bool
    """Whether the store only happens when the place is empty."""
    key: str
    """Source text of the item's key; empty for a plain variable."""
    key_parameters: tuple[str, ...]
    """The function's parameters that the key is computed from."""
    span: Span


class ReturnedItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An item of a mapping that a function returns; ``symbol`` ends in ``[]``, ``key`` is source text."""

    symbol: str
    key: str
    key_parameters: tuple[str, ...]


class Guard(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A refusal in a constructor: a ``raise`` that keeps others from constructing."""

    kind: str
    """``always``, ``token`` (a parameter is compared), ``slot`` (an instance exists already) or ``flag``."""
    names: tuple[str, ...]
    """The parameters, or the symbols, that are tested."""
    message: str
    span: Span
    is_weak: bool = False
    """Whether it only measures the token, so that anything of that form will do."""


class FunctionFacts(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A function or method, and what a reader of its body learns about the instances that it hands out."""

    qualname: str
    name: str
    scope: int
    class_qualname: str | None
    kind: str
    """``function``, ``method``, ``classmethod``, ``staticmethod`` or ``property``."""
    is_async: bool
    decorators: tuple[Decorator, ...]
    parameters: tuple[Parameter, ...]
    annotation: tuple[str, ...]
    """The classes that the return annotation names."""
    returns: tuple[str, ...]
    """Symbols of all that is returned, ``None`` left out."""
    returned_items: tuple[ReturnedItem, ...]
    makes: tuple[str, ...]
    """Of what is returned, the results of calls that the function makes itself."""
    made_around: tuple[str, ...]
    """Of what it makes, to return or to keep, the objects that it makes by ``__new__`` alone."""
    only_wraps: bool
    """Whether all that it makes is one call with its one parameter."""
    fills: tuple[Fill, ...]
    guards: tuple[Guard, ...]
    is_generator: bool
    span: Span
    flags: UseFlag = UseFlag.NONE
    given: tuple[str, ...] = ()
    """The keywords of the calls that make what it returns or keeps, positions as ``#0``."""


class ClassAttribute(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A name that a class body binds to a value."""

    name: str
    value: str
    """The kind of value, as ``kind_of_value`` says; empty when the name is only annotated."""
    symbols: tuple[str, ...]
    annotation: str
    span: Span
    classes: tuple[str, ...] = ()
    """The classes that the annotation names."""


class Marker(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A ``# ssot: managed`` comment on a class line."""

    factory: str | None
    scope: str | None
    span: Span


class ClassFacts(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A class statement."""

    qualname: str
    name: str
    scope: int
    bases: tuple[str, ...]
    metaclass: str
    decorators: tuple[Decorator, ...]
    methods: tuple[str, ...]
    attributes: tuple[ClassAttribute, ...]
    instance_attributes: tuple[tuple[str, tuple[str, ...]], ...]
    """Attributes that methods set on ``self``, with what they may hold."""
    own_calls: tuple[tuple[str, int], ...]
    """Methods that are called on ``self`` alone, with the scope of the one place that names each.

    It is -1 where there are several, or where the call may be repeated, or the method is handed over.
    """
    marker: Marker | None
    is_local: bool
    span: Span
    """The class's name in its statement."""
    end_line: int
    flags: UseFlag = UseFlag.NONE


class Given(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An argument of a registration.

    ``kind`` is ``name`` for what makes an instance or is one, ``lambda``, or ``value`` for a call's result.
    """

    place: str
    """Its position or keyword; ``key`` for that of ``container[key] = ...``."""
    kind: str
    symbols: tuple[str, ...]


class Registration(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call that tells a container or a cache what to make and to keep."""

    function: str
    place: str
    """The variable or class attribute that the result is bound to, empty without one."""
    given: tuple[Given, ...]
    span: Span
    scope: int


class CopyCall(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call in a scope that copies an object; ``symbols`` are what the object may be."""

    function: str
    symbols: tuple[str, ...]
    span: Span
    flags: UseFlag
    scope: int


class ModuleSummary(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """All that the project needs to know of one module."""

    path: str
    project_path: str
    module: str
    aliases: tuple[str, ...]
    is_package: bool
    is_stub: bool
    is_test: bool
    is_target: bool
    error: tuple[str, Span] | None = None
    names_codes: bool = False
    """Whether one of this linter's codes may stand in the text, as in a noqa comment."""
    bindings: dict[str, tuple[Binding, ...]] = {}
    star_imports: tuple[str, ...] = ()
    dotted_imports: tuple[str, ...] = ()
    """What ``import a.b`` names at the level of the module, of which the bindings only tell ``a``."""
    exports: tuple[str, ...] | None = None
    """The names in ``__all__``, and ``*module`` where those of another belong to it; None if not known."""
    scopes: tuple[ScopeFacts, ...] = ()
    classes: tuple[ClassFacts, ...] = ()
    functions: tuple[FunctionFacts, ...] = ()
    missing_items: dict[str, tuple[str, ...]] = {}
    """For each ``defaultdict`` of the module, a class or an instance: what makes its missing items."""
    details: tuple[str, ...] = ("",)
    packed_uses: dict[str, bytes] = {}
    copies: tuple[CopyCall, ...] = ()
    registrations: tuple[Registration, ...] = ()
    attribute_facts: AttributeFacts = AttributeFacts()
    given: GivenFacts = GivenFacts()
    class_stores: tuple[ClassStore, ...] = ()
    fail_open: FailOpenFacts = FailOpenFacts()
    kept_values: tuple[KeptValue, ...] = ()
    handings: tuple[Handing, ...] = ()
    """What functions do with keys and instances; only those of which there is something to tell."""
    creation: CreationFacts = CreationFacts()

    def uses_of(self, symbol: str) -> Iterator[Use]:
        """Return the uses of exactly this symbol, in no particular order."""
        for line, column, end_line, end_column, kind, flags, scope, detail in _USE.iter_unpack(
            self.packed_uses.get(symbol, b"")
        ):
            span = Span(line, column, end_line, end_column)
            yield Use(span, UseKind(kind), UseFlag(flags), scope, self.details[detail])
