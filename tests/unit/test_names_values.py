"""What variables, attributes and results of calls are instances of."""

from __future__ import annotations

import sys
from typing import Final

import pytest
from projects_in_memory import called, expected, files_in, summaries_of

ROOMS: Final = """
# app/__init__.py
# app/ws.py
class Room:
    def open(self): pass
class Manager:
    def send(self): pass
    def room(self): return Room()  # -> app.ws.Room
    @property
    def lobby(self): return Room()  # -> app.ws.Room
    def again(self): return self
    @classmethod
    def make(cls): return cls()  # -> app.ws.Manager
    @staticmethod
    def build(): return Manager()  # -> app.ws.Manager
def get_manager():
    return Manager()  # -> app.ws.Manager
"""

ANNOTATED: Final = {
    "a parameter": "def view(m: Manager): m.send()",
    "a parameter under a module's name": "def view(m: ws.Manager): m.send()",
    "a parameter in quotes": "def view(m: 'Manager'): m.send()",
    "a dotted name in quotes": "def view(m: 'ws.Manager'): m.send()",
    "an optional parameter": "def view(m: Optional[Manager] = None): m.send()",
    "a union with None": "def view(m: Manager | None): m.send()",
    "a union in quotes": "def view(m: 'Manager | None'): m.send()",
    "Annotated": "def view(m: Annotated[Manager, Depends(load)]): m.send()",
    "Annotated in quotes": "def view(m: Annotated['Manager', 1]): m.send()",
    "a variable": "def view(load):\n    m: Manager = load()\n    m.send()",
    "a variable without a value": "def view():\n    m: Manager\n    m.send()",
    "a variable of the module": "m: Manager = load()\ndef view(): m.send()",
    "an alias": "def view(m: Alias): m.send()",
    "an attribute": "class View:\n    m: Manager\n    def get(self): self.m.send()",
    "an attribute set to a parameter": (
        "class View:\n    def __init__(self, m: Manager): self.m = m\n    def get(self): self.m.send()"
    ),
    "an attribute that is annotated where it is set": (
        "class View:\n    def __init__(self, m): self.m: Manager = m\n    def get(self): self.m.send()"
    ),
    "a cast": "def view(x): cast(Manager, x).send()",
    "a cast in quotes": "def view(x): cast('Manager', x).send()",
}

NOT_ANNOTATED: Final = {
    "a list of them": "def view(m: list[Manager]): m.send()",
    "their class": "def view(m: type[Manager]): m.send()",
    "a word in quotes": "def view(m: 'not a Manager'): m.send()",
    "a literal": "def view(m: Literal['Manager']): m.send()",
    "*args": "def view(*m: Manager): m.send()",
    "**kwargs": "def view(**m: Manager): m.send()",
    "a callable that gives one": "def view(m: Callable[[], Manager]): m.send()",
    "nothing that can be parsed": "def view(m: 'Manager['): m.send()",
}

HEAD: Final = """
# views.py
from typing import *
from typing import Annotated, Literal, Optional, cast
from app import ws
from app.ws import Manager
Alias = Manager
"""

