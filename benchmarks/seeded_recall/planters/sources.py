"""SST501 to SST505: a managed class defined, handed out, named or imported a second time."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from benchmarks.seeded_recall.draft import FunctionNode, Misfit
from benchmarks.seeded_recall.reaching import SPELLINGS, reach, relative
from benchmarks.seeded_recall.sites import marked

if TYPE_CHECKING:
    from benchmarks.seeded_recall.packages import Subject
    from benchmarks.seeded_recall.scene import Scene

_FEWEST_METHODS = 3
_CHANGES = ("same", "documented", "reordered", "one-less", "one-more", "other-bodies", "async")

STAND_INS = {
    "class": "class {c}:\n    def connect(self, socket):\n        return None",
    "empty-class": "class {c}:\n    pass",
    "class-with-base": "class {c}(dict):\n    rooms = None",
    "function": "def {c}(*args):\n    return None",
    "lambda": "{c} = lambda *args: None",
    "built-in": "{c} = dict",
    "type": "{c} = type('{c}', (), {{}})",
    "namespace": "{c} = types.SimpleNamespace",
    "other": "{c} = {k}Other",
}
_FAILURES = (
    "ImportError",
    "ModuleNotFoundError",
    "(ImportError, AttributeError)",
    "ImportError as error",
    "Exception",
    "",
)

COMPETITORS = {
    "slot": (
        "_{k} = None\n\n\ndef get_{k}():\n    global _{k}\n    if _{k} is None:\n"
        "        _{k} = {C}()\n    return _{k}"
    ),
    "slot-early": (
        "_{k} = None\n\n\ndef get_{k}():\n    global _{k}\n    if _{k}:\n        return _{k}\n"
        "    _{k} = {C}()\n"
        "    return _{k}"
    ),
    "registry": (
        "_{k} = {{}}\n\n\ndef get_{k}(user_id):\n    if user_id not in _{k}:\n        _{k}[user_id] = {C}()\n"
        "    return _{k}[user_id]"
    ),
    "registry-get": (
        "_{k} = {{}}\n\n\ndef get_{k}(user_id):\n    found = _{k}.get(user_id)\n    if found is None:\n"
        "        found = {C}()\n        _{k}[user_id] = found\n    return found"
    ),
    "memoized": "@functools.lru_cache\ndef get_{k}():\n    return {C}()",
    "cached": "@cache\ndef get_{k}():\n    return {C}()",
    "class": (
        "class {k}Factory:\n    _kept = None\n\n    @classmethod\n    def get(cls):\n"
        "        if cls._kept is None:\n"
        "            cls._kept = {C}()\n        return cls._kept"
    ),
    "object": (
        "class {k}Factory:\n    def __init__(self):\n        self._kept = {{}}\n\n"
        "    def get(self, user_id):\n"
        "        if user_id not in self._kept:\n            self._kept[user_id] = {C}()\n"
        "        return self._kept[user_id]"
    ),
    "eager": "_{k} = {C}()\n\n\ndef get_{k}():\n    return _{k}",
}

NAMES = {
    "alias": "{k} = {C}",
    "import": "from {m} import {c} as {k}",
    "two-steps": "_{k} = {C}\n{k} = _{k}",
    "chained": "{k} = {k}More = {C}",
    "explicit": "from {m} import {c} as {k}\n\n__all__ = ['{k}']",
}


class CopyOfClass:
    """The class is defined again, in another module."""

    code = "SST501"

    def wants(self, subject: Subject) -> bool:
        """There is a text to copy, and the copy won't be the managed one."""
        return bool(subject.owner_path) and not subject.is_own_factory

    def plant(self, scene: Scene) -> str:
        """Plant the class with a change or two."""
        subject = scene.subject
        if subject.name in scene.module.names:
            raise Misfit("the name is taken")
        tree = ast.parse(scene.draft.text(subject.owner_path))
        found = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == subject.name]
        if len(found) != 1:
            raise Misfit("no such class")
        node = found[0]
        methods = [n for n in node.body if isinstance(n, FunctionNode)]
        if sum(not m.name.startswith("__") for m in methods) < _FEWEST_METHODS:
            raise Misfit("too little to copy")
        change = scene.random.choice(_CHANGES)
        node.decorator_list, node.bases, node.keywords = [], [], []
        _change(node, change, scene)
        text = ast.unparse(node)
        if change == "async":
            text = re.sub(r"^    def (?!__)", "    async def ", text, flags=re.MULTILINE)
        first = f"class {subject.name}"
        scene.block(marked(scene, text, first))
        return change


def _change(node: ast.ClassDef, change: str, scene: Scene) -> None:
    methods = [n for n in node.body if isinstance(n, FunctionNode)]
    if change == "documented":
        node.body.insert(0, ast.Expr(ast.Constant("The same again.")))
    elif change == "reordered":
        scene.random.shuffle(node.body)
    elif change == "one-less":
        node.body.remove(next(m for m in methods if not m.name.startswith("__")))
    elif change == "one-more":
        node.body += ast.parse("def more(self):\n    return 1").body
    elif change == "other-bodies":
        for method in methods:
            method.body = ast.parse("raise NotImplementedError(self)").body


