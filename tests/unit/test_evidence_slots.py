"""Slots: the one variable that a function fills when it is empty, and hands out."""

from __future__ import annotations

from textwrap import dedent
from typing import Final

import pytest
from linked_projects import factories, kinds, linked, managed

from ssot_lint.model import Confidence, Scope

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
    "creator of a creator": """
        _manager = None

        def _plain():
            return Manager()

        def _started():
            manager = _plain()
            manager.send()
            return manager

        def get_manager():
            global _manager
            if _manager is None:
                _manager = _started()
            return _manager
        """,
    "in a tuple": """
        _manager = _started = None

        def get_manager():
            global _manager, _started
            if _manager is None:
                _manager, _started = Manager(), True
            return _manager
        """,
    "handed out in a tuple": """
        _manager = None

        def get_manager():
            global _manager
            created = _manager is None
            if _manager is None:
                _manager = Manager()
            return _manager, created
        """,
    "or, by way of a local variable": """
        _manager = None

        def get_manager():
            global _manager
            manager = _manager or Manager()
            _manager = manager
            return manager
        """,
    "loop": """
        _manager = None

        def get_manager():
            global _manager
            while _manager is None:
                _manager = Manager()
            return _manager
        """,
    "assigned in an expression": """
        _manager = None

        def get_manager():
            global _manager
            _manager or (_manager := Manager())
            return _manager
        """,
    "conditional expression as a statement": """
        _manager = None

        def get_manager():
            global _manager
            return _manager if _manager is not None else (_manager := Manager())
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
    "annotated where it is filled": """
        class Manager:
            _instance = None

            @classmethod
            def instance(cls):
                if cls._instance is None:
                    cls._instance: Manager = cls()
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


@pytest.mark.parametrize(
    ("body", "factory"),
    [
        (
            """
            def instance(self):
                if type(self)._instance is None:
                    type(self)._instance = Manager()
                return type(self)._instance
            """,
            "app.ws.Hub.instance",
        ),
        (
            """
            def instance(self):
                if self.__class__._instance is None:
                    self.__class__._instance = Manager()
                return self.__class__._instance
            """,
            "app.ws.Hub.instance",
        ),
        (
            """
            @staticmethod
            def instance():
                if Hub._instance is None:
                    Hub._instance = Manager()
                return Hub._instance
            """,
            "app.ws.Hub.instance",
        ),
        (
            """
            @classmethod
            def instance(cls):
                if "_instance" not in cls.__dict__:
                    cls._instance = Manager()
                return cls._instance
            """,
            "app.ws.Hub.instance",
        ),
    ],
    ids=["type(self)", "self.__class__", "staticmethod", "__dict__"],
)
def test_a_class_attribute_of_another_class_is_a_slot(body: str, factory: str) -> None:
    text = "class Hub:\n    _instance = None\n" + indented(body)
    manager = managed(source(text))["Manager"]
    assert factories(manager) == {factory}
    assert manager.slots == ("app.ws.Hub._instance",)


@pytest.mark.parametrize(
    "test",
    [
        'if not hasattr(get_manager, "_inst"):',
        'if getattr(get_manager, "_inst", None) is None:',
        'if "_inst" not in vars(get_manager):',
        'if "_inst" not in get_manager.__dict__:',
    ],
)
def test_an_attribute_of_the_factory_itself_is_a_slot(test: str) -> None:
    text = f"""
        def get_manager():
            {test}
                get_manager._inst = Manager()
            return get_manager._inst
        """
    manager = managed(source(text))["Manager"]
    assert kinds(manager) == {"slot"}
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.slots == ("app.ws.get_manager._inst",)