VALUES: Final = {
    "an instance": """
        # views.py
        from app.ws import Manager
        m = Manager()  # -> app.ws.Manager
        m.send()  # -> app.ws.Manager.send
        """,
    "an instance in another module": """
        # views.py
        from made import m
        import made
        m.send()  # -> app.ws.Manager.send
        made.m.send()  # -> app.ws.Manager.send
        # made.py
        from app.ws import Manager
        m = Manager()  # -> app.ws.Manager
        """,
    "the product of a function": """
        # views.py
        from app.ws import get_manager
        get_manager().send()  # -> app.ws.get_manager, app.ws.Manager.send
        m = get_manager()  # -> app.ws.get_manager
        m.send()  # -> app.ws.Manager.send
        """,
    "the product of a function that hands on another's": """
        # views.py
        from app.ws import get_manager
        def mine(): return get_manager()  # -> app.ws.get_manager
        mine().send()  # -> views.mine, app.ws.Manager.send
        """,
    "an awaited product": """
        # views.py
        from app.ws import Manager
        async def load(): return Manager()  # -> app.ws.Manager
        async def view():
            m = await load()  # -> views.load
            m.send()  # -> app.ws.Manager.send
            (await load()).send()  # -> views.load, app.ws.Manager.send
        """,
    "the product that an annotation names": """
        # views.py
        from elsewhere import load
        def get() -> "Manager": return load()
        get().send()  # -> views.get, app.ws.Manager.send
        from app.ws import Manager
        """,
    "the product of a method": """
        # views.py
        from app.ws import get_manager
        get_manager().room().open()  # -> app.ws.get_manager, app.ws.Manager.room, app.ws.Room.open
        """,
    "the product of a class method and a static one": """
        # views.py
        from app.ws import Manager
        Manager.make().send()  # -> app.ws.Manager.make, app.ws.Manager.send
        Manager.build().send()  # -> app.ws.Manager.build, app.ws.Manager.send
        """,
    "a method that returns self": """
        # views.py
        from app.ws import Manager
        Manager().again().again().send()  # -> app.ws.Manager, app.ws.Manager.again, app.ws.Manager.send
        """,
    "a property": """
        # views.py
        from app.ws import get_manager
        get_manager().lobby.open()  # -> app.ws.get_manager, app.ws.Room.open
        """,
    "a cached property": """
        # views.py
        from functools import cached_property
        from app.ws import Manager
        class View:
            @cached_property
            def m(self): return Manager()  # -> app.ws.Manager
        View().m.send()  # -> views.View, app.ws.Manager.send
        """,
    "an attribute that __init__ sets": """
        # views.py
        from app.ws import Manager
        class View:
            def __init__(self):
                self.m = Manager()  # -> app.ws.Manager
            def get(self):
                self.m.send()  # -> app.ws.Manager.send
        View().m.send()  # -> views.View, app.ws.Manager.send
        """,
    "an attribute that a base's __init__ sets in another module": """
        # views.py
        from base import Base
        class View(Base):
            def get(self):
                self.m.send()  # -> app.ws.Manager.send
        # base.py
        from app.ws import Manager
        class Base:
            def __init__(self):
                self.m = Manager()  # -> app.ws.Manager
        """,
    "an attribute that is filled when it is needed": """
        # views.py
        from app.ws import Manager
        class View:
            def __init__(self): self.m = None
            def get(self):
                if self.m is None:
                    self.m = Manager()  # -> app.ws.Manager
                return self.m
        View().m.send()  # -> views.View, app.ws.Manager.send
        View().get().send()  # -> views.View, views.View.get, app.ws.Manager.send
        """,
    "an attribute of an attribute": """
        # views.py
        from app.ws import Manager
        class Inner:
            def __init__(self): self.m = Manager()  # -> app.ws.Manager
        class Outer:
            def __init__(self): self.inner = Inner()  # -> views.Inner
            def get(self): self.inner.m.send()  # -> app.ws.Manager.send
        """,
    "a class that an attribute of self names": """
        # views.py
        from app.ws import Manager
        class View:
            manager_class = Manager
            def get(self):
                return self.manager_class()  # -> app.ws.Manager
        """,
    "a variable that a function fills by global": """
        # views.py
        from app.ws import Manager
        m = None
        def fill():
            global m
            m = Manager()  # -> app.ws.Manager
        def view():
            m.send()  # -> app.ws.Manager.send
        """,
    "the class of an instance": """
        # views.py
        from app.ws import get_manager
        m = get_manager()  # -> app.ws.get_manager
        type(m)()  # -> app.ws.Manager
        m.__class__()  # -> app.ws.Manager
        """,
    "the class of self": """
        # views.py
        class View:
            def again(self):
                type(self)()  # -> views.View
                self.__class__()  # -> views.View
        """,
    "an instance that is called": """
        # views.py
        from app.ws import Manager
        class Maker:
            def __call__(self): return Manager()  # -> app.ws.Manager
        make = Maker()  # -> views.Maker
        make().send()  # -> app.ws.Manager.send
        """,
    "what super() gives": """
        # views.py
        from app.ws import Manager
        class Mine(Manager):
            def room(self):
                return super().room().open()  # -> app.ws.Manager.room, app.ws.Room.open
        """,
    "an instance that the context gives": """
        # views.py
        from app.ws import Manager
        class Held(Manager):
            def __enter__(self): return self
        with Held() as m:  # -> views.Held
            m.send()  # -> app.ws.Manager.send
        """,
    "one of two instances": """
        # views.py
        from app.ws import Manager, Room
        def view(flag):
            x = Manager() if flag else Room()  # -> app.ws.Manager, app.ws.Room
            x.send()  # -> app.ws.Manager.send
            x.open()  # -> app.ws.Room.open
        """,
    "an instance or None": """
        # views.py
        from app.ws import Manager
        def view(flag):
            m = None
            if flag:
                m = Manager()  # -> app.ws.Manager
            m.send()  # -> app.ws.Manager.send
        """,
    "an instance to fall back on": """
        # views.py
        from app.ws import Manager
        def view(m=None):
            m = m or Manager()  # -> app.ws.Manager
            m.send()  # -> app.ws.Manager.send
        """,
    "a variable that is set to itself": """
        # views.py
        def view():
            x = x.y()
            x = x()
            return x.z()
        """,
    "two functions that return one another": """
        # views.py
        def a(): return b()  # -> views.b
        def b(): return a()  # -> views.a
        a().send()  # -> views.a
        """,
    "two variables that hold one another": """
        # a.py
        import b
        x = b.y
        x.send()
        # b.py
        import a
        y = a.x
        """,
}


