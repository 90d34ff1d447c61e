"""Singleton classes: calling them is the way to the one instance."""

from __future__ import annotations

from textwrap import dedent
from typing import Final

import pytest
from linked_projects import factories, kinds, managed

from ssot_lint.model import Confidence

BY_NEW: Final = {
    "is None": """
        class Manager:
            _instance = None

            def __new__(cls, *args, **kwargs):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                return cls._instance
        """,
    "not": """
        class Manager(object):
            _instance = None

            def __new__(cls):
                if not cls._instance:
                    cls._instance = super(Manager, cls).__new__(cls)
                return cls._instance
        """,
    "hasattr": """
        class Manager:
            def __new__(cls):
                if not hasattr(cls, "_instance"):
                    cls._instance = object.__new__(cls)
                return cls._instance
        """,
    "the class's name": """
        class Manager:
            _instance = None

            def __new__(cls, url=None):
                if Manager._instance is None:
                    Manager._instance = object.__new__(cls)
                    Manager._instance.url = url
                return Manager._instance
        """,
    "a local variable, under a lock": """
        import threading

        class Manager:
            _instance = None
            _lock = threading.Lock()

            def __new__(cls):
                with cls._lock:
                    if cls._instance is None:
                        instance = super().__new__(cls)
                        instance._ready = False
                        cls._instance = instance
                return cls._instance
        """,
    "a module variable": """
        _instance = None

        class Manager:
            def __new__(cls):
                global _instance
                if _instance is None:
                    _instance = super().__new__(cls)
                return _instance
        """,
    "a mapping by class": """
        class Manager:
            _instances = {}

            def __new__(cls, *args):
                if cls not in cls._instances:
                    cls._instances[cls] = super().__new__(cls)
                return cls._instances[cls]
        """,
    "early return": """
        class Manager:
            _instance = None

            def __new__(cls):
                if cls._instance is not None:
                    return cls._instance
                cls._instance = super().__new__(cls)
                return cls._instance
        """,
    "the base's": """
        class Singleton:
            _instance = None

            def __new__(cls, *args, **kwargs):
                if cls.__dict__.get("_instance") is None:
                    cls._instance = super().__new__(cls)
                return cls._instance

        class Manager(Singleton):
            def send(self): ...
        """,
    "a metaclass with a dict": """
        class Singleton(type):
            _instances = {}

            def __call__(cls, *args, **kwargs):
                if cls not in cls._instances:
                    cls._instances[cls] = super().__call__(*args, **kwargs)
                return cls._instances[cls]

        class Manager(metaclass=Singleton): ...
        """,
    "a metaclass with an attribute": """
        class Singleton(type):
            def __init__(cls, name, bases, namespace):
                super().__init__(name, bases, namespace)
                cls._instance = None

            def __call__(cls, *args, **kwargs):
                if cls._instance is None:
                    cls._instance = type.__call__(cls, *args, **kwargs)
                return cls._instance

        class Manager(metaclass=Singleton): ...
        """,
    "a metaclass that is an ABCMeta": """
        import abc

        class Singleton(abc.ABCMeta):
            _instances = {}

            def __call__(cls, *args, **kwargs):
                try:
                    return cls._instances[cls]
                except KeyError:
                    instance = super(Singleton, cls).__call__(*args, **kwargs)
                    cls._instances[cls] = instance
                    return instance

        class Manager(metaclass=Singleton): ...
        """,
    "the base's metaclass": """
        class Meta(type):
            def __call__(cls, *args, **kwargs):
                if not hasattr(cls, "_instance"):
                    cls._instance = super().__call__(*args, **kwargs)
                return cls._instance

        class OtherMeta(Meta): ...

        class Base(metaclass=OtherMeta): ...

        class Manager(Base): ...
        """,
    "a decorator with a dict": """
        import functools

        def singleton(cls):
            instances = {}

            @functools.wraps(cls)
            def get(*args, **kwargs):
                if cls not in instances:
                    instances[cls] = cls(*args, **kwargs)
                return instances[cls]

            return get

        @singleton
        class Manager: ...
        """,
    "a decorator with an instance": """
        def singleton(cls):
            instance = None

            def get(*args):
                nonlocal instance
                if instance is None:
                    instance = cls(*args)
                return instance

            return get

        @singleton
        class Manager: ...
        """,
    "a decorator with a module variable": """
        _instances = {}

        def singleton(cls):
            def get(*args):
                if cls.__name__ not in _instances:
                    _instances[cls.__name__] = cls(*args)
                return _instances[cls.__name__]
            return get

        @singleton
        class Manager: ...
        """,
    "a decorator class": """
        class singleton:
            def __init__(self, cls):
                self._cls = cls
                self._instance = None

            def __call__(self, *args, **kwargs):
                if self._instance is None:
                    self._instance = self._cls(*args, **kwargs)
                return self._instance

        @singleton
        class Manager: ...
        """,
    "a cache as the decorator": """
        import functools

        @functools.lru_cache(maxsize=None)
        class Manager: ...
        """,
}


