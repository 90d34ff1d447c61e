"""The shapes of what instances store on classes, keep of defaults, and hold of modules."""

from __future__ import annotations

from typing import Final, NamedTuple


class Shape(NamedTuple):
    """Texts for the places of a violation; ``{mark}`` stands at the end of the line to be reported.

    ``{C}`` is the home class, ``{a}`` a new attribute, ``{s}``, ``{i}`` and ``{v}`` the names of the method's
    and the constructor's instance and of what the method is given, ``{change}`` fills what ``holder`` says.
    """

    code: str
    name: str
    in_method: str = ""
    in_class: str = ""
    in_constructor: str = ""
    top: str = ""
    """For the head of the home module."""
    other_top: str = ""
    """For the head of another module, which is imported as ``{other}``."""
    block: str = ""
    """For another module, which imports the home class."""
    holder: str = "{s}.{a}"


DEFAULTS: Final = (
    ("list", "[]"), ("dict", "{{}}"), ("set", "set()"), ("list", "list()"), ("dict", "dict()"),
    ("dict", "{{'a': 1}}"), ("list", "[1, 2]"), ("set", "{{1, 2}}"), ("dict", "dict(a=1)"),
)  # fmt: skip
TABLES: Final = (
    ("list", "[1, 2]"), ("dict", "{{'a': 1}}"), ("set", "{{1, 2}}"), ("dict", "dict(a=1)"),
    ("list", "list('ab')"), ("dict", "{{'a': {{'b': 1}}}}"),
)  # fmt: skip
FILLS: Final = {
    "list": ("{r}.append({v})", "{r}.extend([{v}])", "{r}.insert(0, {v})", "{r} += [{v}]"),
    "dict": ("{r}[{v}] = {v}", "{r}.update({{{v}: {v}}})", "{r}.setdefault({v}, []).append({v})"),
    "set": ("{r}.add({v})", "{r}.update([{v}])", "{r} |= {{{v}}}"),
}

_STORES: Final = (
    "type({s}).{a} = {s}  {mark}",
    "{s}.__class__.{a} = {s}  {mark}",
    "{C}.{a} = {s}  {mark}",
    "{C}.{a}: object = {s}  {mark}",
    "setattr({C}, '{a}', {s})  {mark}",
    "setattr(type({s}), '{a}', {s})  {mark}",
    "if {v}:\n    {C}.{a} = {s}  {mark}",
    "try:\n    {C}.{a} = {s}  {mark}\nexcept KeyError:\n    pass",
    "with open({v}):\n    type({s}).{a} = {s}  {mark}",
    "for _ in range(2):\n    type({s}).{a} = {s}  {mark}",
    "me_{n} = {s}\n{C}.{a} = me_{n}  {mark}",
    "{C}.{a}, unused_{n} = {s}, 1  {mark}",
    "kind_{n} = type({s})\nkind_{n}.{a} = {s}  {mark}",
    "{C}.{a} = {s} if {v} else None  {mark}",
    "{C}.{a} = {s}.{m}  {mark}",
    "type({s}).{a} = {s}.{m}  {mark}",
    "def inner_{n}():\n    {C}.{a} = {s}  {mark}\ninner_{n}()",
)
_USERS: Final = (
    "def use_{n}(self, user):\n    {C}.{a} = user  {mark}",
    "def use_{n}(self, request):\n    type(self).{a} = request.user  {mark}",
    "def use_{n}(self, context: 'UserContext'):\n    self.__class__.{a} = context  {mark}",
    "def use_{n}(self, user_id: str):\n    {C}.{a} = user_id  {mark}",
)
_KEEPS: Final = (
    "self.{a} = {a}",
    "held = {a}\nself.{a} = held",
    "self.{a} = {a} if {a} is not None else []",
    "self.{a}: object = {a}",
    "self.{a}, self.other_{n} = {a}, 1",
    "if {a} is None:\n    {a} = []\nself.{a} = {a}",
    "if {a} is not None:\n    self.{a} = {a}\nelse:\n    self.{a} = []",
)
_SIGNATURES: Final = (
    "def keep_{n}(self, {a}=VALUE):  {mark}",
    "def keep_{n}(self, *, {a}=VALUE):  {mark}",
    "async def keep_{n}(self, {a}: object = VALUE):  {mark}",
    "def keep_{n}(self, first, {a}=VALUE, *more):  {mark}",
)
_HOLDINGS: Final = (
    "{i}.{a} = TABLE  {mark}",
    "{i}.{a}: object = TABLE  {mark}",
    "{i}.{a} = None or TABLE  {mark}",
    "{i}.{a} = TABLE if {i} else None  {mark}",
    "if {i}:\n    {i}.{a} = TABLE  {mark}\nelse:\n    {i}.{a} = None",
    "held_{n} = TABLE\n{i}.{a} = held_{n}  {mark}",
    "{i}.{a}, {i}.other_{n} = TABLE, 1  {mark}",
    "{i}.{a} = {i}.same_{n} = TABLE  {mark}",
)
_CHANGES: Final = (
    ("plain", "{change}", "{s}.{a}"),
    ("plain", "{change}", "{s}.{a}"),
    ("if", "if {v}:\n    {change}", "{s}.{a}"),
    ("try", "try:\n    {change}\nfinally:\n    print({v})", "{s}.{a}"),
    ("local name", "held_{n} = {s}.{a}\n{change}", "held_{n}"),
    ("inner function", "def inner_{n}():\n    {change}\ninner_{n}()", "{s}.{a}"),
)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.split("\n"))


