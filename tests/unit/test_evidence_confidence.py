"""How sure the management of a class is: what everybody else does with it."""

from __future__ import annotations

from textwrap import dedent
from typing import Final

import pytest
from linked_projects import managed

from ssot_lint.model import Confidence

SLOT: Final = dedent(
    """
    class Manager: ...

    _manager = None

    def get_manager():
        global _manager
        if _manager is None:
            _manager = Manager()
        return _manager
    """
)
GETS: Final = "from app.ws import get_manager\n\ndef use():\n    return get_manager()\n"
MAKES: Final = "from app.ws import Manager\n\ndef use():\n    return Manager()\n"


def uses(*, gets: int = 0, makes: int = 0, folder: str = "app") -> dict[str, str]:
    """Return so many modules that use the factory, and so many that construct."""
    files = {f"{folder}/gets{number}.py": GETS for number in range(gets)}
    return files | {f"{folder}/makes{number}.py": MAKES for number in range(makes)}


@pytest.mark.parametrize(
    ("gets", "makes", "confidence"),
    [
        (0, 0, Confidence.MEDIUM),
        (1, 0, Confidence.MEDIUM),
        (2, 0, Confidence.HIGH),
        (2, 1, Confidence.HIGH),
        (2, 2, Confidence.MEDIUM),
        (3, 2, Confidence.HIGH),
        (2, 5, Confidence.MEDIUM),
    ],
)
def test_a_custom_is_what_most_places_keep_to(gets: int, makes: int, confidence: Confidence) -> None:
    manager = managed({"app/ws.py": SLOT, **uses(gets=gets, makes=makes)})["Manager"]
    assert (manager.factory_uses, manager.direct_constructions) == (gets, makes)
    assert manager.confidence is confidence


REGISTRY: Final = """
    class Manager: ...

    _managers = {}

    def get_manager(user_id=0):
        return _managers.setdefault(user_id, Manager())
    """
MEMOIZED: Final = """
    import functools

    class Manager: ...

    @functools.cache
    def get_manager():
        return Manager()
    """


@pytest.mark.parametrize("text", [REGISTRY, MEMOIZED], ids=["registry", "memoized"])
def test_registries_and_memoized_functions_need_a_custom_as_well(text: str) -> None:
    assert managed({"app/ws.py": text, **uses(gets=1)})["Manager"].confidence is Confidence.MEDIUM
    assert managed({"app/ws.py": text, **uses(gets=2)})["Manager"].confidence is Confidence.HIGH


def test_references_to_the_factory_are_uses_of_it() -> None:
    user = "import web\nfrom app.ws import get_manager\n\ndef view(m=web.Depends(get_manager)): ...\n"
    manager = managed({"app/ws.py": SLOT, "app/a.py": user, "app/b.py": user})["Manager"]
    assert manager.factory_uses == 2
    assert manager.confidence is Confidence.HIGH


def test_what_is_done_with_the_instance_at_once_is_no_second_use() -> None:
    user = "from app import ws\n\ndef use():\n    ws.get_manager().room().send()\n"
    assert managed({"app/ws.py": SLOT, "app/a.py": user})["Manager"].factory_uses == 1


def test_the_memory_of_the_factory_is_no_use_of_it() -> None:
    user = "from app.ws import get_manager\n\ndef forget():\n    get_manager.cache_clear()\n"
    assert managed({"app/ws.py": MEMOIZED, "app/a.py": user})["Manager"].factory_uses == 0


def test_imports_of_the_instance_are_uses_where_the_module_offers_one() -> None:
    text = "class Manager: ...\n\nmanager = Manager()\n\ndef get_manager():\n    return manager\n"
    user = "from app.ws import manager\n\ndef use():\n    manager.send()\n"
    found = managed({"app/ws.py": text, "app/a.py": user, "app/b.py": user})["Manager"]
    assert found.factory_uses == 2
    assert found.confidence is Confidence.HIGH


def test_an_import_alone_is_no_use_of_a_function() -> None:
    user = "from app.ws import get_manager\n"
    assert managed({"app/ws.py": SLOT, "app/a.py": user})["Manager"].factory_uses == 0


@pytest.mark.parametrize("folder", ["tests", "app/tests"])
def test_tests_count_for_neither_side(folder: str) -> None:
    manager = managed({"app/ws.py": SLOT, **uses(gets=3, makes=4, folder=folder)})["Manager"]
    assert (manager.factory_uses, manager.direct_constructions) == (0, 0)


def test_what_a_module_does_with_its_own_class_counts_for_neither_side() -> None:
    text = SLOT + "\ndef other():\n    return Manager(), get_manager()\n"
    manager = managed({"app/ws.py": text})["Manager"]
    assert (manager.factory_uses, manager.direct_constructions) == (0, 0)


