"""Shadowing, rebinding and scopes: a name that only looks like the class is not the class."""

from __future__ import annotations

from typing import Final

import pytest
from test_names import check

SHADOWED: Final = {
    "by a parameter": """
        # views.py
        from app.ws import Manager
        def view(Manager):
            return Manager()
        """,
    "by a parameter with a default": """
        # views.py
        from app.ws import Manager
        def view(a, /, *, Manager=None, **more):
            return Manager(), more()
        """,
    "by *args": """
        # views.py
        from app.ws import Manager
        def view(*Manager):
            return Manager()
        """,
    "by a local variable": """
        # views.py
        from app.ws import Manager
        def view(load):
            Manager = load()
            return Manager()
        """,
    "by a loop variable": """
        # views.py
        from app.ws import Manager
        def view(classes):
            for Manager in classes:
                Manager()
        """,
    "by a part of an unpacked tuple": """
        # views.py
        from app.ws import Manager
        def view(pair):
            Manager, *Other = pair
            return Manager(), Other()
        """,
    "by the name of a with statement": """
        # views.py
        from app.ws import Manager
        def view(load):
            with load() as Manager:
                Manager()
        """,
    "by the name of an exception": """
        # views.py
        from app.ws import Manager
        def view(load):
            try:
                load()
            except ValueError as Manager:
                Manager()
        """,
    "by an import of another": """
        # views.py
        from app.ws import Manager
        def view():
            from elsewhere import Manager
            return Manager()
        """,
    "by a local class": """
        # views.py
        from app.ws import Manager
        def view():
            class Manager: pass
            return Manager()  # -> views.view.<locals>.Manager
        """,
    "by a local function": """
        # views.py
        from app.ws import Manager
        def view():
            def Manager(): pass
            return Manager()  # -> views.view.<locals>.Manager
        """,
    "by a function around": """
        # views.py
        from app.ws import Manager
        def outer(Manager):
            def inner():
                return Manager()
            return inner
        """,
    "by a lambda's parameter": """
        # views.py
        from app.ws import Manager
        make = lambda Manager: Manager()
        """,
    "by a comprehension's variable": """
        # views.py
        from app.ws import Manager
        def view(classes):
            made = [Manager() for Manager in classes]
            return Manager(), made  # -> app.ws.Manager
        """,
    "by the variables of a nested comprehension": """
        # views.py
        from app.ws import Manager
        def view(table):
            return {Manager(): Manager() for row in table for Manager in row if Manager()}
        """,
    "by a walrus in a comprehension, which binds outside": """
        # views.py
        from app.ws import Manager
        def view(table):
            made = [Manager for row in table if (Manager := row[0])]
            return Manager(), made
        """,
    "by a walrus": """
        # views.py
        from app.ws import Manager
        def view(load):
            if (Manager := load()):
                Manager()
        """,
    "by a capture of a match": """
        # views.py
        from app.ws import Manager
        def view(value):
            match value:
                case {"class": Manager}:
                    Manager()
        """,
    "by the star of a sequence pattern": """
        # views.py
        from app.ws import Manager, Other
        def view(value):
            match value:
                case [first, *Manager]:
                    Manager()
                case {"a": 1, **Other}:
                    Other()
        """,
    "by the name of an as-pattern": """
        # views.py
        from app.ws import Manager
        def view(value):
            match value:
                case int() | str() as Manager:
                    Manager()
        """,
    "by an annotated variable": """
        # views.py
        from app.ws import Manager
        def view(load):
            Manager: object = load()
            return Manager()
        """,
    "by a variable that is only bound further down": """
        # views.py
        from app.ws import Manager
        def view(load):
            if load:
                Manager()
            Manager = load
        """,
    "by a del": """
        # views.py
        from app.ws import Manager
        Manager()  # -> app.ws.Manager
        del Manager
        def view():
            return Manager()
        """,
    "by a local del": """
        # views.py
        def view():
            from app.ws import Manager
            Manager()  # -> app.ws.Manager
            del Manager
            Manager()
        """,
}

