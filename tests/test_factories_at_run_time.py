"""The pages' examples about factories, run: two instances for one key before mending, one after."""

from __future__ import annotations

import asyncio
import importlib
import sys
import threading
from contextlib import contextmanager, suppress
from types import SimpleNamespace
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


def two_awaited_calls_without_a_context(load: Load) -> list[Any]:
    """Where there is a current context, it is that of one user."""
    managers = load("chat.managers")
    current = vars(managers).get("_CURRENT")
    if current is not None:
        current.set(SimpleNamespace(user_id="ada"))
    return [finished(managers.get_manager(None)) for _ in range(2)]


def two_contexts_without_an_id(load: Load) -> list[Any]:
    managers = load("chat.managers")
    contexts = [SimpleNamespace(user_id=""), SimpleNamespace(user_id="")]
    return [managers.get_manager(context) for context in contexts]


def two_openings(load: Load) -> list[Any]:
    database = load("app.db")
    return [finished(database.open_database()) for _ in range(2)]


def both_classmethods(load: Load) -> list[Any]:
    hub = load("app.hub").Hub
    return [hub.instance(), hub.get_default_hub()]


def finished(result: Any) -> Any:
    """Return what a factory gives, awaited where that is needed."""
    return asyncio.run(result) if asyncio.iscoroutine(result) else result


def two_calls_without_a_key(load: Load) -> list[Any]:
    managers = load("chat.managers")
    return [managers.get_manager(), managers.get_manager()]


