"""Guarded constructors, and validation that only looks like a guard."""

from __future__ import annotations

from typing import Final

import pytest
from linked_projects import factories, kinds, managed

from ssot_lint.model import Confidence

GUARDED: Final = {
    "a private token": """
        _TOKEN = object()

        class Manager:
            def __init__(self, user_id, *, _token=None):
                if _token is not _TOKEN:
                    raise RuntimeError("this constructor is private")
                self.user_id = user_id

        def get_manager(user_id):
            return Manager(user_id, _token=_TOKEN)
        """,
    "a private flag as a parameter": """
        class Manager:
            def __init__(self, user_id, _from_factory=False):
                if not _from_factory:
                    raise TypeError("go and ask the factory")

        def get_manager(user_id):
            return Manager(user_id, _from_factory=True)
        """,
    "a token and a flag, checked after a docstring": """
        class Manager:
            def __init__(self, *, _guard: object = None) -> None:
                \"\"\"Only for the factory.\"\"\"
                if _guard is None or _guard is not Manager._guard:
                    raise PermissionError

            _guard = object()

            @classmethod
            def create(cls):
                return cls(_guard=cls._guard)
        """,
    "an object that nobody else has, under a public parameter": """
        _KEY = object()

        class Manager:
            def __init__(self, key, user_id):
                if key is not _KEY:
                    raise TypeError("not this way")
                self.user_id = user_id

        def get_manager(user_id):
            return Manager(_KEY, user_id)
        """,
    "an object of the class's own, asserted": """
        class Manager:
            __create_key = object()

            @classmethod
            def create(cls, user_id):
                return Manager(cls.__create_key, user_id)

            def __init__(self, create_key, user_id):
                assert create_key == Manager.__create_key, "private"
                self.user_id = user_id
        """,
    "an object of the class's own, over self, denied": """
        import secrets

        class Manager:
            _pass = secrets.token_hex(8)

            @classmethod
            def create(cls, user_id):
                return cls(user_id, ticket=cls._pass)

            def __init__(self, user_id, *, ticket: str = ""):
                if not (type(self)._pass == ticket):
                    raise PermissionError
        """,
    "a token of a private class, over __class__": """
        class _Ticket: ...

        class Manager:
            _ticket = _Ticket()

            @classmethod
            def create(cls):
                return cls(cls._ticket)

            def __init__(self, ticket):
                if self.__class__._ticket is not ticket:
                    raise PermissionError
        """,
    "a slot that is filled": """
        class Manager:
            _instance = None

            @staticmethod
            def instance():
                if Manager._instance is None:
                    Manager()
                return Manager._instance

            def __init__(self):
                if Manager._instance is not None:
                    raise Exception("This class is a singleton!")
                Manager._instance = self
        """,
    "a module variable that is filled": """
        _manager = None

        class Manager:
            def __init__(self):
                if _manager is not None:
                    raise RuntimeError("there is one already")

        def get_manager():
            global _manager
            if _manager is None:
                _manager = Manager()
            return _manager
        """,
    "always, made by __new__": """
        class Manager:
            _instance = None

            def __init__(self):
                raise RuntimeError("not to be called")

            @classmethod
            def instance(cls):
                if cls._instance is None:
                    cls._instance = cls.__new__(cls)
                return cls._instance
        """,
    "always, made by object.__new__": """
        class Manager:
            def __init__(self, *args):
                raise TypeError

        def get_manager():
            manager = object.__new__(Manager)
            manager.ready = True
            return manager
        """,
    "always, and the message names the factory": """
        class Manager:
            def __init__(self):
                raise RuntimeError("Use get_manager() instead")

        class _Impl(Manager):
            def __init__(self):
                self.ready = True

        def get_manager():
            return _Impl()
        """,
    "a flag of the class, with a message that names the factory": """
        class Manager:
            _allowed = False

            def __init__(self):
                if not Manager._allowed:
                    raise RuntimeError(f"{type(self).__name__} comes from `Manager.instance`.")

            @classmethod
            def instance(cls):
                cls._allowed = True
                try:
                    return cls()
                finally:
                    cls._allowed = False
        """,
    "a flag of the module": """
        _building = False

        class Manager:
            def __new__(cls):
                if not _building:
                    raise RuntimeError("call build_manager(), please")
                return super().__new__(cls)

        def build_manager():
            global _building
            _building = True
            manager = Manager()
            _building = False
            return manager
        """,
}


