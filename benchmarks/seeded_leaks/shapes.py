"""The shapes of a leak: what the class body binds, how that is changed, and how the change gets there."""

from __future__ import annotations

from typing import Final, NamedTuple


class Value(NamedTuple):
    """Lines of a class body that bind ``{a}``; ``{mark}`` stands at the line to be reported."""

    kind: str
    text: str
    imports: str = ""
    top: str = ""
    """A definition for another module, which ``{other}`` names."""
    top_name: str = ""


class Way(NamedTuple):
    """Statements by which ``{change}`` gets at the attribute, with what they need elsewhere."""

    name: str
    text: str
    holder: str
    """What the change is written to; ``{s}`` is the method's name for its instance."""
    helper: str = ""
    """A function for another module; ``{h}`` is its name, and ``{other}`` that module."""
    in_constructor: str = ""
    """Statements for the start of ``__init__``."""


_LIST: Final = (
    "[]", "list()", "[None] * 3", "[x for x in range(3)]", "'a b c'.split()", "sorted('abc')", "[1] + [2]",
    "[] if print else [1]", "[1, 2, 3]", "list('abc')", "[[1], [2]]", "copy.copy([1, 2])", "[].copy()",
)  # fmt: skip
_DICT: Final = (
    "{{}}", "dict()", "{{'a': 1}}", "dict(a=1)", "dict.fromkeys('ab')", "{{x: x for x in 'ab'}}",
    "{{'a': 1}} | {{'b': 2}}", "collections.OrderedDict()", "collections.defaultdict(int)",
    "dict({{'a': 1}})", "collections.ChainMap({{}}, {{}})", "weakref.WeakValueDictionary()",
)  # fmt: skip
_SET: Final = ("set()", "{{1, 2}}", "set('ab')", "{{x for x in 'ab'}}", "{{1}} | {{2}}", "weakref.WeakSet()")
_DEQUE: Final = ("collections.deque()", "collections.deque(maxlen=10)", "collections.deque([1])")
_QUEUE: Final = ("queue.Queue()", "asyncio.Queue()", "queue.SimpleQueue()")
_IMPORTS: Final = (
    "import array\nimport asyncio\nimport collections\nimport copy\nimport queue\nimport weakref"
)
_PLAIN: Final = (
    ("list", _LIST), ("dict", _DICT), ("set", _SET), ("deque", _DEQUE), ("queue", _QUEUE),
    ("bytearray", ("bytearray()", "bytearray(b'ab')")), ("array", ("array.array('i')",)),
)  # fmt: skip
_FORMS: Final = (
    "{a} = VALUE  {mark}",
    "{a}: 'object' = VALUE  {mark}",
    "{a} = {a}_other = VALUE  {mark}",
    "{a}, {a}_other = VALUE, None  {mark}",
    "{a} = ({a}_same := VALUE)  {mark}",
    "if print:\n    {a} = VALUE  {mark}",
    "try:\n    {a} = VALUE  {mark}\nexcept ValueError:\n    pass",
)
_TOP: Final = (
    Value("list", "{a} = {other}.{h}_new()  {mark}", "", "def {h}_new():\n    return []", "{h}_new"),
    Value("dict", "{a} = {other}.{h}_new()  {mark}", "", "def {h}_new():\n    made = {{}}\n    return made"),
    Value("dict", "{a} = {other}.{h}_TABLE  {mark}", "", "{h}_TABLE = {{'a': 1}}"),
    Value("list", "{a} = {other}.{h}_TABLE  {mark}", "", "{h}_TABLE = [1, 2]"),
    Value("dict", "{a} = {other}.{h}_TABLE.copy()  {mark}", "", "{h}_TABLE = {{'a': 1}}"),
)


def values() -> tuple[Value, ...]:
    """Return every value in every form; the plain form of each is there several times."""
    found = [
        Value(kind, form.replace("VALUE", text), _IMPORTS)
        for kind, texts in _PLAIN
        for text in texts
        for form in (_FORMS[0], *_FORMS)
    ]
    return (*found, *_TOP * 4)


class Class(NamedTuple):
    """A class to be planted whole: its head, how it binds ``VALUE``, and what it imports."""

    head: str
    form: str
    imports: str = "pass"


