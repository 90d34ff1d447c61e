"""Slots: the one variable that a function fills when it is empty, and hands out."""

from __future__ import annotations

from textwrap import dedent
from typing import Final

import pytest
from linked_projects import factories, kinds, managed

from ssot_lint.model import Scope

CLASS: Final = """
class Manager:
    def send(self): ...

    async def start(self): ...

"""

GLOBAL_SLOT: Final = {
    "is None": """
        _manager = None

        def get_manager():
            global _manager
            if _manager is None:
                _manager = Manager()
            return _manager
        """,
    "is None with the empty side first": """
        _manager = None

        def get_manager():
            global _manager
            if None is _manager:
                _manager = Manager()
            return _manager
        """,
    "equal to None": """
        _manager = None

        def get_manager():
            global _manager
            if _manager == None:
                _manager = Manager()
            return _manager
        """,
    "not x": """
        _manager: Manager | None = None

        def get_manager() -> Manager:
            global _manager
            if not _manager:
                _manager = Manager()
            return _manager
        """,
    "annotated, in quotes": """
        from typing import Optional

        _manager: "Optional[Manager]" = None

        def get_manager() -> "Manager":
            global _manager
            if _manager is None:
                _manager = Manager()
            return _manager
        """,
    "early return": """
        _manager = None

        def get_manager():
            global _manager
            if _manager is not None:
                return _manager
            _manager = Manager()
            return _manager
        """,
    "early return on truth": """
        _manager = None

        def get_manager():
            global _manager
            if _manager:
                return _manager
            _manager = Manager()
            return _manager
        """,
    "filled in the else branch": """
        _manager = None

        def get_manager():
            global _manager
            if _manager is not None:
                pass
            else:
                _manager = Manager()
            return _manager
        """,
    "or": """
        _manager = None

        def get_manager():
            global _manager
            _manager = _manager or Manager()
            return _manager
        """,
    "conditional expression": """
        _manager = None

        def get_manager():
            global _manager
            _manager = Manager() if _manager is None else _manager
            return _manager
        """,
    "conditional expression, the other way round": """
        _manager = None

        def get_manager():
            global _manager
            _manager = _manager if _manager is not None else Manager()
            return _manager
        """,
    "through a local variable": """
        _manager = None

        def get_manager():
            global _manager
            if _manager is None:
                manager = Manager()
                manager.send()
                _manager = manager
            return _manager
        """,
    "chained assignment": """
        _manager = None

        def get_manager():
            global _manager
            manager = _manager
            if manager is None:
                manager = _manager = Manager()
            return manager
        """,
    "local copy, filled and returned": """
        _manager = None

        def get_manager():
            global _manager
            manager = _manager
            if manager is None:
                manager = Manager()
                _manager = manager
            return manager
        """,
    "NameError": """
        def get_manager():
            global _manager
            try:
                return _manager
            except NameError:
                _manager = Manager()
                return _manager
        """,
    "NameError with the return behind": """
        def get_manager():
            global _manager
            try:
                _manager
            except NameError:
                _manager = Manager()
            return _manager
        """,
    "name looked for in globals": """
        def get_manager():
            global _manager
            if "_manager" not in globals():
                _manager = Manager()
            return _manager
        """,
    "walrus": """
        _manager = None

        def get_manager():
            global _manager
            if (manager := _manager) is None:
                manager = _manager = Manager()
            return manager
        """,
    "walrus that returns": """
        _manager = None

        def get_manager():
            global _manager
            if manager := _manager:
                return manager
            _manager = Manager()
            return _manager
        """,
    "double-checked locking": """
        import threading

        _manager = None
        _lock = threading.Lock()

        def get_manager():
            global _manager
            if _manager is None:
                with _lock:
                    if _manager is None:
                        _manager = Manager()
            return _manager
        """,
    "early return before the lock": """
        import threading

        _manager = None
        _lock = threading.Lock()

        def get_manager():
            global _manager
            if _manager is not None:
                return _manager
            with _lock:
                if _manager is None:
                    _manager = Manager()
                return _manager
        """,
    "lock without a with statement": """
        import threading

        _manager = None
        _lock = threading.Lock()

        def get_manager():
            global _manager
            _lock.acquire()
            try:
                if _manager is None:
                    _manager = Manager()
                return _manager
            finally:
                _lock.release()
        """,
    "async": """
        import asyncio

        _manager = None
        _lock = asyncio.Lock()

        async def get_manager():
            global _manager
            if _manager is None:
                async with _lock:
                    if _manager is None:
                        _manager = Manager()
                        await _manager.start()
            return _manager
        """,
    "creator function": """
        _manager = None

        def _build():
            manager = Manager()
            manager.send()
            return manager

        def get_manager():
            global _manager
            if _manager is None:
                _manager = _build()
            return _manager
        """,
    "awaited creator": """
        _manager = None

        async def _connect():
            manager = Manager()
            await manager.start()
            return manager

        async def get_manager():
            global _manager
            if _manager is None:
                _manager = await _connect()
            return _manager
        """,
    "stale or empty": """
        _manager = None

        def get_manager():
            global _manager
            if _manager is None or _manager.closed:
                _manager = Manager()
            return _manager
        """,
    "filled by one function, returned by another": """
        _manager = None

        def _ensure():
            global _manager
            if _manager is None:
                _manager = Manager()

        def get_manager():
            _ensure()
            return _manager
        """,
    "configured and got": """
        _manager = None

        def configure_manager(url):
            global _manager
            _manager = Manager()

        def get_manager():
            if _manager is None:
                raise RuntimeError("call configure_manager() first")
            return _manager
        """,
    "eager": """
        _manager = Manager()

        def get_manager():
            return _manager
        """,
    "a sentinel instead of None": """
        _UNSET = object()
        _manager = _UNSET

        def get_manager():
            global _manager
            if _manager is _UNSET:
                _manager = Manager()
            return _manager
        """,
    "a match statement": """
        _manager = None

        def get_manager():
            global _manager
            match _manager:
                case None:
                    _manager = Manager()
            return _manager
        """,
    "a generator that yields it": """
        _manager = None

        def get_manager():
            global _manager
            if _manager is None:
                _manager = Manager()
            yield _manager
        """,
    "filled through globals()": """
        _manager = None

        def get_manager():
            if _manager is None:
                globals()["_manager"] = Manager()
            return _manager
        """,
}

