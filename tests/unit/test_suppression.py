"""A noqa silences exactly what flake8 says it silences."""

from __future__ import annotations

import random
import sys
import tokenize
from pathlib import Path

import pytest
from flake8 import defaults
from hypothesis import given, settings
from hypothesis import strategies as st
from silenced_by_flake8 import CODES, flake8_lines, silenced_by_flake8

from ssot_lint.suppression import NoqaMap, reading, suppressed_lines


def silenced_by_us(text: str) -> set[tuple[int, str]]:
    noqa = suppressed_lines(text)
    numbers = range(1, len(flake8_lines(text)) + 1)
    return {(number, code) for number in numbers for code in CODES if noqa.suppresses(number, code)}


def test_the_patterns_are_those_of_flake8() -> None:
    assert reading.INLINE.pattern == defaults.NOQA_INLINE_REGEXP.pattern
    assert reading.INLINE.flags == defaults.NOQA_INLINE_REGEXP.flags
    assert reading._WHOLE_FILE.pattern == defaults.NOQA_FILE.pattern
    assert reading._WHOLE_FILE.flags == defaults.NOQA_FILE.flags


@pytest.mark.parametrize(
    ("comment", "silenced"),
    [
        ("", ()),
        ("# nothing to see", ()),
        ("#noqa", ()),
        ("# noqa", CODES),
        ("# NoQA", CODES),
        ("# noqa because of reasons", CODES),
        ("# noqa: SST101", ("SST101",)),
        ("# noqa:SST101", ("SST101",)),
        ("# noqa: SST101 because the pool owns it", ("SST101",)),
        ("# noqa: SST101,SST201", ("SST101", "SST201")),
        ("# noqa: SST101 SST201", ("SST101", "SST201")),
        ("# noqa: E501, SST102", ("SST102",)),
        ("# noqa: E501", ()),
        ("# noqa: SST1", ("SST101", "SST102")),
        ("# noqa: S101", ()),
        ("# noqa: sst101", ()),
        ("# noqa: SST101SST201", ()),
        ("# type: ignore # noqa: SST201", ("SST201",)),
        # These look precise and are not: flake8 sees no codes in them, and silences everything.
        ("# noqa: SST", CODES),
        ("# noqa : SST101", CODES),
        ("# noqa:  SST101", CODES),
        ("# noqa: because SST101", CODES),
    ],
)
def test_a_comment_silences_what_flake8_says_it_does(comment: str, silenced: tuple[str, ...]) -> None:
    text = f"before = 1\nhere = 2  {comment}\nafter = 3\n"
    expected = {(2, code) for code in silenced}
    assert silenced_by_us(text) == expected
    assert silenced_by_flake8(text) == expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            "x = f(\n    1,  # noqa: SST101\n    2,\n)\ny = 1\n", {2}, id="one line of a call over four lines"
        ),
        pytest.param('x = """one\ntwo\n"""  # noqa: SST101\ny = 1\n', {1, 2, 3}, id="a triple-quoted string"),
        pytest.param(
            'x = f"""one\n{two}\n"""  # noqa: SST101\ny = 1\n', {1, 2, 3}, id="a triple-quoted f-string"
        ),
        pytest.param(
            "x = 1 + \\\n    2  # noqa: SST101\ny = 1\n", {1, 2}, id="a line continued by a backslash"
        ),
        pytest.param('x = """\n# noqa: SST101\n"""\ny = 1\n', {1, 2, 3}, id="a noqa inside a string"),
        pytest.param("# noqa: SST101\nx = 1\n", {1}, id="a comment line silences only itself"),
        pytest.param("x = [  # noqa: SST101\n    # why\n\n    1]\n", {1}, id="the first line of a display"),
        pytest.param("def f():  # noqa: SST101\n    x = 1\n", {1}, id="the head of a block, not its body"),
        pytest.param("if x:\n    y = 1  # noqa: SST101\nz = 2\n", {2}, id="the last line of a block"),
        pytest.param(
            "@d(\n    1\n)  # noqa: SST101\nclass C:\n    pass\n",
            {3},
            id="the last line of a decorator",
        ),
        pytest.param("x = 1  # noqa: SST101", {1}, id="no newline at the end"),
        pytest.param("x = \\\r\n    1  # noqa: SST101\r\ny = 1\r\n", {1, 2}, id="CRLF"),
        pytest.param("x = \\\r    1  # noqa: SST101\ry = 1\r", {1, 2}, id="CR alone"),
        pytest.param("x = 1\n\f\ny = 2  # noqa: SST101\n", {3}, id="a form feed ends no line"),
        pytest.param("x = (1,\x0b2)\ny = 2  # noqa: SST101\n", {2}, id="a vertical tab ends no line"),
    ],
)
def test_a_noqa_counts_for_all_lines_that_a_string_or_a_backslash_joins(text: str, lines: set[int]) -> None:
    expected = {(line, "SST101") for line in lines}
    assert silenced_by_us(text) == expected
    assert silenced_by_flake8(text) == expected


