"""What the pages of SST202, SST206 and SST207 claim is seen to happen when such code runs."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from typing import Final


class Supervisor:
    """Serves the process, and stores its caller's user in itself."""

    def __init__(self) -> None:
        self.current_user = ""

    async def handle(self, user: str) -> str:
        self.current_user = user
        await asyncio.sleep(0)
        return self.current_user


class CarefulSupervisor:
    """Does the same with a context variable."""

    _USER: Final[ContextVar[str]] = ContextVar("user")

    async def handle(self, user: str) -> str:
        self._USER.set(user)
        await asyncio.sleep(0)
        return self._USER.get()


class LockingSupervisor(Supervisor):
    """Lets one in at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = asyncio.Lock()

    async def handle(self, user: str) -> str:
        async with self._lock:
            return await super().handle(user)


class Manager:
    """Belongs to one user."""

    labels: dict[str, str] = {}  # noqa: RUF012  # this is what it is about

    def __init__(self, user: str) -> None:
        self.user = user


class Managers:
    """Keeps a manager for each user."""

    def __init__(self) -> None:
        self._by_user: dict[str, Manager] = {}

    def get(self, user: str) -> Manager:
        return self._by_user.setdefault(user, Manager(user))


class Dispatcher:
    """Serves the process, and keeps the manager that it got first."""

    def __init__(self, managers: Managers) -> None:
        self._managers = managers
        self._manager: Manager | None = None

    def dispatch(self, user: str) -> str:
        if self._manager is None:
            self._manager = self._managers.get(user)
        return self._manager.user


async def both(supervisor: Supervisor | CarefulSupervisor) -> list[str]:
    """Return whom each of two users' requests was handled for."""
    return list(await asyncio.gather(supervisor.handle("ada"), supervisor.handle("grace")))


def test_after_an_await_the_first_user_is_taken_for_the_second() -> None:
    assert asyncio.run(both(Supervisor())) == ["grace", "grace"]


def test_a_context_variable_keeps_users_apart() -> None:
    assert asyncio.run(both(CarefulSupervisor())) == ["ada", "grace"]


def test_a_lock_keeps_users_apart() -> None:
    async def locked() -> list[str]:
        return await both(LockingSupervisor())

    assert asyncio.run(locked()) == ["ada", "grace"]


def test_a_threads_own_storage_keeps_users_apart() -> None:
    local = threading.local()
    seen: dict[str, str] = {}
    barrier = threading.Barrier(2)

    def handle(user: str) -> None:
        local.user = user
        barrier.wait(timeout=10)
        seen[user] = local.user

    threads = [threading.Thread(target=handle, args=(user,)) for user in ("ada", "grace")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"ada": "ada", "grace": "grace"}


def test_the_first_users_manager_serves_everyone() -> None:
    managers = Managers()
    dispatcher = Dispatcher(managers)
    assert [dispatcher.dispatch(user) for user in ("ada", "grace")] == ["ada", "ada"]
    assert managers.get("grace").user == "grace"


def test_what_is_written_for_one_user_is_read_by_another() -> None:
    managers = Managers()
    managers.get("ada").labels["joined"] = "is here"
    try:
        assert managers.get("grace").labels == {"joined": "is here"}
    finally:
        Manager.labels.clear()