class StandIn:
    """Where the class or its factory can't be imported, something else takes its name."""

    code = "SST502"

    def wants(self, subject: Subject) -> bool:
        """Everything can be stood in for."""
        return True

    def plant(self, scene: Scene) -> str:
        """Plant the import with its stand-in."""
        subject, here = scene.subject, scene.module
        name, home = subject.name, subject.module
        functions = [way for way in subject.ways if "." not in way.name]
        if functions and scene.random.random() < 1 / 3:
            name, home = functions[0].name, functions[0].module
        if name in here.names:
            raise Misfit("the name is taken")
        kind = scene.random.choice(list(STAND_INS))
        other = scene.word()
        text = STAND_INS[kind].format(c=name, k=other)
        where = home if scene.random.random() < 1 / 2 else relative(here, home)
        failure = scene.random.choice(_FAILURES)
        if kind == "class" and scene.random.random() < 1 / 3:
            import_ = f"from {where} import {name} as {other}"
            text = text.replace(f"class {name}", f"class {other}")
        else:
            import_ = f"from {where} import {name}"
        lines = marked(scene, text, text.split("\n")[0]).split("\n")
        body = "\n".join(f"    {line}" for line in lines)
        block = f"try:\n    {import_}\nexcept {failure}:\n{body}".replace("except :", "except:")
        if kind == "other":
            block = f"class {other}Other:\n    rooms = None\n\n\n{block}"
        scene.import_(f"import types\n{block}" if "types." in block else block)
        return f"{kind} after {failure or 'anything'}"


class CompetingFactory:
    """Another function keeps instances of its own."""

    code = "SST503"

    def wants(self, subject: Subject) -> bool:
        """There is a factory to compete with; what goes around a guard is no factory."""
        if subject.is_own_factory or subject.token:
            return False
        return bool(subject.ways) and bool(subject.slots or subject.registries)

    def plant(self, scene: Scene) -> str:
        """Plant a slot or registry with its getter."""
        found = reach(scene, scene.subject.module, scene.subject.name)
        if found.is_local or found.spelling == "tried":
            raise Misfit("one import for all")
        kind = scene.random.choice(list(COMPETITORS))
        word = scene.word()
        text = COMPETITORS[kind].format(k=word, C=found.expression)
        definition = "def get(" if f"{word}Factory" in text else f"def get_{word}("
        scene.block(marked(scene, text, definition))
        more = {"memoized": "import functools", "cached": "from functools import cache"}.get(kind, "")
        scene.import_("\n".join(filter(None, [found.imports, more])))
        return f"{kind} by {found.spelling}"


class SecondName:
    """The class gets another public name."""

    code = "SST504"

    def wants(self, subject: Subject) -> bool:
        """The first public name of a private class is no second one."""
        return not subject.name.startswith("_")

    def plant(self, scene: Scene) -> str:
        """Plant an alias."""
        kind = scene.random.choice(list(NAMES))
        found = reach(scene, scene.subject.module, scene.subject.name)
        if found.is_local or found.spelling == "tried":
            raise Misfit("one import for all")
        if kind == "explicit" and "__all__" in scene.module.names:
            raise Misfit("it has an __all__")
        name = f"Legacy{scene.subject.name.strip('_')}{scene.number}"
        values = {"k": name, "C": found.expression, "m": scene.subject.module, "c": scene.subject.name}
        text = NAMES[kind].format(**values)
        shown = (
            f"as {name}"
            if "as {k}" in NAMES[kind]
            else next(line for line in text.split("\n") if line.startswith(name))
        )
        block = marked(scene, text, shown)
        if "{C}" in NAMES[kind]:
            scene.block(block)
            scene.import_(found.imports)
        else:
            scene.import_(block)
            user = scene.other_modules(1)[0]
            scene.draft.insert_import(user.path, f"from {scene.module.name} import {name}")
        return f"{kind} by {found.spelling}"


class ImportOverOtherPath:
    """The class or its factory is imported over another path than the canonical one."""

    code = "SST505"

    def wants(self, subject: Subject) -> bool:
        """The configuration is to name a path, which is made up for planted classes."""
        return subject.is_planted and bool(subject.ways) and not subject.is_own_factory

    def plant(self, scene: Scene) -> str:
        """Plant a canonical module, and an import around it."""
        subject = scene.subject
        name = subject.name
        functions = [way.name for way in subject.ways if "." not in way.name]
        names = ", ".join([name, *functions])
        canonical = scene.new_module(f"from {subject.module} import {names}\n")
        scene.declare(canonical)
        wanted = scene.random.choice([name, *functions])
        spellings = [s for s in SPELLINGS if not s.startswith("re-export")]
        found = reach(scene, subject.module, wanted, scene.random.choice(spellings))
        if found.spelling == "star":
            raise Misfit("a star names nothing")
        use = f"print({found.expression})"
        if "import" in found.imports and wanted in found.imports:
            import_ = marked(scene, found.imports, f"import {wanted}")
        else:
            import_, use = found.imports, f"{use}  {scene.mark}"
        if found.is_local:
            scene.block(f"def {scene.word()}():\n    {import_}\n    {use}")
        else:
            scene.block(use)
            scene.import_(import_)
        return found.spelling