def _stores() -> list[Shape]:
    found = [Shape("SST203", text.partition("  {mark}")[0], in_method=text) for text in _STORES]
    found += [Shape("SST203", text.partition("  {mark}")[0], in_class=text) for text in _USERS]
    text = "class {h}({C}):\n    def use_{n}(self):\n        {C}.{a} = self  {mark}"
    return [*found, Shape("SST203", "subclass elsewhere", block=text)]


def _defaults() -> list[Shape]:
    found = []
    for how, change, holder in _CHANGES:
        found += [
            Shape("SST204", f"kept: {keep}; {how}", change, f"{head}\n{_indented(keep)}", holder=holder)
            for head in _SIGNATURES
            for keep in _KEEPS
        ]
        subclass = "class {h}({C}):\n    def __init__(self, *args, {a}=VALUE):  {mark}\n"
        own = f"{subclass}        super().__init__(*args)\n        self.{{a}} = {{a}}"
        keep = "def keep_{n}(self, first, {a}):\n    self.{a} = {a}"
        passing = "class {h}({C}):\n    def start_{n}(self, {a}=VALUE):  {mark}\n        CALL"
        calls = (
            "super().keep_{n}(1, {a})",
            "self.keep_{n}(1, {a}={a})",
            "{C}.keep_{n}(self, 1, {a})",
        )
        found += [Shape("SST204", f"kept by a subclass; {how}", change, block=own, holder=holder)] * 5
        found += [
            Shape(
                "SST204",
                f"{call}; {how}",
                change,
                keep,
                block=passing.replace("CALL", call),
                holder=holder,
            )
            for call in calls * 2
        ]
    found += [
        Shape(
            "SST204",
            "returned",
            block=f"def {{h}}(value_{{n}}, {{a}}=VALUE):  {{mark}}\n{body}",
            holder="{a}",
        )
        for body in (
            "    {change}\n    return {a}",
            "    if value_{n}:\n        {change}\n        return {a}\n    return None",
            "    {change}\n    return value_{n}, {a}",
            "    held = {a}\n    {change}\n    return held",
        )
        * 5
    ]
    before = "def keep_{n}(self, value_{n}, {a}=VALUE):  {mark}\n    {change}\n    self.{a} = {a}"
    return [*found, *[Shape("SST204", "changed before", in_class=before, holder="{a}")] * 5]


def _objects() -> list[Shape]:
    found = []
    for how, change, holder in _CHANGES:
        for text in _HOLDINGS:
            name = f"{text.partition('  {mark}')[0]}; {how}"
            here = text.replace("TABLE", "{h}_TABLE")
            there = text.replace("TABLE", "{other}.{h}_TABLE")
            table = "{h}_TABLE = VALUE"
            found.append(Shape("SST205", name, change, in_constructor=here, top=table, holder=holder))
            found.append(Shape("SST205", name, change, in_constructor=there, other_top=table, holder=holder))
    return found


SHAPES: Final = {"SST203": _stores(), "SST204": _defaults(), "SST205": _objects()}
