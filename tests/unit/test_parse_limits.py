"""What would take LibCST time without end, or the process with it, isn't given to it; the rest goes on."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Final, NoReturn

import libcst as cst
import pytest
from small_project import FILES, VIOLATION, write

from ssot_lint.cli import main
from ssot_lint.parse_limits import objection_to
from ssot_lint.syntax_tree import UnreadableByLibCSTError, parse

if TYPE_CHECKING:
    from pathlib import Path

CPU_SECONDS: Final = 20
"""Ten times what the slowest of the files below takes, and far less than LibCST would."""


def pattern(before: str, behind: str, levels: int) -> str:
    return f"match x:\n    case {before * levels}1{behind * levels}:\n        pass\n"


REPEATED: Final = {
    "sequences": pattern("[", "]", 24),
    "groups": pattern("(", ")", 24),
    "tuples": pattern("(", ",)", 14),
    "mappings": pattern("{1: ", "}", 14),
    "classes": pattern("C(", ")", 24),
    "keywords of classes": pattern("C(a=", ")", 24),
    "over several lines": pattern("(\n", ",)", 14),
    "with brackets in strings and comments": pattern("('(', '''\n]''', # (\n", ",)", 14),
    "behind another case": f"{pattern('[', ']', 1)}    case {'(' * 14}1{',)' * 14}:\n        pass\n",
    "behind wide characters": f"def f(x):\n    'é'; {pattern('[', ']', 1)}".replace(
        "match", "pass\n    match"
    )
    .replace("\n    case", "\n        case ['é', " + "(" * 14 + "1" + ",)" * 14 + "]: pass\n        case")
    .replace("\n        pass\n", " pass\n"),
    "deleted targets": f"del {'(' * 28}a{',)' * 28}\n",
    "many of them": pattern("(", ",)", 8) * 30,
}
"""Each takes LibCST minutes, if not years."""

DEEP: Final = {
    "attributes": "x" + ".a" * 2_500,
    "sum": "x = " + " + ".join(["a"] * 3_000),
    "alternatives": "x = " + " or ".join(["a"] * 10_000),
    "import": "import a" + ".a" * 20_000,
    "import from": "from a" + ".a" * 20_000 + " import b",
    "elif": "if a: x = 1\n" + "elif a: x = 2\n" * 800,
}
"""Some of these end the process when LibCST is given them, the others are too deep for Python's recursion."""

SHALLOW: Final = {
    "patterns": "match x:\n    case {'a': [(1, C(b=(2 | 3))), *_]} if f(((y))):\n        pass\n" * 300,
    "nothing nested": pattern("", "", 1) * 2_000,
    "deleted calls": f"del a[{'f(' * 40}1{')' * 40}], b[{'(' * 12}1{')' * 12} + 1]\n",
    "a long list": f"x = [{'a.b(c), ' * 20_000}]\n",
    "brackets": f"x = {'[' * 90}{']' * 90}\n",
    "elif": "if a: x = 1\n" + "elif a: x = 2\n" * 150,
    "alternatives": "x = " + " or ".join(["a"] * 300),
    "newer than Python, or nothing": "x = (\n",
}


@pytest.mark.parametrize("text", [*REPEATED.values(), *DEEP.values()], ids=[*REPEATED, *DEEP])
def test_what_is_too_much_for_libcst_is_not_given_to_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_asked(text: str) -> NoReturn:
        pytest.fail("LibCST was asked")

    monkeypatch.setattr(cst, "parse_module", not_asked)
    with pytest.raises(UnreadableByLibCSTError, match="nested too deeply"):
        parse(text)