@pytest.mark.parametrize("text", BY_NEW.values(), ids=BY_NEW)
def test_a_class_whose_call_gives_the_one_instance_is_its_own_factory(text: str) -> None:
    manager = managed({"app/ws.py": text})["Manager"]
    assert kinds(manager) == {"singleton-class"}
    assert manager.is_own_factory
    assert manager.confidence is Confidence.HIGH


def test_the_machinery_may_stand_in_another_module() -> None:
    files = {
        "app/tools/__init__.py": "from .single import Singleton, singleton\n",
        "app/tools/single.py": dedent(BY_NEW["a metaclass with a dict"]).split("class Manager")[0]
        + dedent(BY_NEW["a decorator with a dict"]).split("@singleton")[0],
        "app/ws.py": "from app.tools import Singleton\nclass Manager(metaclass=Singleton): ...\n",
        "app/mail.py": "import app.tools as tools\n@tools.singleton\nclass Sender: ...\n",
    }
    found = managed(files)
    assert found["Manager"].is_own_factory
    assert found["Sender"].is_own_factory


NO_SINGLETON: Final = {
    "an instance for each key": """
        class Manager:
            _instances = {}

            def __new__(cls, user_id):
                if user_id not in cls._instances:
                    cls._instances[user_id] = super().__new__(cls)
                return cls._instances[user_id]
        """,
    "a metaclass that keeps one for each arguments": """
        class Flyweight(type):
            _instances = {}

            def __call__(cls, *args):
                key = (cls, args)
                if key not in cls._instances:
                    cls._instances[key] = super().__call__(*args)
                return cls._instances[key]

        class Manager(metaclass=Flyweight): ...
        """,
    "a plain __new__": """
        class Manager:
            def __new__(cls, *args):
                self = super().__new__(cls)
                self.args = args
                return self
        """,
    "the last one made": """
        class Manager:
            _last = None

            def __new__(cls):
                cls._last = super().__new__(cls)
                return cls._last
        """,
    "a metaclass that registers": """
        class Registered(type):
            known = {}

            def __new__(mcs, name, bases, namespace):
                cls = super().__new__(mcs, name, bases, namespace)
                if name not in mcs.known:
                    mcs.known[name] = cls
                return cls

        class Manager(metaclass=Registered): ...
        """,
    "a decorator that registers the class": """
        _known = {}

        def register(cls):
            if cls.__name__ not in _known:
                _known[cls.__name__] = cls
            return cls

        @register
        class Manager: ...
        """,
    "a decorator that isn't known": """
        def outer(registry):
            @registry.add
            class Inner: ...
            return Inner

        @outer({}).anything
        class Manager: ...
        """,
    "a decorator class that keeps nothing": """
        class marked:
            def __init__(self, cls):
                self.cls = cls

            def __call__(self):
                return self.cls()

        @marked
        class Manager: ...
        """,
    "a decorator without parameters": """
        def nothing():
            return None

        @nothing
        class Manager: ...
        """,
    "a decorator that wraps the call": """
        def traced(cls):
            def make(*args):
                made = cls(*args)
                return made
            return make

        @traced
        class Manager: ...
        """,
    "a class inside a function": """
        def deprecated(new):
            class Manager(type(new)):
                kept = None

                def __new__(mcs, name, bases, namespace):
                    cls = super().__new__(mcs, name, bases, namespace)
                    if Manager.kept is None:
                        Manager.kept = cls
                    return cls
            return Manager
        """,
    "the subclass makes its own": """
        class Singleton:
            _instance = None

            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                return cls._instance

        class Manager(Singleton):
            def __new__(cls):
                return object.__new__(cls)

        del Singleton
        """,
}


@pytest.mark.parametrize("text", NO_SINGLETON.values(), ids=NO_SINGLETON)
def test_what_looks_like_a_singleton_makes_nothing_managed(text: str) -> None:
    assert "Manager" not in managed({"app/ws.py": text})


def test_a_getter_beside_the_singleton_is_a_factory_too() -> None:
    text = dedent(BY_NEW["is None"]) + "\n_manager = Manager()\n\ndef get_manager():\n    return _manager\n"
    manager = managed({"app/ws.py": text})["Manager"]
    assert kinds(manager) == {"singleton-class", "slot"}
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.is_own_factory