VISIBLE: Final = {
    "in a nested function": """
        # views.py
        from app.ws import Manager
        def outer():
            def inner():
                return Manager()  # -> app.ws.Manager
            return inner
        """,
    "in a method, past an attribute of the class": """
        # views.py
        from app.ws import Manager
        class View:
            Manager = None
            def get(self):
                return Manager()  # -> app.ws.Manager
        """,
    "in a class body, where it gives itself its own name": """
        # views.py
        from app.ws import Manager
        class View:
            Manager = Manager
            made = Manager()  # -> app.ws.Manager
        View.Manager()  # -> app.ws.Manager
        """,
    "in the first iterable of a comprehension in a class body": """
        # views.py
        class View:
            from app.ws import Manager
            all = [m for m in Manager()]  # -> app.ws.Manager
        """,
    "not in the rest of a comprehension in a class body": """
        # views.py
        class View:
            from app.ws import Manager
            all = [Manager() for _ in range(3)]
        """,
    "in a default, which is read outside the function": """
        # views.py
        from app.ws import Manager
        def view(Manager=Manager()):  # -> app.ws.Manager
            return Manager
        """,
    "in a decorator, which is read outside the function": """
        # views.py
        from app.ws import Manager
        @Manager()  # -> app.ws.Manager
        def Manager(): pass
        """,
    "in a lambda": """
        # views.py
        from app.ws import Manager
        make = lambda: Manager()  # -> app.ws.Manager
        """,
    "in a comprehension": """
        # views.py
        from app.ws import Manager
        all = [Manager() for _ in range(3)]  # -> app.ws.Manager
        """,
    "in a loop, an f-string, a slice, a keyword and a return": """
        # views.py
        from app.ws import Manager
        def view(x, **kw):
            while Manager():  # -> app.ws.Manager
                f"{Manager()!r:>{Manager()}}"  # -> app.ws.Manager
                x[Manager():]  # -> app.ws.Manager
                view(x, key=Manager(), **Manager())  # -> app.ws.Manager, views.view
            return {**Manager()}, [*Manager()]  # -> app.ws.Manager
        """,
    "under an alias": """
        # views.py
        from app.ws import Manager
        Alias = Again = Manager
        def view():
            Local = Alias
            return Local(), Again()  # -> app.ws.Manager
        """,
    "under an alias from an unpacked tuple": """
        # views.py
        from app.ws import Manager, Other
        A, (B, C) = Manager, (Other, Manager)
        A()  # -> app.ws.Manager
        B()  # -> app.ws.Other
        C()  # -> app.ws.Manager
        """,
    "under one of two names": """
        # views.py
        from app.ws import Manager, Other
        def view(flag):
            chosen = Manager if flag else Other
            return chosen()  # -> app.ws.Manager, app.ws.Other
        """,
    "under a walrus": """
        # views.py
        from app.ws import Manager
        def view():
            if (M := Manager):
                return M()  # -> app.ws.Manager
        """,
    "by global": """
        # views.py
        Manager = None
        def load():
            global Manager
            from app.ws import Manager
        def view():
            return Manager()  # -> app.ws.Manager
        """,
    "by global inside a function that has a local of the name": """
        # views.py
        from app.ws import Manager
        def outer(Manager):
            def inner():
                global Manager
                return [Manager() for _ in "ab"]  # -> app.ws.Manager
            return inner
        """,
    "by nonlocal": """
        # views.py
        from app.ws import Manager
        def outer():
            made = None
            def inner():
                nonlocal made
                made = Manager  # an alias
            return made(), inner  # -> app.ws.Manager
        """,
    "by nonlocal of a name that is bound further down": """
        # views.py
        from app.ws import Manager
        def outer():
            def inner():
                nonlocal made
                made = Manager
            made = None
            return made(), inner  # -> app.ws.Manager
        """,
    "a function's own name inside it": """
        # views.py
        def view():
            return view()  # -> views.view
        """,
    "a class's own name in its methods": """
        # views.py
        class View:
            def again(self):
                return View()  # -> views.View
            @classmethod
            def make(cls):
                return cls()  # -> views.View
            @staticmethod
            def other():
                return View()  # -> views.View
        """,
}

REBOUND: Final = {
    "by a class that inherits from it": """
        # views.py
        from app.ws import Manager
        class Manager(Manager): pass
        Manager()  # -> views.Manager
        # use.py
        from views import Manager
        Manager()  # -> views.Manager
        """,
    "by another import": """
        # views.py
        from app.ws import Manager
        Manager()  # -> app.ws.Manager
        from app.old import Manager
        Manager()  # -> app.old.Manager
        def view():
            return Manager()  # -> app.old.Manager
        # app/old.py
        class Manager: pass
        # use.py
        import views
        views.Manager()  # -> app.old.Manager
        """,
    "by a value that nothing is known of": """
        # views.py
        from app.ws import Manager
        from elsewhere import load
        Manager()  # -> app.ws.Manager
        Manager = load()
        Manager()
        """,
    "locally, one after the other": """
        # views.py
        from app.ws import Manager, Other
        def view():
            made = Manager
            made()  # -> app.ws.Manager
            made = Other
            made()  # -> app.ws.Other
        """,
    "locally in a branch, so that it may be either": """
        # views.py
        from app.ws import Manager, Other
        def view(flag):
            made = Manager
            if flag:
                made = Other
                made()  # -> app.ws.Other
            made()  # -> app.ws.Manager, app.ws.Other
        """,
    "locally in both branches, so that it may be either": """
        # views.py
        from app.ws import Manager, Other
        def view(flag):
            if flag:
                made = Manager
            else:
                made = Other
            made()  # -> app.ws.Manager, app.ws.Other
        """,
    "further down in a loop": """
        # views.py
        from app.ws import Manager, Other
        def view():
            made = Manager
            while True:
                made()  # -> app.ws.Manager, app.ws.Other
                made = Other
        """,
    "after a function that uses it was made": """
        # views.py
        from app.ws import Manager, Other
        def view():
            made = Manager
            def inner():
                made()  # -> app.ws.Other
            made = Other
            return inner
        """,
    "a parameter with a class to fall back on": """
        # views.py
        from app.ws import Manager
        def view(made=None):
            if made is None:
                made = Manager
            return made()  # -> app.ws.Manager
        """,
    "by a wrapper of itself": """
        # views.py
        from app.ws import Manager
        from elsewhere import traced
        Manager = traced(Manager)
        Manager()
        """,
    "by a class in one branch and an import in the other": """
        # views.py
        import sys
        if sys.platform == "win32":
            class Manager: pass
        else:
            from app.ws import Manager
        def view():
            return Manager()  # -> views.Manager
        """,
    "in a class body": """
        # views.py
        from app.ws import Manager, Other
        class View:
            made = Manager
            first = made()  # -> app.ws.Manager
            made = Other
            second = made()  # -> app.ws.Other
        """,
}


@pytest.mark.parametrize("case", SHADOWED.values(), ids=SHADOWED)
def test_a_name_is_hidden(case: str) -> None:
    check(case)


@pytest.mark.parametrize("case", VISIBLE.values(), ids=VISIBLE)
def test_a_name_is_seen(case: str) -> None:
    check(case)


@pytest.mark.parametrize("case", REBOUND.values(), ids=REBOUND)
def test_a_name_is_bound_anew(case: str) -> None:
    check(case)
