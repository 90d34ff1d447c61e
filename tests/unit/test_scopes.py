"""Which of a name's bindings hold at which point of the text."""

from __future__ import annotations

import ast
from typing import Final

import pytest

from ssot_lint.summary.blocks import end_of, if_chain, start_of
from ssot_lint.summary.scopes import absolute_module
from ssot_lint.summary.symbols import annotated_classes, describe
from ssot_lint.summary.walker import ModuleWalker

REACHING: Final = {
    "the last one": ("x = A\nx = B\nuse(x)", "B"),
    "the one before": ("x = A\nuse(x)\nx = B", "A"),
    "none before the first": ("use(x)\nx = A\nx = B", ""),
    "a branch, and what was before": ("x = A\nif c:\n x = B\nuse(x)", "A B"),
    "a branch, from inside": ("x = A\nif c:\n x = B\n use(x)", "B"),
    "another branch": ("x = A\nif c:\n x = B\nelse:\n use(x)", "A"),
    "another branch, in a loop": ("x = A\nfor i in c:\n if i:\n  x = B\n else:\n  use(x)", "A B"),
    "another case": ("x = A\nmatch c:\n case 1:\n  x = B\n case 2:\n  use(x)", "A"),
    "the test of a later branch": ("x = A\nif c:\n x = B\nelif use(x):\n pass", "A"),
    "another handler": ("x = A\ntry:\n f()\nexcept E:\n x = B\nexcept F:\n use(x)\nelse:\n pass", "A"),
    "a branch that leaves": ("x = A\nif c:\n x = B\n raise c\nuse(x)", "A"),
    "a branch inside one that leaves": ("x = A\nif c:\n if d:\n  x = B\n raise c\nuse(x)", "A"),
    "what a loop brings round": ("x = A\nwhile c:\n use(x)\n x = B", "A B"),
    "what a loop brings round is overwritten": ("while c:\n x = A\n use(x)\n x = B", "A"),
    "what an outer loop brings round": ("x = A\nfor i in c:\n for j in i:\n  use(x)\n x = B", "A B"),
    "a loop before": ("x = A\nfor i in c:\n x = B\nuse(x)", "A B"),
    "a loop that continues": ("x = A\nfor i in c:\n use(x)\n if i:\n  x = B\n  continue", "A B"),
    "a loop variable": ("x = A\nfor x in c:\n pass\nuse(x)", "A"),
    "a try that may fail": ("x = A\ntry:\n x = B\nexcept E:\n pass\nuse(x)", "A B"),
    "a try whose failure leaves": ("x = A\ntry:\n x = B\nexcept E:\n raise\nuse(x)", "B"),
    "a handler": ("x = A\ntry:\n f()\nexcept E:\n x = B\nuse(x)", "A B"),
    "a with": ("x = A\nwith c:\n x = B\nuse(x)", "B"),
    "a finally": ("x = A\ntry:\n f()\nfinally:\n x = B\nuse(x)", "B"),
    "a deletion": ("x = A\ndel x\nuse(x)", ""),
    "a deletion in a branch": ("x = A\nif c:\n del x\nuse(x)", "A"),
    "a None to begin with": ("x = None\nif c:\n x = B\nuse(x)", "B"),
    "a case": ("x = A\nmatch c:\n case 1:\n  x = B\nuse(x)", "A B"),
    "an augmented assignment": ("x = A\nx += B\nuse(x)", ""),
    "too many": ("".join(f"if c:\n x = A{i}\n" for i in range(9)) + "use(x)", ""),
}


@pytest.mark.parametrize(("text", "wanted"), REACHING.values(), ids=REACHING)
def test_a_use_sees_what_may_hold_there(text: str, wanted: str) -> None:
    assert meant(text) == wanted.split()


@pytest.mark.parametrize(("text", "wanted"), REACHING.values(), ids=REACHING)
def test_a_module_is_no_different(text: str, wanted: str) -> None:
    """What holds at the end is told by the name itself, which the project looks up."""
    found = meant(text, in_function=False)
    assert found in (wanted.split(), ["m.x"])


