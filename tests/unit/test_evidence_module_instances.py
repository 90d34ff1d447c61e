"""Instances that a module makes when it is imported, for others to import."""

from __future__ import annotations

import pytest
from linked_projects import kinds, managed

from ssot_lint.model import Confidence

WS = "class Manager: ...\n\nmanager = Manager()\n"


@pytest.mark.parametrize(
    "imported",
    [
        "from app.ws import manager\n",
        "from app.ws import manager as shared\n",
        "from .ws import manager\n",
        "from app import manager\n",
    ],
)
def test_an_instance_that_other_modules_import_is_a_weak_sign(imported: str) -> None:
    found = managed({"app/__init__.py": "from app.ws import *\n", "app/ws.py": WS, "app/views.py": imported})
    assert kinds(found["Manager"]) == {"module-instance"}
    assert found["Manager"].confidence is Confidence.LOW
    assert found["Manager"].slots == ("app.ws.manager",)


def test_uses_don_t_make_it_any_surer() -> None:
    user = "from app.ws import manager\n\ndef use():\n    manager.send()\n"
    files = {"app/ws.py": WS, **{f"app/user{number}.py": user for number in range(5)}}
    assert managed(files)["Manager"].confidence is Confidence.LOW


def test_an_instance_made_by_a_function_counts_for_its_class() -> None:
    text = "class Manager: ...\n\ndef _build():\n    return Manager()\n\nmanager = _build()\n"
    found = managed({"app/ws.py": text, "app/views.py": "from app.ws import manager\n"})
    assert kinds(found["Manager"]) == {"module-instance"}


NOTHING = {
    "nobody imports it": {"app/ws.py": WS},
    "another name of that spelling is imported": {
        "app/ws.py": WS,
        "app/other.py": "manager = 1\n",
        "app/views.py": "from app.other import manager\n",
    },
    "made for scripts alone": {
        "app/ws.py": 'class Manager: ...\n\nif __name__ == "__main__":\n    manager = Manager()\n',
        "app/views.py": "from app.ws import manager\n",
    },
    "made twice": {
        "app/ws.py": WS + "other = Manager()\n",
        "app/views.py": "from app.ws import manager, other\n",
    },
    "bound twice": {
        "app/ws.py": "class Manager: ...\n\nmanager = Manager()\nmanager = wrapped(manager)\n",
        "app/views.py": "from app.ws import manager\n",
    },
    "an exception": {
        "app/ws.py": "class Manager(Exception): ...\n\nmanager = Manager()\n",
        "app/views.py": "from app.ws import manager\n",
    },
}


@pytest.mark.parametrize("files", NOTHING.values(), ids=NOTHING)
def test_an_instance_of_its_own_makes_nothing_managed(files: dict[str, str]) -> None:
    assert managed(files) == {}


def test_an_instance_in_a_test_doesn_t_count_against_the_one_in_the_program() -> None:
    files = {
        "app/ws.py": WS,
        "app/views.py": "from app.ws import manager\n",
        "tests/test_ws.py": "from app.ws import Manager\nmanager = Manager()\n",
    }
    assert kinds(managed(files)["Manager"]) == {"module-instance"}