class Meeting:
    """A barrier for two that gives up where only one can come."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)

    def wait(self) -> None:
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(timeout=0.5)


class MeetingBefore:
    """A lock before which two threads meet; whoever comes later finds nobody to wait for."""

    def __init__(self, lock: Any) -> None:
        self._meeting = Meeting()
        self._lock = lock

    def __enter__(self) -> None:
        self._meeting.wait()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def constructed(cls: type[Any], *, meeting: Meeting | None = None) -> list[Any]:
    """Return a list to which each instance of the class is added when it is constructed."""
    found: list[Any] = []
    construct = cls.__init__

    def __init__(self: Any, *arguments: Any) -> None:  # noqa: N807
        found.append(self)
        if meeting is not None:
            meeting.wait()
        construct(self, *arguments)

    cls.__init__ = __init__
    return found


def in_two_threads(call: Callable[[], object]) -> None:
    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def two_tasks_for_one_user(load: Load) -> list[Any]:
    """Both tasks look before the first of them goes on after its await."""
    presence = load("chat.presence")

    async def both() -> list[Any]:
        return list(await asyncio.gather(presence.get_tracker("ada"), presence.get_tracker("ada")))

    return asyncio.run(both())


def two_threads_before_the_lock(load: Load) -> list[Any]:
    """Both threads have looked when the first takes the lock."""
    hub = load("chat.hub")
    vars(hub)["_lock"] = MeetingBefore(vars(hub)["_lock"])
    found = constructed(hub.Hub)
    in_two_threads(hub.get_hub)
    return found


def two_threads_in_the_constructor(load: Load) -> list[Any]:
    hub = load("chat.hub")
    found = constructed(hub.Hub, meeting=Meeting())
    in_two_threads(hub.Hub.instance if hasattr(hub.Hub, "instance") else hub.get_hub)
    return found


def two_clients_of_one_user(load: Load) -> list[Any]:
    hub = load("chat.hub")
    found = constructed(hub.Hub, meeting=Meeting())
    in_two_threads(lambda: hub.Client().hub("ada"))
    return found


def more_models_than_the_bound(load: Load) -> list[Any]:
    gateways = load("chat.gateways")
    first = gateways.get_gateway("first")
    others = [gateways.get_gateway(number) for number in range(200)]
    return [first, gateways.get_gateway("first")] if len(others) == 200 else []


def two_objects_with_the_method(load: Load) -> list[Any]:
    gateways = load("chat.gateways")
    return [gateways.Models().gateway("first"), gateways.Models().gateway("first")]


def made_for_two_calls(load: Load) -> list[Any]:
    """What is constructed counts, whether it is handed out or thrown away."""
    logs = load("chat.logs")
    found = constructed(logs.ConversationLog)
    kept = [logs.get_log("ada"), logs.get_log("ada")]
    return found if kept else []


def state_of_two_calls(load: Load) -> list[Any]:
    """The instance is one, but its state is another."""
    metrics = load("chat.metrics")
    return [metrics.MetricsHub().counts, metrics.MetricsHub().counts]


CLAIMS = (
    Claim(
        "SST401",
        "a-guarded-class-whose-factory-keeps-nothing",
        "one-for-each-user",
        two_calls_for_one_user,
    ),
    Claim("SST401", "the-declared-factory", "the-declared-factory-keeps-what-it-makes", two_openings),
    Claim(
        "SST401",
        "a-classmethod-beside-the-one-that-keeps",
        "one-classmethod-returns-what-the-other-keeps",
        both_classmethods,
    ),
    Claim(
        "SST402",
        "a-helper-makes-the-stand-in",
        "the-context-comes-from-where-it-is-kept",
        two_awaited_calls_without_a_context,
    ),
    Claim(
        "SST404",
        "through-a-helper-in-another-module",
        "what-names-the-user-for-good",
        two_contexts_without_an_id,
    ),
    Claim("SST402", "a-context-is-made-up", "the-context-is-required", two_calls_without_a_context),
    Claim(
        "SST402",
        "an-instance-under-no-key",
        "one-instance-for-the-case-without-a-key",
        two_calls_without_a_key,
    ),
    Claim("SST403", "an-await-between-look-and-filling", "under-one-lock", two_tasks_for_one_user),
    Claim(
        "SST403",
        "an-await-between-look-and-filling",
        "the-await-comes-first-or-suspends-nobody",
        two_tasks_for_one_user,
    ),
    Claim(
        "SST403",
        "the-look-is-outside-the-lock",
        "looked-at-again-under-the-lock",
        two_threads_before_the_lock,
    ),
    Claim(
        "SST403",
        "each-object-has-a-lock-of-its-own",
        "the-lock-is-kept-where-the-registry-is",
        two_clients_of_one_user,
    ),
    Claim(
        "SST403",
        "a-lock-that-nobody-takes",
        "looked-at-again-under-the-lock",
        two_threads_in_the_constructor,
    ),
    Claim(
        "SST403",
        "threads-without-a-lock",
        "looked-at-again-under-the-lock",
        two_threads_in_the_constructor,
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
    Claim("SST405", "a-bound", "without-a-bound", more_models_than_the_bound),
    Claim("SST405", "a-bound-that-nobody-wrote", "without-a-bound", more_models_than_the_bound),
    Claim("SST405", "one-for-each-object", "a-method-of-the-class", two_objects_with_the_method),
    Claim("SST406", "a-log-is-made-at-each-call", "made-when-there-is-none", made_for_two_calls),
    Claim("SST406", "what-get-hands-out-is-kept-nowhere", "made-when-there-is-none", made_for_two_calls),
    Claim("SST407", "counters-go-back-to-zero", "set-up-in-__new__", state_of_two_calls),
    Claim("SST407", "counters-go-back-to-zero", "a-guard", state_of_two_calls),
)
every_claim = pytest.mark.parametrize(
    "claim", CLAIMS, ids=lambda claim: f"{claim.code}-{claim.violating}-{claim.mended}"
)


@every_claim
def test_what_a_page_calls_a_violation_gives_two_instances(claim: Claim, tmp_path: Path) -> None:
    assert number_of_instances(claim, claim.violating, tmp_path) == 2


@every_claim
def test_what_a_page_calls_none_gives_one_instance(claim: Claim, tmp_path: Path) -> None:
    assert number_of_instances(claim, claim.mended, tmp_path) == 1


def test_a_coroutine_that_is_kept_can_be_awaited_but_once(tmp_path: Path) -> None:
    async def twice(load: Load) -> list[Any]:
        gateways = load("chat.gateways")
        return [await gateways.get_gateway("first"), await gateways.get_gateway("first")]

    with (
        example("SST405", "a-coroutine-is-kept", tmp_path / "before") as load,
        pytest.raises(RuntimeError, match="already awaited"),
    ):
        asyncio.run(twice(load))
    with example("SST405", "the-task-is-kept", tmp_path / "after") as load:
        first, second = asyncio.run(twice(load))
    assert first is second
