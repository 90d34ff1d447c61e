"""What sort of class a class is: a record, an exception, an interface, or one with behaviour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ssot_lint.project.names import Names

_RECORD_DECORATORS: Final = frozenset(
    {
        "dataclasses.dataclass",
        "pydantic.dataclasses.dataclass",
        "attr.s",
        "attr.attrs",
        "attr.dataclass",
        "attr.define",
        "attr.frozen",
        "attr.mutable",
        "attrs.define",
        "attrs.frozen",
        "attrs.mutable",
        "msgspec.defstruct",
    }
)
_RECORD_BASES: Final = frozenset(
    {
        "typing.NamedTuple",
        "typing.TypedDict",
        "typing_extensions.TypedDict",
        "collections.namedtuple()",
        "pydantic.BaseModel",
        "pydantic.main.BaseModel",
        "pydantic.v1.BaseModel",
        "pydantic.v1.main.BaseModel",
        "pydantic.RootModel",
        "pydantic_settings.BaseSettings",
        "pydantic.BaseSettings",
        "sqlmodel.SQLModel",
        "msgspec.Struct",
        "builtins.tuple",
        "builtins.dict",
        "builtins.list",
        "builtins.str",
        "builtins.int",
    }
)
_NEVER_MANAGED_BASES: Final = frozenset(
    {
        "enum.Enum",
        "enum.IntEnum",
        "enum.StrEnum",
        "enum.Flag",
        "enum.IntFlag",
        "typing.Protocol",
        "typing_extensions.Protocol",
        "typing.TypedDict",
        "typing_extensions.TypedDict",
        "typing.NamedTuple",
        "builtins.type",
        "zope.interface.Interface",
    }
)
_SETTINGS_BASES: Final = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings"})


def is_exception(names: Names, symbol: str) -> bool:
    """Tell whether a class is an exception, as far as its bases' names tell."""
    return any(
        base.rpartition(".")[2].endswith(("Error", "Exception", "Warning"))
        for base in names.external_bases(symbol)
    )


def can_be_managed(names: Names, symbol: str) -> bool:
    """Tell whether a class is more than an enumeration, an exception, an interface or a metaclass.

    Of another package's nothing is known but its name.
    """
    if symbol not in names.classes:
        return True
    return not (names.external_bases(symbol) & _NEVER_MANAGED_BASES) and not is_exception(names, symbol)


def is_record(names: Names, symbol: str) -> bool:
    """Tell whether a class only groups values: dataclasses, models, tuples, values that compare equal.

    Settings models are none: one of them is meant to serve the whole process. Of another package's class
    nothing is known but its name.
    """
    if symbol not in names.classes:
        return False
    bases = names.external_bases(symbol)
    if bases & _SETTINGS_BASES:
        return False
    if bases & _RECORD_BASES:
        return True
    for class_symbol in names.mro(symbol):
        facts = names.classes[class_symbol].facts
        if "__eq__" in facts.methods:
            return True
        for decorator in facts.decorators:
            target = names.resolve(decorator.symbol)
            if target is not None and target.symbol in _RECORD_DECORATORS:
                return True
    return False
