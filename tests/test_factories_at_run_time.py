"""The pages' examples about factories, run: two instances for one key before mending, one after."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from rule_pages import all_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    Load = Callable[[str], ModuleType]
    Scenario = Callable[[Load], list[Any]]


class Claim(NamedTuple):
    """An example of a page and its mended twin on it, by their headings, and what is done with both."""

    code: str
    violating: str
    mended: str
    scenario: Scenario
    """Gets the instances that the callers for one key are given."""


@contextmanager
def example(code: str, heading: str, folder: Path) -> Iterator[Load]:
    """Lay out a page's case as packages that can be imported while the context lasts."""
    case = next(case for case in all_cases() if case.code == code and case.id.endswith(f"/{heading}"))
    case.write(folder)
    known = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - known:
            del sys.modules[name]


def number_of_instances(claim: Claim, heading: str, folder: Path) -> int:
    with example(claim.code, heading, folder) as load:
        return len({id(instance) for instance in [*claim.scenario(load)]})


# -- what is done with the examples


def two_requests_of_one_user(load: Load) -> list[Any]:
    """Each request comes with a context of its own."""
    managers = load("chat.managers")
    contexts = [managers.Context("ada"), managers.Context("ada")]
    return [managers.get_manager(context) for context in contexts]


def two_calls_for_one_user(load: Load) -> list[Any]:
    limits = load("chat.limits")
    return [limits.get_rate_limiter("ada"), limits.get_rate_limiter("ada")]


def two_calls_without_a_context(load: Load) -> list[Any]:
    """Whoever is refused has no instance; one user with a context is there to have one."""
    managers = load("chat.managers")
    found = []
    for context in (None, None, managers.Context("ada")):
        with suppress(TypeError):
            found.append(managers.get_manager(context))
    return found[:2]


def two_calls_without_a_key(load: Load) -> list[Any]:
    managers = load("chat.managers")
    return [managers.get_manager(), managers.get_manager()]


CLAIMS = (
    Claim(
        "SST401",
        "a-guarded-class-whose-factory-keeps-nothing",
        "one-for-each-user",
        two_calls_for_one_user,
    ),
    Claim("SST402", "a-context-is-made-up", "the-context-is-required", two_calls_without_a_context),
    Claim(
        "SST402",
        "an-instance-under-no-key",
        "one-instance-for-the-case-without-a-key",
        two_calls_without_a_key,
    ),
    Claim(
        "SST404",
        "the-identity-of-a-context",
        "what-names-the-user-for-good",
        two_requests_of_one_user,
    ),
    Claim(
        "SST404",
        "an-object-without-a-text-of-its-own",
        "what-names-the-user-for-good",
        two_requests_of_one_user,
    ),
)
every_claim = pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.code}-{claim.violating}")


@every_claim
def test_what_a_page_calls_a_violation_gives_two_instances(claim: Claim, tmp_path: Path) -> None:
    assert number_of_instances(claim, claim.violating, tmp_path) == 2


@every_claim
def test_what_a_page_calls_none_gives_one_instance(claim: Claim, tmp_path: Path) -> None:
    assert number_of_instances(claim, claim.mended, tmp_path) == 1
