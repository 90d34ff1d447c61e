"""Leaks other than by class attributes, as little stories: blocks for one real module and for another one."""

from __future__ import annotations

import re
from itertools import product
from typing import Final, NamedTuple


class Story(NamedTuple):
    """A leak: ``here`` goes into one module, ``there`` into another, which ``here`` may call ``<other>``.

    ``<n>`` makes names that nobody uses, ``<mark>`` stands at the line to be reported.
    """

    code: str
    name: str
    here: str
    there: str = ""
    there_imports_here: bool = False

    def written(self, number: int) -> tuple[str, str]:
        """Return both blocks with names and the mark in them."""
        words = {"<n>": str(number), "<mark>": f"# planted: {number}", "<other>": f"module_{number}"}
        here, there = self.here, self.there
        for word, text in words.items():
            here, there = here.replace(word, text), there.replace(word, text)
        return here, there


_CHANGE: Final = re.compile(r"CHANGE\((.*?)\)")
_CONTAINERS: Final = (
    ("[]", "[1, 2]", ("<r>.append(<v>)", "<r>.insert(0, <v>)", "<r> += [<v>]", "<r>.pop()")),
    ("{}", "{'a': 1}", ("<r>[<v>] = 1", "<r>.update({<v>: 1})", "<r>.setdefault(<v>, 2)", "<r>.pop(<v>)")),
    ("set()", "{1, 2}", ("<r>.add(<v>)", "<r>.update([<v>])", "<r> |= {<v>}", "<r>.discard(<v>)")),
)  # fmt: skip
"""An empty value, one with something in it, and changes."""

_CHANGED: Final = (
    ("in a method", "    def use_<n>(self, value):\n        CHANGE(self.kept_<n>)", "", False),
    (
        "under a local name",
        "    def use_<n>(self, value):\n        held = self.kept_<n>\n        CHANGE(held)",
        "",
        False,
    ),
    (
        "under a condition",
        "    def use_<n>(self, value):\n        if value:\n            CHANGE(self.kept_<n>)",
        "",
        False,
    ),
    (
        "in a subclass elsewhere",
        "    def see_<n>(self):\n        return self.kept_<n>",
        "class More<n>(Planted<n>):\n    def use_<n>(self, value):\n        CHANGE(self.kept_<n>)",
        True,
    ),
    (
        "from outside",
        "    def see_<n>(self):\n        return self.kept_<n>",
        "def use_<n>(planted: Planted<n>, value):\n    CHANGE(planted.kept_<n>)",
        True,
    ),
)
"""Where what an instance keeps is changed: a method here, a block there, and whether that imports this."""


def _filled(text: str, change: str) -> str:
    """Write the change into a block, at ``CHANGE(...)``."""
    return _CHANGE.sub(lambda found: change.replace("<r>", found[1]).replace("<v>", "value"), text)


_KEPT_DEFAULT: Final = (
    ("kept", "    def __init__(self, given=DEFAULT):  <mark>\n        self.kept_<n> = given"),
    ("keyword", "    def __init__(self, *, first=1, given=DEFAULT):  <mark>\n        self.kept_<n> = given"),
    (
        "annotated",
        "    def __init__(self, given: 'object' = DEFAULT):  <mark>\n        self.kept_<n> = given",
    ),
    (
        "by a local name",
        "    def __init__(self, given=DEFAULT):  <mark>\n        held = given\n        self.kept_<n> = held",
    ),
    (
        "by another method",
        (
            "    def __init__(self, given=DEFAULT):  <mark>\n        self.set_<n>(given)\n\n"
            "    def set_<n>(self, given):\n        self.kept_<n> = given"
        ),
    ),
)
_KEPT_TABLE: Final = (
    ("kept", "    def __init__(self):\n        self.kept_<n> = TABLE  <mark>"),
    ("given or", "    def __init__(self, given=None):\n        self.kept_<n> = given or TABLE  <mark>"),
    (
        "a choice",
        "    def __init__(self, given=0):\n        self.kept_<n> = TABLE if given == 0 else given  <mark>",
    ),
    ("annotated", "    def __init__(self):\n        self.kept_<n>: object = TABLE  <mark>"),
    (
        "by another method",
        (
            "    def __init__(self):\n        self.set_<n>()\n\n"
            "    def set_<n>(self):\n        self.kept_<n> = TABLE  <mark>"
        ),
    ),
)


