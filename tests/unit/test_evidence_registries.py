"""Registries: mappings in which get-or-create keeps an instance for each key."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import Final

import pytest
from linked_projects import factories, kinds, managed

from ssot_lint.model import Confidence, Scope

CLASS: Final = """
class Manager:
    def __init__(self, user_id=None): ...

"""

MODULE_REGISTRY: Final = {
    "not in": """
        def get_manager(user_id):
            if user_id not in _managers:
                _managers[user_id] = Manager(user_id)
            return _managers[user_id]
        """,
    "not in keys()": """
        def get_manager(user_id):
            if not user_id in _managers.keys():
                _managers[user_id] = Manager(user_id)
            return _managers[user_id]
        """,
    "in, early return": """
        def get_manager(user_id):
            if user_id in _managers:
                return _managers[user_id]
            manager = Manager(user_id)
            _managers[user_id] = manager
            return manager
        """,
    "get and None": """
        def get_manager(user_id):
            manager = _managers.get(user_id)
            if manager is None:
                manager = Manager(user_id)
                _managers[user_id] = manager
            return manager
        """,
    "get and truth": """
        def get_manager(user_id):
            manager = _managers.get(user_id, None)
            if not manager:
                manager = _managers[user_id] = Manager(user_id)
            return manager
        """,
    "get, early return": """
        def get_manager(user_id):
            manager = _managers.get(user_id)
            if manager:
                return manager
            _managers[user_id] = Manager(user_id)
            return _managers[user_id]
        """,
    "walrus": """
        def get_manager(user_id):
            if (manager := _managers.get(user_id)) is None:
                _managers[user_id] = manager = Manager(user_id)
            return manager
        """,
    "KeyError": """
        def get_manager(user_id):
            try:
                return _managers[user_id]
            except KeyError:
                _managers[user_id] = manager = Manager(user_id)
                return manager
        """,
    "KeyError passed over": """
        def get_manager(user_id):
            try:
                return _managers[user_id]
            except KeyError:
                pass
            _managers[user_id] = Manager(user_id)
            return _managers[user_id]
        """,
    "KeyError suppressed": """
        import contextlib

        def get_manager(user_id):
            with contextlib.suppress(KeyError):
                return _managers[user_id]
            _managers[user_id] = Manager(user_id)
            return _managers[user_id]
        """,
    "KeyError with a local variable": """
        def get_manager(user_id):
            try:
                manager = _managers[user_id]
            except (KeyError, ReferenceError):
                manager = Manager(user_id)
                _managers[user_id] = manager
            return manager
        """,
    "setdefault": """
        def get_manager(user_id):
            return _managers.setdefault(user_id, Manager(user_id))
        """,
    "setdefault after a look": """
        def get_manager(user_id):
            manager = _managers.get(user_id)
            if manager is None:
                manager = _managers.setdefault(user_id, Manager(user_id))
            return manager
        """,
    "key computed from a parameter": """
        def get_manager(request):
            key = str(request.user.id)
            if key not in _managers:
                _managers[key] = Manager(key)
            return _managers[key]
        """,
    "key of two parameters": """
        def get_manager(tenant, user_id):
            if (tenant, user_id) not in _managers:
                _managers[tenant, user_id] = Manager(user_id)
            return _managers[tenant, user_id]
        """,
    "double-checked locking": """
        import threading

        _lock = threading.Lock()

        def get_manager(user_id):
            if user_id in _managers:
                return _managers[user_id]
            with _lock:
                if user_id not in _managers:
                    _managers[user_id] = Manager(user_id)
                return _managers[user_id]
        """,
    "async, with an awaited creator": """
        async def _build(user_id):
            return Manager(user_id)

        async def get_manager(user_id):
            if user_id not in _managers:
                _managers[user_id] = await _build(user_id)
            return _managers[user_id]
        """,
    "item of an item": """
        def get_manager(tenant, user_id):
            managers = _managers.setdefault(tenant, {})
            if user_id not in managers:
                managers[user_id] = Manager(user_id)
            return managers[user_id]
        """,
}
MAPPINGS: Final = {
    "dict": "_managers = {}",
    "annotated": "_managers: dict[str, Manager] = {}",
    "dict()": "_managers = dict()",
    "WeakValueDictionary": "from weakref import WeakValueDictionary\n_managers = WeakValueDictionary()",
    "OrderedDict": "import collections\n_managers = collections.OrderedDict()",
}


def source(text: str, mapping: str = "_managers = {}") -> dict[str, str]:
    """Return a project of one module, which defines the class and the mapping first."""
    return {"app/ws.py": f"{CLASS}{mapping}\n{dedent(text)}"}


@pytest.mark.parametrize("text", MODULE_REGISTRY.values(), ids=MODULE_REGISTRY)
def test_a_module_variable_that_is_filled_once_per_key_is_a_registry(text: str) -> None:
    manager = managed(source(text))["Manager"]
    assert kinds(manager) == {"registry"}
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.registries == ("app.ws._managers",)
    assert manager.scope is Scope.KEYED


@pytest.mark.parametrize("mapping", MAPPINGS.values(), ids=MAPPINGS)
def test_any_mapping_may_be_a_registry(mapping: str) -> None:
    manager = managed(source(MODULE_REGISTRY["get and None"], mapping))["Manager"]
    assert manager.registries == ("app.ws._managers",)


@pytest.mark.parametrize("name", ["setdefault", "not in", "KeyError", "walrus"])
def test_the_attribute_of_a_factory_object_may_be_a_registry(name: str) -> None:
    body = (
        dedent(MODULE_REGISTRY[name])
        .replace("_managers", "self._managers")
        .replace("(user_id):", "(self, user_id):")
    )
    text = "class ManagerFactory:\n    def __init__(self):\n        self._managers = {}\n" + indent(
        body, "    "
    )
    manager = managed(source(text))["Manager"]
    assert kinds(manager) == {"registry"}
    assert factories(manager) == {"app.ws.ManagerFactory.get_manager"}
    assert manager.registries == ("app.ws.ManagerFactory._managers",)
    assert "app.ws.ManagerFactory" in manager.owners


def test_an_object_that_its_module_makes_may_keep_a_registry() -> None:
    body = dedent(MODULE_REGISTRY["get and None"]).replace("_managers", "self._managers")
    body = body.replace("(user_id):", "(self, user_id):")
    text = "class Hub:\n    def __init__(self):\n        self._managers = {}\n" + indent(body, "    ")
    user = "from app.ws import hub\n\ndef use(user_id):\n    return hub.get_manager(user_id)\n"
    users = {f"app/user{number}.py": user for number in range(3)}
    assert managed(source(text) | users) == {}
    found = managed(source(text + "\nhub = Hub()\n") | users)["Manager"]
    assert kinds(found) == {"registry"}
    assert factories(found) == {"app.ws.Hub.get_manager"}
    assert found.factory_uses == 3
    assert found.confidence is Confidence.MEDIUM


@pytest.mark.parametrize("owner", ["cls", "Hub"])
@pytest.mark.parametrize("name", ["setdefault", "not in", "KeyError", "walrus"])
def test_a_class_attribute_may_be_a_registry(name: str, owner: str) -> None:
    body = dedent(MODULE_REGISTRY[name]).replace("_managers", f"{owner}._managers")
    body = "@classmethod" + body.replace("(user_id):", "(cls, user_id):", 1)
    text = "class Hub:\n    _managers = {}\n" + indent(body, "    ")
    manager = managed(source(text))["Manager"]
    assert kinds(manager) == {"registry"}
    assert factories(manager) == {"app.ws.Hub.get_manager"}
    assert manager.registries == ("app.ws.Hub._managers",)


@pytest.mark.parametrize("call", ["cls(user_id)", "Manager(user_id)", "cls.__new__(cls)"])
def test_a_class_may_keep_its_own_instances(call: str) -> None:
    text = f"""
        class Manager:
            _managers = {{}}

            @classmethod
            def for_user(cls, user_id):
                if user_id not in cls._managers:
                    cls._managers[user_id] = {call}
                return cls._managers[user_id]
        """
    manager = managed({"app/ws.py": text})["Manager"]
    assert kinds(manager) == {"registry"}
    assert factories(manager) == {"app.ws.Manager.for_user"}


DEFAULT_FACTORIES: Final = {
    "the class": "defaultdict(Manager)",
    "a lambda": "defaultdict(lambda: Manager(None))",
    "a function": "defaultdict(_build)",
}


@pytest.mark.parametrize("call", DEFAULT_FACTORIES.values(), ids=DEFAULT_FACTORIES)
def test_a_defaultdict_fills_itself(call: str) -> None:
    text = f"""
        from collections import defaultdict

        def _build():
            return Manager()

        _managers = {call}

        def get_manager(user_id):
            return _managers[user_id]
        """
    manager = managed(source(text))["Manager"]
    assert kinds(manager) == {"registry"}
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.registries == ("app.ws._managers",)
    assert manager.scope is Scope.KEYED


def test_a_defaultdict_may_be_an_attribute() -> None:
    text = """
        import collections as c

        class Hub:
            _managers: dict = c.defaultdict(Manager)

            @classmethod
            def of(cls, user_id):
                return cls._managers[user_id]

        class ServiceFactory:
            def __init__(self):
                self._services = c.defaultdict(Service)

            def service(self, name):
                service = self._services[name]
                return service

        class Service: ...
        """
    found = managed(source(text))
    assert found["Manager"].registries == ("app.ws.Hub._managers",)
    assert found["Service"].registries == ("app.ws.ServiceFactory._services",)


NO_REGISTRY: Final = {
    "a fresh id": """
        import uuid

        def open_manager():
            key = uuid.uuid4()
            if key not in _managers:
                _managers[key] = Manager()
            return _managers[key]
        """,
    "a constant key": """
        def get_manager(user_id):
            if "main" not in _managers:
                _managers["main"] = Manager(user_id)
            return _managers["main"]
        """,
    "a table of live objects": """
        def open_manager(user_id):
            manager = Manager(user_id)
            _managers[user_id] = manager
            return manager
        """,
    "an object that is given": """
        def register(user_id, manager: Manager):
            if user_id not in _managers:
                _managers[user_id] = manager
            return _managers[user_id]
        """,
    "nothing is handed out": """
        def remember(user_id):
            if user_id not in _managers:
                _managers[user_id] = Manager(user_id)
        """,
    "checked under another key": """
        def get_manager(user_id, name):
            if name not in _managers:
                _managers[user_id] = Manager(user_id)
            return _managers[user_id]
        """,
    "handed out under another key": """
        def get_manager(user_id, name):
            if user_id not in _managers:
                _managers[user_id] = Manager(user_id)
            return _managers[name]
        """,
    "a mapping local to the function": """
        def get_managers(users):
            managers = {}
            for user in users:
                if user not in managers:
                    managers[user] = Manager(user)
            return managers
        """,
    "a mapping that is handed in": """
        def get_manager(managers, user_id):
            if user_id not in managers:
                managers[user_id] = Manager(user_id)
            return managers[user_id]
        """,
    "a table of its own in every object": """
        class Room:
            def __init__(self):
                self.managers = {}

            def manager(self, user_id):
                if user_id not in self.managers:
                    self.managers[user_id] = Manager(user_id)
                return self.managers[user_id]
        """,
    "the object itself": """
        class Member:
            _members = {}

            def join(self, name):
                if name not in type(self)._members:
                    type(self)._members[name] = self
                return type(self)._members[name]
        """,
    "a pool": """
        class ManagerPool:
            _pool = {}

            @classmethod
            def acquire(cls, slot):
                if slot not in cls._pool:
                    cls._pool[slot] = Manager()
                return cls._pool[slot]
        """,
    "a tree of nodes": """
        class NodeFactory:
            def __init__(self):
                self.children = {}

            def child(self, name):
                if name not in self.children:
                    self.children[name] = NodeFactory()
                return self.children[name]
        """,
    "an attribute of some object": """
        class State: ...

        state = State()
        state.managers = {}

        def get_manager(user_id):
            if user_id not in state.managers:
                state.managers[user_id] = Manager(user_id)
            return state.managers[user_id]
        """,
    "a mapping of another package": """
        from elsewhere import table

        def get_manager(user_id):
            if user_id not in table:
                table[user_id] = Manager(user_id)
            return table[user_id]
        """,
    "a defaultdict that nothing hands out of": """
        from collections import defaultdict

        _by_user = defaultdict(Manager)

        def count(user_id):
            _by_user[user_id].calls += 1
            return len(_by_user)
        """,
    "a defaultdict with a constant key": """
        from collections import defaultdict

        _by_user = defaultdict(Manager)

        def main_manager():
            return _by_user["main"]
        """,
    "a defaultdict of lists": """
        from collections import defaultdict

        _by_user = defaultdict(list)

        def messages(user_id):
            return _by_user[user_id]
        """,
}


@pytest.mark.parametrize("text", NO_REGISTRY.values(), ids=NO_REGISTRY)
def test_what_looks_like_a_registry_makes_nothing_managed(text: str) -> None:
    assert managed(source(text)) == {}


RECORDS: Final = {
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass Manager:\n    user_id: str",
    "frozen dataclass": "import dataclasses as d\n@d.dataclass(frozen=True)\nclass Manager:\n    id: str",
    "attrs": "import attr\n@attr.s(auto_attribs=True)\nclass Manager:\n    user_id: str",
    "define": "from attrs import define\n@define\nclass Manager:\n    user_id: str",
    "NamedTuple": "from typing import NamedTuple\nclass Manager(NamedTuple):\n    user_id: str",
    "namedtuple": "from collections import namedtuple\nclass Manager(namedtuple('Manager', 'user_id')): ...",
    "pydantic": "import pydantic\nclass Manager(pydantic.BaseModel):\n    user_id: str",
    "model of a project's own": "import pydantic as p\nclass B(p.BaseModel): ...\nclass Manager(B): ...",
    "msgspec": "import msgspec\nclass Manager(msgspec.Struct):\n    user_id: str",
    "dict": "class Manager(dict): ...",
    "value object": "class Manager:\n    def __eq__(self, other):\n        return True",
    "exception": "class Manager(Exception): ...",
}


@pytest.mark.parametrize("class_", RECORDS.values(), ids=RECORDS)
@pytest.mark.parametrize(
    "factory",
    [
        "_managers = {}\n" + dedent(MODULE_REGISTRY["not in"]),
        "import functools\n@functools.cache\ndef get_manager(user_id):\n    return Manager(user_id)\n",
    ],
    ids=["registry", "memoized"],
)
def test_records_and_values_are_kept_without_being_managed(class_: str, factory: str) -> None:
    assert managed({"app/ws.py": f"{class_}\n\n{factory}"}) == {}


@pytest.mark.parametrize("mapping", ["_cache", "_managers_cache", "_CACHED", "_memo", "_interned", "_lru"])
def test_a_mapping_that_calls_itself_a_cache_gives_medium_at_most(mapping: str) -> None:
    files = used_often(MODULE_REGISTRY["not in"].replace("_managers", mapping), mapping)
    assert managed(files)["Manager"].confidence is Confidence.MEDIUM


def test_a_factory_that_calls_itself_cached_gives_medium_at_most() -> None:
    files = used_often(MODULE_REGISTRY["not in"])
    assert managed(files)["Manager"].confidence is Confidence.HIGH
    renamed = {path: text.replace("get_manager", "cached_manager") for path, text in files.items()}
    assert managed(renamed)["Manager"].confidence is Confidence.MEDIUM


def test_a_mapping_of_stand_ins_is_weak() -> None:
    files = used_often(MODULE_REGISTRY["not in"].replace("_managers", "_fake_managers"), "_fake_managers")
    assert managed(files)["Manager"].confidence is Confidence.LOW


def test_an_attribute_of_the_factory_itself_may_be_a_registry() -> None:
    text = (
        MODULE_REGISTRY["not in"].replace("_managers", "get_manager.kept")
        + "\n        get_manager.kept = {}\n"
    )
    assert managed(source(text))["Manager"].registries == ("app.ws.get_manager.kept",)


def test_a_mapping_of_pools_is_a_registry() -> None:
    text = """
        class ConnectionPool: ...

        _pools = {}

        def get_pool(url):
            if url not in _pools:
                _pools[url] = ConnectionPool(url)
            return _pools[url]
        """
    assert kinds(managed({"app/pools.py": text})["ConnectionPool"]) == {"registry"}


def used_often(text: str, mapping: str = "_managers") -> dict[str, str]:
    """Return a project whose factory has three users."""
    user = "from app import ws\n\ndef use(user_id):\n    return ws.get_manager(user_id)\n"
    return {**source(text, f"{mapping} = {{}}"), **{f"app/user{number}.py": user for number in range(3)}}