@pytest.mark.parametrize(
    "body",
    [
        """
        def get_manager():
            manager = _current.get()
            if manager is None:
                manager = Manager()
                _current.set(manager)
            return manager
        """,
        """
        def get_manager():
            manager = _current.get(None)
            if not manager:
                manager = Manager()
                token = _current.set(manager)
            return manager
        """,
        """
        def get_manager():
            try:
                return _current.get()
            except LookupError:
                manager = Manager()
                _current.set(manager)
                return manager
        """,
        """
        async def get_manager():
            if (manager := _current.get()) is None:
                _current.set(manager := Manager())
            return manager
        """,
        """
        def get_manager():
            if _current.get() is None:
                _current.set(Manager())
            return _current.get()
        """,
    ],
    ids=["is None", "default given", "LookupError", "walrus", "read twice"],
)
@pytest.mark.parametrize(
    "imported", ["from contextvars import ContextVar as Var", "import contextvars as cv; Var = cv.ContextVar"]
)
def test_a_context_variable_is_a_slot_of_context_scope(imported: str, body: str) -> None:
    text = f"{imported}\n_current = Var('manager', default=None)\n{dedent(body)}"
    manager = managed(source(text))["Manager"]
    assert kinds(manager) == {"slot"}
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.slots == ("app.ws._current",)
    assert manager.scope is Scope.CONTEXT


def test_a_context_variable_may_be_a_class_attribute() -> None:
    text = """
        from contextvars import ContextVar

        class Hub:
            _current: ContextVar = ContextVar("manager", default=None)

            @classmethod
            def manager(cls):
                manager = cls._current.get()
                if manager is None:
                    manager = Manager()
                    cls._current.set(manager)
                return manager
        """
    manager = managed(source(text))["Manager"]
    assert manager.slots == ("app.ws.Hub._current",)
    assert manager.scope is Scope.CONTEXT


SPREAD: Final = {
    "app/__init__.py": "from app.deps import get_manager\n",
    "app/ws.py": CLASS,
    "app/state.py": "_manager = None\n",
}


@pytest.mark.parametrize(
    "deps",
    [
        """
        from app import state
        from app.ws import Manager

        def get_manager():
            if state._manager is None:
                state._manager = Manager()
            return state._manager
        """,
        """
        import app.state as kept
        from .ws import Manager as Made

        def get_manager():
            if not kept._manager:
                kept._manager = Made()
            return kept._manager
        """,
        """
        import app.state
        import app.ws

        async def get_manager():
            manager = app.state._manager
            if manager is None:
                manager = app.state._manager = app.ws.Manager()
                await manager.start()
            return manager
        """,
    ],
    ids=["module", "aliases", "dotted"],
)
def test_class_slot_and_factory_may_stand_in_three_modules(deps: str) -> None:
    manager = managed({**SPREAD, "app/deps.py": deps})["Manager"]
    assert kinds(manager) == {"slot"}
    assert factories(manager) == {"app.deps.get_manager"}
    assert manager.slots == ("app.state._manager",)


def test_a_slot_may_be_filled_by_an_awaited_constructor_of_the_class() -> None:
    text = """
        class Manager:
            @classmethod
            async def create(cls, url):
                manager = cls()
                await manager.start()
                return manager

        _manager = None

        async def get_manager():
            global _manager
            if _manager is None:
                _manager = await Manager.create("ws://")
            return _manager
        """
    manager = managed({"app/ws.py": text})["Manager"]
    assert kinds(manager) == {"slot"}
    assert "app.ws.Manager.create" in manager.owners


def test_both_the_function_that_fills_and_the_one_that_returns_are_owners() -> None:
    manager = managed(source(GLOBAL_SLOT["configured and got"]))["Manager"]
    assert {"app.ws.configure_manager", "app.ws.get_manager"} <= manager.owners


def test_a_creator_function_is_an_owner() -> None:
    manager = managed(source(GLOBAL_SLOT["creator function"]))["Manager"]
    assert "app.ws._build" in manager.owners


def test_a_property_of_the_class_that_keeps_the_slot_hands_it_out() -> None:
    text = """
        class Hub:
            _manager = None

            @classmethod
            def configure(cls):
                cls._manager = Manager()

            @property
            def manager(self):
                return self._manager
        """
    manager = managed(source(text))["Manager"]
    assert factories(manager) == {"app.ws.Hub.manager"}
    assert manager.slots == ("app.ws.Hub._manager",)


def test_what_hands_on_another_factory_s_instance_makes_nothing() -> None:
    text = dedent(GLOBAL_SLOT["is None"]) + dedent(
        """
        _again = None

        def get_again():
            global _again
            if _again is None:
                _again = get_manager()
            return _again
        """
    )
    manager = managed(source(text))["Manager"]
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.slots == ("app.ws._manager",)