@pytest.mark.parametrize(
    ("comment", "whole"),
    [
        ("# flake8: noqa", True),
        ("    # FLAKE8: NOQA", True),
        ("# flake8=noqa", True),
        ("# flake8:noqa", True),
        ("# flake8: noqa: SST101", True),
        ("x = 1  # flake8: noqa", False),
        ("# flake8 noqa", False),
    ],
)
def test_a_line_of_its_own_can_silence_the_file(comment: str, whole: bool) -> None:
    text = f"first = 1\n{comment}\nlast = 2\n"
    assert suppressed_lines(text).whole_file is whole
    assert silenced_by_us(text) == silenced_by_flake8(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x = (\ny = 1  # noqa: SST101\n", id="an open bracket"),
        pytest.param('x = """\ny = 1  # noqa: SST101\n', id="an open string"),
        pytest.param("if x:\n        y = 1\n    z = 2  # noqa: SST101\n", id="a broken dedent"),
    ],
)
def test_where_the_text_cannot_be_tokenized_every_physical_line_counts_for_itself(text: str) -> None:
    last = text.count("\n")
    assert silenced_by_us(text) == {(last, "SST101")}
    assert silenced_by_flake8(text) == {(last, "SST101")}


@pytest.mark.parametrize(
    "text", ["", "\n", "\0 # noqa", "\ud800  # noqa\n", "'\ud800' # noqa", "\\", "\\\n# noqa"]
)
def test_no_text_makes_it_fail(text: str) -> None:
    assert suppressed_lines(text).suppresses(99, "SST101") is False


def test_a_file_without_a_noqa_is_not_tokenized(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        pytest.fail("tokenized a file without need")

    monkeypatch.setattr(tokenize, "generate_tokens", refuse)
    assert suppressed_lines("x = 1\n" * 10) == NoqaMap()


FRAGMENTS = (
    "x = 1",
    "f(",
    ")",
    "[1,",
    "]",
    "'''a",
    "'''",
    "f'''{x}",
    'y = "# noqa"',
    "if x:",
    "    pass",
    "\tpass",
    "\\",
    "# noqa",
    "# noqa: SST101",
    "  # noqa: SST2, SST102 why",
    "# noqa : SST1",
    "# flake8: noqa",
    "\f",
    " ",
)


@given(
    st.lists(
        st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(["\n", "\n", "\n", "", " ", ";", "\r\n"])),
        max_size=12,
    )
)
@settings(max_examples=400, deadline=None)
def test_random_texts_are_silenced_as_flake8_silences_them(parts: list[tuple[str, str]]) -> None:
    text = "".join(fragment + end for fragment, end in parts)
    assert silenced_by_us(text) == silenced_by_flake8(text)


def test_real_modules_with_scattered_noqas_are_silenced_as_flake8_silences_them() -> None:
    """The standard library's own files, with noqa comments put at the ends of random lines."""
    folder = Path(tokenize.__file__).parent
    chance = random.Random(f"noqa {sys.version_info[:2]}")
    comments = (
        "  # noqa",
        "  # noqa: SST101",
        "  # noqa:SST2,SST102 why",
        "  # noqa : SST101",
        "  # type: x",
    )
    names = chance.sample(sorted(folder.glob("*.py")), 25)
    silenced = 0
    for path in names:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=False)
        for index in chance.sample(range(len(lines)), min(len(lines), 12)):
            lines[index] += chance.choice(comments)
        text = "\n".join(lines)
        expected = silenced_by_flake8(text)
        assert silenced_by_us(text) == expected, path.name
        silenced += len(expected)
    assert silenced
