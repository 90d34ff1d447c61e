"""What the rules say of libraries is held against the real ones: two instances, and whether they share."""

# ruff: noqa: RUF008, RUF009, RUF012

from __future__ import annotations

import importlib
import queue
import sys
from collections import deque
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import pytest


def library(name: str) -> Any:
    """Import a library; as Any, so that the tests are checked the same where it isn't installed."""
    return importlib.import_module(name)


def shares(cls: Any, name: str) -> bool:
    """Whether two instances hold one object under a name."""
    return getattr(cls(), name) is getattr(cls(), name)


def test_a_plain_class_shares() -> None:
    class Plain:
        items: list[int] = []

    assert shares(Plain, "items")


def test_a_dataclass_refuses_unhashable_defaults_and_shares_the_others() -> None:
    with pytest.raises(ValueError, match="mutable default"):

        @dataclass
        class Refused:
            items: list[int] = []

    @dataclass
    class Sharing:
        pair: Any = ([],)
        waiting: Any = queue.Queue()
        bare = list[int]()

    assert shares(Sharing, "pair")
    assert shares(Sharing, "waiting")
    assert shares(Sharing, "bare")


def test_a_named_tuple_shares_its_default() -> None:
    class Point(NamedTuple):
        tags: list[int] = []

    assert shares(Point, "tags")


def test_pydantic_copies_fields_and_private_attributes() -> None:
    pydantic = library("pydantic")

    class Base(pydantic.BaseModel):  # type: ignore[misc, name-defined]  # seen as Any
        tags: list[int] = []
        _private: dict[str, int] = {}

    class Model(Base):
        more: list[int] = []

    for name in ("tags", "_private", "more"):
        assert not shares(Model, name)


def test_pydantic_copies_what_a_mixin_annotates_and_nothing_else_of_it() -> None:
    pydantic = library("pydantic")

    class Mixin:
        annotated: list[int] = []
        bare = list[int]()

    class Model(Mixin, pydantic.BaseModel):  # type: ignore[misc, name-defined]  # seen as Any
        pass

    assert not shares(Model, "annotated")
    assert shares(Model, "bare")


def test_root_models_and_dataclasses_of_pydantic() -> None:
    pydantic = library("pydantic")
    dataclasses = library("pydantic.dataclasses")

    class Root(pydantic.RootModel):  # type: ignore[misc, name-defined]  # seen as Any
        root: list[int] = []

    assert not shares(Root, "root")
    with pytest.raises(ValueError, match="mutable default"):

        @dataclasses.dataclass
        class Refused:
            items: list[int] = []


def test_settings_of_pydantic_are_copied() -> None:
    settings = library("pydantic_settings")

    class Settings(settings.BaseSettings):  # type: ignore[misc, name-defined]  # seen as Any
        names: list[str] = []

    assert not shares(Settings, "names")


def test_a_class_variable_of_a_model_is_shared() -> None:
    pydantic = library("pydantic")

    class Model(pydantic.BaseModel):  # type: ignore[misc, name-defined]  # seen as Any
        known: ClassVar[list[int]] = []

    assert shares(Model, "known")


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="pydantic.v1 ends with Python 3.13")
def test_the_first_pydantic_copies() -> None:
    old = library("pydantic.v1")

    class Model(old.BaseModel):  # type: ignore[misc, name-defined]  # seen as Any
        tags: list[int] = []
        table = {"a": [1]}

    assert not shares(Model, "tags")
    assert not shares(Model, "table")


def test_sqlmodel_copies() -> None:
    sqlmodel = library("sqlmodel")

    class Table(sqlmodel.SQLModel):  # type: ignore[misc, name-defined]  # seen as Any
        names: list[str] = []

    assert not shares(Table, "names")


def test_msgspec_copies_empty_builtins_and_shares_everything_else() -> None:
    msgspec = library("msgspec")

    class Struct(msgspec.Struct):  # type: ignore[misc, name-defined]  # seen as Any
        items: list[int] = []
        table: dict[str, int] = {}
        names: set[str] = set()
        buffer: bytearray = bytearray()
        last: Any = deque()
        bare = list[int]()

    assert [n for n in ("items", "table", "names", "buffer", "last", "bare") if shares(Struct, n)] == [
        "last",
        "bare",
    ]


def test_attrs_shares_defaults_and_calls_factories() -> None:
    attr = library("attr")
    attrs = library("attrs")

    @attrs.define
    class Defined:
        annotated: list[int] = []
        by_field: list[int] = attrs.field(default=[])
        by_factory: list[int] = attrs.field(factory=list)
        given: list[int] = attrs.Factory(list)
        converted: list[int] = attrs.field(default=[], converter=list)

    names = ("annotated", "by_field", "by_factory", "given", "converted")
    assert [name for name in names if shares(Defined, name)] == ["annotated", "by_field"]

    @attr.s
    class Old:
        named = attr.ib(default=[])
        positional = attr.ib([])

    assert shares(Old, "named")
    assert shares(Old, "positional")
