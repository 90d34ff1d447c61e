"""A large text is read part by part, with the same outcome: neither ast nor LibCST has all of it at once."""

from __future__ import annotations

import ast
import sys
import tracemalloc
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import libcst as cst
import pytest
from small_project import FILES, VIOLATION, write

import ssot_lint
from benchmarks.robustness.shapes import SHAPES
from ssot_lint import Confidence, check, fixes, inspection, syntax_tree
from ssot_lint.cli import main
from ssot_lint.parse_limits import objection_to
from ssot_lint.summary import parsing
from ssot_lint.summary.parsing import parse, parts

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCES: Final = sorted(Path(ssot_lint.__file__).parent.glob("summary/*.py"))
JOINED: Final = {
    "a string": "a = 1\nb = '''\nc = 1\nd = 1\n'''\ne = 1\n",
    "brackets": "a = [\nb,\nc,\n]\nd = 1\n",
    "a line that goes on": "a = \\\nb\nc = \\\n\\\nd\n",
    "a decorator": "a = 1\n@b\n@c\ndef d():\n    pass\n\n\n@e\nclass F: pass\n",
    "alternatives": "if a:\n    b\nelif c:\n    d\nelse:\n    e\nelsewhere = 1\n",
    "handlers": "try:\n    a\nexcept B:\n    c\nelse:\n    d\nfinally:\n    e\n",
    "loops": "for a in b:\n    c\nelse:\n    d\nwhile e: f\nelse: g\n",
    "a block in one line": "if a: b\nc = 1\nwith d: e\n",
    "comments in between": "if a:\n    b\n# c \\\n    # d\n    e\n# f\ng = 1\n",
    "other ends of lines": "a = 1\r\nb = '''\r\nc\r\n'''\r\nd = 1\rif e:\r    f\r\ng = 1\n",
    "wide characters": "é = 'é'\nb = é; c = é\nñ = 1\n",
    "form feeds": "a = 1\n\fb = 1\n\f\nc = 1\n",
    "no end": "a = 1\nb = 1\nc",
    "nothing": "",
    "comments alone": "# a\n# b\n",
}
BROKEN: Final = {
    "nothing closes": "a = 1\nb = 1\nc = (\nd = 1\n",
    "a string without an end": "a = 1\nb = '''\nc\nd\n",
    "a statement alone": "a = 1\nelse: b\nc = 1\n",
    "no handler": "a = 1\ntry: b\nc = 1\nd = 1\n",
    "no block": "a = 1\nif b:\nc = 1\n",
    "too far in": "a = 1\n  b = 1\nc = 1\n",
    "a NUL": "a = 1\nb = 1\nc = '\0'\n",
    "half of a character": "a = 1\nb = 1\nc = '\ud800'\n",
    "too many brackets": f"a = 1\nb = {'(' * 300}{')' * 300}\n",
}


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take everything for large, and any statement for enough of it."""
    monkeypatch.setattr(parsing, "PART", 1)
    monkeypatch.setattr(parsing, "MOST_PARTS", sys.maxsize)
    monkeypatch.setattr(inspection, "PART", 1)
    monkeypatch.setattr(syntax_tree, "PART_OF_LIBCST", 1)


def dumped(tree: ast.AST) -> str:
    return ast.dump(tree, include_attributes=True)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("text", JOINED.values(), ids=JOINED)
def test_parts_make_the_tree_of_the_whole(text: str) -> None:
    assert dumped(parse(text)) == dumped(ast.parse(text))


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_so_they_do_in_real_files(path: Path) -> None:
    text = path.read_text("utf-8")
    assert dumped(parse(text)) == dumped(ast.parse(text))
    cut = list(parts(text, 200))
    assert len(cut) > 1
    assert "".join(part.text for part in cut) == text
    assert all(before.below == after.above for before, after in pairwise(cut))


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_the_error_is_that_of_the_whole(text: str) -> None:
    told = []
    for read in (ast.parse, parse):
        with pytest.raises((SyntaxError, ValueError)) as caught:
            read(text)
        told.append((type(caught.value), str(caught.value), getattr(caught.value, "offset", None)))
    assert told[0] == told[1]


def test_a_large_text_takes_much_less_memory_than_ast_alone_would() -> None:
    [(_, text)] = SHAPES["lines"](60_000)
    assert len(text) > 3 * parsing.PART

    def most(read: Callable[[str], object]) -> int:
        tracemalloc.start(1)
        try:
            read(text)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    whole = most(ast.parse)
    assert most(parse) < 0.7 * whole
    assert most(objection_to) < 0.5 * whole  # which keeps no tree of a part


@pytest.mark.usefixtures("small_parts")
def test_libcst_is_given_the_statements_around_a_suspicion_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    parse_module = cst.parse_module

    def noted(text: str) -> cst.Module:
        given.append(text)
        return parse_module(text)

    monkeypatch.setattr(cst, "parse_module", noted)
    monkeypatch.setattr(fixes, "LONGEST", 10)
    others = "".join(f"\n\ndef other{number}():\n    return {number}\n" for number in range(50))
    path, line, code = VIOLATION
    write(tmp_path, {**FILES, path: FILES[path] + others + "\n\ndef last():\n    return Manager()\n"})
    found = check(cwd=tmp_path).findings
    assert [(each.code, each.location.span.line) for each in found] == [(code, line), (code, line + 204)]
    assert [text.strip() for text in given] == [
        "def view():\n    return Manager()",
        "def last():\n    return Manager()",
    ]


@pytest.mark.usefixtures("small_parts")
def test_a_part_that_libcst_cannot_read_is_no_clean_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path, *_ = VIOLATION
    deep = f"\n\nmade = Manager(){'.a' * 600}\n"
    write(tmp_path, {**FILES, path: FILES[path] + deep})
    assert main(("--no-cache", "app")) == 2
    out, err = capsys.readouterr()
    assert f"{path}: LibCST can't read this file: the code is nested too deeply" in err
    assert f"{path}:5:" in out  # what comes before it is told of


def test_edits_are_not_worked_out_in_a_file_that_is_too_large_for_libcst(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path)
    (with_edits,) = check(cwd=tmp_path, overrides={"min_confidence": Confidence.LOW}).findings
    monkeypatch.setattr(fixes, "LONGEST", len(FILES["app/views.py"]) - 1)
    (without,) = check(cwd=tmp_path, overrides={"min_confidence": Confidence.LOW}).findings
    assert with_edits.fix is not None
    assert without.fix is None
    assert "(not by --fix: the file is too large)" in without.suggestions[0].title