def test_owners_scripts_and_types_count_for_neither_side() -> None:
    files = {
        "app/ws.py": "class Manager: ...\n",
        "app/deps.py": "from app.ws import Manager\n" + SLOT.replace("class Manager: ...", ""),
        "app/a.py": MAKES.replace("return Manager()", "return isinstance(1, Manager)"),
        "app/b.py": 'from app.ws import Manager\nif __name__ == "__main__":\n    Manager()\n',
        "app/c.py": "from app.ws import Manager\n\ndef view(manager: Manager) -> Manager: ...\n",
    }
    manager = managed(files)["Manager"]
    assert (manager.factory_uses, manager.direct_constructions) == (0, 0)


def test_what_a_module_keeps_for_itself_of_a_class_that_others_construct_is_its_own_copy() -> None:
    files = {
        "app/ws.py": "class Manager: ...\n",
        "app/deps.py": "from app.ws import Manager\n"
        + SLOT.replace("class Manager: ...", "").replace("get_manager", "_get_manager"),
    }
    assert managed(files)["Manager"].confidence is Confidence.MEDIUM
    assert managed(files | uses(makes=1))["Manager"].confidence is Confidence.LOW
    users = {
        path: text.replace("app.ws", "app.deps").replace("get_", "_get_")
        for path, text in uses(gets=3).items()
    }
    assert managed(files | users)["Manager"].confidence is Confidence.HIGH
    assert managed(files | users | uses(makes=1))["Manager"].confidence is Confidence.MEDIUM


def test_a_record_that_most_others_make_is_a_value() -> None:
    text = "from dataclasses import dataclass\n\n@dataclass\n" + SLOT.lstrip()
    assert managed({"app/ws.py": text})["Manager"].confidence is Confidence.MEDIUM
    assert managed({"app/ws.py": text, **uses(makes=1)})["Manager"].confidence is Confidence.LOW


@pytest.mark.parametrize(
    ("name", "confidence"), [("get_engine", Confidence.MEDIUM), ("_engine", Confidence.LOW)]
)
def test_what_a_module_keeps_for_itself_of_another_package_is_nobody_else_s_affair(
    name: str, confidence: Confidence
) -> None:
    text = f"""
        import functools, sqlalchemy

        @functools.cache
        def {name}():
            return sqlalchemy.create_engine("x")
        """
    assert managed({"app/db.py": dedent(text)})["create_engine"].confidence is confidence


@pytest.mark.parametrize(
    ("name", "users", "confidence"),
    [
        ("color_manager", 1, Confidence.HIGH),
        ("color_manager", 3, Confidence.MEDIUM),
        ("get_color_manager", 3, Confidence.HIGH),
        ("_color_manager", 3, Confidence.HIGH),
    ],
)
def test_another_way_to_a_new_instance_weighs_against_the_factory(
    name: str, users: int, confidence: Confidence
) -> None:
    text = SLOT + f"\ndef {name}():\n    return Manager()\n"
    user = f"from app import ws\n\ndef use():\n    return ws.{name}()\n"
    others = {f"app/other{number}.py": user for number in range(users)}
    manager = managed({"app/ws.py": text, **uses(gets=3), **others})["Manager"]
    assert (manager.factory_uses, manager.direct_constructions) == (3, 0)
    assert manager.confidence is confidence


@pytest.mark.parametrize(
    ("parameters", "confidence"),
    [
        ("manager: Base", Confidence.MEDIUM),
        ("manager: Base | None", Confidence.MEDIUM),
        ("manager: Manager", Confidence.HIGH),
        ("manager", Confidence.HIGH),
    ],
)
def test_where_others_may_bring_another_class_it_is_only_the_default(
    parameters: str, confidence: Confidence
) -> None:
    text = "class Base: ...\n" + SLOT.replace("class Manager", "class Manager(Base)")
    setter = f"\ndef set_manager({parameters}):\n    global _manager\n    _manager = manager\n"
    files = {"app/ws.py": text + setter, **uses(gets=3)}
    assert managed(files)["Manager"].confidence is confidence


def test_where_others_do_bring_one_of_their_own_it_is_only_the_default() -> None:
    setter = "\ndef set_manager(manager: Manager):\n    global _manager\n    _manager = manager\n"
    user = "from app import ws\n\ndef use():\n    ws.set_manager(ws.Manager())\n"
    files = {"app/ws.py": SLOT + setter, **uses(gets=3)}
    assert managed(files)["Manager"].confidence is Confidence.HIGH
    assert managed({**files, "tests/test_ws.py": user})["Manager"].confidence is Confidence.HIGH
    assert managed({**files, "app/boot.py": user})["Manager"].confidence is Confidence.MEDIUM


def test_what_is_kept_where_nothing_else_was_given_is_only_the_default() -> None:
    text = """
        class Manager: ...

        def create_app(app, given):
            manager = given.manager
            if manager is None:
                manager = Manager()
            app.state.manager = manager

        def get_manager(request):
            return request.app.state.manager
        """
    files = uses(gets=3)
    assert managed({"app/ws.py": dedent(text), **files})["Manager"].confidence is Confidence.MEDIUM
    text = text.replace("given.manager", "None")
    assert managed({"app/ws.py": dedent(text), **files})["Manager"].confidence is Confidence.HIGH


