"""Managed classes to plant, where a package has too few of its own: kept in every spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmarks.seeded_recall.packages import Subject, Way

if TYPE_CHECKING:
    from random import Random

    from benchmarks.seeded_recall.draft import Draft
    from benchmarks.seeded_recall.packages import Module


class Home(NamedTuple):
    """A class with its factory: ``{C}`` is the class, ``{g}`` a stem for the other names."""

    text: str
    way: str
    slot: str = ""
    registry: str = ""
    arguments: str = ""
    constructed: str = ""
    token: str = ""
    is_async: bool = False
    is_own_factory: bool = False
    memoized: bool = False
    is_private: bool = False
    is_keeping: bool = True


_BODY = '''
class {C}:
    """Keeps the connections of the application."""

    def __init__(self, user_id="nobody"):
        self.user_id = user_id
        self.rooms = {{}}

    def connect(self, socket):
        self.rooms[socket] = []

    def disconnect(self, socket):
        self.rooms.pop(socket, None)

    def broadcast(self, message):
        for room in self.rooms.values():
            room.append(message)

    def close(self):
        self.rooms.clear()
'''
_PRIVATE = _BODY.replace("class {C}", "class _{C}")
_TOKEN = """
_TOKEN_{g} = object()


class {C}:
    def __init__(self, user_id, _token=None):
        if _token is not _TOKEN_{g}:
            raise RuntimeError("get it from get_{g}()")
        self.user_id = user_id

    def connect(self, socket):
        return socket

    def disconnect(self, socket):
        return None

    def broadcast(self, message):
        return message


_{g}_by_user = {{}}


def get_{g}(user_id):
    if user_id not in _{g}_by_user:
        _{g}_by_user[user_id] = {C}(user_id, _token=_TOKEN_{g})
    return _{g}_by_user[user_id]
