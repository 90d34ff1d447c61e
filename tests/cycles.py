"""Code that goes round in circles: a project for each kind of relation that is followed.

The modules ``m1``, ``m2`` and ``m3`` of a case may have any names; ``# error: SST101`` says what is found.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

CYCLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "a module imports itself": """
            # app/m1.py
            import app.m1
            from app.m1 import get as again, Pool as Other
            from app.ws import Manager
            class Pool:  # ssot: managed factory=get  # error: SST408
                pass
            def get():  # error: SST401
                return app.m1.Other()
            def use():
                return Manager(), app.m1.app.m1.Manager()  # error: SST101
            """,
        "two modules import one another": """
            # app/m1.py
            import app.m2
            from app.m2 import make
            def use(): return make(), app.m2.app.m1.Manager()  # error: SST101
            from app.ws import Manager
            # app/m2.py
            import app.m1
            from app.m1 import use, Manager
            def make(): return Manager()  # error: SST101
            """,
        "stars in a ring": """
            # app/m1.py
            from app.m2 import *
            def one(): return Manager()  # error: SST101
            # app/m2.py
            from app.m3 import *
            def two(): return Manager(), one(), three()  # error: SST101
            # app/m3.py
            from app.m1 import *
            from app.ws import *
            def three(): return Manager()  # error: SST101
            """,
        "__all__ that adds up that of others in a ring": """
            # app/m1.py
            import app.m2
            from app.m2 import *
            __all__ = ["one"] + app.m2.__all__
            def one(): return Manager()  # error: SST101
            # app/m2.py
            import app.m3
            from app.m3 import *
            __all__ = ["two", *app.m3.__all__]
            def two(): return Manager()  # error: SST101
            # app/m3.py
            import app.m1
            from app.m1 import *
            from app.ws import Manager
            __all__ = ["Manager"]
            __all__ += app.m1.__all__
            """,
        "__init__ imports what imports it": """
            # app/m1/__init__.py
            from app.m1.inner import Box, Manager
            from .inner import *
            from . import inner, m1
            # app/m1/inner.py
            from app.m1 import Box as Same, Manager as Other, inner
            from app import m1
            from app.ws import Manager
            class Box(m1.Box): pass
            def use(): return m1.Manager(), m1.inner.m1.inner.Manager()  # error: SST101
            """,
        "__getattr__ of modules that ask one another": """
            # app/m1.py
            from app import m2
            def __getattr__(name): return getattr(m2, name)
            def one(): return m2.Manager(), m2.nothing()  # error: SST101
            # app/m2.py
            from app import m1
            def __getattr__(name): return getattr(m1, name)
            from app.ws import Manager
            def two(): return Manager(), m1.nothing()  # error: SST101
            """,
        "names are handed on in a ring": """
            # app/m1.py
            from app.m2 import Thing, get_thing
            def one(): return Thing(), get_thing()
            # app/m2.py
            from app.m3 import Thing, get_thing
            # app/m3.py
            from app.m1 import Thing, get_thing
            def three():
                from app.ws import Manager
                return Manager(), Thing()  # error: SST101
            """,
        "names are handed on in a ring that has a way out": """
            # app/m1.py
            try:
                from app.m2 import Manager
            except ImportError:
                from app.ws import Manager
            def one(): return Manager()  # error: SST101
            # app/m2.py
            from app.m3 import Manager
            def two(): return Manager()  # error: SST101
            # app/m3.py
            from app.m1 import Manager
            def three(): return Manager()  # error: SST101
            """,
        "aliases of one another": """
            # app/m1.py
            from typing import TypeAlias
            from app import m2
            from app.ws import Manager
            A = B
            B = A
            Own = Own
            One: TypeAlias = "Two"
            Two: TypeAlias = "One"
            Far = m2.Far
            Near = Manager  # error: SST504
            def use(a: One, b: "A") -> Two: return A(), B(), Own(), Far(), Near()  # error: SST101
            # app/m2.py
            from app import m1
            Far = m1.Far
            Box: "Box" = m1.m2.Box
            def use(): return Far(), Box(), m1.Near()  # error: SST101
            """,
        "attributes that are one another's": """
            # app/m1.py
            from app.ws import Manager
            class Node:
                one = other
                other = one
                kind = Manager
                def __init__(self, up):
                    self.up = self.down
                    self.down = self.up.down
                    self.next = self.next.next
                    self.items = self.items
                def use(self):
                    self.up.down.next.items.append(self)
                    return self.kind(), self.up.one(), self.next.next.kind()  # error: SST101
            """,
        "classes inherit from themselves and from one another": """
            # app/m1.py
            import app.m1
            from app import m2
            from app.ws import Manager
            class Self(app.m1.Self):
                items = []  # error: SST201
                def add(self, x): self.items.append(x)
            class A(m2.B):
                def one(self): return super().two(), Manager()  # error: SST101
            class C(m2.D): pass
            # app/m2.py
            from app import m1
            from app.m1 import A, C
            class B(A):
                kept = {}
                def two(self):
                    self.kept[self] = 1
                    return super().one()
            class E(C): pass
            class D(E):
                def __init__(self): super().__init__()
            """,
        "classes inherit through aliases and generics in a ring": """
            # app/m1.py
            from typing import Generic, TypeVar
            from app import m2
            from app.ws import Manager
            T = TypeVar("T", bound="Box")
            class Box(Generic[T], m2.Base["Box"]):
                def get(self) -> T: return self.get().get()
                def use(self): return Manager()  # error: SST101
            Alias = Box
            # app/m2.py
            from app import m1
            Base = m1.Alias[int]
            class Sub(Base, m1.Box["Sub"]): pass
            """,
        "an order of bases that Python would refuse": """
            # app/m1.py
            from app.ws import Manager
            class X: pass
            class Y(X): pass
            class Z(X, Y, X):
                def use(self): return Manager()  # error: SST101
            class W(Z, Y, Z): pass
            """,
        "metaclasses of one another": """
            # app/m1.py
            from app import m2
            class Meta(m2.Meta, metaclass=m2.Meta):
                _kept = {}
                def __call__(cls, *args):
                    if cls not in cls._kept:
                        cls._kept[cls] = super().__call__(*args)
                    return cls._kept[cls]
            class One(metaclass=Meta): pass
            # app/m2.py
            from app import m1
            from app.ws import Manager
            class Meta(m1.Meta, metaclass=m1.One):
                def use(cls): return Manager()  # error: SST101
            """,
        "factories that ask one another": """
            # app/m1.py
            from app import m2
            class Pool: pass
            _pool = None
            def get_pool():
                return m2.get_pool()
            def get_self(): return get_self()
            async def get_later(): return await m2.get_later()
            # app/m2.py
            from app import m1
            from app.ws import Manager, get_manager
            def get_pool():
                global _pool
                if _pool is None:
                    _pool = m1.get_pool()
                return _pool
            _pool = None
            async def get_later(): return await m1.get_later()
            def use(): return Manager(), get_pool(), m1.get_self()  # error: SST101
            """,
        "factories that ask one another, with a way out": """
            # app/m1.py
            from app import m2
            from app.ws import Manager
            def get_one(again):
                if again:
                    return m2.get_two(again)
                return Manager()  # error: SST101
            # app/m2.py
            from app import m1
            def get_two(again): return m1.get_one(not again)
            """,
        "registries handed round": """
            # app/m1.py
            from app import m2
            ITEMS = m2.ITEMS
            class Item:
                def __init__(self, key): self.key = key
            def get_item(user_id):
                if user_id not in ITEMS:
                    ITEMS[user_id] = m2.make_item(user_id)
                return ITEMS[user_id]
            def make_item(user_id): return m2.make_item(user_id)
            # app/m2.py
            from app import m1
            from app.ws import Manager
            ITEMS = m1.ITEMS
            def make_item(user_id): return m1.make_item(user_id)
            def use(): return ITEMS[1], Manager(), m1.get_item(2)  # error: SST101
            """,
        "decorators that wrap one another": """
            # app/m1.py
            import functools
            from app import m2
            @m2.outer
            def inner(function):
                @inner
                @functools.wraps(function)
                def wrapped(*args): return wrapped(*args)
                return wrapped
            @inner
            @m2.outer
            def get_thing(): return get_thing()
            # app/m2.py
            from app import m1
            from app.ws import Manager
            @m1.inner
            def outer(function): return m1.inner(function)
            @outer
            class Box:
                @outer
                @property
                def manager(self): return Manager()  # error: SST101
            """,
        "properties, class methods and __call__ in a ring": """
            # app/m1.py
            from app import m2
            class One:
                @property
                def other(self): return m2.Two().other.other
                @classmethod
                def make(cls): return m2.Two.make()
                def __call__(self): return self()()
                def __enter__(self): return self.__enter__()
            def use():
                with One() as one:
                    return one.other.other.other(), One.make()()()
            # app/m2.py
            from app import m1
            from app.ws import Manager
            class Two:
                @property
                def other(self): return m1.One().other
                @classmethod
                def make(cls): return m1.One.make()
                def use(self): return Manager(), self.make().other  # error: SST101
            """,
        "annotations of one another": """
            # app/m1.py
            from __future__ import annotations
            from app import m2
            class One:
                two: m2.Two
                def get(self, one: One, two: m2.Two) -> m2.Two: return self.two.one.two
            # app/m2.py
            from __future__ import annotations
            from app import m1
            from app.ws import Manager
            class Two:
                one: m1.One
                def get(self, one: m1.One) -> m1.One: return one.two.one
                def use(self) -> Manager: return Manager()  # error: SST101
            """,
        "locks and guards in a ring": """
            # app/m1.py
            import contextlib
            import threading
            from app import m2
            lock = m2.lock
            @contextlib.contextmanager
            def locked():
                with m2.locked(): yield
            _slot = None
            class Pool: pass  # error: SST408
            def get_pool():
                global _slot
                if _slot is None:
                    with locked():
                        _slot = Pool()
                return _slot
            def validate(x): return m2.validate(x)
            threading.Thread(target=get_pool).start()
            # app/m2.py
            import contextlib
            from app import m1
            from app.ws import Manager
            lock = m1.lock
            @contextlib.contextmanager
            def locked():
                with lock, m1.locked(): yield
            def validate(x): return m1.validate(x)
            def use(x):
                try:
                    validate(x)
                except ValueError:
                    pass
                return Manager()  # error: SST101
            """,
        "functions that await one another": """
            # app/m1.py
            from app import m2
            _slots = {}  # error: SST409
            class Pool: pass  # error: SST408
            async def one(): await m2.two()
            async def get_pool(user_id):
                if user_id not in _slots:
                    await one()
                    _slots[user_id] = Pool()
                return _slots[user_id]
            # app/m2.py
            from app import m1
            from app.ws import Manager
            async def two():
                await m1.one()
                await m1.get_pool(1)
                return Manager()  # error: SST101
            """,
        "methods that construction goes through in a ring": """
            # app/m1.py
            from app.ws import Manager
            class Box:
                items = []  # error: SST201
                def __init__(self): self.reset()
                def reset(self): self.again()
                def again(self): self.reset()
                def add(self, x): self.items.append(x)
                def use(self): return Manager()  # error: SST101
            """,
        "containers that provide one another": """
            # app/m1.py
            from dependency_injector import containers, providers
            from app import m2
            from app.ws import Manager
            class Box(containers.DeclarativeContainer):
                one = providers.Singleton(m2.Crate.two)
                own = providers.Factory(own)
                ring = ring
            def use(): return Box.one(), Box.own(), Manager()  # error: SST101
            # app/m2.py
            from dependency_injector import containers, providers
            from app import m1
            class Crate(containers.DeclarativeContainer):
                two = providers.Singleton(m1.Box.one)
            """,
        "defaults and kept objects in a ring": """
            # app/m1.py
            from app import m2
            from app.ws import Manager
            DEFAULTS = m2.DEFAULTS
            class Box:
                def __init__(self, items=m2.DEFAULTS): self.items = items
                def add(self, x): self.items.append(x)
                def use(self): return Manager()  # error: SST101
            # app/m2.py
            from app import m1
            DEFAULTS = m1.DEFAULTS
            def work(box=m1.Box()): box.items = box
            """,
        "variables of a function that hold one another": """
            # app/m1.py
            from app.ws import Manager
            def use(x):
                a = b = c = x
                for _ in x:
                    a, b, c = b, c, a
                    d = d
                    x = (lambda y=x: x(y))(x)
                class Inner(Inner): pass
                def inner(): return inner()
                return a(), Manager(), Inner(), inner(), d, [x for x in x for x in x]  # error: SST101
            """,
        "fixtures that depend on one another": """
            # app/conftest.py
            import pytest
            from app import m1
            @pytest.fixture
            def one(two): return two
            @pytest.fixture
            def two(one): return m1.get(one)
            @pytest.fixture(autouse=True)
            def own(own): return own
            # app/m1.py
            from app.ws import Manager
            def get(one): return Manager()  # error: SST101
            # app/test_it.py
            from app.conftest import one, two
            def test_it(one, two, own): assert one is two
            """,
    }
)
