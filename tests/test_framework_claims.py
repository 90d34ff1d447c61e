"""What the rules say of libraries is held against the real ones: two instances, and whether they share."""

# ruff: noqa: RUF008, RUF009, RUF012

from __future__ import annotations

import queue
from collections import deque
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest


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
    pydantic = pytest.importorskip("pydantic", minversion="2")

    class Base(pydantic.BaseModel):  # type: ignore[misc, name-defined]  # the library may be missing
        tags: list[int] = []
        _private: dict[str, int] = {}

    class Model(Base):
        more: list[int] = []

    for name in ("tags", "_private", "more"):
        assert not shares(Model, name)


def test_pydantic_copies_what_a_mixin_annotates_and_nothing_else_of_it() -> None:
    pydantic = pytest.importorskip("pydantic", minversion="2")

    class Mixin:
        annotated: list[int] = []
        bare = list[int]()

    class Model(Mixin, pydantic.BaseModel):  # type: ignore[misc, name-defined]  # the library may be missing
        pass

    assert not shares(Model, "annotated")
    assert shares(Model, "bare")


def test_root_models_and_dataclasses_of_pydantic() -> None:
    pydantic = pytest.importorskip("pydantic", minversion="2")
    dataclasses = pytest.importorskip("pydantic.dataclasses")

    class Root(pydantic.RootModel):  # type: ignore[misc, name-defined]  # the library may be missing
        root: list[int] = []

    assert not shares(Root, "root")
    with pytest.raises(ValueError, match="mutable default"):

        @dataclasses.dataclass
        class Refused:
            items: list[int] = []


def test_settings_of_pydantic_are_copied() -> None:
    settings = pytest.importorskip("pydantic_settings")

    class Settings(settings.BaseSettings):  # type: ignore[misc, name-defined]  # the library may be missing
        names: list[str] = []

    assert not shares(Settings, "names")


def test_sqlmodel_copies() -> None:
    sqlmodel = pytest.importorskip("sqlmodel")

    class Table(sqlmodel.SQLModel):  # type: ignore[misc, name-defined]  # the library may be missing
        names: list[str] = []

    assert not shares(Table, "names")


def test_msgspec_copies_empty_builtins_and_shares_everything_else() -> None:
    msgspec = pytest.importorskip("msgspec")

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
    attr = pytest.importorskip("attr")
    attrs = pytest.importorskip("attrs")

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
