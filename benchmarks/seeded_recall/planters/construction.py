"""SST101 to SST104: constructions of every kind, copies, and subclasses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.seeded_recall.draft import Misfit
from benchmarks.seeded_recall.instances import plant_with_instance
from benchmarks.seeded_recall.reaching import reach
from benchmarks.seeded_recall.scene import Expression
from benchmarks.seeded_recall.sites import place

if TYPE_CHECKING:
    from benchmarks.seeded_recall.packages import Subject
    from benchmarks.seeded_recall.scene import Scene

_ARGUMENTS = ("", '"ann"', "*[]", "**{}", 'user_id="ann"')

DETOURS = {
    "local-alias": ("{k} = {C}", "{k}()", ""),
    "alias-in-branches": ("{k} = {C} if len('a') else object", "{k}()", ""),
    "alias-of-alias": ("{k}a = {C}\n{k} = {k}a", "{k}()", ""),
    "dispatch": ("{k} = {{'a': {C}, 'b': list}}", "{k}['a']()", ""),
    "dispatch-by-key": ("{k} = {{'a': {C}}}", "{k}[str(1)]()", ""),
    "dispatch-get": ("{k} = {{'a': {C}}}", "{k}.get('a')()", ""),
    "list-of-classes": ("{k} = [{C}, list]", "{k}[0]()", ""),
    "inline-dispatch": ("", "{{'a': {C}}}['a']()", ""),
    "inline-tuple": ("", "({C}, list)[0]()", ""),
    "inline-condition": ("", "({C} if len('a') else list)()", ""),
    "inline-or": ("", "(None or {C})()", ""),
    "walrus": ("", "({k} := {C})()", ""),
    "getattr": ("", "getattr({M}, '{c}')()", ""),
    "getattr-default": ("{k} = getattr({M}, '{c}', None)", "{k}()", ""),
    "vars": ("", "vars({M})['{c}']()", ""),
    "module-dict": ("", "{M}.__dict__['{c}']()", ""),
    "import-module": ("", "importlib.import_module('{m}').{c}()", "import importlib"),
    "import-module-bound": ("{k} = import_module('{m}')", "{k}.{c}()", "from importlib import import_module"),
    "import-module-getattr": (
        "{k} = importlib.import_module('{m}')",
        "getattr({k}, '{c}')()",
        "import importlib",
    ),
    "sys-modules": ("", "sys.modules['{m}'].{c}()", "import sys"),
    "dunder-import": ("", "__import__('{m}', fromlist=['{c}']).{c}()", ""),
    "new": ("", "{C}.__new__({C})", ""),
    "object-new": ("", "object.__new__({C})", ""),
    "partial": ("", "functools.partial({C}, 1)", "import functools"),
    "partial-called": ("", "partial({C})()", "from functools import partial"),
    "field": ("", "field(default_factory={C})", "from dataclasses import field"),
    "field-module": ("", "dataclasses.field(default_factory={C})", "import dataclasses"),
    "attrs-field": ("", "attrs.field(factory={C})", "import attrs"),
    "attr-factory": ("", "attr.ib(default=attr.Factory({C}))", "import attr"),
    "pydantic-field": ("", "Field(default_factory={C})", "from pydantic import Field"),
    "depends": ("", "Depends({C})", "from fastapi import Depends"),
    "depends-module": ("", "fastapi.Depends({C})", "import fastapi"),
    "map": ("", "list(map({C}, range(2)))", ""),
    "submit": ("", "context.submit({C}, 1)", ""),
    "executor": (
        "",
        "ThreadPoolExecutor().submit({C})",
        "from concurrent.futures import ThreadPoolExecutor",
    ),
    "executor-map": (
        "",
        "ThreadPoolExecutor().map({C}, [1])",
        "from concurrent.futures import ThreadPoolExecutor",
    ),
    "in-executor": ("", "asyncio.get_running_loop().run_in_executor(None, {C})", "import asyncio"),
    "to-thread": ("", "asyncio.to_thread({C})", "import asyncio"),
    "thread": ("", "threading.Thread(target={C})", "import threading"),
    "defaultdict": ("", "defaultdict({C})", "from collections import defaultdict"),
    "defaultdict-module": ("", "collections.defaultdict({C})", "import collections"),
    "starmap": ("", "list(itertools.starmap({C}, []))", "import itertools"),
}
_AROUND = ("new", "object-new")
_OF_INSTANCE = {
    "type": "type({i})()",
    "class": "{i}.__class__()",
    "type-arguments": "type({i})('ann')",
    "type-new": "type({i}).__new__(type({i}))",
    "partial-type": "functools.partial(type({i}))",
    "object-new-type": "object.__new__(type({i}))",
}
_COPIES = {
    "copy": ("copy.copy({i})", "import copy"),
    "deepcopy": ("copy.deepcopy({i})", "import copy"),
    "from-copy": ("deepcopy({i})", "from copy import deepcopy"),
    "copy-renamed": ("clone({i})", "from copy import copy as clone"),
    "copy-memo": ("copy.deepcopy({i}, {{}})", "import copy"),
    "copy-keyword": ("copy.deepcopy(x={i})", "import copy"),
    "copy-replace": ("copy.replace({i}, user_id='bob')", "import copy"),
    "dataclasses-replace": ("dataclasses.replace({i}, user_id='bob')", "import dataclasses"),
    "replace": ("replace({i}, user_id='bob')", "from dataclasses import replace"),
    "evolve": ("attrs.evolve({i}, user_id='bob')", "import attrs"),
    "pickle": ("pickle.loads(pickle.dumps({i}))", "import pickle"),
    "pickle-protocol": ("pickle.loads(pickle.dumps({i}, protocol=4))", "import pickle"),
    "from-pickle": ("loads(dumps({i}))", "from pickle import dumps, loads"),
    "cloudpickle": ("cloudpickle.loads(cloudpickle.dumps({i}))", "import cloudpickle"),
}


class DirectCall:
    """The class is called by a name that leads to it."""

    code = "SST101"

    def wants(self, subject: Subject) -> bool:
        """A class that is its own factory is to be called."""
        return not subject.is_own_factory

    def plant(self, scene: Scene) -> str:
        """Plant the call in a statement of some kind."""
        subject = scene.subject
        found = reach(scene, subject.module, subject.name)
        call = f"{found.expression}({scene.random.choice(_ARGUMENTS)})"
        local = found.imports if found.is_local else ""
        site = place(scene, Expression(call, "" if local else found.imports, local))
        return f"{found.spelling}: {site}"


class Detour:
    """The class is called otherwise, or handed over to be called."""

    code = "SST102"

    def wants(self, subject: Subject) -> bool:
        """There is a way around every constructor."""
        return True

    def plant(self, scene: Scene) -> str:
        """Plant one of the detours."""
        subject = scene.subject
        kind = scene.random.choice(_AROUND if subject.is_own_factory else list(DETOURS))
        before, text, imports = DETOURS[kind]
        values = {"k": scene.word(), "m": subject.module, "c": subject.name, "M": "", "C": ""}
        spelling, reached, local = "", "", ""
        if "{M}" in before + text:
            name = subject.name.partition(".")[0]
            whole = reach(scene, subject.module, name, "module-alias")
            values["M"], reached = whole.expression.rpartition(".")[0], whole.imports
        elif "{C}" in before + text:
            found = reach(scene, subject.module, subject.name)
            if found.spelling == "tried" and kind != "partial":
                raise Misfit("a condition of its own")
            values["C"], spelling = found.expression, f" by {found.spelling}"
            reached, local = ("", found.imports) if found.is_local else (found.imports, "")
        local = "\n".join(filter(None, [local, before.format(**values)]))
        expression = Expression(text.format(**values), "\n".join(filter(None, [reached, imports])), local)
        return f"{kind}{spelling}: {place(scene, expression)}"


class DetourThroughInstance:
    """The class is had from an instance, and called."""

    code = "SST102"

    def wants(self, subject: Subject) -> bool:
        """As for a direct call."""
        return not subject.is_own_factory

    def plant(self, scene: Scene) -> str:
        """Plant the call on some instance."""
        kind = scene.random.choice(list(_OF_INSTANCE))
        imports = "import functools" if "functools" in _OF_INSTANCE[kind] else ""
        return f"{kind}: " + plant_with_instance(
            scene, lambda held: (_OF_INSTANCE[kind].format(i=held), imports)
        )


class CopyOfInstance:
    """An instance is copied."""

    code = "SST103"

    def wants(self, subject: Subject) -> bool:
        """Every managed instance can be copied."""
        return True

    def plant(self, scene: Scene) -> str:
        """Plant a copy of some instance."""
        kind = scene.random.choice(list(_COPIES))
        text, imports = _COPIES[kind]
        return f"{kind}: " + plant_with_instance(scene, lambda held: (text.format(i=held), imports))


class SubclassCall:
    """A subclass without a factory is called."""

    code = "SST104"

    def wants(self, subject: Subject) -> bool:
        """A token must be handed on, and a private class is nobody's base."""
        return not subject.is_own_factory and not subject.token

    def plant(self, scene: Scene) -> str:
        """Plant a subclass, and its call in another module."""
        base = reach(scene, scene.subject.module, scene.subject.name)
        if base.is_local or base.spelling == "tried":
            raise Misfit("the base must be there")
        kind = scene.random.choice(list(_SUBCLASSES))
        name = scene.word()
        text = _SUBCLASSES[kind].format(n=name, C=base.expression)
        home = scene.other_modules(1)
        if not home or base.spelling.startswith("relative") or "star" in base.spelling:
            raise Misfit("no other module")
        scene.draft.insert_block(home[0].path, text, scene.random)
        scene.draft.insert_import(home[0].path, base.imports)
        found = reach(scene, home[0].name, name)
        local = found.imports if found.is_local else ""
        call = Expression(f"{found.expression}()", "" if local else found.imports, local)
        return f"{kind} by {base.spelling}: {place(scene, call)}"


_SUBCLASSES = {
    "plain": "class {n}({C}):\n    pass",
    "with-method": "class {n}({C}):\n    def more(self):\n        return 1",
    "with-constructor": (
        "class {n}({C}):\n    def __init__(self, *args):\n        super().__init__(*args)\n"
        "        self.more = 1"
    ),
    "old-super": (
        "class {n}({C}):\n    def __init__(self, *args):\n        {C}.__init__(self, *args)\n"
        "        self.more = 1"
    ),
    "two-steps": "class {n}Middle({C}):\n    pass\n\n\nclass {n}({n}Middle):\n    pass",
    "mixed-in": "class {n}More:\n    more = 1\n\n\nclass {n}({n}More, {C}):\n    pass",
}