CLASSES: Final = (
    Class("class {C}:", "{a} = VALUE  {mark}"),
    Class("@attr.s\nclass {C}:", "{a} = attr.ib(default=VALUE)  {mark}", "import attr"),
    Class("@attr.s\nclass {C}:", "{a} = attr.ib(VALUE)  {mark}", "import attr"),
    Class("@attrs.define\nclass {C}:", "{a}: object = VALUE  {mark}", "import attrs"),
    Class("@attrs.define\nclass {C}:", "{a}: object = attrs.field(default=VALUE)  {mark}", "import attrs"),
    Class("@dataclasses.dataclass\nclass {C}:", "{a} = VALUE  {mark}", "import dataclasses"),
    Class("class {C}(typing.NamedTuple):", "{a}: object = VALUE  {mark}", "import typing"),
    Class("class {C}(abc.ABC):", "{a} = VALUE  {mark}", "import abc"),
    Class("class {C}(typing.Generic[typing.T]):", "{a} = VALUE  {mark}", "import typing"),
)


def values_of(planted: Class) -> tuple[Value, ...]:
    """Return the values for a class that is planted whole."""
    return tuple(
        Value(kind, planted.form.replace("VALUE", text), f"{_IMPORTS}\n{planted.imports}")
        for kind, texts in _PLAIN
        for text in texts
    )


CHANGES: Final = {
    "list": (
        "{r}.append({v})", "{r}.extend([{v}])", "{r}.insert(0, {v})", "{r} += [{v}]", "{r}[0:0] = [{v}]",
        "{r}[0] = {v}", "{r}.pop()", "{r}.clear()", "{r}.sort()", "{r}.reverse()", "del {r}[0]",
        "heapq.heappush({r}, {v})", "bisect.insort({r}, {v})", "random.shuffle({r})",
        "{r}[0], unused = {v}, 1", "list(map({r}.append, [{v}]))", "print(key={r}.append)",
    ),
    "dict": (
        "{r}[{v}] = 1", "{r}['key'] = {v}", "{r}.update({{{v}: 1}})", "{r}.setdefault({v}, []).append(1)",
        "{r}.setdefault({v}, 1)", "{r}.pop({v}, None)", "{r}.popitem()", "del {r}[{v}]", "{r}.clear()",
        "{r} |= {{{v}: 1}}", "{r}[{v}] += 1", "{r}.update(key={v})", "{r}['key']: object = {v}",
    ),
    "set": (
        "{r}.add({v})", "{r}.update([{v}])", "{r}.discard({v})", "{r} |= {{{v}}}", "{r} -= {{{v}}}",
        "{r}.remove({v})", "{r}.clear()", "{r}.pop()", "{r}.difference_update([{v}])",
    ),
    "deque": (
        "{r}.append({v})", "{r}.appendleft({v})", "{r}.popleft()", "{r}.rotate(1)", "{r}.extend([{v}])",
    ),
    "queue": ("{r}.put_nowait({v})", "{r}.put({v})", "{r}.get_nowait()"),
    "array": ("{r}.append({v})", "{r}.extend([{v}])", "{r}.pop()", "{r}[0] = {v}", "{r}.fromlist([{v}])"),
    "bytearray": ("{r}.extend(bytes(str({v}), 'ascii'))", "{r}[0] = {v}", "{r} += bytes(str({v}), 'ascii')"),
}  # fmt: skip
"""How each kind of container is changed: ``{r}`` is the container, ``{v}`` what the method was given."""