@pytest.mark.parametrize("text", GUARDED.values(), ids=GUARDED)
def test_a_constructor_that_refuses_everybody_but_the_factory_is_a_guard(text: str) -> None:
    manager = managed({"app/ws.py": text})["Manager"]
    assert "guarded" in kinds(manager)
    assert manager.confidence is Confidence.HIGH
    assert factories(manager) & {
        f"app.ws.{n}" for n in ("get_manager", "build_manager", "Manager.create", "Manager.instance")
    }


def test_the_message_may_name_a_factory_of_another_module() -> None:
    files = {
        "app/ws.py": """
            class Manager:
                def __init__(self, _token=None):
                    if _token is None:
                        raise RuntimeError("get it from app.deps.get_manager()")
            """,
        "app/deps.py": """
            from app.ws import Manager

            def get_manager():
                return Manager(_token="deps")
            """,
    }
    manager = managed(files)["Manager"]
    assert kinds(manager) == {"guarded"}
    assert factories(manager) == {"app.deps.get_manager"}


def test_the_words_around_a_factory_s_name_name_nothing() -> None:
    files = {
        "app/ws.py": """
            class Manager:
                def __init__(self, _token=None):
                    if _token is None:
                        raise RuntimeError("use get_manager() please")

            def get_manager():
                return Manager(_token=1)
            """,
        "app/users.py": """
            from app.ws import Manager

            def use():
                return Manager()

            def please():
                return Manager()
            """,
    }
    assert factories(managed(files)["Manager"]) == {"app.ws.get_manager"}


def test_a_plain_word_may_name_what_stands_beside_the_class() -> None:
    text = """
        class Manager:
            def __init__(self, _token=None):
                if _token is None:
                    raise RuntimeError("call shared instead")

            @classmethod
            def shared(cls):
                return cls(_token=1)

            @classmethod
            def other(cls):
                return cls(_token=1)
        """
    assert factories(managed({"app/ws.py": text})["Manager"]) == {"app.ws.Manager.shared"}


GUARDED_ELSEWHERE: Final = """
    class Manager:
        _token = object()

        def __init__(self, *, _token=None):
            if _token is not Manager._token:
                raise RuntimeError("call Manager.create()")

        @classmethod
        def create(cls):
            return cls(_token=cls._token)
    """


@pytest.mark.parametrize(
    ("call", "found"),
    [("Manager(_token=Manager._token)", {"guarded"}), ("Manager.create()", {"guarded", "registry"})],
)
def test_a_get_or_create_that_goes_around_the_guard_is_no_evidence(call: str, found: set[str]) -> None:
    side = f"""
        from app.ws import Manager

        _managers = {{}}

        def get_manager(user_id):
            if user_id not in _managers:
                _managers[user_id] = {call}
            return _managers[user_id]
        """
    manager = managed({"app/ws.py": GUARDED_ELSEWHERE, "app/side.py": side})["Manager"]
    assert kinds(manager) == found
    assert ("app.side.get_manager" in manager.owners) == ("registry" in found)


