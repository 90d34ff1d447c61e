"""Private classes that a public function constructs and hands out."""

from __future__ import annotations

from textwrap import dedent
from typing import Final

import pytest
from linked_projects import factories, kinds, managed

from ssot_lint.model import Confidence

CLASS: Final = "class _Manager:\n    def send(self): ...\n\n"


@pytest.mark.parametrize(
    "name",
    [
        "get_manager",
        "create_manager",
        "make_manager",
        "build",
        "newManager",
        "open_channel",
        "connect",
        "GetManager",
    ],
)
def test_a_private_class_with_a_public_factory_is_managed(name: str) -> None:
    found = managed({"app/ws.py": f"{CLASS}def {name}(url, retries=3):\n    return _Manager(url, retries)\n"})
    manager = found["_Manager"]
    assert kinds(manager) == {"typed-factory"}
    assert factories(manager) == {f"app.ws.{name}"}
    assert manager.confidence is Confidence.HIGH
    assert manager.canonical == "app.ws"


def test_the_factory_may_prepare_the_object_first() -> None:
    text = """
        async def connect(url):
            manager = _Manager(url)
            await manager.open()
            return manager
        """
    assert kinds(managed({"app/ws.py": CLASS + dedent(text)})["_Manager"]) == {"typed-factory"}


def test_the_first_module_that_imports_the_private_name_may_be_its_factory() -> None:
    factory = "from app._impl import _Manager\n\ndef get_manager():\n    return _Manager()\n"
    files = {"app/_impl.py": CLASS, "app/ws.py": factory, "app/zz.py": factory}
    manager = managed(files)["_Manager"]
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.canonical == "app.ws"


def test_a_factory_in_the_class_s_own_module_goes_before_others() -> None:
    factory = "def get_manager():\n    return _Manager()\n"
    files = {"app/_impl.py": CLASS + factory, "app/aa.py": "from app._impl import _Manager\n" + factory}
    manager = managed(files)["_Manager"]
    assert factories(manager) == {"app._impl.get_manager"}
    assert manager.canonical == "app._impl"


def test_an_import_of_a_public_alias_owns_nothing() -> None:
    files = {
        "app/_impl.py": CLASS + "Manager = _Manager\n\ndef get_manager():\n    return _Manager()\n",
        "app/aa.py": "from app._impl import Manager\n\ndef get_manager():\n    return Manager()\n",
    }
    assert factories(managed(files)["_Manager"]) == {"app._impl.get_manager"}


NOT_MANAGED: Final = {
    "a public class": """
        class Manager: ...

        def get_manager():
            return Manager()
        """,
    "a private function": """
        def _get_manager():
            return _Manager()
        """,
    "a name that is no factory's": """
        def manager():
            return _Manager()
        """,
    "a decorator": """
        def traced(function):
            return _Manager(function)
        """,
    "a wrapper of its argument": """
        def make_manager(inner):
            return _Manager(inner)
        """,
    "something it was given": """
        def get_manager(manager: _Manager):
            return manager
        """,
    "a generator": """
        def get_manager():
            yield _Manager()
        """,
    "a method": """
        class Hub:
            def get_manager(self):
                return _Manager()
        """,
    "a function inside a function": """
        def view():
            def get_manager():
                return _Manager()
            return get_manager
        """,
    "a class inside a function": """
        def make_thing(a, b):
            class _Thing: ...
            return _Thing()
        """,
    "a class inside a class": """
        class Hub:
            class _Thing: ...

        def make_thing(a, b):
            return Hub._Thing()
        """,
}


@pytest.mark.parametrize("text", NOT_MANAGED.values(), ids=NOT_MANAGED)
def test_what_looks_like_a_typed_factory_makes_nothing_managed(text: str) -> None:
    assert managed({"app/ws.py": CLASS + dedent(text)}) == {}


@pytest.mark.parametrize(
    "method",
    ["__enter__", "__aenter__", "__get__", "__iter__", "__next__", "__call__", "__aiter__", "__await__"],
)
@pytest.mark.parametrize("place", ["class _Manager", "class Base"])
def test_objects_that_are_used_up_where_they_are_made_are_not_managed(method: str, place: str) -> None:
    text = """
        class Base:
            pass

        class _Manager(Base):
            pass

        def get_manager(a, b):
            return _Manager(a, b)
        """
    head, found, tail = dedent(text).partition(place)
    line, _, rest = tail.partition("\n")
    text = f"{head}{found}{line}\n    def {method}(self): ...\n{rest}"
    assert managed({"app/ws.py": text}) == {}


@pytest.mark.parametrize(
    "class_",
    [
        "from dataclasses import dataclass\n@dataclass\nclass _Manager:\n    a: int",
        "from typing import NamedTuple\nclass _Manager(NamedTuple):\n    a: int",
        "class _Manager:\n    def __eq__(self, other): ...",
        "class _Manager(Exception): ...",
        "from zope.interface import Interface\nclass _Manager(Interface): ...",
        "import enum\nclass _Manager(enum.Enum): ...",
    ],
    ids=["dataclass", "NamedTuple", "value", "exception", "interface", "enum"],
)
def test_private_records_and_values_are_not_managed(class_: str) -> None:
    assert managed({"app/ws.py": f"{class_}\n\ndef get_manager(a, b):\n    return _Manager(a, b)\n"}) == {}