@pytest.mark.parametrize("text", ANNOTATED.values(), ids=ANNOTATED)
def test_an_annotation_names_the_class(text: str) -> None:
    assert "app.ws.Manager.send" in called_in_views(HEAD + text)


@pytest.mark.parametrize("text", NOT_ANNOTATED.values(), ids=NOT_ANNOTATED)
def test_an_annotation_that_says_something_else_names_no_class(text: str) -> None:
    assert "app.ws.Manager.send" not in called_in_views(HEAD + text)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the type statement came with Python 3.12")
def test_a_type_statement_gives_another_name() -> None:
    text = "type Also = Manager\ndef view(m: Also): m.send()"
    assert "app.ws.Manager.send" in called_in_views(HEAD + text)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters came with Python 3.12")
def test_a_type_parameter_hides_a_class_only_where_it_is_declared() -> None:
    text = (
        "def one[Manager](m: Manager): m.send()\n"
        "class Two[Manager]:\n    def two(self, m: Manager): m.send()\n"
    )
    assert "app.ws.Manager.send" not in called_in_views(HEAD + text)
    assert "app.ws.Manager" in called_in_views(HEAD + text + "def three(): Manager()")


def test_an_explicit_type_alias_gives_another_name() -> None:
    text = "from typing import TypeAlias\nAlso: TypeAlias = Manager\ndef view(m: Also): m.send()"
    assert "app.ws.Manager.send" in called_in_views(HEAD + text)


@pytest.mark.parametrize("case", VALUES.values(), ids=VALUES)
def test_a_value_is_an_instance_of_its_class(case: str) -> None:
    files = files_in(ROOMS) | files_in(case)
    summaries = summaries_of(files)
    assert called(summaries) == expected(files)
    assert called(reversed(summaries)) == expected(files)


def called_in_views(text: str) -> set[str]:
    found = called(summaries_of(files_in(ROOMS) | files_in(text)))
    return {name for (path, _), names in found.items() if path == "views.py" for name in names}