def test_an_eager_instance_may_be_reset() -> None:
    text = """
        _manager = Manager()

        def get_manager():
            return _manager

        def reset_for_testing():
            global _manager
            _manager = Manager()
        """
    manager = managed(source(text))["Manager"]
    assert kinds(manager) == {"slot"}
    assert factories(manager) == {"app.ws.get_manager"}


@pytest.mark.parametrize(
    "getter",
    [
        "class Hub:\n    @classmethod\n    def manager(cls):\n        return _manager\n",
        "class Hub:\n    @staticmethod\n    def manager():\n        return _manager\n",
    ],
    ids=["classmethod", "staticmethod"],
)
def test_an_eager_instance_may_be_handed_out_by_a_class(getter: str) -> None:
    manager = managed(source("_manager = Manager()\n" + getter))["Manager"]
    assert factories(manager) == {"app.ws.Hub.manager"}


APPLICATION_SLOTS: Final = {
    "hasattr": (
        """
        def get_manager(request):
            if not hasattr(request.app.state, "manager"):
                request.app.state.manager = Manager()
            return request.app.state.manager
        """,
        "<app>.state.manager",
    ),
    "getattr with a default": (
        """
        from fastapi import Request

        def get_manager(request: Request) -> Manager:
            if getattr(request.app.state, "manager", None) is None:
                request.app.state.manager = Manager()
            return request.app.state.manager
        """,
        "<app>.state.manager",
    ),
    "filled when the application starts": (
        """
        from fastapi import FastAPI, Request

        async def lifespan(api: FastAPI):
            api.state.manager = Manager()
            yield

        def get_manager(request: Request):
            return request.app.state.manager
        """,
        "<app>.state.manager",
    ),
    "the module's application": (
        """
        from starlette.applications import Starlette

        app = Starlette()

        def create_app():
            app.state.manager = Manager()
            return app

        def get_manager():
            return app.state.manager
        """,
        "<app>.state.manager",
    ),
    "an item under a constant": (
        """
        KEY = "manager"

        def get_manager(hass):
            if KEY not in hass.data:
                hass.data[KEY] = Manager()
            return hass.data[KEY]
        """,
        "<app>.data[app.ws.KEY]",
    ),
    "an item under a constant of elsewhere": (
        """
        from elsewhere import KEY

        def get_manager(hass):
            if (manager := hass.data.get(KEY)) is None:
                manager = hass.data[KEY] = Manager()
            return manager
        """,
        "<app>.data[elsewhere.KEY]",
    ),
    "an item of the extensions": (
        """
        from flask import current_app

        def get_manager():
            if "manager" not in current_app.extensions:
                current_app.extensions["manager"] = Manager()
            return current_app.extensions["manager"]
        """,
        "<app>.extensions['manager']",
    ),
    "an item of the application": (
        """
        def setup(app):
            app["manager"] = Manager()

        def get_manager(request):
            return request.app["manager"]
        """,
        "<app>['manager']",
    ),
}


@pytest.mark.parametrize(("text", "slot"), APPLICATION_SLOTS.values(), ids=APPLICATION_SLOTS)
def test_an_attribute_of_the_application_is_a_slot(text: str, slot: str) -> None:
    manager = managed(source(text))["Manager"]
    assert kinds(manager) == {"slot"}
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.slots == (slot,)
    text = manager.evidence[0].text
    assert text.endswith(("in app.state.manager", "in app.data[KEY]", "['manager']"))
    assert manager.scope is Scope.PROCESS


@pytest.mark.parametrize("test", ['"manager" not in g', 'not hasattr(g, "manager")'])
def test_what_lives_as_long_as_a_request_is_of_context_scope(test: str) -> None:
    text = f"""
        from flask import g

        def get_manager():
            if {test}:
                g.manager = Manager()
            return g.manager
        """
    manager = managed(source(text))["Manager"]
    assert manager.slots == ("flask.g.manager",)
    assert manager.scope is Scope.CONTEXT


