"""Files that say one thing so many times: one for each kind of fact that a summary knows.

Those of a module's own level are listed in the text file beside this module.

In the pieces ``NN`` stands for a number of its own.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Construct(NamedTuple):
    """What a file has once, and what it has many times."""

    head: str
    piece: str
    tail: str = ""

    def text(self, size: int) -> str:
        """Return a file with so many pieces."""
        pieces = "".join(self.piece.replace("NN", str(number)) for number in range(size))
        return f"{self.head}{pieces}{self.tail}"


_CLASS: Final = """\
class Made:
    kept = {}

    def __init__(self, key=None):
        self.key = key


"""
_FUNCTION: Final = "def work(value, other, *more, key=None):\n"
_METHOD: Final = "class Kept:\n    def work(self, value, key=None):\n"


def _read(text: str) -> Iterator[tuple[str, Construct]]:
    """Yield what the file beside this module lists, each by its name."""
    for entry in text.split("=== ")[1:]:
        name, _, body = entry.partition("\n")
        head, has_head, rest = body.partition("--- many\n")
        piece, _, tail = (rest if has_head else body).partition("--- end\n")
        yield name, Construct(head if has_head else "", piece, tail)


OF_A_MODULE: Final[Mapping[str, Construct]] = MappingProxyType(
    dict(_read(Path(__file__).with_suffix(".txt").read_text("utf-8")))
)
"""Pieces that stand beside one another in a module, or in the one class that the head opens."""

STATEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "assignments": "xNN = value\n",
        "assignments to one name": "x = value\n",
        "chained assignments": "a = b = x = value\n",
        "swaps": "a, x = x, a\n",
        "calls": "call(value, NN, key=value)\n",
        "chained calls": "x = call(value).made(NN).kept[NN]\n",
        "changes": "value.items.append(NN)\nkept[NN] = value\n",
        "changes of a local": "x = []\nx.append(value)\n",
        "augmented": "x += [NN]\n",
        "walruses": "if (x := call(NN)): call(x)\n",
        "ifs": "if value: x = NN\n",
        "if and else": "if value:\n    x = NN\nelse:\n    x = []\n",
        "ifs that leave": "if value == NN: return value\n",
        "loops": "for x in value: call(x)\n",
        "loops that leave": "for x in value:\n    if x: break\nelse:\n    x = NN\n",
        "whiles": "while value:\n    x = call(NN)\n    continue\n",
        "withs": "with value as x: call(x)\n",
        "locks": "with lock:\n    kept[NN] = value\n",
        "acquire and release": "lock.acquire()\nkept[NN] = value\nlock.release()\n",
        "tries": "try: x = call(NN)\nexcept ValueError as error: x = error\nfinally: value.close()\n",
        "looks and fillings": "if kept.get(NN) is None:\n    kept[NN] = Made(NN)\nx = kept[NN]\n",
        "looks and fillings of one": "if x is None:\n    x = Made(NN)\n",
        "slots of self": "if self.xNN is None:\n    self.xNN = Made(NN)\n",
        "attributes of self": "self.xNN = value\n",
        "one attribute of self": "self.x = [value]\nself.x.append(value)\n",
        "functions inside": "def innerNN(x):\n    return value\n",
        "decorated functions inside": "@value\ndef inner(x):\n    nonlocal key\n    key = x\n",
        "classes inside": "class InnerNN:\n    items = []\n    def add(self): self.items.append(value)\n",
        "lambdas": "x = lambda y: (value, y)\n",
        "comprehensions": "x = [y for y in value if y]\nx = {y: z for y, z in x.items()}\n",
        "imports": "from mod import a, bNN\na.b()\n",
        "matches": "match value:\n    case [x, NN]: call(x)\n    case {'a': y}: call(y)\n    case _: pass\n",
        "deletions": "del kept[NN]\ndel x\n",
        "asserts": "assert value, NN\n",
        "raises": "if value: raise TypeError(NN)\n",
        "guards": "validate_key(value)\n",
        "guards in tries": "try:\n    validate_key(value)\nexcept Exception:\n    pass\n",
        "flags": "if ENABLED:\n    validate_key(value)\n",
        "isinstance": "if isinstance(value, Made): x = value\n",
        "globals": "global gNN\ngNN = value\n",
        "copies": "x = copy.copy(value)\n",
        "unpacking": "[x, *y] = value\n",
        "annotated": "x: list[int] = []\n",
        "texts": "f'{value} {key!r:>{x}}'\n",
        "returns": "if value: return Made(NN)\n",
        "yields": "x = yield value\n",
        "keys": "key = f'{key}{value}'\nkept[key] = value\n",
        "keys of self": "kept[id(self)] = self\n",
        "aliases": "x = kept\nx[NN] = value\n",
        "choices": "x = value if value else key or NN\n",
        "supers": "super().work(NN)\n",
        "prints": "print(value)\n",
    }
)
"""Statements that come many times in one body: of the module, a function, an async function or a method."""

EXPRESSIONS: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "list": ("x = [", "callNN(value), ", "]\n"),
        "one call in a list": ("x = [", "call(value), ", "]\n"),
        "dict": ("x = {", "'kNN': call(value), ", "}\n"),
        "set": ("x = {", "call(NN), ", "}\n"),
        "tuple": ("x = (", "call(NN), ", ")\n"),
        "arguments": ("x = call(", "call(NN), ", ")\n"),
        "keywords": ("x = call(", "kNN=call(NN), ", ")\n"),
        "starred": ("x = call(", "*value, ", ")\n"),
        "or": ("x = ", "call(NN) or ", "value\n"),
        "and": ("x = ", "valueNN and ", "value\n"),
        "is None": ("if ", "xNN is None or ", "value: x = 1\n"),
        "comparisons": ("x = ", "value < ", "value\n"),
        "joined strings": ("x = (", "'NN' ", ")\n"),
        "f-string": ("x = f'", "{value} ", "'\n"),
        "joined f-strings": ("x = (", "f'{value}' ", ")\n"),
        "long name": ("x = a", "NN", "\n"),
        "long string": ("x = '", "NN ", "'\n"),
        "long comment": ("x = 1  # noqa: ", "SST101, ", "\n"),
        "long comment that is none": ("x = 1  # ", "noqa ", "\n"),
        "long comment for classes": ("class X:  # ", "ssot: managed ", "\n    pass\n"),
        "parameters": ("def work(", "pNN=[], ", "): pass\n"),
        "parameters that are kept": (
            "class Kept:\n    def __init__(self, ",
            "pNN=None, ",
            "**more): self.p = p0\n",
        ),
        "positional parameters": ("def work(", "pNN, ", "/): pass\n"),
        "bases": ("class Kept(", "BaseNN, ", "): pass\n"),
        "decorators": ("", "@decoNN\n", "def work(): pass\n"),
        "decorators of a class": ("", "@decoNN(1)\n", "class Work: pass\n"),
        "targets": ("", "xNN = ", "value\n"),
        "targets in a tuple": ("", "xNN, ", "= value\n"),
        "withs": ("with ", "aNN as bNN, ", "c as d: pass\n"),
        "locks": ("with ", "lockNN, ", "lock: x = 1\n"),
        "names imported": ("from mod import ", "aNN, ", "b\n"),
        "names": ("__all__ = [", "'aNN', ", "]\n"),
        "deleted": ("del ", "aNN, ", "b\n"),
        "elif": ("if value: pass\n", "elif value == NN: x = call(NN)\n", "else: x = None\n"),
        "handlers": ("try: x = call()\n", "except EroNN as error: x = error\n", "finally: pass\n"),
        "caught": ("try: x = call()\nexcept (", "ErrNN, ", "): pass\n"),
        "cases": ("match value:\n", "  case NN: x = call(NN)\n", "  case _: pass\n"),
        "alternatives": ("match value:\n  case ", "NN | ", "None: pass\n"),
        "patterns": ("match value:\n  case [", "aNN, ", "]: pass\n"),
        "class patterns": ("match value:\n  case ", "A(x=NN) | ", "None: pass\n"),
        "comprehension": ("x = [y ", "for y in value ", "]\n"),
        "conditions of a comprehension": ("x = [y for y in value ", "if call(y) ", "]\n"),
        "union": ("x: ", "'KNN' | ", "None = None\n"),
        "union inside": ("from typing import Union\nx: Union[", "KNN, ", "None] = None\n"),
        "globals": ("def work():\n    global ", "gNN, ", "g\n    g = 1\n"),
        "semicolons": ("", "x = NN; ", "\n"),
        "continued lines": ("x = 0", " + \\\n  yNN", "\n"),
        "strings on many lines": ("x = '''", "line NN noqa: SST101\n", "'''\n"),
        "wide characters on one line": ("x = [", "'ü', f(é), ", "]\n"),
        "indices": ("x = value[", "NN, ", "1]\n"),
    }
)
"""One statement that has many parts side by side."""

PLACES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "module": ("", ""),
        "function": (f"kept = {{}}\n{_CLASS}{_FUNCTION}", "    "),
        "async function": (f"kept = {{}}\n{_CLASS}async {_FUNCTION}", "    "),
        "method": (f"kept = {{}}\n{_CLASS}{_METHOD}", " " * 8),
        "constructor": (f"kept = {{}}\n{_CLASS}{_METHOD.replace('work', '__init__')}", " " * 8),
    }
)
"""Where statements stand: what comes before, and how far they are indented."""


def construct(name: str) -> Construct:
    """Return a construct by its name in ``NAMES``."""
    kind, _, rest = name.partition(": ")
    if kind == "module level":
        return OF_A_MODULE[rest]
    if kind == "expression":
        return Construct(*EXPRESSIONS[rest])
    head, margin = PLACES[kind]
    return Construct(head, indent(STATEMENTS[rest], margin), f"{margin}pass\n")


_NEEDS_FUNCTION: Final = (
    "returns",
    "yields",
    "ifs that leave",
    "decorated functions inside",
    "globals",
    "whiles",
    "supers",
)
NAMES: Final = (
    *(f"module level: {name}" for name in OF_A_MODULE),
    *(f"expression: {name}" for name in EXPRESSIONS),
    *(
        f"{place}: {name}"
        for place in PLACES
        for name in STATEMENTS
        if not (place == "module" and name in _NEEDS_FUNCTION)
    ),
)
