"""The ways in which a function comes by a managed instance that it then does something with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmarks.seeded_recall.draft import Misfit
from benchmarks.seeded_recall.reaching import reach
from benchmarks.seeded_recall.sites import marked, statement, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.seeded_recall.scene import Scene


class Held(NamedTuple):
    """A block of text in which ``{s}`` stands for the statement, and what holds the instance there.

    ``{way}`` is the factory's call, ``{C}`` the class, ``{n}`` a new name.
    """

    text: str
    instance: str = "manager"
    level: str = "function"


_F = "def {n}(context=None):\n    "
_A = "async def {n}(context=None):\n    "

FROM_FACTORY = {
    "variable": Held(_F + "manager = {way}\n    {s}"),
    "inline": Held(_F + "{s}", "{way}"),
    "second-variable": Held(_F + "first = {way}\n    manager = first\n    {s}"),
    "in-branches": Held(
        _F + "if context:\n        manager = {way}\n    else:\n        manager = {way}\n    {s}"
    ),
    "tried": Held(_F + "try:\n        manager = {way}\n    except KeyError:\n        raise\n    {s}"),
    "or-given": Held(_F + "manager = context or {way}\n    {s}"),
    "conditional": Held(_F + "manager = context if context else {way}\n    {s}"),
    "walrus": Held(_F + "if (manager := {way}) is None:\n        return\n    {s}"),
    "unpacked": Held(_F + "count, manager = 1, {way}\n    {s}"),
    "with": Held(_F + "with {way} as opened:\n        manager = {way}\n        {s}"),
    "module-variable": Held("{n}held = {way}\n\n\ndef {n}():\n    {s}", "{n}held"),
    "closure": Held(_F + "manager = {way}\n\n    def inner():\n        {s}\n\n    return inner"),
    "own-getter": Held("def {n}mine():\n    return {way}\n\n\ndef {n}():\n    manager = {n}mine()\n    {s}"),
    "own-getter-variable": Held(
        "def {n}mine():\n    found = {way}\n    return found\n\n\ndef {n}():\n    {s}", "{n}mine()"
    ),
    "on-self": Held(
        "class {n}:\n    def __init__(self):\n        self.manager = {way}\n\n"
        "    def run(self, context=None):\n"
        "        {s}",
        "self.manager",
        "method",
    ),
    "on-self-annotated": Held(
        "class {n}:\n    def __init__(self):\n        self._manager: object = {way}\n\n"
        "    def run(self, context=None):\n        {s}",
        "self._manager",
        "method",
    ),
    "on-self-by-variable": Held(
        "class {n}:\n    def __init__(self):\n        manager = {way}\n        self.manager = manager\n\n"
        "    def run(self, context=None):\n        local = self.manager\n        {s}",
        "local",
        "method",
    ),
    "on-other-self": Held(
        "class {n}Base:\n    def __init__(self):\n        self.manager = {way}\n\n\n"
        "class {n}({n}Base):\n    def run(self, context=None):\n        {s}",
        "self.manager",
        "method",
    ),
    "of-own-object": Held(
        "class {n}View:\n    def __init__(self):\n        self.manager = {way}\n\n\n"
        "def {n}(context=None):\n    view = {n}View()\n    {s}",
        "view.manager",
    ),
    "property": Held(
        "class {n}:\n    @property\n    def manager(self):\n        return {way}\n\n"
        "    def run(self, context=None):\n        {s}",
        "self.manager",
        "method",
    ),
    "method": Held(
        "class {n}:\n    def held(self):\n        return {way}\n\n    def run(self, context=None):\n"
        "        {s}",
        "self.held()",
        "method",
    ),
    "class-attribute": Held(
        "class {n}:\n    manager = {way}\n\n    def run(self, context=None):\n        {s}",
        "self.manager",
        "method",
    ),
    "default": Held("def {n}(manager={way}):\n    {s}"),
    "default-none": Held("def {n}(manager=None):\n    if manager is None:\n        manager = {way}\n    {s}"),
    "default-none-or": Held("def {n}(manager=None):\n    manager = manager or {way}\n    {s}"),
    "loop": Held(_F + "for manager in [{way}]:\n        {s}"),
}
FROM_ANNOTATION = {
    "parameter": Held("def {n}(manager: {C}, context=None):\n    {s}"),
    "keyword-parameter": Held("def {n}(*, manager: {C} = None):\n    context = None\n    {s}"),
    "quoted": Held('def {n}(manager: "{C}", context=None):\n    {s}'),
    "optional": Held("def {n}(manager: Optional[{C}], context=None):\n    {s}"),
    "or-none": Held("def {n}(manager: {C} | None, context=None):\n    {s}"),
    "quoted-or-none": Held('def {n}(manager: "{C} | None" = None, context=None):\n    {s}'),
    "annotated": Held('def {n}(manager: Annotated[{C}, "shared"], context=None):\n    {s}'),
    "async-parameter": Held("async def {n}(manager: {C}, context=None):\n    {s}", level="async-function"),
    "variable": Held(_F + "manager: {C} = context.manager\n    {s}"),
    "cast": Held(_F + "manager = cast({C}, context)\n    {s}"),
    "asserted": Held("def {n}(manager, context=None):\n    assert isinstance(manager, {C})\n    {s}"),
    "on-self": Held(
        "class {n}:\n    def __init__(self, manager: {C}):\n        self.manager = manager\n\n"
        "    def run(self, context=None):\n        {s}",
        "self.manager",
        "method",
    ),
    "on-self-annotated": Held(
        "class {n}:\n    def __init__(self, manager):\n        self.manager: {C} = manager\n\n"
        "    def run(self, context=None):\n        {s}",
        "self.manager",
        "method",
    ),
    "class-annotation": Held(
        "class {n}:\n    manager: {C}\n\n    def run(self, context=None):\n        {s}",
        "self.manager",
        "method",
    ),
    "dataclass-field": Held(
        "@dataclass\nclass {n}:\n    count: int\n    manager: {C}\n\n    def run(self, context=None):\n"
        "        {s}",
        "self.manager",
        "method",
    ),
    "of-parameter": Held(
        "class {n}View:\n    def __init__(self, manager: {C}) -> None:\n        self.manager = manager\n\n\n"
        "def {n}(view: {n}View, context=None):\n    {s}",
        "view.manager",
    ),
    "returned": Held(
        "def {n}mine() -> {C}:\n    ...\n\n\ndef {n}(context=None):\n    manager = {n}mine()\n    {s}"
    ),
    "property": Held(
        "class {n}:\n    @property\n    def manager(self) -> {C}:\n        ...\n\n"
        "    def run(self, context=None):\n        {s}",
        "self.manager",
        "method",
    ),
    "module-variable": Held("{n}held: {C} = None\n\n\ndef {n}():\n    context = None\n    {s}", "{n}held"),
}
FROM_AWAITED = {
    "variable": Held(_A + "manager = await {way}\n    {s}", level="async-function"),
    "on-self": Held(
        "class {n}:\n    async def open(self):\n        self.manager = await {way}\n\n"
        "    def run(self, context=None):\n        {s}",
        "self.manager",
        "method",
    ),
    "own-getter": Held(
        "async def {n}mine():\n    return await {way}\n\n\nasync def {n}(context=None):\n"
        "    manager = await {n}mine()\n    {s}",
        level="async-function",
    ),
}
_HEADS = {
    "Optional[": "from typing import Optional",
    "Annotated[": "from typing import Annotated",
    "@dataclass": "from dataclasses import dataclass",
    "cast(": "from typing import cast",
}


def plant_with_instance(scene: Scene, expression: Callable[[str], tuple[str, str]]) -> str:
    """Plant what is done with an instance: ``expression`` returns it and its imports."""
    subject = scene.subject
    groups = {"annotation": FROM_ANNOTATION}
    if subject.ways:
        way = scene.way()
        groups["factory"] = FROM_AWAITED if way.is_async else FROM_FACTORY
    group = scene.random.choice(list(groups))
    kind = scene.random.choice(list(groups[group]))
    held = groups[group][kind]
    imports, call, class_ = "", "", ""
    if group == "factory":
        found = reach(scene, way.module, way.name)
        call = f"{found.expression}({way.arguments})"
    else:
        found = reach(scene, subject.module, subject.name)
        class_ = found.expression
    if found.spelling == "tried":
        raise Misfit("an annotation needs a class")
    imports = found.imports
    name = scene.word()
    values = {"n": name, "way": call, "C": class_}
    text, more = expression(held.instance.format(**values))
    site, block = statement(scene, text, level=held.level)
    template = held.text.replace("{s}", "<s>").format(**values).replace("<s>", "{s}")
    scene.block(within(template, block))
    heads = [head for word, head in _HEADS.items() if word in held.text]
    scene.import_("\n".join(filter(None, [imports, more, *heads])))
    return f"{kind} of {group}, {site}"


__all__ = ("marked", "plant_with_instance")
