"""Cycles end with an answer, the same whatever is asked first; layouts, stubs and outside names."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Final

import pytest
from projects_in_memory import called, expected, files_in, names_of, source, summaries_of

from ssot_lint.discovery import discover, find_root
from ssot_lint.model import SourceFile
from ssot_lint.project.names import Names
from ssot_lint.project.words import all_ends
from ssot_lint.settings import Settings
from ssot_lint.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CYCLES: Final = {
    "two modules import one another": """
        # a.py
        from b import B
        class A: pass
        def make(): return B()  # -> b.B
        # b.py
        from a import A
        class B: pass
        def make(): return A()  # -> a.A
        """,
    "two modules import one another's names and hand them on": """
        # a.py
        from b import y
        x = y
        # b.py
        from a import x
        y = x
        # use.py
        from a import x
        x()
        """,
    "a name is re-exported in a circle": """
        # a.py
        from b import N
        # b.py
        from c import N
        # c.py
        from a import N
        N()
        """,
    "a name is re-exported in a circle that has a way out": """
        # a.py
        try:
            from b import N
        except ImportError:
            from d import N
        # b.py
        from c import N
        N()  # -> d.N
        # c.py
        from a import N
        N()  # -> d.N
        # d.py
        class N: pass
        """,
    "stars in a circle": """
        # a.py
        from b import *
        class A: pass
        C()  # -> c.C
        # b.py
        from c import *
        class B: pass
        A()  # -> a.A
        # c.py
        from a import *
        class C: pass
        B()  # -> b.B
        Missing()
        """,
    "stars in a circle, with one that leads out of it": """
        # a.py
        from b import *
        from d import *
        D()  # -> d.D
        # b.py
        from a import *
        D()  # -> d.D
        # d.py
        class D: pass
        """,
    "a package and its module": """
        # pkg/__init__.py
        from pkg.mod import C
        from . import mod
        C()  # -> pkg.mod.C
        # pkg/mod.py
        import pkg
        from pkg import C as Same
        class C: pass
        def f(): return pkg.C(), Same(), pkg.mod.C()  # -> pkg.mod.C
        """,
    "a name that is itself": """
        # a.py
        from a import x
        x = x
        x()
        """,
    "two classes inherit from one another": """
        # a.py
        import b
        class A(b.B):
            def one(self): pass
        A().two().three()  # -> a.A, b.B.two
        # b.py
        import a
        class B(a.A):
            def two(self): pass
        B().one()  # -> b.B, a.A.one
        """,
    "a class inherits from itself": """
        # a.py
        import a
        class A(a.A):
            def one(self): pass
        A().one()  # -> a.A, a.A.one
        A().none()  # -> a.A
        """,
    "three classes inherit in a circle": """
        # a.py
        import a
        class A(a.B): pass
        class B(a.C): pass
        class C(a.A):
            def one(self): pass
        A().one()  # -> a.A, a.C.one
        """,
    "an order of bases that Python would refuse": """
        # a.py
        class X: pass
        class Y(X):
            def one(self): pass
        class Z(X, Y): pass
        Z().one()  # -> a.Z, a.Y.one
        """,
    "an attribute that holds what it is an attribute of": """
        # a.py
        class Node:
            def __init__(self):
                self.next = self.next.next
                self.up = self.up
            def one(self): pass
        Node().next.next.one()  # -> a.Node
        """,
}


@pytest.mark.parametrize("case", CYCLES.values(), ids=CYCLES)
def test_a_cycle_ends(case: str) -> None:
    files = files_in(case)
    for order in permutations(summaries_of(files)):
        assert called(order) == expected(files)


def test_an_answer_from_within_a_cycle_isn_t_kept_for_good() -> None:
    """While ``a.D`` is being resolved, ``b.D`` means nothing; afterwards it does."""
    files = files_in(CYCLES["stars in a circle, with one that leads out of it"])
    for first in ("a.D", "b.D", "a.None", "b.None"):
        names = names_of(files)
        names.resolve(first)
        assert {str(names.resolve(s)) for s in ("a.D", "b.D")} == {str(names.resolve("d.D"))}
        assert names.resolve("b.None") is None


def test_bases_come_in_python_s_order() -> None:
    names = names_of(
        files_in("""
        # a.py
        class Top: pass
        class Left(Top): pass
        class Right(Top): pass
        class Bottom(Left, Right, dict): pass
        """)
    )
    assert names.mro("a.Bottom") == ("a.Bottom", "a.Left", "a.Right", "a.Top")
    assert names.bases("a.Bottom") == ("a.Left", "a.Right")
    assert names.external_bases("a.Bottom") == {"builtins.dict"}
    assert set(names.subclasses("a.Top")) == {"a.Left", "a.Right", "a.Bottom"}
    assert names.subclasses("a.Bottom") == ()


def test_a_base_of_a_type_that_nothing_is_known_of_is_kept_by_its_name() -> None:
    names = names_of({"a.py": "import b\nclass A(b.Missing): pass\n", "b.py": ""})
    assert names.external_bases("a.A") == {"b.Missing"}


# -- layouts


WS: Final = "class Manager: pass\n"
LAYOUTS: Final[Mapping[str, Mapping[str, str]]] = {
    "src": {
        "pyproject.toml": "",
        "src/app/__init__.py": "",
        "src/app/ws.py": WS,
        "src/app/views.py": "from app.ws import Manager\nManager()\nfrom .ws import Manager as M\nM()\n",
        "tests/test_views.py": "import app.ws\napp.ws.Manager()\n",
    },
    "flat": {
        "pyproject.toml": "",
        "app/__init__.py": "",
        "app/ws.py": WS,
        "app/views.py": "from app import ws\nws.Manager()\n",
        "run.py": "from app.ws import Manager\nManager()\n",
    },
    "namespace packages": {
        "pyproject.toml": "",
        "app/ws.py": WS,
        "app/web/views.py": "from app.ws import Manager\nManager()\nfrom ..ws import Manager as M\nM()\n",
        "app/web/more.py": "import app.ws as sockets\nsockets.Manager()\n",
    },
    "a root that is declared": {
        "pyproject.toml": '[tool.ssot-lint]\nsrc = ["lib"]\n',
        "lib/app/ws.py": WS,
        "lib/views.py": "from app import ws\nws.Manager()\n",
    },
    "modules without a package": {
        "pyproject.toml": "",
        "ws.py": WS,
        "views.py": "import ws\nws.Manager()\n",
    },
}


@pytest.mark.parametrize("files", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_is_found_without_help(files: Mapping[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    settings = Settings(src=("lib",)) if "lib" in files["pyproject.toml"] else Settings()
    found = discover(["."], settings, root=find_root([str(tmp_path)]), cwd=tmp_path)
    sources = [s for s in found.sources if isinstance(s, SourceFile)]
    names = Names([summarize(s) for s in sources])
    (manager,) = names.classes
    calls = {path for (path, _), meant in called([summarize(s) for s in sources]).items() if manager in meant}
    assert calls == {name for name, text in files.items() if "Manager()" in text}


# -- stubs


def test_a_source_file_goes_before_its_stub() -> None:
    files = {
        "ws.pyi": "class Manager: ...\nclass OnlyHere: ...\n",
        "ws.py": "class Manager:\n    def send(self): pass\n",
        "views.py": "from ws import Manager\nManager().send()\n",
    }
    for order in permutations(files):
        summaries = [summarize(source(path, files[path])) for path in order]
        names = Names(summaries)
        assert names.modules["ws"].path == "ws.py"
        assert names.resolve("ws.OnlyHere") is None
        assert called(summaries)["views.py", 2] == {"ws.Manager", "ws.Manager.send"}


def test_a_stub_speaks_for_a_module_without_source() -> None:
    files = {"ws.pyi": "class Manager: ...\ndef get() -> Manager: ...\n", "views.py": "import ws\nws.get()\n"}
    names = names_of(files)
    assert names.class_of("ws.get()") == "ws.Manager"


# -- several names of one module


def test_a_module_is_known_by_its_other_names_unless_two_have_them() -> None:
    one, two = source("lib/a.py", WS), source("other/a.py", WS)
    sources = [
        SourceFile(path=s.path, project_path=s.path, module=s.module, text=s.text, aliases=("a", alias))
        for s, alias in ((one, "b"), (two, "c"))
    ]
    names = Names([summarize(s) for s in sources])
    found = [names.resolve(f"{name}.Manager") for name in ("a", "b", "c")]
    assert [target.symbol if target else None for target in found] == [
        "a.Manager",  # two modules lie under that name: it could be either
        "lib.a.Manager",
        "other.a.Manager",
    ]


def test_what_isn_t_in_the_project_is_known_by_its_full_name() -> None:
    names = names_of(
        files_in("""
        # a.py
        import redis as r
        from sqlalchemy import create_engine as make
        client = r.Redis()
        """)
    )
    found = [names.resolve(s) for s in ("a.r.Redis", "a.make", "a.client.get", "redis.Redis().get")]
    assert [(t.kind, t.symbol) for t in found if t is not None] == [
        ("external", "redis.Redis"),
        ("external", "sqlalchemy.create_engine"),
        ("external", "redis.Redis().get"),
        ("external", "redis.Redis().get"),
    ]


def test_the_parts_of_a_symbol_are_told_from_the_left() -> None:
    names = names_of({"app/ws.py": "class Manager:\n    x = None\n", "app/__init__.py": ""})
    symbol = "app.ws.Manager().x"
    parts = [(prefix, target.kind) for prefix, target in names.prefixes(symbol, all_ends(symbol))]
    assert parts == [
        ("app", "module"),
        ("app.ws", "module"),
        ("app.ws.Manager", "class"),
        ("app.ws.Manager()", "instance"),
        ("app.ws.Manager().x", "attribute"),
    ]