def _defaults() -> list[Story]:
    found = []
    for (keeping, kept), (changing, method, there, imports), (empty, filled, changes) in product(
        _KEPT_DEFAULT, _CHANGED, _CONTAINERS
    ):
        for value, change in product((empty, filled), changes[:2]):
            text = _filled(f"class Planted<n>:\n{kept}\n\n{method}".replace("DEFAULT", value), change)
            found.append(
                Story("SST204", f"{keeping}, changed {changing}", text, _filled(there, change), imports)
            )
    for empty, filled, changes in _CONTAINERS:
        for value, change in product((empty, filled), changes[:3]):
            text = f"def planted_<n>(value, found={value}):  <mark>\n    CHANGE(found)\n    return found"
            found.append(Story("SST204", "returned", _filled(text, change)))
            based = (
                f"class Planted<n>(Base<n>):\n    def __init__(self, given={value}):  <mark>\n"
                "        super().__init__(given)"
            )
            base = (
                "class Base<n>:\n    def __init__(self, given):\n        self.kept_<n> = given\n\n"
                "    def use_<n>(self, value):\n        CHANGE(self.kept_<n>)\n\n\n"
            )
            found.append(Story("SST204", "kept by the base", _filled(base, change) + based))
    return found


def _tables() -> list[Story]:
    found = []
    for (keeping, kept), (changing, method, there, imports), (_, filled, changes) in product(
        _KEPT_TABLE, _CHANGED, _CONTAINERS
    ):
        for change in changes[:2]:
            body = _filled(f"class Planted<n>:\n{kept}\n\n{method}", change)
            name = f"{keeping}, changed {changing}"
            here = f"TABLE_<n> = {filled}\n\n\n" + body.replace("TABLE ", "TABLE_<n> ")
            found.append(Story("SST205", name, here, _filled(there, change), imports))
            if not there:
                other = body.replace("TABLE ", "<other>.TABLE_<n> ")
                found.append(Story("SST205", f"{name}, of another module", other, f"TABLE_<n> = {filled}"))
    return found


_STORES: Final = (
    "type(self).last_<n> = self",
    "self.__class__.last_<n> = self",
    "Planted<n>.last_<n> = self",
    "Planted<n>.callback_<n> = self.use_<n>",
    "type(self).language_<n> = value['language']",
    "Planted<n>.name_<n> = self.own_<n>",
    "setattr(type(self), 'owner_<n>', self)",
)


def _on_class() -> list[Story]:
    found = []
    for store, condition in product(
        _STORES, ("", "if value:\n            ", "for _ in value:\n            ")
    ):
        name = store.split("_<n> ")[0].split(",")[0]
        for words in ("", "    last_<n> = callback_<n> = language_<n> = name_<n> = owner_<n> = None\n\n"):
            here = (
                f"class Planted<n>:\n{words}    def __init__(self, own):\n        self.own_<n> = own\n\n"
                f"    def use_<n>(self, value):\n        {condition}{store}  <mark>"
            )
            found.append(Story("SST203", f"{name} {condition.partition(' ')[0]}", here))
        there = (
            "class Base<n>:\n    last_<n> = None\n\n    def __init__(self, own):\n        self.own_<n> = own"
        )
        in_base = (
            "class Planted<n>(<other>.Base<n>):\n    def use_<n>(self, value):\n        "
            f"{condition}{store.replace('Planted<n>.', '<other>.Base<n>.')}  <mark>"
        )
        found.append(Story("SST203", f"{name}, with a base elsewhere", in_base, there))
    return found


_CONTEXTS: Final = (
    ("user", "user", "current_user_<n>"),
    ("user_id: str", "user_id", "current_user_id_<n>"),
    ("context: 'User<n>Context'", "context", "active_context_<n>"),
    ("request", "request.user", "active_user_<n>"),
    ("tenant_id: int", "tenant_id", "current_tenant_<n>"),
    ("message: dict", "message['user_id']", "current_user_<n>"),
)
_SHARED: Final = (
    (
        "a module variable",
        "PLACE = None\n\n\ndef begin_<n>(PARAMETER):\n    global PLACE\n    PLACE = VALUE  <mark>",
    ),
    (
        "a class attribute",
        (
            "class Planted<n>:\n    PLACE = None\n\n    @classmethod\n    def begin_<n>(cls, PARAMETER):\n"
            "        cls.PLACE = VALUE  <mark>"
        ),
    ),
    (
        "an attribute of the module's instance",
        (
            "class Planted<n>:\n    def begin_<n>(self, PARAMETER):\n        self.PLACE = VALUE  <mark>\n\n\n"
            "planted_<n> = Planted<n>()"
        ),
    ),
    (
        "an attribute of the factory's instance",
        (
            "class Planted<n>:\n    def begin_<n>(self, PARAMETER):\n        self.PLACE = VALUE  <mark>\n\n\n"
            "_planted_<n> = None\n\n\ndef get_planted_<n>():\n    global _planted_<n>\n"
            "    if _planted_<n> is None:\n        _planted_<n> = Planted<n>()\n    return _planted_<n>"
        ),
    ),
    (
        "an attribute of the memoized instance",
        (
            "import functools\n\n\nclass Planted<n>:\n    def begin_<n>(self, PARAMETER):\n"
            "        self.PLACE = VALUE  <mark>\n\n\n@functools.cache\ndef get_planted_<n>():\n"
            "    return Planted<n>()"
        ),
    ),
    (
        "read back after an await",
        (
            "class Planted<n>:\n    async def begin_<n>(self, PARAMETER, job):\n"
            "        self.PLACE = VALUE  <mark>\n"
            "        await job()\n        return self.PLACE\n\n\nplanted_<n> = Planted<n>()"
        ),
    ),
)