CLASS_SLOT: Final = {
    "cls": """
        class Manager:
            _instance = None

            @classmethod
            def instance(cls):
                if cls._instance is None:
                    cls._instance = cls()
                return cls._instance
        """,
    "class name": """
        class Manager:
            _instance: "Manager | None" = None

            @staticmethod
            def instance() -> "Manager":
                if Manager._instance is None:
                    Manager._instance = Manager()
                return Manager._instance
        """,
    "cls with the class's name": """
        class Manager:
            _instance = None

            @classmethod
            def instance(cls):
                if not cls._instance:
                    Manager._instance = Manager()
                return Manager._instance
        """,
    "hasattr": """
        class Manager:
            @classmethod
            def instance(cls):
                if not hasattr(cls, "_instance"):
                    cls._instance = cls()
                return cls._instance
        """,
    "getattr with a default": """
        class Manager:
            @classmethod
            def instance(cls):
                if getattr(cls, "_instance", None) is None:
                    cls._instance = cls()
                return cls._instance
        """,
    "AttributeError": """
        class Manager:
            @classmethod
            def instance(cls):
                try:
                    return cls._instance
                except AttributeError:
                    cls._instance = cls()
                    return cls._instance
        """,
    "setattr": """
        class Manager:
            _instance = None

            @classmethod
            def instance(cls):
                if cls._instance is None:
                    setattr(cls, "_instance", cls())
                return cls._instance
        """,
    "lock": """
        import threading

        class Manager:
            _instance = None
            _lock = threading.Lock()

            @classmethod
            def instance(cls):
                with cls._lock:
                    if cls._instance is None:
                        cls._instance = cls()
                    return cls._instance
        """,
    "constructor gone around": """
        class Manager:
            _instance = None

            @classmethod
            def instance(cls):
                if cls._instance is None:
                    made = cls.__new__(cls)
                    made.send()
                    cls._instance = made
                return cls._instance
        """,
    "local copy": """
        class Manager:
            _instance = None

            @classmethod
            def instance(cls, *arguments):
                inst = cls._instance
                if inst is None:
                    inst = cls._instance = cls(*arguments)
                return inst
        """,
}


def source(text: str) -> dict[str, str]:
    """Return a project of one module, which defines the class first."""
    return {"app/__init__.py": "", "app/ws.py": CLASS + dedent(text)}


@pytest.mark.parametrize("text", GLOBAL_SLOT.values(), ids=GLOBAL_SLOT)
def test_a_module_variable_that_is_filled_once_is_a_slot(text: str) -> None:
    manager = managed(source(text))["Manager"]
    assert kinds(manager) == {"slot"}
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.slots == ("app.ws._manager",)
    assert manager.scope is Scope.PROCESS


@pytest.mark.parametrize("text", CLASS_SLOT.values(), ids=CLASS_SLOT)
def test_a_class_attribute_that_is_filled_once_is_a_slot(text: str) -> None:
    manager = managed({"app/ws.py": text})["Manager"]
    assert kinds(manager) == {"slot"}
    assert factories(manager) == {"app.ws.Manager.instance"}
    assert manager.slots == ("app.ws.Manager._instance",)