WAYS: Final = (
    Way("plain", "{change}", "{s}.{a}"),
    Way("plain", "{change}", "{s}.{a}"),
    Way("plain", "{change}", "{s}.{a}"),
    Way("if", "if {v}:\n    {change}", "{s}.{a}"),
    Way("else", "if {v}:\n    pass\nelse:\n    {change}", "{s}.{a}"),
    Way("try", "try:\n    {change}\nexcept KeyError:\n    pass", "{s}.{a}"),
    Way("except", "try:\n    print({v})\nexcept KeyError:\n    {change}", "{s}.{a}"),
    Way("finally", "try:\n    print({v})\nfinally:\n    {change}", "{s}.{a}"),
    Way("with", "with open({v}):\n    {change}", "{s}.{a}"),
    Way("for", "for _ in range(2):\n    {change}", "{s}.{a}"),
    Way("while", "while {v}:\n    {change}\n    break", "{s}.{a}"),
    Way("match", "match {v}:\n    case 1:\n        {change}", "{s}.{a}"),
    Way("local name", "held_{n} = {s}.{a}\n{change}", "held_{n}"),
    Way("local name of two", "held_{n}, other_{n} = {s}.{a}, 1\n{change}", "held_{n}"),
    Way("local name by walrus", "print(held_{n} := {s}.{a})\n{change}", "held_{n}"),
    Way("local name by choice", "held_{n} = {s}.{a} if {v} else []\n{change}", "held_{n}"),
    Way("getattr", "{change}", "getattr({s}, '{a}')"),
    Way("inner function", "def inner_{n}():\n    {change}\ninner_{n}()", "{s}.{a}"),
    Way("inner function, local name", "held_{n} = {s}.{a}\ndef inner_{n}():\n    {change}", "held_{n}"),
    Way("after a conditional rebinding", "if {v}:\n    {s}.{a} = None\nelse:\n    {change}", "{s}.{a}"),
    Way("bound to itself", "{s}.{a} = {s}.{a}\n{change}", "{s}.{a}"),
    Way("kept by the constructor", "{change}", "{s}.kept_{n}", "", "{s}.kept_{n} = {s}.{a}"),
    Way("kept by the constructor, or", "{change}", "{s}.kept_{n}", "", "{s}.kept_{n} = None or {s}.{a}"),
    Way("bound on one path", "{change}", "{s}.{a}", "", "if {s}:\n    {s}.{a} = None"),
    Way(
        "helper that gets the instance",
        "{other}.{h}({s}, {v})",
        "owner.{a}",
        "def {h}(owner, value_{n}):\n    {change}",
    ),
    Way(
        "helper that gets the instance by name",
        "{other}.{h}(value_{n}={v}, owner={s})",
        "owner.{a}",
        "def {h}(owner, value_{n}):\n    {change}",
    ),
    Way(
        "helper that gets the attribute",
        "{other}.{h}({s}.{a}, {v})",
        "held_{n}",
        "def {h}(held_{n}, value_{n}):\n    {change}",
    ),
    Way(
        "helper class that gets the instance",
        "{other}.{h}().run({s}, {v})",
        "owner.{a}",
        "class {h}:\n    def run(self, owner, value_{n}):\n        {change}",
    ),
)
"""The ways inside a method of the class."""

OUTSIDE: Final = (
    Way(
        "made in the function",
        "",
        "obj_{n}.{a}",
        "def {h}(value_{n}):\n    obj_{n} = {C}(value_{n})\n    {change}",
    ),
    Way("made and changed at once", "", "{C}(value_{n}).{a}", "def {h}(value_{n}):\n    {change}"),
    Way("annotated parameter", "", "obj_{n}.{a}", "def {h}(obj_{n}: {C}, value_{n}):\n    {change}"),
    Way("annotated in quotes", "", "obj_{n}.{a}", "def {h}(obj_{n}: '{C}', value_{n}):\n    {change}"),
    Way(
        "annotated as optional", "", "obj_{n}.{a}", "def {h}(obj_{n}: '{C} | None', value_{n}):\n    {change}"
    ),
    Way(
        "an attribute that holds an instance",
        "",
        "self.held_{n}.{a}",
        "class {h}:\n    def __init__(self):\n        self.held_{n} = {C}()\n\n"
        "    def use_{n}(self, value_{n}):\n        {change}",
    ),
    Way(
        "subclass",
        "",
        "self.{a}",
        "class {h}({C}):\n    def use_{n}(self, value_{n}):\n        {change}",
    ),
    Way(
        "subclass, by super",
        "",
        "super().{a}",
        "class {h}({C}):\n    def use_{n}(self, value_{n}):\n        {change}",
    ),
    Way(
        "subclass of a subclass",
        "",
        "self.{a}",
        "class {h}Between({C}):\n    pass\n\n\nclass {h}({h}Between):\n    def use_{n}(self, value_{n}):\n"
        "        {change}",
    ),
)
"""The ways in another module than the class's: ``{C}`` is the class."""