NOT_GUARDED: Final = {
    "what the constructor itself has loaded is checked": """
        class Catalog:
            def __init__(self, language):
                self._entries = None
                self._load(language)
                if self._entries is None:
                    raise OSError("no translations found")

        def get_catalog(language):
            return Catalog(language)
        """,
    "a parameter is checked": """
        class Manager:
            def __init__(self, url):
                if not url:
                    raise ValueError("get_manager needs a url")

        def get_manager(url):
            return Manager(url)
        """,
    "a range is checked": """
        class Manager:
            def __init__(self, size=10):
                if size < 0 or size > 100:
                    raise ValueError("size")

        def get_manager():
            return Manager(5)
        """,
    "a default that says that nothing is given": """
        _NOTHING = object()

        class Manager:
            def __init__(self, size=_NOTHING):
                if size is not _NOTHING:
                    raise TypeError("size has gone")

        def get_manager():
            return Manager()
        """,
    "a private constant is compared with": """
        _VERSION = int("3")

        class Manager:
            def __init__(self, version):
                if version != _VERSION:
                    raise ValueError("another version")

        def get_manager():
            return Manager(3)
        """,
    "an object that a parameter must not be": """
        _CLOSED = object()

        class Manager:
            def __init__(self, state):
                if state is _CLOSED:
                    raise ValueError("closed")
                assert state is not _CLOSED

        def get_manager():
            return Manager(1)
        """,
    "an object that another class has": """
        class Other:
            _key = object()

        class Manager:
            def __init__(self, key):
                if key is not Other._key:
                    raise ValueError("another one's")

        def get_manager():
            return Manager(Other._key)
        """,
    "a type is checked": """
        class Manager:
            def __init__(self, session, **options):
                if not isinstance(session, dict):
                    raise TypeError("session must be a dict")

        def get_manager():
            return Manager({})
        """,
    "a computed value is checked": """
        class Manager:
            def __init__(self, url):
                scheme = url.partition(":")[0]
                if scheme not in ("ws", "wss"):
                    raise ValueError("scheme")

        def get_manager():
            return Manager("ws:")
        """,
    "an optional dependency is missing": """
        try:
            import redis as _redis
        except ImportError:
            _redis = None

        class Manager:
            def __init__(self):
                if _redis is None:
                    raise ImportError("install redis")

        def get_manager():
            return Manager()
        """,
    "a flag says that a library is there": """
        _HAS_REDIS = False

        class Manager:
            def __init__(self):
                if not _HAS_REDIS:
                    raise RuntimeError("redis is needed")

        def get_manager():
            return Manager()
        """,
    "an abstract class": """
        class Manager:
            def __init__(self):
                raise NotImplementedError

        class Real(Manager):
            def __init__(self): ...

        def get_manager() -> Manager:
            return Real()
        """,
    "nobody hands it out": """
        class Manager:
            def __init__(self, _token=None):
                if _token is None:
                    raise RuntimeError("no")
        """,
    "a namespace that must not be instantiated": """
        class Manager:
            def __init__(self):
                raise TypeError("Manager has static methods only")

            @staticmethod
            def send(): ...
        """,
    "a class inside a function": """
        class Manager: ...

        def make():
            class Inner:
                _made = None

                def __init__(self):
                    if Inner._made is not None:
                        raise RuntimeError("once")

            return Inner()
        """,
    "a message that names another function": """
        class Manager:
            def __init__(self):
                raise RuntimeError("see explain() and show_help()")

        def explain():
            print("it is abstract")

        def show_help():
            return 1
        """,
    "a private parameter that is no token": """
        class Manager:
            def __init__(self, _depth=0):
                if _depth > 10:
                    raise RecursionError("too deep")

        def get_manager():
            return Manager()
        """,
}


@pytest.mark.parametrize("text", NOT_GUARDED.values(), ids=NOT_GUARDED)
def test_a_check_of_what_the_caller_gives_is_no_guard(text: str) -> None:
    assert "Manager" not in managed({"app/ws.py": text})


REGISTERS_ITSELF: Final = """
    class Manager:
        _instance = None

        @staticmethod
        def instance():
            if Manager._instance is None:
                Manager()
            return Manager._instance

        def __init__(self):
            if Manager._instance is not None:
                raise RuntimeError("there is one already")
            Manager._instance = self
    """


def test_a_getter_that_calls_a_self_registering_constructor_is_its_factory() -> None:
    """Calling the class is not the way in then, though the getter only returns what was stored."""
    assert not managed({"app/manager.py": REGISTERS_ITSELF})["Manager"].is_own_factory


def test_a_class_that_registers_itself_and_is_made_by_nobody_else_is_its_own_factory() -> None:
    """Somebody has to make it, and a second one is refused."""
    text = REGISTERS_ITSELF.replace("Manager()", "raise LookupError")
    assert managed({"app/manager.py": text})["Manager"].is_own_factory
