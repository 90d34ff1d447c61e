"""The places in which an expression can stand: statements of every kind, at every level."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from benchmarks.seeded_recall.draft import Misfit

if TYPE_CHECKING:
    from benchmarks.seeded_recall.scene import Expression, Scene

STATEMENTS = {
    "expression": "{x}",
    "assigned": "{v} = {x}",
    "annotated": "{v}: object = {x}",
    "attribute": "{v} = {x}.state",
    "method": "{x}.start()",
    "argument": "print({x})",
    "keyword": "dict(first=1, manager={x})",
    "conditional": "{v} = context.manager if context else {x}",
    "condition-first": "{v} = {x} if context is None else context.manager",
    "or": "{v} = context or {x}",
    "and": "{v} = context and {x}",
    "walrus": "if {v} := {x}:\n    print({v})",
    "lines": "{v} = dict(\n    first=1,\n    second={x},\n)",
    "list": "{v} = [1, {x}]",
    "dict": "{v} = {{'manager': {x}}}",
    "unpacked": "{v}, _ = {x}, 1",
    "f-string": "{v} = f'of {{{x}}}'",
    "comprehension": "{v} = [{x} for _ in range(2)]",
    "dict-comprehension": "{v} = {{k: {x} for k in range(2)}}",
    "generator": "{v} = list({x} for _ in range(2))",
    "lambda": "{v} = lambda: {x}",
    "try": "try:\n    {v} = {x}\nexcept ValueError:\n    raise",
    "handler": "try:\n    {v} = context.manager\nexcept AttributeError:\n    {v} = {x}",
    "finally": "try:\n    pass\nfinally:\n    {v} = {x}",
    "with": "with {x} as {v}:\n    print({v})",
    "loop": "for {v} in {x}.rooms:\n    print({v})",
    "while": "while {x}.busy():\n    break",
    "if": "if not context:\n    {v} = {x}",
    "else": "if context:\n    {v} = context\nelse:\n    {v} = {x}",
    "match": "match {x}:\n    case _:\n        pass",
    "assert": "assert {x}",
    "augmented": "{v} = []\n{v} += [{x}]",
    "item": "{v} = {{}}\n{v}['a'] = {x}",
    "default": "def {v}(manager={x}):\n    return manager",
    "decorator": "@{x}.route\ndef {v}():\n    return None",
    "starred": "print(*[{x}])",
    "subscript": "{v} = {x}['rooms']",
    "compared": "{v} = {x} is None",
    "not": "{v} = not {x}",
    "sum": "{v} = 1 + {x}.count",
    "set-attribute": "setattr(print, 'manager', {x})",
    "return": "return {x}",
    "return-tuple": "return {x}, 1",
    "yield": "yield {x}",
    "awaited": "await {x}.start()",
    "async-with": "async with {x} as {v}:\n    print({v})",
    "on-self": "self.manager = {x}",
    "on-self-or": "self.manager = context or {x}",
    "raise": "raise RuntimeError({x})",
}
_LEAVING = frozenset({"return", "return-tuple", "yield", "raise"})
_ASYNC = frozenset({"awaited", "async-with"})
_ON_SELF = frozenset({"on-self", "on-self-or"})
_UNAWAITED = frozenset({"lambda", "generator", "default", "decorator", "comprehension", "dict-comprehension"})

LEVELS = {
    "module": "{s}",
    "function": "def {n}(context=None):\n    {s}",
    "async-function": "async def {n}(context=None):\n    {s}",
    "method": "class {n}:\n    def run(self, context=None):\n        {s}",
    "async-method": "class {n}:\n    async def run(self, context=None):\n        {s}",
    "constructor": "class {n}:\n    def __init__(self, context=None):\n        {s}",
    "static-method": "class {n}:\n    @staticmethod\n    def run(context=None):\n        {s}",
    "class-method": "class {n}:\n    @classmethod\n    def run(cls, context=None):\n        {s}",
    "property": "class {n}:\n    @property\n    def manager(self):\n        {s}",
    "nested": "def {n}(context=None):\n    def inner():\n        {s}\n\n    return inner",
    "class-body": "class {n}:\n    context = None\n    {s}",
    "branch": "if __debug__:\n    def {n}(context=None):\n        {s}",
    "existing": "",
}
_LEVELS_OF_SELF = frozenset({"method", "async-method", "constructor"})
_ASYNC_LEVELS = frozenset({"async-function", "async-method"})
_SHALLOW = frozenset({"module", "class-body"})


def statement(scene: Scene, expression: str, *, level: str, awaiting: bool = False) -> tuple[str, str]:
    """Return a statement around an expression, marked at its line, and what kind it is."""
    kinds = [kind for kind in STATEMENTS if _fits(kind, level, awaiting=awaiting)]
    kind = scene.random.choice(kinds)
    return kind, marked(scene, STATEMENTS[kind].format(x=expression, v=scene.word()), expression)


def marked(scene: Scene, block: str, expression: str) -> str:
    """Return a block with the mark at the one line in which the expression stands."""
    lines = block.split("\n")
    index = next(i for i, line in enumerate(lines) if expression in line)
    lines[index] += f"  {scene.mark}"
    return "\n".join(lines)


def _fits(kind: str, level: str, *, awaiting: bool) -> bool:
    if kind in _LEAVING and level in (*_SHALLOW, "existing", "constructor"):
        return False
    if kind in _ON_SELF and level not in _LEVELS_OF_SELF:
        return False
    if awaiting and kind in _UNAWAITED:
        return False
    return kind not in _ASYNC or level in _ASYNC_LEVELS


def place(scene: Scene, expression: Expression) -> str:
    """Plant an expression at a level of the module, in a statement; return what was chosen."""
    levels = [
        level
        for level in LEVELS
        if (not expression.is_awaiting or level in _ASYNC_LEVELS)
        and (not expression.local or level not in _SHALLOW)
    ]
    level = scene.random.choice(levels)
    kind, block = statement(scene, expression.text, level=level, awaiting=expression.is_awaiting)
    if expression.local:
        block = f"{expression.local}\n{block}"
    if level == "existing":
        scene.draft.insert_in_function(scene.module.path, block, scene.random)
    else:
        scene.block(within(LEVELS[level].format(n=scene.word(), s="{s}"), block))
    scene.import_(expression.imports)
    return f"{kind} in {level}"


def within(template: str, block: str) -> str:
    """Return a template with a block in the place of ``{s}``, indented as that is."""
    lines = []
    for line in template.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        lines.append(textwrap.indent(block, indent) if line.strip() == "{s}" else line)
    if not any(line.strip() for line in lines):
        raise Misfit("nothing to plant")
    return "\n".join(lines)
