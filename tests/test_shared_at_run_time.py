"""The examples of the pages really share their state between two users, and don't when they are mended."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
from rule_pages import Case, all_cases

from ssot_lint.model import Confidence
from ssot_lint.session import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Leak(NamedTuple):
    """An example, what shows that the second user sees the first one's state, and how it is mended."""

    case: str
    before: str
    after: str
    second_sees: Callable[[SimpleNamespace], Any]


def _nudged(module: SimpleNamespace) -> Any:
    first, second = module.ChatHandler("ada"), module.ChatHandler("grace")
    second.receive("hello")
    first.receive("hello")
    return second.nudge() != "grace"


def _published(module: SimpleNamespace) -> Any:
    first = module.Feed("ada")
    module.Feed("grace")
    return first.publish("hello") != "ada: hello"


def _dispatched(module: SimpleNamespace) -> Any:
    first, second = module.View(), module.View()
    first.dispatch(SimpleNamespace(user="ada"))
    second.dispatch(SimpleNamespace(user="grace"))
    return first.render() != "Hello ada"


def _learnt(module: SimpleNamespace) -> Any:
    module.Agent("ada").learn("a secret")
    return module.Agent("grace").phrases


def _collected(module: SimpleNamespace) -> Any:
    module.collect(SimpleNamespace(text="a secret", children=()))
    return module.collect(SimpleNamespace(text="hello", children=())) != ["hello"]


def _logged_in(module: SimpleNamespace) -> Any:
    module.Client().login("a secret")
    return "Authorization" in module.Client().headers


def _excited(module: SimpleNamespace) -> Any:
    module.Persona("ada").hear("hello!")
    return module.Persona("grace").traits["mood"] != "cheerful"


def _said(module: SimpleNamespace) -> Any:
    module.Session("ada").say("a secret")
    return module.Session("grace").messages


GUARD: Final = "        if {0} is None:\n            {0} = {1}\n"
LEAKS: Final = (
    Leak(
        "SST201/shared_mutable_attribute/what-one-instance-appends-all-instances-see",
        "        self.user_id = user_id\n",
        "        self.user_id = user_id\n        self.messages = []\n",
        _said,
    ),
    Leak(
        "SST203/instance_state_on_class/the-last-one-wins-for-all",
        "type(self).last_active = self",
        "self.last_active = self",
        _nudged,
    ),
    Leak(
        "SST203/instance_state_on_class/a-bound-method-holds-its-instance",
        "Feed.notify = self.send",
        "self.notify = self.send",
        _published,
    ),
    Leak(
        "SST203/instance_state_on_class/a-user-s-context",
        "View.user = request.user",
        "self.user = request.user",
        _dispatched,
    ),
    Leak(
        "SST204/shared_default_argument/kept-by-the-instance",
        "phrases=[]):  # error: SST204\n",
        "phrases=None):\n" + GUARD.format("phrases", "[]"),
        _learnt,
    ),
    Leak(
        "SST204/shared_default_argument/returned",
        "found=[]):  # error: SST204\n",
        "found=None):\n    found = [] if found is None else found\n",
        _collected,
    ),
    Leak(
        "SST204/shared_default_argument/a-module-s-table-as-the-default",
        "headers=HEADERS):  # error: SST204\n",
        "headers=None):\n" + GUARD.format("headers", "dict(HEADERS)"),
        _logged_in,
    ),
    Leak(
        "SST205/shared_module_object/defaults-that-one-user-changes-for-all",
        "self.traits = DEFAULT_TRAITS",
        "self.traits = dict(DEFAULT_TRAITS)",
        _excited,
    ),
)

each_leak = pytest.mark.parametrize("leak", LEAKS, ids=[leak.case for leak in LEAKS])


def text_of(leak: Leak) -> tuple[Case, str, str]:
    """Return the example's case, and the path and text of its one file."""
    case = next(case for case in all_cases() if case.id == leak.case)
    [(path, text)] = case.files.items()
    assert text.count(leak.before) == 1
    return case, path, text


def loaded(text: str) -> SimpleNamespace:
    """Run a module's text, and return its names."""
    names: dict[str, Any] = {}
    exec(text, names)  # the text stands on our own pages
    return SimpleNamespace(**names)


@each_leak
def test_the_second_user_sees_the_first_ones_state(leak: Leak) -> None:
    _, _, text = text_of(leak)
    assert leak.second_sees(loaded(text))


@each_leak
def test_when_it_is_mended_nothing_is_shared_and_nothing_is_found(leak: Leak, tmp_path: Path) -> None:
    case, path, text = text_of(leak)
    mended = text.replace(leak.before, leak.after)
    assert not leak.second_sees(loaded(mended))
    Case(case.id, case.code, case.section, {path: mended}).write(tmp_path)
    overrides = {"select": (case.code,), "min_confidence": Confidence.LOW}
    assert check(cwd=tmp_path, overrides=overrides).findings == ()
