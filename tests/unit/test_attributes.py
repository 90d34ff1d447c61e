"""What a module says about class attributes, where no page can show it: the quick look, and odd texts."""

from __future__ import annotations

import pytest

from ssot_lint.model import SourceFile
from ssot_lint.summary import summarize
from ssot_lint.summary.attribute_facts import ClassAttributeFacts, Signal
from ssot_lint.summary.containers import MUTATING_NAMES, changes, changes_element
from ssot_lint.summary.suspect_lines import SuspectLines


def classes_in(text: str) -> dict[str, ClassAttributeFacts]:
    source = SourceFile(path="m.py", project_path="m.py", module="m", text=text)
    return {facts.qualname: facts for facts in summarize(source).attribute_facts.classes}


def changed(text: str) -> list[tuple[str, str, int]]:
    """The changes of ``self`` in a text: attribute, operation, line."""
    return [
        (m.attribute, m.operation, m.span.line)
        for facts in classes_in(text).values()
        for method in facts.methods
        for m in method.mutations
    ]


METHOD = "class C:\n    def f(self, x):\n        {}\n"


@pytest.mark.parametrize(
    ("statement", "operation"),
    [
        ("self.a.append(x)", "append"),
        ("self.a . append (x)", "append"),
        ("self.a[x] = 1", "[]="),
        ("self.a[x]=1", "[]="),
        ("self.a[x] += 1", "[]="),
        ("self.a[x]: int = 1", "[]="),
        ("self.a[x], y = 1, 2", "[]="),
        ("for self.a[x] in x: pass", "[]="),
        ("with x as self.a[x]: pass", "[]="),
        ("self.a += x", "+="),
        ("self.a |= x", "|="),
        ("del self.a[x]", "del []"),
        ("del(self.a[x])", "del []"),
        ("import heapq; heapq.heappush(self.a, x)", "heapq.heappush"),
        ("return self.a.pop()", "pop"),
        ("assert self.a.pop()", "pop"),
        ("y = [self.a.pop() for _ in x]", "pop"),
        ("y = x if self.a.pop() else x", "pop"),
        ("y = f'{self.a.pop()}'", "pop"),
        ("y = x + x + self.a.pop()", "pop"),
        ("if x: pass\n        elif self.a.pop(): pass", "pop"),
        ("while self.a.pop(): pass", "pop"),
    ],
)
def test_a_change_is_seen_in_every_kind_of_statement(statement: str, operation: str) -> None:
    assert [(a, o) for a, o, _ in changed(METHOD.format(statement))] == [("a", operation)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_python_counts_them(newline: str) -> None:
    text = METHOD.format("self.a.append(\n            x\n        )").replace("\n", newline)
    assert changed(text) == [("a", "append", 3)]


def test_a_form_feed_is_no_line_end() -> None:
    assert changed("\f\n" + METHOD.format("self.a.append(x)")) == [("a", "append", 4)]


def test_the_quick_look_finds_the_lines_of_changes_and_no_others() -> None:
    lines = SuspectLines("x = 1\ny.append(\n  2)\nz[0] = 1\nz == [1]\nself.f()\n")
    assert [n for n in range(1, 7) if lines.may_change(n, n)] == [2, 4]
    assert [n for n in range(1, 7) if lines.are_of_interest(n, n)] == [2, 4, 6]


@pytest.mark.parametrize("name", sorted(MUTATING_NAMES))
def test_the_quick_look_knows_every_changing_method(name: str) -> None:
    assert SuspectLines(f"self.a.{name}(x)").may_change(1, 1)


def test_a_number_is_added_to_no_list() -> None:
    assert changed(METHOD.format("self.a += 1")) == []


def test_what_the_constructor_gives_to_all_instances_isnt_noted() -> None:
    text = "class C:\n def __init__(self):\n  self.a = []\n def f(self, x):\n  self.a.append(x)\n"
    assert changed(text) == []


def test_binding_on_some_path_only_is_told_from_binding_on_all() -> None:
    text = (
        "class C:\n def __init__(self, x):\n  self.a = 1\n  if x:\n   self.b = 1\n   self.g()\n  self.f()\n"
    )
    (method,) = classes_in(text)["C"].methods
    assert (method.binds, method.may_bind, method.calls, method.may_call) == (("a",), ("b",), ("f",), ("g",))


@pytest.mark.parametrize(
    ("statement", "signal"),
    [
        ("self.a[self.name] = x", Signal.KEY_OF_SELF),
        ("self.a[f'{self.name}'] = x", Signal.KEY_OF_SELF),
        ("self.a[self.key()] = x", Signal.KEY_OF_SELF),
        ("self.a.append(self)", Signal.STORES_SELF),
        ("self.a.append((x, self))", Signal.STORES_SELF),
        ("self.a['k'] = None", Signal.CONSTANT),
        ("self.a.update({'k': -1})", Signal.CONSTANT),
        ("self.a.add(x)", Signal.FROM_PARAMETERS),
        ("self.a['k'][x] = 1", Signal.NESTED),
        ("self.a.clear()", Signal.REMOVES),
    ],
)
def test_a_change_says_what_it_is_for(statement: str, signal: Signal) -> None:
    (facts,) = classes_in(METHOD.format(statement)).values()
    assert facts.methods[0].mutations[0].signals & signal


@pytest.mark.parametrize(
    ("statement", "signal"),
    [
        ("self.a[self.made_of(x)] = x", Signal.KEY_OF_SELF),
        ("self.a[x.name] = x", Signal.KEY_OF_SELF),
        ("self.a.append('k')", Signal.CONSTANT),
        ("self.a.pop(0)", Signal.CONSTANT),
        ("self.a.append(self.name)", Signal.STORES_SELF),
    ],
)
def test_a_change_says_no_more_than_it_means(statement: str, signal: Signal) -> None:
    (facts,) = classes_in(METHOD.format(statement)).values()
    assert not facts.methods[0].mutations[0].signals & signal


@pytest.mark.parametrize(
    "text",
    [
        METHOD.format("y = " + "x + " * 600 + "self.a.pop()"),
        METHOD.format("x" + ".f(1)" * 300 + ".append(self.a.pop())"),
        METHOD.format("return " + "x if x else " * 50 + "self.a.pop()"),
        "class C:\n a = " + "[] + " * 600 + "[]\n",
        "class C:\n a = b = c = []\n def f(*self):\n  self.a.append(1)\n def g():\n  self.a.append(1)\n",
        "class C:\n def f(self):\n  match self.a:\n   case [x] if self.a.pop(): pass\n",
        "def f(a):\n" + "".join(f"{' ' * n}if a:\n" for n in range(1, 60)) + " " * 60 + "a.x.append(1)\n",
        "a = b\nb = a\na.x.append(1)\nclass C:\n x = a\n",
        "class C:\n def f(self):\n  getattr(self)\n  setattr(self)\n  vars()\n  super().x.append(1)\n",
    ],
)
def test_odd_texts_are_read_to_their_end(text: str) -> None:
    assert summarize(SourceFile(path="m.py", project_path="m.py", module="m", text=text)).error is None


@pytest.mark.parametrize(
    ("operation", "kind", "is_change"),
    [
        ("append", "list", True),
        ("append", "dict", False),
        ("add", "set", True),
        ("put", "queue", True),
        ("get_nowait", "queue", True),
        ("[]=", "set", False),
        ("+=", "dict", False),
        ("|=", "dict", True),
        ("heapq.heappush", "list", True),
        ("heapq.heappush", "deque", False),
        ("random.shuffle", "deque", True),
        (".=", "SimpleNamespace", True),
        (".=", "list", False),
        ("append", "tuple", False),
    ],
)
def test_only_what_changes_that_very_container_is_a_change(
    operation: str, kind: str, is_change: bool
) -> None:
    assert changes(operation, kind) is is_change


def test_an_item_is_changed_where_its_kind_is_known_or_the_method_leaves_no_doubt() -> None:
    assert changes_element("append", "dict", "")
    assert not changes_element("update", "dict", "")
    assert changes_element("update", "dict", "set")
    assert not changes_element("append", "dict", "set")
    assert not changes_element("append", "set", "")
    assert changes_element("append", "tuple", "list")
    assert not changes_element("append", "tuple", "")