FOREIGN: Final = {
    "a function": ("from sqlalchemy import create_engine", "create_engine('x')", "sqlalchemy.create_engine"),
    "a class": ("import redis.asyncio as redis", "redis.Redis()", "redis.asyncio.Redis"),
    "an alternative constructor": ("import redis", "redis.Redis.from_url('x')", "redis.Redis"),
    "a client": ("import boto3 as aws", "aws.client('s3')", "boto3.client"),
    "an awaited one": ("import asyncpg", "await asyncpg.create_pool()", "asyncpg.create_pool"),
}


@pytest.mark.parametrize(("imports", "call", "symbol"), FOREIGN.values(), ids=FOREIGN)
def test_another_package_s_constructor_may_stand_behind_a_slot(imports: str, call: str, symbol: str) -> None:
    text = f"""
        {imports}

        _it = None

        {"async " if "await" in call else ""}def get_it():
            global _it
            if _it is None:
                _it = {call}
            return _it
        """
    user = "from app.ws import get_it\n\ndef use():\n    return get_it()\n"
    files = source(text) | {f"app/user{number}.py": user for number in range(4)}
    (found,) = linked(files).managed.values()
    assert found.qualname == symbol
    assert factories(found) == {"app.ws.get_it"}
    assert found.confidence is Confidence.MEDIUM


def test_what_most_places_make_for_themselves_is_free() -> None:
    text = """
        import httpx

        _client = httpx.Client()

        def get_client():
            return _client
        """
    user = "import httpx\n\ndef use():\n    return httpx.Client()\n"
    files = source(text) | {f"app/user{number}.py": user for number in range(2)}
    (found,) = linked(files).managed.values()
    assert (found.factory_uses, found.direct_constructions) == (0, 2)
    assert found.confidence is Confidence.LOW


@pytest.mark.parametrize(
    "call",
    [
        "threading.Lock()",
        "structlog.get_logger()",
        "vendor.load(1)",
        "vendor.Refused.parse(1)",
        "vendor.RefusedError()",
        "vendor.thing.other().make()",
        "dict()",
    ],
)
def test_what_is_no_constructor_of_another_package_is_not_managed(call: str) -> None:
    text = f"""
        import structlog, threading, vendor

        _it = None

        def get_it():
            global _it
            if _it is None:
                _it = {call}
            return _it
        """
    assert managed(source(text)) == {}