def _contexts() -> list[Story]:
    found = []
    for (name, text), (parameter, value, place) in product(_SHARED, _CONTEXTS):
        if "Context" in parameter:
            context = (
                "class User<n>Context:\n    def __init__(self, user_id):\n        self.user_id = user_id"
            )
            text = f"{context}\n\n\n{text}"
        words = text.replace("PLACE", place).replace("PARAMETER", parameter).replace("VALUE", value)
        found.append(Story("SST206", f"{value} in {name}", words))
    return found


_KEYED: Final = (
    (
        "a registry",
        (
            "class Keyed<n>:\n    def __init__(self, user_id):\n        self.user_id = user_id\n\n\n"
            "_KEYED_<n> = {}"
            "\n\n\ndef get_keyed_<n>(user_id):\n    if user_id not in _KEYED_<n>:\n"
            "        _KEYED_<n>[user_id] = Keyed<n>(user_id)\n    return _KEYED_<n>[user_id]"
        ),
        "get_keyed_<n>(KEY)",
    ),
    (
        "a registry in the class",
        (
            "class Keyed<n>:\n    _all = {}\n\n"
            "    def __init__(self, user_id):\n        self.user_id = user_id\n\n"
            "    @classmethod\n    def of(cls, user_id):\n        if user_id not in cls._all:\n"
            "            cls._all[user_id] = cls(user_id)\n        return cls._all[user_id]"
        ),
        "Keyed<n>.of(KEY)",
    ),
)
_KEEPERS: Final = (
    (
        "the module's instance",
        (
            "class Keeper<n>:\n    def begin(self, user_id):\n        self.held_<n> = GOT  <mark>\n\n\n"
            "keeper_<n> = Keeper<n>()"
        ),
    ),
    (
        "the factory's instance",
        (
            "class Keeper<n>:\n    def begin(self, user_id):\n        self.held_<n> = GOT  <mark>\n\n\n"
            "_keeper_<n> = None\n\n\n"
            "def get_keeper_<n>():\n    global _keeper_<n>\n    if _keeper_<n> is None:\n"
            "        _keeper_<n> = Keeper<n>()\n    return _keeper_<n>"
        ),
    ),
    (
        "kept once",
        (
            "class Keeper<n>:\n    held_<n> = None\n\n    def begin(self, user_id):\n"
            "        if self.held_<n> is None:\n            self.held_<n> = GOT  <mark>\n"
            "        return self.held_<n>\n\n\nkeeper_<n> = Keeper<n>()"
        ),
    ),
    (
        "passed in",
        (
            "class Keeper<n>:\n    def begin(self, given: '<CLASS>'):\n"
            "        self.held_<n> = given  <mark>\n\n\n"
            "keeper_<n> = Keeper<n>()"
        ),
    ),
)


def _captives() -> list[Story]:
    found = []
    for (kind, keyed, got), (name, keeper) in product(_KEYED, _KEEPERS):
        there = keyed
        here = keeper.replace("GOT", "<other>." + got.replace("KEY", "user_id")).replace(
            "<CLASS>", "<other>.Keyed<n>"
        )
        found.append(Story("SST207", f"of {kind}, {name}", here, there))
        same = keyed + "\n\n\n" + keeper.replace("GOT", got.replace("KEY", "user_id"))
        found.append(Story("SST207", f"of {kind}, {name}, here", same.replace("<CLASS>", "Keyed<n>")))
    return found


def stories() -> tuple[Story, ...]:
    """Return every story."""
    return (*_on_class(), *_defaults(), *_tables(), *_contexts(), *_captives())