def meant(text: str, *, in_function: bool = True) -> list[str]:
    """Return what the argument of ``use`` is, by the last words of its symbols."""
    names = "from w import A, B, " + ", ".join(f"A{i}" for i in range(9))
    if in_function:
        body = "\n".join(f"  {line}" for line in text.split("\n"))
        tree = ast.parse(f"{names}\ndef function():\n{body}")
    else:
        tree = ast.parse(f"{names}\n{text}")
    walker = ModuleWalker("m", is_package=False)
    walker.walk(tree)
    scope = walker.functions[0].scope if in_function else walker.top
    call = next(n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "use")
    found = describe(call.args[0], scope)
    return [s.removeprefix("w.") for s in found if "<locals>" not in s]


@pytest.mark.parametrize(
    ("package", "module", "level", "wanted"),
    [
        ("", "a.b", 0, "a.b"),
        ("p.q", "a", 1, "p.q.a"),
        ("p.q", "", 1, "p.q"),
        ("p.q", "a", 2, "p.a"),
        ("p.q", "a", 3, "a"),
        ("p.q", "a", 4, None),
        ("", "a", 1, "a"),
        ("", "", 1, None),
    ],
)
def test_a_relative_module_has_an_absolute_name(
    package: str, module: str, level: int, wanted: str | None
) -> None:
    assert absolute_module(package, module, level) == wanted


@pytest.mark.parametrize(
    ("annotation", "wanted"),
    [
        ("A", ["w.A"]),
        ("'A'", ["w.A"]),
        ("Optional[A]", ["w.A"]),
        ("Union[A, B, None]", ["w.A", "w.B"]),
        ("A | B | None", ["w.A", "w.B"]),
        ("'A | None'", ["w.A"]),
        ("Annotated[A, 1]", ["w.A"]),
        ("Final[A]", ["w.A"]),
        ("ClassVar['A']", ["w.A"]),
        ("Awaitable[A]", ["w.A"]),
        ("Coroutine[None, None, A]", ["w.A"]),
        ("Iterator[A]", ["w.A"]),
        ("AsyncGenerator[A, None]", ["w.A"]),
        ("list[A]", []),
        ("Any", []),
        ("None", []),
        ("'not one'", []),
        ("''", []),
        ("'1'", []),
        ("3", []),
        ("A + B", []),
        ("'" + "A" * 300 + "'", []),
    ],
)
def test_an_annotation_names_classes(annotation: str, wanted: list[str]) -> None:
    tree = ast.parse(f"from w import A, B\nx: {annotation}")
    walker = ModuleWalker("m", is_package=False)
    walker.walk(tree)
    assert list(annotated_classes(tree.body[1].annotation, walker.top)) == wanted  # type: ignore[attr-defined]


def test_self_as_an_annotation_is_the_class_around() -> None:
    tree = ast.parse("class C:\n  def f(self) -> Self: pass\ndef g() -> Self: pass")
    walker = ModuleWalker("m", is_package=False)
    walker.walk(tree)
    method, function = walker.functions
    returns = ast.Name("Self", ast.Load())
    assert annotated_classes(returns, method.scope) == ("m.C",)
    assert annotated_classes(returns, function.scope) == ()


def test_an_elif_belongs_to_its_if_and_an_else_with_an_if_and_more_does_not() -> None:
    tree = ast.parse("if a: pass\nelif b: pass\nelse:\n if c: pass\n d")
    node = tree.body[0]
    assert isinstance(node, ast.If)
    assert [ast.unparse(link.test) for link in if_chain(node)] == ["a", "b"]


def test_a_decorated_definition_begins_with_its_decorator() -> None:
    node = ast.parse("@d\ndef f():\n  pass").body[0]
    assert (start_of(node), end_of(node)) == ((1, 1), (3, 6))
