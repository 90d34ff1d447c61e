"""Memoized functions: a cache decorator keeps what they make."""

from __future__ import annotations

from textwrap import dedent
from typing import Final

import pytest
from linked_projects import factories, kinds, managed

from ssot_lint.model import Confidence, Scope

CLASS: Final = "class Manager:\n    async def start(self): ...\n\n"

DECORATORS: Final = {
    "cache": ("import functools", "@functools.cache"),
    "lru_cache": ("from functools import lru_cache", "@lru_cache"),
    "lru_cache called": ("from functools import lru_cache", "@lru_cache()"),
    "lru_cache with a bound": ("import functools as ft", "@ft.lru_cache(maxsize=None)"),
    "another name": ("from functools import cache as once", "@once"),
    "bound to another name": ("import functools\nonce = functools.cache", "@once"),
    "cachetools": ("import cachetools", "@cachetools.cached(cache={})"),
    "cachetools, from": ("from cachetools import cached, LRUCache", "@cached(LRUCache(8))"),
    "cachetools.func": ("from cachetools.func import ttl_cache", "@ttl_cache(ttl=60)"),
    "under another decorator": (
        "import functools\nfrom elsewhere import traced",
        "@traced\n@functools.cache",
    ),
    "fallback import": (
        "try:\n    import functools as f\n    c = f.cache\nexcept AttributeError:\n    c = f.lru_cache",
        "@c",
    ),
}


@pytest.mark.parametrize(("imports", "decorator"), DECORATORS.values(), ids=DECORATORS)
def test_a_function_under_a_cache_decorator_is_a_factory(imports: str, decorator: str) -> None:
    text = f"{imports}\n{CLASS}\n{decorator}\ndef get_manager():\n    return Manager()\n"
    manager = managed({"app/ws.py": text})["Manager"]
    assert kinds(manager) == {"memoized"}
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.scope is Scope.PROCESS


def test_an_async_cache_keeps_what_is_awaited() -> None:
    text = """
        from async_lru import alru_cache

        @alru_cache(maxsize=None)
        async def get_manager(user_id):
            manager = Manager()
            await manager.start()
            return manager
        """
    manager = managed({"app/ws.py": CLASS + dedent(text)})["Manager"]
    assert kinds(manager) == {"memoized"}
    assert manager.scope is Scope.KEYED


@pytest.mark.parametrize("kind", ["classmethod", "staticmethod"])
def test_a_method_of_a_class_may_be_memoized(kind: str) -> None:
    receiver = "cls" if kind == "classmethod" else ""
    text = f"""
        import functools

        class Hub:
            @{kind}
            @functools.lru_cache(maxsize=None)
            def manager({receiver}):
                return Manager()
        """
    manager = managed({"app/ws.py": CLASS + dedent(text)})["Manager"]
    assert factories(manager) == {"app.ws.Hub.manager"}
    assert manager.scope is Scope.PROCESS


def test_the_class_itself_may_be_made_by_its_memoized_classmethod() -> None:
    text = """
        from functools import cache

        class Manager:
            @classmethod
            @cache
            def shared(cls):
                return cls()
        """
    assert factories(managed({"app/ws.py": text})["Manager"]) == {"app.ws.Manager.shared"}


def test_parameters_make_the_scope_keyed() -> None:
    text = "import functools\n@functools.cache\ndef get_manager(user_id):\n    return Manager(user_id)\n"
    assert managed({"app/ws.py": CLASS + text})["Manager"].scope is Scope.KEYED


def test_what_a_creator_function_makes_is_remembered_as_well() -> None:
    text = """
        import functools

        def _build():
            manager = Manager()
            return manager

        @functools.cache
        def get_manager():
            return _build()
        """
    manager = managed({"app/ws.py": CLASS + dedent(text)})["Manager"]
    assert factories(manager) == {"app.ws.get_manager"}
    assert "app.ws._build" in manager.owners


BY_CALL: Final = {
    "a function": "functools.cache(_make)",
    "a function, with a bound": "functools.lru_cache(maxsize=None)(_make)",
    "a class": "functools.lru_cache(Manager)",
    "a lambda": "functools.cache(lambda: Manager())",
    "cachetools": "cachetools.cached({})(_make)",
}


