"""Classes that are declared to be managed, by the configuration or by a comment."""

from __future__ import annotations

from typing import Final

import pytest
from linked_projects import factories, kinds, linked, managed

from ssot_lint.model import Confidence, Scope
from ssot_lint.settings import ManagedDeclaration, Settings

WS: Final = """
class Manager:
    @classmethod
    def current(cls):
        return cls()

def get_manager():
    return Manager()
"""


def declaring(class_: str = "app.ws.Manager", *names: str, scope: Scope | None = None) -> Settings:
    """Return settings that declare a class with its factories."""
    return Settings(managed=(ManagedDeclaration(class_=class_, factories=names, scope=scope),))


@pytest.mark.parametrize("name", ["app.ws.Manager", "app.Manager", "app.api.Sender"])
def test_the_configuration_may_name_a_class_by_any_of_its_paths(name: str) -> None:
    files = {
        "app/__init__.py": "from .ws import Manager\n",
        "app/api.py": "from app import Manager as Sender\n",
        "app/ws.py": WS,
    }
    manager = linked(files, declaring(name, "app.ws.get_manager")).managed["app.ws.Manager"]
    assert manager.is_declared
    assert manager.confidence is Confidence.HIGH
    assert factories(manager) == {"app.ws.get_manager"}
    assert manager.scope is Scope.PROCESS


@pytest.mark.parametrize("scope", list(Scope))
def test_the_configuration_may_say_the_scope(scope: Scope) -> None:
    manager = managed({"app/ws.py": WS}, declaring("app.ws.Manager", "app.ws.get_manager", scope=scope))[
        "Manager"
    ]
    assert manager.scope is scope


def test_the_scope_that_the_code_shows_holds_where_nothing_else_is_said() -> None:
    text = """
        class Manager: ...

        _managers = {}

        def get_manager(user_id):
            if user_id not in _managers:
                _managers[user_id] = Manager()
            return _managers[user_id]
        """
    manager = managed({"app/ws.py": text}, declaring())["Manager"]
    assert manager.scope is Scope.KEYED
    assert manager.registries == ("app.ws._managers",)
    assert factories(manager) == {"app.ws.get_manager"}


@pytest.mark.parametrize("class_", ["redis.Redis", "sqlalchemy.create_engine", "boto3.client"])
def test_what_another_package_defines_may_be_declared(class_: str) -> None:
    library, _, name = class_.partition(".")
    text = f"import {library} as library\n\ndef get():\n    return library.{name}()\n"
    found = linked({"app/db.py": text}, declaring(class_, "app.db.get")).managed
    assert found[class_].confidence is Confidence.HIGH
    assert "app.db.get" in found[class_].owners
    assert found[class_].location is None


def test_a_declared_factory_is_the_first_of_those_that_the_code_shows() -> None:
    slot = "_one = None\ndef {0}():\n  global _one\n  if _one is None:\n    _one = Tool()\n  return _one\n"
    files = {
        "app/tools.py": "class Tool: ...\n" + slot.format("get_tool"),
        "app/wiring.py": "from app.tools import Tool\n" + slot.format("tool"),
    }
    (inferred,) = managed(files).values()
    (declared,) = managed(files, declaring("app.tools.Tool", "app.wiring.tool")).values()
    names = [factory.symbol for factory in declared.factories]
    assert names == ["app.wiring.tool", "app.tools.get_tool"]
    assert factories(inferred) == set(names)


def test_a_declaration_may_name_the_canonical_module_and_further_owners() -> None:
    declaration = ManagedDeclaration(
        class_="app.ws.Manager", canonical="app", allow=("app.bootstrap", "scripts/*")
    )
    manager = managed({"app/ws.py": WS}, Settings(managed=(declaration,)))["Manager"]
    assert manager.canonical == "app"
    assert manager.allow == ("app.bootstrap", "scripts/*")


def test_without_inference_only_declarations_count() -> None:
    text = "import functools\n" + WS.replace("def get_manager", "@functools.cache\ndef get_manager")
    assert managed({"app/ws.py": text}, Settings(infer=False)) == {}
    declared = Settings(infer=False, managed=declaring().managed)
    assert kinds(managed({"app/ws.py": text}, declared)["Manager"]) == {"config"}


def test_a_declared_singleton_is_no_factory_of_its_own() -> None:
    text = """
        class Manager:
            _instance = None

            def __new__(cls):
                if cls._instance is None:
                    cls._instance = super().__new__(cls)
                return cls._instance
        """
    assert managed({"app/ws.py": text})["Manager"].is_own_factory
    assert not managed({"app/ws.py": text}, declaring())["Manager"].is_own_factory


MARKERS: Final = {
    "# ssot: managed": (set(), Scope.PROCESS),
    "#ssot:managed": (set(), Scope.PROCESS),
    "# ssot: managed factory=get_manager": ({"app.ws.get_manager"}, Scope.PROCESS),
    "# ssot: managed factory=current scope=keyed": ({"app.ws.Manager.current"}, Scope.KEYED),
    "# ssot: managed scope=context factory=app.deps.manager": ({"app.deps.manager"}, Scope.CONTEXT),
    "# ssot: managed scope=process": (set(), Scope.PROCESS),
}


@pytest.mark.parametrize("comment", MARKERS)
def test_a_comment_on_the_class_line_declares_the_class(comment: str) -> None:
    files = {
        "app/ws.py": WS.replace("class Manager:", f"class Manager:  {comment}"),
        "app/deps.py": "from app.ws import Manager\n\ndef manager():\n    return Manager()\n",
    }
    names, scope = MARKERS[comment]
    manager = managed(files)["Manager"]
    assert kinds(manager) == {"marker"}
    assert manager.confidence is Confidence.HIGH
    assert factories(manager) == names
    assert manager.scope is scope


@pytest.mark.parametrize(
    "text",
    [
        "# ssot: managed\nclass Manager: ...\n",
        "class Manager:\n    # ssot: managed\n    x = 1\n",
        'class Manager:\n    x = "# ssot: managed"\n',
        "class Manager: ...  # ssot: managedly\n",
        "def get_manager(): ...  # ssot: managed\n",
    ],
)
def test_a_comment_elsewhere_declares_nothing(text: str) -> None:
    assert managed({"app/ws.py": text}) == {}


def test_a_comment_declares_without_inference_too() -> None:
    text = WS.replace("class Manager:", "class Manager:  # ssot: managed")
    assert kinds(managed({"app/ws.py": text}, Settings(infer=False))["Manager"]) == {"marker"}