def test_a_function_that_makes_it_for_others_too_speaks_against_it() -> None:
    files = {
        "app/ws.py": "class Manager: ...\n",
        "app/load.py": "from app.ws import Manager\n\ndef load_manager():\n    return Manager()\n",
        "app/deps.py": "from app.load import load_manager\n"
        + SLOT.replace("class Manager: ...", "").replace("= Manager()", "= load_manager()"),
        **{path: text.replace("app.ws", "app.deps") for path, text in uses(gets=3).items()},
    }
    user = "from app.load import load_manager\n\ndef use():\n    return load_manager()\n"
    assert managed(files)["Manager"].confidence is Confidence.HIGH
    assert managed(files | {"app/other.py": user})["Manager"].confidence is Confidence.MEDIUM


def test_what_is_replaced_by_another_class_s_instance_only_stands_in_for_it() -> None:
    text = """
        class Manager: ...
        class RealManager(Manager): ...

        _manager = Manager()

        def start():
            global _manager
            _manager = RealManager()

        def get_manager():
            return _manager
        """
    files = {"app/ws.py": dedent(text), **uses(gets=3)}
    found = managed(files)
    assert found["Manager"].confidence is Confidence.LOW
    assert found["RealManager"].confidence is Confidence.HIGH


@pytest.mark.parametrize("keeping", ["registry", "memoized"])
def test_what_picks_one_of_many_kinds_stands_for_none_of_them(keeping: str) -> None:
    classes = "".join(f"class Manager{number}: ...\n" for number in range(5))
    picks = "".join(f"    if name == {number}:\n        return Manager{number}()\n" for number in range(5))
    text = f"import functools\n{classes}\n@functools.cache\ndef get_manager(name):\n{picks}"
    if keeping == "registry":
        picks = picks.replace("return ", "manager = ")
        text = (
            f"{classes}\n_managers = {{}}\n\ndef get_manager(name):\n    if name in _managers:\n"
            f"        return _managers[name]\n{picks}    _managers[name] = manager\n    return manager\n"
        )
    user = "from app.ws import get_manager\n\ndef use():\n    return get_manager(1)\n"
    found = managed({"app/ws.py": text, **{f"app/user{number}.py": user for number in range(3)}})
    assert {one.confidence for one in found.values()} <= {Confidence.LOW}


@pytest.mark.parametrize("verb", ["create", "new", "make"])
def test_a_public_creator_beside_the_getter_is_an_owner_and_speaks_against_it(verb: str) -> None:
    text = SLOT + f"\ndef {verb}_manager():\n    return Manager()\n"
    user = f"from app import ws\n\ndef use():\n    return ws.{verb}_manager()\n"
    unused = managed({"app/ws.py": text, **uses(gets=3)})["Manager"]
    assert f"app.ws.{verb}_manager" in unused.owners
    assert unused.confidence is Confidence.HIGH
    assert (
        managed({"app/ws.py": text, "app/user.py": user, **uses(gets=3)})["Manager"].confidence
        is Confidence.MEDIUM
    )


@pytest.mark.parametrize("folder", ["tests", "examples", "scripts", "docs", "benchmarks", "_vendor"])
def test_evidence_in_tests_and_examples_alone_is_weak(folder: str) -> None:
    files = {
        "app/ws.py": "class Manager: ...\n",
        f"{folder}/deps.py": "from app.ws import Manager\n" + SLOT.replace("class Manager: ...", ""),
    }
    user = f"from {folder}.deps import get_manager\n\ndef use():\n    return get_manager()\n"
    files |= {f"app/user{number}.py": user for number in range(3)}
    assert managed(files)["Manager"].confidence is Confidence.LOW


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("get_manager", "get_default_manager"),
        ("_manager", "_default_manager"),
        ("_manager", "DEFAULT_MANAGER"),
        ("Manager", "DefaultManager"),
        ("_manager", "_mock_manager"),
        ("_manager", "_fallback"),
        ("_manager", "_dummyManager"),
        ("Manager", "FakeManager"),
    ],
)
def test_convenience_defaults_and_stand_ins_are_weak(old: str, new: str) -> None:
    text = "\n".join(
        line.replace(old, new) if old != "_manager" or "def" not in line else line
        for line in SLOT.split("\n")
    )
    user = GETS.replace("get_manager", "get_default_manager") if old == "get_manager" else GETS
    files = {"app/ws.py": text, **{f"app/user{number}.py": user for number in range(3)}}
    (manager,) = managed(files).values()
    assert manager.confidence is Confidence.LOW


def test_the_surest_come_first_and_deviance_decides_between_equals() -> None:
    files = {}
    for name, gets, makes in (("one", 9, 0), ("two", 9, 1), ("three", 1, 0), ("four", 3, 2)):
        files[f"{name}/ws.py"] = SLOT.replace("Manager", name.title())
        for path, text in uses(gets=gets, makes=makes, folder=name).items():
            files[path] = text.replace("app.ws", f"{name}.ws").replace("Manager", name.title())
    assert list(managed(files)) == ["One", "Two", "Four", "Three"]
