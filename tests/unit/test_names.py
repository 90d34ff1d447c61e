"""Names mean what Python would make them mean, over all the files of a project."""

from __future__ import annotations

from typing import Final

import pytest
from projects_in_memory import called, expected, files_in, summaries_of

WS: Final = """
# app/__init__.py
# app/ws.py
class Manager: pass
class Other: pass
def get_manager(): return _manager
"""

IMPORTS: Final = {
    "a module under its dotted name": """
        # views.py
        import app.ws
        app.ws.Manager()  # -> app.ws.Manager
        """,
    "a module under another name": """
        # views.py
        import app.ws as w
        w.Manager()  # -> app.ws.Manager
        """,
    "a package under another name, whose module is its attribute": """
        # views.py
        import app as a, app.ws
        a.ws.Manager()  # -> app.ws.Manager
        """,
    "a name under another name": """
        # views.py
        from app.ws import Manager as M
        M()  # -> app.ws.Manager
        """,
    "a module from its package": """
        # views.py
        from app import ws
        ws.Manager()  # -> app.ws.Manager
        """,
    "relative, from a module": """
        # app/views.py
        from .ws import Manager
        from . import ws
        Manager()  # -> app.ws.Manager
        ws.Manager()  # -> app.ws.Manager
        """,
    "relative, from a package's own file": """
        # app/web/__init__.py
        from ..ws import Manager
        from .. import ws
        Manager()  # -> app.ws.Manager
        ws.Manager()  # -> app.ws.Manager
        """,
    "relative, one level in a package's own file is the package": """
        # app/web/__init__.py
        from .pages import Page
        Page()  # -> app.web.pages.Page
        # app/web/pages.py
        class Page: pass
        """,
    "relative, three levels up": """
        # app/web/api/v1.py
        from ...ws import Manager
        Manager()  # -> app.ws.Manager
        """,
    "relative, above the topmost package means nothing": """
        # app/views.py
        from ...ws import Manager
        Manager()
        """,
    "inside a function": """
        # views.py
        def view():
            from app.ws import Manager
            return Manager()  # -> app.ws.Manager
        """,
    "inside a function only for that function": """
        # views.py
        def view():
            from app.ws import Manager
        def other():
            return Manager()
        """,
    "inside a function, for the whole module by global": """
        # views.py
        def load():
            global Manager
            from app.ws import Manager
        def view():
            return Manager()  # -> app.ws.Manager
        """,
    "inside a class, for its body alone": """
        # views.py
        class View:
            from app.ws import Manager
            manager = Manager()  # -> app.ws.Manager
            def get(self):
                return Manager()
        """,
    "inside a class, as its attribute": """
        # views.py
        class View:
            from app.ws import Manager
        View.Manager()  # -> app.ws.Manager
        """,
    "only for the type checker, still a name": """
        # views.py
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from app.ws import Manager
        def view(manager: Manager) -> Manager:
            return manager
        """,
    "in both branches of a condition": """
        # views.py
        import sys
        if sys.version_info >= (3, 12):
            from app.ws import Manager
        else:
            from app.old import Manager
        Manager()  # -> app.ws.Manager
        """,
    "in a try, with None to fall back on": """
        # views.py
        try:
            from app.ws import Manager
        except ImportError:
            Manager = None
        Manager()  # -> app.ws.Manager
        """,
    "in a try, with another module to fall back on": """
        # views.py
        try:
            from app.fast import Manager
        except ImportError:
            from app.ws import Manager
        Manager()  # -> app.fast.Manager
        # app/fast.py
        class Manager: pass
        """,
    "in a try, where the first module isn't there": """
        # views.py
        try:
            from app.ws import Missing as Manager
        except ImportError:
            from app.ws import Manager
        Manager()  # -> app.ws.Manager
        """,
    "in a try, with a stand-in class to fall back on": """
        # app/compat.py
        try:
            from app.ws import Manager
        except ImportError:
            class Manager: pass
        # views.py
        from app.compat import Manager
        Manager()  # -> app.ws.Manager
        """,
    "in the else of a try": """
        # views.py
        try:
            import app.ws
        except ImportError:
            Manager = None
        else:
            Manager = app.ws.Manager
        Manager()  # -> app.ws.Manager
        """,
    "in the handler of a failing lookup": """
        # views.py
        try:
            Manager
        except NameError:
            from app.ws import Manager
        Manager()  # -> app.ws.Manager
        """,
    "by import_module": """
        # views.py
        import importlib
        from importlib import import_module
        importlib.import_module("app.ws").Manager()  # -> app.ws.Manager
        ws = import_module("app.ws")
        ws.Manager()  # -> app.ws.Manager
        """,
    "by import_module, relative to a package": """
        # app/views.py
        from importlib import import_module
        import_module(".ws", __package__).Manager()  # -> app.ws.Manager
        import_module(".ws", "app").Manager()  # -> app.ws.Manager
        """,
    "by __import__, which gives the topmost package": """
        # views.py
        __import__("app.ws").ws.Manager()  # -> app.ws.Manager
        """,
    "by getattr": """
        # views.py
        import app.ws
        getattr(app.ws, "Manager")()  # -> app.ws.Manager
        Manager = getattr(app.ws, "Manager", None)
        Manager()  # -> app.ws.Manager
        """,
    "by getattr under a name that isn't in the text": """
        # views.py
        import app.ws, sys
        getattr(app.ws, sys.argv[1])()
        """,
    "a name that the module doesn't have": """
        # views.py
        from app.ws import Missing
        Missing()
        """,
    "a package's name goes before its module of the same name": """
        # views.py
        from tools.build import run
        from tools import build
        build()  # -> tools.build.build
        # tools/__init__.py
        from tools.build import build
        # tools/build.py
        def build(): pass
        def run(): pass
        """,
}

