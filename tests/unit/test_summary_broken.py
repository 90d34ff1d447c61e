"""Summarizing never raises and never hangs: broken texts, deep nesting, large and generated files."""

from __future__ import annotations

import pickle
import random
import sysconfig
from pathlib import Path
from typing import Final

import msgspec
import pytest
from projects_in_memory import names_of, source

from ssot_lint.project.names import Names
from ssot_lint.summary import summarize
from ssot_lint.summary.facts import ModuleSummary

BROKEN: Final = {
    "nothing closes": ("x = (\n", 1, 4),
    "not Python": ("class class:\n", 1, 6),
    "wrong indentation": ("if x:\n  a\n b\n", 3, None),
    "behind what is wide": ("é = 'é' + )\n", 1, 10),
    "behind lines that end with CR": ("a = 1\rb = 2\rc = )\r", 3, 4),
    "a text that goes on": ("x = 'a\n", 1, 4),
    "print": ("print 'hello'\n", 1, 0),
    "return outside": ("x = 1\n}\n", 2, 0),
    "too many brackets": ("(" * 1000 + ")" * 1000, 1, 200),
}

WHOLE: Final = {
    "nothing": "",
    "a comment": "# only this",
    "white space": " \n\t\n\f\n",
    "escapes that are none": "x = '\\d'\n",
    "a docstring alone": '"""Text."""',
}

DEEP: Final = {
    "attributes": "x" + ".a" * 10_000,
    "attributes that can be parsed": "x" + ".a" * 2_500,
    "calls": "x = f" + "()" * 2_500,
    "items": "x = f" + "[0]" * 2_500,
    "sum": "x = " + " + ".join(["a"] * 3_000),
    "sum of sums": "x = " + "(a + " * 190 + "a" + ")" * 190,
    "powers": "x = " + " ** ".join(["a"] * 900),
    "comparison": "x = " + " < ".join(["a"] * 3_000),
    "alternatives": "x = " + " or ".join(["a"] * 5_000),
    "conditions": "x = " + "a if b else " * 900 + "c",
    "negations": "x = " + "not " * 2_000 + "a",
    "negations that are tested": "def f():\n if " + "not " * 1_500 + "a: return 1",
    "lambdas": "x = " + "lambda: " * 1_500 + "a",
    "brackets": "x = " + "[" * 190 + "]" * 190,
    "patterns": "match x:\n case " + "[" * 90 + "a" + "]" * 90 + ": pass",
    "union": "def f(x: " + " | ".join(["A"] * 2_500) + "): pass",
    "union in quotes": "def f(x: '" + " | ".join(["A"] * 60) + "'): pass",
    "default": "def f(x=" + " + ".join(["a"] * 2_500) + "): pass",
    "default of powers": "def f(x=" + " ** ".join(["a"] * 900) + "): pass",
    "decorator": "@d(" + " + ".join(["a"] * 2_500) + ")\nclass A: pass",
    "key": "def f():\n d[" + " ** ".join(["a"] * 900) + "] = 1",
    "elif": "if a: x = 1\n" + "elif a: x = 2\n" * 5_000,
    "elif that can be parsed": "if a: x = 1\n" + "elif a: x = 2\n" * 1_000,
    "elif in a function": "def f():\n if a: return 1\n" + " elif a: return 2\n" * 1_000,
    "elif in a method": (
        "class A:\n x = []\n def f(self):\n  if a: self.x.append(1)\n"
        + "  elif a: self.x.append(2)\n" * 1_000
    ),
    "ifs": "class A:\n x = []\n def f(self):\n"
    + "".join(" " * i + "if a:\n" for i in range(2, 95))
    + " " * 95
    + "self.x.append(1)",
    "functions": "".join(" " * i + "def f():\n" for i in range(95)) + " " * 95 + "pass",
    "classes": "".join(" " * i + "class C:\n" for i in range(95)) + " " * 95 + "pass",
    "aliases": "def f(x0):\n" + "".join(f" x{i + 1} = x{i}\n" for i in range(3_000)) + " x3000()",
}

LARGE: Final = {
    "classes": "".join(
        f"class C{i}:\n    items = []\n    def run(self, x, y=None):\n        self.items.append(x)\n"
        f"        if y is None:\n            y = C{i}()\n        return y.run(x)\n\n"
        for i in range(1_000)
    ),
    "one function": "def f(a):\n" + "".join(f" x = g(x, {i})\n if x: y = x.a(y)\n" for i in range(4_000)),
    "one module": "".join(f"x = g(x, {i})\nif x: y = x.a(y)\n" for i in range(4_000)),
    "one loop": "for q in w:\n" + "".join(f" x = g(x, {i})\n if x: y = x.a(y)\n" for i in range(4_000)),
    "many loops": "".join("for i in w:\n i.a(i)\n" for _ in range(4_000)),
    "a table": "x = {\n" + "".join(f"'k{i}': C(a={i}, b=[1, 'é']),\n" for i in range(8_000)) + "}\n",
    "imports": "".join(f"from a.b{i} import C{i}, D{i} as E{i}\n" for i in range(8_000)),
    "attempts": "".join("try: import a\nexcept ImportError: a = None\n" for _ in range(4_000)),
    "a wide line": "x = [" + "'é', a.b('é'), " * 8_000 + "]",
}


