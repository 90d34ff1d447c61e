"""The grammar of the Python at hand, and of the next ones: each file is read, or refused by name.

Python's own tests of its grammar are the input where they are installed; benchmarks/real_inputs has whole
libraries read.
"""

from __future__ import annotations

import contextlib
import json
import sys
import sysconfig
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from small_project import FILES, VIOLATION, write

pytest.importorskip("resource", reason="the steps are those that hostile inputs go through")

from benchmarks.hostile_inputs.__main__ import VIOLATION as APPENDED
from benchmarks.hostile_inputs.driving import try_steps
from benchmarks.judging import faults_of_run, is_valid
from ssot_lint.cli import main
from ssot_lint.syntax_tree import UnreadableByLibCSTError, parse

OWN: Final = Path(sysconfig.get_path("stdlib"), "test")
"""Where Python keeps its own tests, if it has brought them."""
VALID: Final = (
    "test_grammar",
    "test_patma",
    "test_syntax",
    "test_type_params",
    "test_type_aliases",
    "test_tstring",
    "test_unpack_ex",
    "test_positional_only_arg",
    "test_generic_class",
    "test_pep646_syntax",
    "test_future_stmt/test_future",
)
BROKEN: Final = (
    "badsyntax_*.py",
    "bad_coding*.py",
    "tokenizedata/bad*.py",
    "tokenizedata/coding20731.py",
    "test_future_stmt/badsyntax_*.py",
    "test_lib2to3/data/bom.py",
    "test_lib2to3/data/crlf.py",
    "test_lib2to3/data/different_encoding.py",
    "test_lib2to3/data/py2_test_grammar.py",
)
"""Files, wherever a version has them, of which most are no valid Python, or none for this version."""


class Syntax(NamedTuple):
    """A text, and the first Python whose grammar has it."""

    since: tuple[int, int]
    text: str


GROUP: Final = """\
try:
    pass
except* (OSError, ValueError) as group:
    pass
"""
STARS: Final = """\
def f(*args: *tuple[int, ...]) -> dict[*tuple[int, str]]: ...
"""
GENERIC: Final = """\
class Box[T: (int, str), *Ts, **P](list[T]):
    def put[K](self, item: T, key: K) -> K: ...
"""
NAMES_OF_TYPES: Final = """\
type Pair[T] = tuple[T, T]
type Tree = dict[str, Tree]
"""
QUOTES: Final = """\
def f(x):
    return f"{x["a"]} {x["b"]:{x["c"]}}"
"""
COMMENT: Final = """\
def f(x):
    return f'{
        x  # the one
    }'
"""
DEFAULTS: Final = """\
class Box[T = int, *Ts = *tuple[int, ...], **P = [int]]: ...
type One[T = str] = list[T]
"""
TEMPLATE: Final = """\
def f(x):
    return t'{x!r:>{x}} {x=}' rt'\\d{x}'
"""
WITHOUT_PARENTHESES: Final = """\
try:
    pass
except OSError, ValueError:
    pass
"""
NEWER: Final = {
    "a group of exceptions": Syntax((3, 11), GROUP),
    "unpacking in an index": Syntax((3, 11), STARS),
    "parameters of types": Syntax((3, 12), GENERIC),
    "names of types": Syntax((3, 12), NAMES_OF_TYPES),
    "the same quotes in an f-string": Syntax((3, 12), QUOTES),
    "a comment in an f-string": Syntax((3, 12), COMMENT),
    "defaults of parameters": Syntax((3, 13), DEFAULTS),
    "a template": Syntax((3, 14), TEMPLATE),
    "exceptions without parentheses": Syntax((3, 14), WITHOUT_PARENTHESES),
}
LATER: Final = """\
class Node:
    next: Node

    def f(self, other: Unknown.Name) -> later(): ...
"""
SOFT: Final = """\
match = type = case = _ = t = 1
match[type], type.case = case, match(_)
type (match), t * "{x}"
"""
EITHER_WAY: Final = {"annotations that come later": LATER, "soft keywords as names": SOFT}
"""What any version parses, though a newer one gives it another meaning."""