STARS: Final = {
    "everything public without __all__": """
        # views.py
        from app.ws import *
        Manager()  # -> app.ws.Manager
        def view():
            return Other()  # -> app.ws.Other
        """,
    "nothing private without __all__": """
        # views.py
        from app.secret import *
        _Hidden()
        # app/secret.py
        class _Hidden: pass
        """,
    "what __all__ names, private or not": """
        # views.py
        from app.some import *
        _Hidden()  # -> app.some._Hidden
        Open()
        # app/some.py
        __all__ = ["_Hidden"]
        class _Hidden: pass
        class Open: pass
        """,
    "__all__ as a tuple": """
        # views.py
        from app.some import *
        Named()  # -> app.some.Named
        Open()
        # app/some.py
        __all__ = ("Named",)
        class Named: pass
        class Open: pass
        """,
    "__all__ that grows": """
        # views.py
        from app.some import *
        A()  # -> app.some.A
        B()  # -> app.some.B
        C()  # -> app.some.C
        D()  # -> app.some.D
        E()
        # app/some.py
        __all__ = ["A"]
        class A: pass
        __all__ += ["B"]
        class B: pass
        __all__.append("C")
        class C: pass
        __all__.extend(["D"])
        class D: pass
        class E: pass
        """,
    "__all__ put together from lists": """
        # views.py
        from app.some import *
        A()  # -> app.some.A
        B()  # -> app.some.B
        C()
        # app/some.py
        __all__ = ["A"] + ["B"]
        class A: pass
        class B: pass
        class C: pass
        """,
    "__all__ that isn't in the text lets everything public through": """
        # views.py
        from app.some import *
        A()  # -> app.some.A
        # app/some.py
        __all__ = [name for name in dir()]
        class A: pass
        """,
    "__all__ with that of another module": """
        # views.py
        from app.some import *
        A()  # -> app.some.A
        B()
        C()  # -> app.low.C
        # app/some.py
        from app import low
        from app.low import *
        __all__ = ["A"] + low.__all__
        class A: pass
        class B: pass
        # app/low.py
        __all__ = ["C"]
        class C: pass
        """,
    "a module that __all__ of a package names": """
        # views.py
        from app import *
        ws.Manager()  # -> app.ws.Manager
        # app/__init__.py
        __all__ = ["ws"]
        """,
    "over several modules": """
        # views.py
        from app.first import *
        Manager()  # -> app.ws.Manager
        # app/first.py
        from app.second import *
        # app/second.py
        from .ws import *
        """,
    "the later of two wins": """
        # views.py
        from app.ws import *
        from app.fast import *
        Manager()  # -> app.fast.Manager
        # app/fast.py
        class Manager: pass
        """,
    "what the module binds itself wins": """
        # views.py
        from app.ws import *
        class Manager: pass
        Manager()  # -> views.Manager
        """,
    "a local of the same name wins": """
        # views.py
        from app.ws import *
        def view(Manager):
            return Manager()
        """,
    "through a module of the package": """
        # views.py
        import app
        app.Manager()  # -> app.ws.Manager
        # app/__init__.py
        from .ws import *
        """,
    "in a class body, for the class alone": """
        # views.py
        class View:
            from app.ws import *
        Manager()
        """,
}

