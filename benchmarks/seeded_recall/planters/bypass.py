"""SST301, SST302, SST303 and SST306: around a factory, by what only the factory should know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.seeded_recall.draft import Misfit
from benchmarks.seeded_recall.reaching import reach, relative
from benchmarks.seeded_recall.scene import Expression
from benchmarks.seeded_recall.sites import LEVELS, marked, place, within

if TYPE_CHECKING:
    from benchmarks.seeded_recall.packages import Subject, Way
    from benchmarks.seeded_recall.scene import Scene

_IMPORTS = {
    "plain": ("from {m} import {c}", "module"),
    "renamed": ("from {m} import {c} as {k}", "module"),
    "relative": ("from {r} import {c}", "module"),
    "relative-renamed": ("from {r} import {c} as {k}", "module"),
    "several": ("from {m} import (\n    {c} as {k},\n)", "module"),
    "in-function": ("from {m} import {c}", "function"),
    "in-method": ("from {m} import {c} as {k}", "method"),
    "in-async": ("from {r} import {c}", "async-function"),
    "in-existing": ("from {m} import {c} as {k}", "existing"),
    "in-class": ("from {m} import {c} as {k}", "class-body"),
    "tried": ("try:\n    from {m} import {c}\nexcept ImportError:\n    {c} = None", "module"),
    "conditional": ("if __debug__:\n    from {m} import {c}", "module"),
}
_READS = {
    "read": "{p}",
    "attribute": "{p}.rooms",
    "method": "{p}.close()",
    "getattr": "getattr({o}, '{l}')",
    "getattr-default": "getattr({o}, '{l}', None)",
    "tested": "{p} is None",
    "not": "not {p}",
    "vars": "vars({o})['{l}']",
    "dict": "{o}.__dict__['{l}']",
}
_REGISTRY_READS = {
    "item": "{p}['ann']",
    "item-attribute": "{p}['ann'].rooms",
    "get": "{p}.get('ann')",
    "get-method": "{p}.get('ann').close()",
    "values": "list({p}.values())",
    "items": "sorted({p}.items())",
    "keys": "set({p}.keys())",
    "in": "'ann' in {p}",
    "length": "len({p})",
    "iterated": "[room for room in {p}]",
    "copied": "dict({p})",
    "getattr-item": "getattr({o}, '{l}')['ann']",
}
_WRITES = {
    "assigned": "{p} = None",
    "annotated": "{p}: object = None",
    "deleted": "del {p}",
    "unpacked": "{p}, {v} = None, 1",
    "loop": "for {p} in (1, 2):\n    pass",
    "with": "with open('x') as {p}:\n    pass",
    "setattr": "setattr({o}, '{l}', None)",
    "delattr": "delattr({o}, '{l}')",
    "patch-object": "mock.patch.object({o}, '{l}', None)",
    "patch": "mock.patch('{m}.{f}', None)",
    "chained": "{v} = {p} = None",
    "vars": "vars({o})['{l}'] = None",
    "dict": "{o}.__dict__['{l}'] = None",
}
_REGISTRY_WRITES = {
    "item": "{p}['ann'] = None",
    "delete-item": "del {p}['ann']",
    "clear": "{p}.clear()",
    "pop": "{p}.pop('ann', None)",
    "popitem": "{p}.popitem()",
    "update": "{p}.update(ann=None)",
    "setdefault": "{p}.setdefault('ann', None)",
    "setitem": "{p}.__setitem__('ann', None)",
    "or": "{p} |= {{'ann': None}}",
    "local": "{v} = {p}\n{v}['ann'] = None",
    "local-clear": "{v} = {p}\n{v}.clear()",
    "patch-dict": "mock.patch.dict({p}, ann=None)",
    "item-deeper": "{p}['ann'], {v} = None, 1",
}
_LOCAL_READERS = frozenset({"local", "local-clear"})


class ImportOfPrivateClass:
    """The private class is imported."""

    code = "SST301"

    def wants(self, subject: Subject) -> bool:
        """The class's name says that it is private, and there is something else to import."""
        return subject.name.startswith("_") and bool(subject.ways) and not subject.is_own_factory

    def plant(self, scene: Scene) -> str:
        """Plant an import at some level."""
        subject, module = scene.subject, scene.module
        if module.is_package and subject.module.startswith(f"{module.name}."):
            raise Misfit("a package may hand on what is its own")
        kind = scene.random.choice(list(_IMPORTS))
        text, level = _IMPORTS[kind]
        values = {"m": subject.module, "c": subject.name, "k": scene.word(), "r": ""}
        if "{r}" in text:
            values["r"] = relative(module, subject.module)
        block = marked(scene, text.format(**values), subject.name)
        if level == "module":
            scene.import_(block)
        elif level == "existing":
            scene.draft.insert_in_function(module.path, block, scene.random)
        else:
            scene.block(within(LEVELS[level].format(n=scene.word(), s="{s}"), block))
        return kind