NO_SLOT: Final = {
    "a setter that fills unconditionally": """
        _manager = None

        def set_manager():
            global _manager
            _manager = Manager()

        def get_manager():
            return _manager
        """,
    "a setter that is given the instance": """
        _manager = None

        def set_manager(manager: Manager):
            global _manager
            if _manager is None:
                _manager = manager
            return _manager
        """,
    "the object itself is registered": """
        class Manager:
            _current = None

            def activate(self):
                if Manager._current is None:
                    Manager._current = self
                return Manager._current
        """,
    "lazy attribute of an instance": """
        class View:
            _manager = None

            def manager(self):
                if self._manager is None:
                    self._manager = Manager()
                return self._manager
        """,
    "lazy attribute of an instance, as a property": """
        class View:
            def __init__(self):
                self._manager = None

            @property
            def manager(self):
                if not self._manager:
                    self._manager = Manager()
                return self._manager
        """,
    "a local variable": """
        def get_manager():
            manager = None
            if manager is None:
                manager = Manager()
            return manager
        """,
    "a plain constructor function": """
        def get_manager(url="ws://"):
            return Manager()
        """,
    "a constructor function for every request": """
        def get_database(): ...

        def get_service(database=Depends(get_database)):
            return Manager(database)
        """,
    "something else is handed out": """
        _manager = None

        def get_name():
            global _manager
            if _manager is None:
                _manager = Manager()
            return _manager.name
        """,
    "nothing is handed out": """
        _manager = None

        def announce():
            global _manager
            if _manager is None:
                _manager = Manager()
            _manager.send()
        """,
    "filled anew each time": """
        _manager = None

        def get_manager():
            global _manager
            _manager = Manager()
            return _manager
        """,
    "the check is about something else": """
        _manager = None
        _ready = None

        def get_manager():
            global _manager
            if _ready is None:
                _manager = Manager()
            return _manager
        """,
    "the check comes too late": """
        _manager = None

        def get_manager():
            global _manager
            _manager = Manager()
            if _manager is None:
                raise RuntimeError
            return _manager
        """,
    "a shadowed name": """
        _manager = None

        def get_manager(_manager=None):
            if _manager is None:
                _manager = Manager()
            return _manager
        """,
    "a local without global": """
        _manager = None

        def get_manager():
            _manager = None
            if not _manager:
                _manager = Manager()
            return _manager
        """,
    "a class that shares the name": """
        _manager = None

        def get_manager():
            global _manager
            class Manager: ...
            if _manager is None:
                _manager = lambda: Manager()
            return _manager
        """,
    "a list of instances": """
        _managers = []

        def get_manager():
            if not _managers:
                _managers.append(Manager())
            return _managers[0]
        """,
    "an eager instance that a method of another class hands out": """
        _manager = Manager()

        class View:
            def manager(self):
                return _manager
        """,
    "an eager instance that a property of another class hands out": """
        _manager = Manager()

        class View:
            @property
            def manager(self):
                return _manager
        """,
    "one of several eager instances": """
        _reader = Manager()
        _writer = Manager()

        def get_reader():
            return _reader
        """,
    "a generator that yields an instance made elsewhere": """
        _manager = None

        def configure_manager():
            global _manager
            _manager = Manager()

        def managers():
            yield _manager
        """,
    "an item of the application under a name that is given": """
        def get_manager(hass, name):
            hass.data[name] = Manager()
            return hass.data[name]
        """,
    "an attribute of something else": """
        def get_manager(view):
            if not hasattr(view.state, "manager"):
                view.state.manager = Manager()
            return view.state.manager
        """,
    "a context manager that keeps what it opened": """
        _manager = None

        class opened:
            def __enter__(self):
                global _manager
                if _manager is None:
                    _manager = Manager()
                return _manager
        """,
    "functions that call one another": """
        _manager = None

        def make():
            return build()

        def build():
            return make()

        def get_manager() -> Manager:
            global _manager
            if _manager is None:
                _manager = make()
            return _manager
        """,
    "an eager instance, and something else now and then": """
        _manager = Manager()

        def get_manager(other):
            return other or _manager
        """,
}


@pytest.mark.parametrize("text", NO_SLOT.values(), ids=NO_SLOT)
def test_what_looks_like_a_slot_makes_nothing_managed(text: str) -> None:
    assert managed(source(text)) == {}


@pytest.mark.parametrize(
    "class_",
    [
        "class Thing(Exception): ...",
        "class Base(ValueError): ...\nclass Thing(Base): ...",
        "import enum\nclass Thing(enum.Enum):\n    A = 1",
        "from enum import IntFlag\nclass Thing(IntFlag):\n    A = 1",
        "from typing import Protocol\nclass Thing(Protocol): ...",
        "class Thing(type): ...",
    ],
    ids=["exception", "own exception", "enum", "flag", "protocol", "metaclass"],
)
def test_exceptions_enums_protocols_and_metaclasses_are_never_managed(class_: str) -> None:
    text = """
        _thing = None

        def get_thing():
            global _thing
            if _thing is None:
                _thing = Thing()
            return _thing
        """
    assert managed({"app/things.py": f"{class_}\n{dedent(text)}"}) == {}


def test_another_module_s_function_for_its_own_use_makes_no_slot() -> None:
    files = source("manager = Manager()\n") | {
        "app/views.py": "def _manager():\n    from app.ws import manager\n    return manager\n"
    }
    assert managed(files) == {}


def test_two_modules_that_make_the_class_at_once_have_no_one_instance() -> None:
    files = {
        "app/ws.py": CLASS + "_manager = Manager()\ndef get_manager():\n    return _manager\n",
        "app/other.py": "from app.ws import Manager\nmanager = Manager()\n",
    }
    assert managed(files) == {}


def indented(body: str) -> str:
    """Return a class's body."""
    return "".join(f"    {line}\n" for line in dedent(body).strip().split("\n"))