@pytest.mark.parametrize("text", SHALLOW.values(), ids=SHALLOW)
def test_what_people_write_is_given_to_libcst(text: str) -> None:
    assert objection_to(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "x" + ".a" * 480 + " = y\n",
        "x" + "[0]" * 480 + " = y\n",
        "x = " + " + ".join(["a"] * 480) + "\n",
    ],
    ids=["attributes", "items", "sum"],
)
def test_what_is_just_not_too_deep_has_places_and_text(text: str) -> None:
    """Also where much of what Python's limit on recursion allows is used up by the callers."""

    def below(calls: int) -> tuple[int, bool]:
        if calls:
            return below(calls - 1)
        tree = parse(text)
        return len(tree.positions), tree.is_exact

    before = sys.getrecursionlimit()
    found, is_exact = below(before // 2)
    assert (found > 480, is_exact, sys.getrecursionlimit()) == (True, True, before)


@pytest.mark.parametrize(
    "target", [f"x{'.a' * 450}.a", f"{'f(x=' * 110}x{')' * 110}.a"], ids=["dots", "calls"]
)
def test_the_rules_read_what_is_just_not_too_deep(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """None asks LibCST for the text of a tree, or goes into it by calling itself."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {**FILES, "app/deep.py": f"from app.ws import Manager\n\n{target} = Manager()\n"})
    options = ("--output-format", "concise", "--no-cache", "--no-screen", "--min-confidence", "low", "app")
    assert main(options) == 1
    out, err = capsys.readouterr()
    assert "app/deep.py:3:" in out
    assert err == ""


def test_a_failure_that_has_no_text_is_named_by_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """LibCST's errors show trees, and a tree may be too deep for that."""

    class EndlessError(ValueError):
        def __str__(self) -> str:
            raise RecursionError

    def fail(_text: str) -> NoReturn:
        raise EndlessError

    monkeypatch.setattr(cst, "parse_module", fail)
    with pytest.raises(UnreadableByLibCSTError, match="EndlessError: the code is nested too deeply"):
        parse("x = 1\n")


@pytest.mark.parametrize("text", [REPEATED["tuples"], REPEATED["deleted targets"], DEEP["attributes"]])
def test_the_file_is_named_and_the_others_go_on(text: str, tmp_path: Path) -> None:
    """In a process of its own: without the bound this one would hang or die."""
    bad = f"from app.ws import Manager\n\n\ndef f(x):\n    return Manager()\n\n\n{text}"
    write(tmp_path, {**FILES, "app/bad.py": bad})
    command = [sys.executable, "-m", "ssot_lint", "--output-format", "concise", "--no-cache", "app"]
    limited = ["bash", "-c", f'ulimit -t {CPU_SECONDS} && exec "$@"', "bash", *command]
    ran = subprocess.run(limited, cwd=tmp_path, capture_output=True, text=True, check=False)
    path, line, code = VIOLATION
    assert ran.returncode == 2, ran.stderr
    assert f"{path}:{line}:12: {code}" in ran.stdout
    assert "app/bad.py: LibCST can't read this file: " in ran.stderr
    assert "the code is nested too deeply; not checked for SST101\n" in ran.stderr or (
        "its patterns, or what del is given, are nested too deeply; not checked for SST101\n" in ran.stderr
    )
    assert "report" not in ran.stderr  # it is no mistake of the linter
    assert "Traceback" not in ran.stderr


class PanicException(BaseException):
    """What a panic in Rust comes to Python as."""


FAILURES: Final = (
    cst.ParserSyntaxError("broken", lines=["x"], raw_line=1, raw_column=0),
    cst.CSTLogicError("Logic error!"),
    cst.CSTValidationError("Cannot concatenate parenthesized strings."),
    KeyError("whatever else it may be"),
    TypeError("an unexpected keyword argument"),
    RecursionError("maximum recursion depth exceeded"),
    MemoryError(),
    ValueError("no such whitespace"),
    PanicException("index out of bounds"),
)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
def test_a_failure_of_libcst_costs_its_file_alone(
    failure: BaseException,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    parse_module = cst.parse_module

    def fail(text: str) -> cst.Module:
        if "fatal" in text:
            raise failure
        return parse_module(text)

    monkeypatch.setattr(cst, "parse_module", fail)
    monkeypatch.chdir(tmp_path)
    bad = f"{FILES['app/views.py']}\n\nfatal = 1\n"
    # The rule about names that are the same needs no tree: its finding in the same file remains.
    write(tmp_path, {**FILES, "app/bad.py": f"{bad}\n\ndef f(items=[]): ...  # noqa: SST999\n"})
    assert main(("--output-format", "concise", "--no-cache", "app")) == 2
    out, err = capsys.readouterr()
    path, line, code = VIOLATION
    assert f"{path}:{line}:12: {code}" in out
    assert err.count("app/bad.py: LibCST can't read this file: ") == 1
    assert "; not checked for SST101\n" in err
    assert "report" not in err
    assert "internal error" not in err
    assert "app/views.py" not in err


def test_whatever_else_is_raised_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(text: str) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(cst, "parse_module", interrupt)
    with pytest.raises(KeyboardInterrupt):
        parse("x = 1\n")


REFUSED: Final = {
    "a star behind a keyword": ("class A(metaclass=M, *bases):\n    pass\n", "ParserSyntaxError"),
    "a line that goes on before its block": ("if 1:\n\\\n x = 1\n", "ParserSyntaxError"),
    "a lambda without a space": ("() if 0 else(lambda:())\n", "TypeError"),
}
"""Valid Python that LibCST 1.9 has no tree for, and how it says so."""
KEPT: Final = """\


class Agent:
    def __init__(self, phrases=[]):
        self.phrases = phrases

    def learn(self, text):
        self.phrases.append(text)
"""


@pytest.mark.parametrize(("text", "error"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("option", ["--statistics", "--fix", "--diff"])
def test_what_libcst_refuses_is_named_and_the_rules_that_need_no_tree_go_on(
    text: str,
    error: str,
    option: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    bad = f"from app.ws import Manager\n\n\ndef f():\n    return Manager()\n{KEPT}\n\n{text}"
    write(tmp_path, {**FILES, "app/bad.py": bad})
    assert main(("--output-format", "concise", "--no-cache", "app")) == 2
    out, err = capsys.readouterr()
    path, line, code = VIOLATION
    assert f"{path}:{line}:12: {code}" in out
    assert "app/bad.py:9:32: SST204" in out
    assert err.count(f"app/bad.py: LibCST can't read this file: {error}: ") == 1
    assert main((option, "--unsafe-fixes", "--no-cache", "app")) == 2
    assert "internal error" not in err
    out, err = capsys.readouterr()
    assert "internal error" not in err
    assert err.count(f"app/bad.py: LibCST can't read this file: {error}: ") == 1
    assert (tmp_path / "app" / "bad.py").read_text(encoding="utf-8") == bad
    is_mended = "get_manager" in (tmp_path / path).read_text(encoding="utf-8")
    assert is_mended == (option == "--fix")
    assert ("get_manager()" in out) == (option == "--diff")


def test_an_error_of_libcst_that_is_no_error_of_python_is_one_kind_of_error() -> None:
    """Strings with templates in them, one behind the other, of Python 3.14; this Python needn't know them."""
    with pytest.raises(UnreadableByLibCSTError, match="CSTLogicError"):
        parse("t'{x}' t'{y}'\n")