class ReadOfRegistry:
    """A slot or registry is read."""

    code = "SST302"

    def wants(self, subject: Subject) -> bool:
        """There is a private place."""
        return any(map(_is_private, (*subject.slots, *subject.registries)))

    def plant(self, scene: Scene) -> str:
        """Plant a read in a statement of some kind, or an import."""
        registry, own = _chosen(scene)
        if "." not in own.name and scene.random.random() < 1 / 6:
            block = marked(scene, f"from {own.module} import {own.name} as {scene.word()}", own.name)
            scene.import_(block)
            return "import"
        kinds = {**_READS, **_REGISTRY_READS} if registry else _READS
        kind = scene.random.choice(list(kinds))
        spelling, imports, local, values = _reached(scene, own)
        text = kinds[kind].format(**values)
        return f"{kind} by {spelling}: {place(scene, Expression(text, imports, local))}"


class WriteToRegistry:
    """A slot or registry is changed, or a memoizing factory made to forget."""

    code = "SST303"

    def wants(self, subject: Subject) -> bool:
        """There is a place, or a factory that remembers."""
        places = any(map(_is_private, (*subject.slots, *subject.registries)))
        return places or (subject.memoized and bool(subject.ways))

    def plant(self, scene: Scene) -> str:
        """Plant a change in a function or at the module's level."""
        subject = scene.subject
        if subject.memoized and not subject.slots and not subject.registries:
            way = scene.way()
            found = reach(scene, way.module, way.name)
            local = found.imports if found.is_local else ""
            call = Expression(f"{found.expression}.cache_clear()", "" if local else found.imports, local)
            return f"cache_clear by {found.spelling}: {place(scene, call)}"
        registry, own = _chosen(scene)
        kinds = {**_WRITES, **_REGISTRY_WRITES} if registry else _WRITES
        kind = scene.random.choice(list(kinds))
        spelling, imports, local, values = _reached(scene, own)
        block = kinds[kind].format(**values)
        lines = block.split("\n")
        at = len(lines) - 1 if kind in _LOCAL_READERS else 0
        lines[at] += f"  {scene.mark}"
        levels = ["function", "async-function", "method", "nested", "existing", "class-method"]
        level = scene.random.choice(levels if local else [*levels, "module"])
        block = "\n".join(filter(None, [local, *lines]))
        if level == "existing":
            scene.draft.insert_in_function(scene.module.path, block, scene.random)
        else:
            scene.block(within(LEVELS[level].format(n=scene.word(), s="{s}"), block))
        more = "from unittest import mock" if "mock." in block else ""
        scene.import_("\n".join(filter(None, [imports, more])))
        return f"{kind} by {spelling} in {level}"


def _is_private(own: Way) -> bool:
    return own.name.rpartition(".")[2].startswith("_")


def _chosen(scene: Scene) -> tuple[bool, Way]:
    """Return a place of the subject, and whether it is a registry."""
    subject = scene.subject
    found = [(False, p) for p in subject.slots] + [(True, p) for p in subject.registries]
    return scene.random.choice([(kind, own) for kind, own in found if _is_private(own)])


def _reached(scene: Scene, own: Way) -> tuple[str, str, str, dict[str, str]]:
    """Return spelling, imports, local imports, and the words for a place: by its module or its class."""
    owner, _, last = own.name.rpartition(".")
    if owner:
        found = reach(scene, own.module, owner)
        if found.spelling == "tried":
            raise Misfit("it may be None")
        holder = found.expression
    else:
        spelling = scene.random.choice(
            ["module-alias", "module-from-package", "relative-module", "dotted-module"]
        )
        found = reach(scene, own.module, last, spelling)
        holder = found.expression.rpartition(".")[0]
        if not holder:
            found = reach(scene, own.module, last, "module-alias")
            holder = found.expression.rpartition(".")[0]
    local = found.imports if found.is_local else ""
    values = {"p": f"{holder}.{last}", "o": holder, "l": last, "v": scene.word(), "m": own.module}
    values["f"] = own.name
    return found.spelling, "" if local else found.imports, local, values


_TOKENS = (
    "object()",
    '"x" * 32',
    "secrets.token_urlsafe(32)",
    "True",
    "0",
    "uuid.uuid4().hex",
    "{m}._TOKEN",
    "context.token",
)


class ForgedTokenByHand:
    """The constructor's token is made up."""

    code = "SST306"

    def wants(self, subject: Subject) -> bool:
        """The constructor asks for one."""
        return bool(subject.token)

    def plant(self, scene: Scene) -> str:
        """Plant a call with a token of its own."""
        subject = scene.subject
        found = reach(scene, subject.module, subject.name)
        token = scene.random.choice(_TOKENS).format(m=scene.word())
        how = scene.random.choice(("keyword", "position", "spread", "first"))
        call = {
            "keyword": f"{found.expression}({subject.arguments}, {subject.token}={token})",
            "position": f"{found.expression}({subject.arguments}, {token})",
            "spread": f"{found.expression}({subject.arguments}, **{{'{subject.token}': {token}}})",
            "first": f"{found.expression}({subject.token}={token}, user_id={subject.arguments})",
        }[how]
        local = found.imports if found.is_local else ""
        site = place(scene, Expression(call, "" if local else found.imports, local))
        return f"{how} of {token} by {found.spelling}: {site}"