REEXPORTS: Final = {
    "over three packages": """
        # views.py
        from top import Manager
        Manager()  # -> app.ws.Manager
        # top/__init__.py
        from .middle import Manager
        # top/middle/__init__.py
        from .low import M as Manager
        # top/middle/low.py
        from app.ws import Manager as M
        """,
    "a module of another package": """
        # views.py
        import top
        top.sockets.Manager()  # -> app.ws.Manager
        # top/__init__.py
        from app import ws as sockets
        """,
    "by assignment": """
        # views.py
        from top import Manager
        Manager()  # -> app.ws.Manager
        # top.py
        import app.ws
        Manager = app.ws.Manager
        """,
    "by a class attribute": """
        # views.py
        from top import Api
        Api.manager_class()  # -> app.ws.Manager
        Api().manager_class()  # -> app.ws.Manager, top.Api
        # top.py
        from app.ws import Manager
        class Api:
            manager_class = Manager
        """,
    "by an inherited class attribute": """
        # views.py
        from top import Api
        Api.manager_class()  # -> app.ws.Manager
        # top.py
        from base import Base
        class Api(Base): pass
        # base.py
        import app.ws
        class Base:
            manager_class = app.ws.Manager
        """,
    "a nested class": """
        # views.py
        from top import Api
        Api.Inner.Deep()  # -> top.Api.Inner.Deep
        # top.py
        class Api:
            class Inner:
                class Deep: pass
        """,
    "a module under another name, handed on": """
        # views.py
        from top import sockets
        sockets.Manager()  # -> app.ws.Manager
        # top.py
        import app.ws
        sockets = app.ws
        """,
    "a namespace package under another name": """
        # views.py
        from top import tools
        tools.drill.Drill()  # -> space.tools.drill.Drill
        # top.py
        import space.tools
        tools = space.tools
        # space/tools/drill.py
        class Drill: pass
        """,
    "from outside, by a star": """
        # views.py
        from top import Redis, get
        Redis()
        get()  # -> top.get
        # top.py
        from redis import *
        def get(): return Redis()
        """,
}


@pytest.mark.parametrize("case", IMPORTS.values(), ids=IMPORTS)
def test_an_import_leads_to_the_definition(case: str) -> None:
    check(case)


@pytest.mark.parametrize("case", STARS.values(), ids=STARS)
def test_a_star_brings_what_python_would_bring(case: str) -> None:
    check(case)


@pytest.mark.parametrize("case", REEXPORTS.values(), ids=REEXPORTS)
def test_names_that_are_handed_on_are_followed(case: str) -> None:
    check(case)


def check(case: str) -> None:
    """Compare the calls of a case with its comments, whatever the order of the files."""
    files = files_in(WS) | files_in(case)
    wanted = expected(files)
    summaries = summaries_of(files)
    assert called(summaries) == wanted
    assert called(reversed(summaries)) == wanted