@pytest.mark.parametrize("call", BY_CALL.values(), ids=BY_CALL)
def test_a_name_may_be_bound_to_a_cache(call: str) -> None:
    text = f"import cachetools, functools\n\ndef _make():\n    return Manager()\n\nget_manager = {call}\n"
    user = "from app.ws import get_manager\n\ndef use():\n    return get_manager().start()\n"
    files = {"app/ws.py": CLASS + text, "app/a.py": user, "app/b.py": user}
    manager = managed(files)["Manager"]
    assert kinds(manager) == {"memoized"}
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.scope is Scope.PROCESS
    assert manager.factory_uses == 2
    assert manager.confidence is Confidence.HIGH


def test_a_name_bound_to_a_cache_may_take_a_key() -> None:
    text = "import functools\n\ndef _make(user_id):\n    return Manager()\n\nget = functools.cache(_make)\n"
    assert managed({"app/ws.py": CLASS + text})["Manager"].scope is Scope.KEYED


def test_another_package_s_class_may_be_remembered() -> None:
    text = "import boto3, functools\n\n@functools.cache\ndef client(name):\n    return boto3.client(name)\n"
    user = "from app.aws import client\n\ndef use():\n    return client('s3')\n"
    found = managed({"app/aws.py": text, **{f"app/user{number}.py": user for number in range(3)}})["client"]
    assert found.qualname == "boto3.client"
    assert found.confidence is Confidence.MEDIUM


NOT_MEMOIZED: Final = {
    "a name bound to a call of a cache that isn't known": """
        def cache(function):
            return function

        get_manager = cache(Manager)
        """,
    "a name bound to a cache around something else": """
        manager_name = functools.cache(lambda: Manager().name)
        """,
    "a method remembers for each object": """
        class View:
            @functools.lru_cache
            def manager(self):
                return Manager()
        """,
    "a cached property belongs to its object": """
        class View:
            @functools.cached_property
            def manager(self):
                return Manager()
        """,
    "another decorator of that name": """
        def cache(function):
            return function

        @cache
        def get_manager():
            return Manager()
        """,
    "the cache of a library that isn't known": """
        from somewhere import cache

        @cache
        def get_manager():
            return Manager()
        """,
    "something else is returned": """
        @functools.cache
        def manager_name():
            return Manager().name
        """,
    "an object that was given": """
        @functools.cache
        def prepared(manager: Manager):
            return manager
        """,
    "an annotation alone": """
        @functools.cache
        def get_manager() -> Manager:
            return load("manager")
        """,
    "a function inside a function": """
        def view():
            @functools.cache
            def manager(name):
                return Manager(name)
            return manager("a") is manager("a")
        """,
}


@pytest.mark.parametrize("text", NOT_MEMOIZED.values(), ids=NOT_MEMOIZED)
def test_what_looks_memoized_makes_nothing_managed(text: str) -> None:
    assert managed({"app/ws.py": "import functools\n" + CLASS + dedent(text)}) == {}


@pytest.mark.parametrize(
    ("name", "confidence"),
    [
        ("get_manager", Confidence.HIGH),
        ("get_cached_manager", Confidence.MEDIUM),
        ("managerCache", Confidence.MEDIUM),
        ("intern_manager", Confidence.MEDIUM),
        ("get_default_manager", Confidence.LOW),
        ("get_fake_manager", Confidence.LOW),
    ],
)
def test_the_name_of_the_factory_tells_what_the_memory_is_for(name: str, confidence: Confidence) -> None:
    text = f"import functools\n{CLASS}@functools.cache\ndef {name}(user_id):\n    return Manager(user_id)\n"
    user = f"from app.ws import {name} as get\n\ndef use(user_id):\n    return get(user_id)\n"
    files = {"app/ws.py": text, **{f"app/user{number}.py": user for number in range(3)}}
    assert managed(files)["Manager"].confidence is confidence


def test_one_factory_that_calls_itself_cached_is_enough() -> None:
    text = """
        import functools

        @functools.cache
        def _cached_manager(user_id):
            return Manager(user_id)

        @functools.cache
        def get_manager(user_id):
            return Manager(user_id)
        """
    user = "from app.ws import get_manager\n\ndef use(user_id):\n    return get_manager(user_id)\n"
    files = {"app/ws.py": CLASS + dedent(text), "app/a.py": user, "app/b.py": user}
    assert managed(files)["Manager"].confidence is Confidence.MEDIUM