"""


_SLOT = _BODY + "\n\n_{g} = None\n\n\n"
_REGISTRY = _BODY + "\n\n_{g}_by_user = {{}}\n\n\n"

HOMES = {
    "slot": Home(
        _SLOT
        + "def get_{g}():\n    global _{g}\n    if _{g} is None:\n        _{g} = {C}()\n    return _{g}",
        "get_{g}",
        slot="_{g}",
    ),
    "slot-early-return": Home(
        _SLOT + "def get_{g}():\n    global _{g}\n    if _{g} is not None:\n        return _{g}\n"
        "    _{g} = {C}()\n    return _{g}",
        "get_{g}",
        slot="_{g}",
    ),
    "slot-not": Home(
        _SLOT
        + "def get_{g}():\n    global _{g}\n    if not _{g}:\n        found = {C}()\n        _{g} = found\n"
        "    return _{g}",
        "get_{g}",
        slot="_{g}",
    ),
    "slot-locked": Home(
        _SLOT + "import threading\n\n_{g}_lock = threading.Lock()\n\n\n"
        "def get_{g}():\n    global _{g}\n    if _{g} is None:\n        with _{g}_lock:\n"
        "            if _{g} is None:\n                _{g} = {C}()\n    return _{g}",
        "get_{g}",
        slot="_{g}",
    ),
    "slot-async": Home(
        _SLOT + "async def get_{g}():\n    global _{g}\n    if _{g} is None:\n        _{g} = {C}()\n"
        "    return _{g}",
        "get_{g}",
        slot="_{g}",
        is_async=True,
    ),
    "slot-in-class": Home(
        _BODY.replace(
            "    def __init__",
            "    _instance = None\n\n    @classmethod\n    def get(cls):\n        if cls._instance is None:\n"
            "            cls._instance = cls()\n        return cls._instance\n\n    def __init__",
            1,
        ),
        "{C}.get",
        slot="{C}._instance",
    ),
    "registry-not-in": Home(
        _REGISTRY + "def get_{g}(user_id):\n    if user_id not in _{g}_by_user:\n"
        "        _{g}_by_user[user_id] = {C}(user_id)\n    return _{g}_by_user[user_id]",
        "get_{g}",
        registry="_{g}_by_user",
        arguments='"ann"',
    ),
    "registry-get": Home(
        _REGISTRY + "def get_{g}(user_id):\n    found = _{g}_by_user.get(user_id)\n    if found is None:\n"
        "        found = _{g}_by_user[user_id] = {C}(user_id)\n    return found",
        "get_{g}",
        registry="_{g}_by_user",
        arguments='"ann"',
    ),
    "registry-try": Home(
        _REGISTRY + "def get_{g}(user_id):\n    try:\n        return _{g}_by_user[user_id]\n"
        "    except KeyError:\n        made = {C}(user_id)\n        _{g}_by_user[user_id] = made\n"
        "        return made",
        "get_{g}",
        registry="_{g}_by_user",
        arguments='"ann"',
    ),
    "registry-in-class": Home(
        _BODY.replace(
            "    def __init__",
            "    _by_user = {{}}\n\n    @classmethod\n    def of(cls, user_id):\n"
            "        if user_id not in cls._by_user:\n            cls._by_user[user_id] = cls(user_id)\n"
            "        return cls._by_user[user_id]\n\n    def __init__",
            1,
        ),
        "{C}.of",
        registry="{C}._by_user",
        arguments='"ann"',
    ),
    "memoized": Home(
        _BODY + "\n\nimport functools\n\n\n@functools.lru_cache(maxsize=None)\ndef get_{g}(user_id):\n"
        "    return {C}(user_id)",
        "get_{g}",
        arguments='"ann"',
        memoized=True,
    ),
    "eager": Home(
        _BODY + "\n\n_{g} = {C}()\n\n\ndef get_{g}():\n    return _{g}",
        "get_{g}",
        slot="_{g}",
    ),
    "marked": Home(
        _BODY.replace("class {C}:", "class {C}:  # ssot: managed factory=get_{g}")
        + "\n\ndef get_{g}():\n    return {C}()",
        "get_{g}",
        is_keeping=False,
    ),
    "token": Home(
        _TOKEN,
        "get_{g}",
        registry="_{g}_by_user",
        arguments='"ann"',
        constructed='"ann"',
        token="_token",
    ),
    "private": Home(
        _PRIVATE
        + "\n\ndef create_{g}(user_id, rooms=()):\n    made = _{C}(user_id)\n    made.rooms = dict(rooms)\n"
        "    return made",
        "create_{g}",
        arguments='"ann"',
        is_private=True,
        is_keeping=False,
    ),
    "private-kept": Home(
        _PRIVATE + "\n\n_{g} = None\n\n\ndef get_{g}():\n    global _{g}\n    if _{g} is None:\n"
        "        _{g} = _{C}()\n    return _{g}",
        "get_{g}",
        slot="_{g}",
        is_private=True,
    ),
    "new": Home(
        _BODY.replace(
            "    def __init__",
            "    _instance = None\n\n    def __new__(cls, *args):\n        if cls._instance is None:\n"
            "            cls._instance = super().__new__(cls)\n        return cls._instance\n\n"
            "    def __init__",
            1,
        ),
        "",
        is_own_factory=True,
        is_keeping=False,
    ),
}
_STEMS = ("hub", "manager", "store", "client", "session", "engine", "relay", "gateway")
_ENOUGH_USES = 3


def stem_of(number: int, random: Random) -> str:
    """Return a word that the names of a planted class are made from."""
    return f"{random.choice(_STEMS)}{number}"


def subject_of(kind: str, stem: str, module: Module) -> Subject:
    """Return the managed class that a module would have."""
    home = HOMES[kind]
    values = _values(stem)

    def ways(name: str) -> tuple[Way, ...]:
        found = Way(module.name, name.format(**values), home.is_async, home.arguments)
        return (found,) if name else ()

    return Subject(
        module.name,
        f"_{values['C']}" if home.is_private else values["C"],
        ways(home.way),
        ways(home.slot),
        ways(home.registry),
        frozenset({module.name}),
        home.is_own_factory,
        home.memoized,
        home.token,
        home.constructed,
        is_planted=True,
        owner_path=module.path,
    )


def plant_home(
    kind: str, stem: str, subject: Subject, draft: Draft, users: list[Module], random: Random
) -> None:
    """Write a managed class into its module, and have some others ask its factory."""
    draft.insert_block(subject.owner_path, HOMES[kind].text.format(**_values(stem)), random)
    for user in users[:_ENOUGH_USES] if subject.ways else ():
        _use(subject, user, draft, random)


def _values(stem: str) -> dict[str, str]:
    return {"C": stem.capitalize(), "g": stem}


def _use(subject: Subject, user: Module, draft: Draft, random: Random) -> None:
    """Have a module ask the factory, as everybody is to."""
    way = subject.ways[0]
    first, _, rest = way.name.partition(".")
    call = f"{first}{'.' + rest if rest else ''}({way.arguments})"
    call, start = (f"await {call}", "async def") if way.is_async else (call, "def")
    text = f"{start} use_{subject.name.strip('_').lower()}():\n    return {call}.rooms"
    if way.is_async:
        text = text.replace(f"return {call}", f"return ({call})")
    draft.insert_block(user.path, text, random)
    draft.insert_import(user.path, f"from {way.module} import {first}")