def own_files(*patterns: str) -> list[bytes]:
    if not (OWN / "test_grammar.py").exists():
        pytest.skip("this Python was installed without its tests")
    return [path.read_bytes() for pattern in patterns for path in sorted(OWN.glob(pattern))]


def test_what_python_tests_its_grammar_with_is_read_and_mended() -> None:
    """Each file gets two findings whose fixes have to find their places in it."""
    files = [data + b"\n\n\n" + APPENDED for data in own_files(*(f"{name}.py" for name in VALID))]
    figures = try_steps(files)
    assert len(files) >= 5  # as many as Python 3.10 has
    assert figures["valid Python"] == len(files) + 2  # and the two that define what is to be found
    left = figures["not read by LibCST"] + figures["not given back by LibCST"]
    assert figures["texts mended"] + left == len(files)
    assert figures["texts mended"] > left  # LibCST 1.9 fails of test_grammar alone


def test_what_python_tests_its_refusals_with_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the program, as a project: what is in one file doesn't keep it from the others."""
    files = own_files(*BROKEN)
    write(tmp_path)
    for number, data in enumerate(files):
        (tmp_path / "app" / f"file{number}.py").write_bytes(data)
    ran = run(tmp_path, monkeypatch, capsys)
    broken = {f"app/file{number}.py" for number, data in enumerate(files) if not is_valid(data)}
    assert len(broken) > 3
    assert {name for name, code, _ in ran.findings if code == "SST001"} == broken
    assert ran.has_violation
    assert ran.status == 1


class Ran(NamedTuple):
    """What the program said of a project, with the small one in it."""

    status: int
    findings: list[tuple[str, str, str]]
    errors: str

    @property
    def has_violation(self) -> bool:
        """Whether the violation in the small project is found."""
        return (VIOLATION[0], VIOLATION[2]) in {(name, code) for name, code, _ in self.findings}


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ran:
    monkeypatch.chdir(folder)
    status = main(("check", "--no-cache", "--no-screen", "--output-format", "json"))
    out, errors = capsys.readouterr()
    assert faults_of_run(status, errors) == []
    found = [(each["filename"], each["code"], str(each)) for each in json.loads(out)]
    return Ran(status, found, errors)


@pytest.mark.parametrize(("since", "text"), NEWER.values(), ids=NEWER)
def test_newer_syntax_is_read_or_refused_by_the_version(
    since: tuple[int, int],
    text: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What the Python at hand takes, and LibCST doesn't, is named, and the others are still looked at."""
    write(tmp_path, {**FILES, "app/newer.py": text})
    ran = run(tmp_path, monkeypatch, capsys)
    refusals = [said for name, code, said in ran.findings if (name, code) == ("app/newer.py", "SST001")]
    assert ran.has_violation
    if sys.version_info[:2] >= since:
        assert refusals == []
        assert (ran.status == 2) == ("app/newer.py: LibCST can't read this file: " in ran.errors)
    else:
        (refusal,) = refusals
        assert f"Python {sys.version_info[0]}.{sys.version_info[1]} read it" in refusal
        assert ran.status == 1


@pytest.mark.parametrize("text", EITHER_WAY.values(), ids=EITHER_WAY)
def test_what_means_something_else_in_newer_python_is_read(text: str) -> None:
    figures = try_steps([text.encode() + APPENDED])
    assert (figures["not read by LibCST"], figures["texts mended"]) == (0, 1)


@pytest.mark.parametrize("text", [each.text for each in NEWER.values()], ids=NEWER)
def test_libcst_gives_newer_syntax_back_or_refuses_it_whatever_python_runs_it(text: str) -> None:
    """Its own grammar is that of no Python: so it is asked about what this one may not know."""
    with contextlib.suppress(UnreadableByLibCSTError):
        tree = parse(text)
        assert tree.is_exact
        assert len(tree.positions) > 5