@pytest.mark.parametrize(("text", "line", "column"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_says_where(text: str, line: int, column: int | None) -> None:
    found = summarize(source("views.py", text))
    assert found.error is not None
    message, span = found.error
    assert message
    assert span.line == line
    assert column is None or span.column == column
    assert found == summarize(source("views.py", text))
    assert (found.bindings, found.classes, found.packed_uses) == ({}, (), {})


def test_a_file_that_could_not_be_decoded_says_why() -> None:
    found = summarize(msgspec.structs.replace(source("views.py", ""), problem="invalid start byte"))
    assert found.error is not None
    assert found.error[0] == "invalid start byte"


@pytest.mark.parametrize("text", ["x = 1\0", "'\ud800'"], ids=["a null byte", "half a character"])
def test_a_text_that_the_parser_refuses_is_an_error(text: str) -> None:
    assert summarize(source("views.py", text)).error is not None


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_a_file_without_much_in_it_is_whole(text: str) -> None:
    assert summarize(source("views.py", text)).error is None


def test_a_broken_module_is_a_module_without_names() -> None:
    files = {"app/__init__.py": "", "app/ws.py": "x = 1", "views.py": "from app.ws import x"}
    broken = summarize(source("app/ws.py", "class Manager(:"))
    names = Names(
        [summarize(source("app/__init__.py", "")), broken, summarize(source("views.py", files["views.py"]))]
    )
    target = names.resolve("app.ws")
    assert target is not None
    assert target.kind == "module"
    assert names.resolve("app.ws.Manager") is None
    assert names.resolve("views.x") is None


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_read_or_said_to_be_too_deep(text: str) -> None:
    found = summarize(source("views.py", text))
    assert found.error is None or "nested" in found.error[0]


@pytest.mark.parametrize(
    "name",
    ["attributes that can be parsed", "sum of sums", "elif that can be parsed", "elif in a method", "ifs"],
)
def test_what_people_generate_is_read(name: str) -> None:
    assert summarize(source("views.py", DEEP[name])).error is None


@pytest.mark.untraced
@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_large_file_is_read(text: str) -> None:
    found = summarize(source("views.py", text))
    assert found.error is None
    Names([found]).resolve("views.x")


def test_a_summary_can_be_sent_and_stored() -> None:
    found = summarize(source("views.py", LARGE["classes"][:2_000]))
    assert pickle.loads(pickle.dumps(found)) == found
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=ModuleSummary) == found


def test_chains_of_names_that_are_too_long_end() -> None:
    hops = {f"m{i}.py": f"from m{i + 1} import x\ny = m{i}\ndef f(): return g()\n" for i in range(400)}
    functions = "".join(f"def f{i}(): return f{i + 1}()\n" for i in range(400))
    bases = "class C0: x = 1\n" + "".join(f"class C{i + 1}(C{i}): pass\n" for i in range(400))
    values = "".join(f"v{i} = v{i + 1}.a\n" for i in range(400))
    nested = "".join(f"class K{i}:\n def __init__(self): self.a = K{i + 1}().a\n" for i in range(400))
    names = names_of({**hops, "functions.py": functions, "bases.py": bases, "v.py": values, "k.py": nested})
    for symbol in ("m0.x", "functions.f0()", "bases.C400.x", "bases.C400().x.y", "v.v0", "k.K0().a.b"):
        names.resolve(symbol)
    assert names.subclasses("bases.C0")
    near = names.resolve("m390.x")
    assert near is not None
    assert near.symbol == "m400.x"


def test_mutilated_files_of_the_standard_library_raise_nothing() -> None:
    """Lines are lost, doubled and swapped, and words exchanged: most of it can't be parsed, some can."""
    folder = Path(sysconfig.get_path("stdlib"))
    chance = random.Random(20)
    parsed = 0
    for name in ("abc.py", "contextlib.py", "enum.py", "functools.py", "queue.py", "weakref.py", "types.py"):
        text = (folder / name).read_text(encoding="utf-8")
        for _ in range(12):
            found = summarize(source(name, mutilated(text, chance)))
            parsed += found.error is None
            Names([found])
    assert parsed > 10


def mutilated(text: str, chance: random.Random) -> str:
    """Return a text with a few changes of the kind that people make while they edit."""
    lines = text.split("\n")
    for _ in range(chance.randrange(1, 4)):
        i, j = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines[i] = ""
            case 1:
                lines.insert(j, lines[i])
            case 2:
                lines[i], lines[j] = lines[j], lines[i]
            case _:
                words = lines[i].split(" ")
                lines[i] = " ".join(chance.choice(words) if word.isidentifier() else word for word in words)
    return "\n".join(lines)


def test_long_chains_in_a_factory_are_gone_through_in_loops() -> None:
    total = " + ".join(["k"] * 2_500)
    get = f" if k not in _m:\n  x = {total}\n  print({total})\n  _m[k] = Hub(x)\n return _m[k]\n"
    branches = "".join(f" elif k == {i}:\n  _m.pop({i})\n" for i in range(800))
    other = f" if not k:\n  get({total})\n{branches} return _m.setdefault(k, Hub(k))\n"
    found = summarize(
        source("hubs.py", f"from a import Hub\n_m = {{}}\ndef get(k):\n{get}def other(k):\n{other}")
    )
    assert found.error is None
    assert [get.look.line for get in found.creation.gets] == [4]
    assert [eager.method for eager in found.creation.eager] == ["setdefault"]
