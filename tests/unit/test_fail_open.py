"""Facts about skipped guards and fallbacks, where a rule page can't show them."""

from __future__ import annotations

import msgspec
import pytest
from projects_in_memory import source

from ssot_lint.summary import summarize
from ssot_lint.summary.facts import ModuleSummary
from ssot_lint.summary.guard_calls import GUARD_WORDS, WordLines, is_guard_name

TEXT = """\
from app.model import Manager
def get(context):
    try:
        validate_context(context)
    except Exception:
        return Manager(context)
"""


def summary_of(text: str) -> ModuleSummary:
    found = summarize(source("app/ws.py", text))
    assert found.error is None
    return found


@pytest.mark.parametrize("word", GUARD_WORDS)
@pytest.mark.parametrize("shape", ["{}", "_{}", "__{}_it", "{}_user", "{}User", "{}2"])
def test_a_guard_is_known_by_its_leading_word(word: str, shape: str) -> None:
    assert is_guard_name(shape.format(word))


@pytest.mark.parametrize(
    "name",
    [
        "checked",
        "checkpoint",
        "validator",
        "verification",
        "auditor",
        "get_check",
        "register_guard",
        "Check",
        "is_valid",
    ],
)
def test_other_words_are_no_guards(name: str) -> None:
    assert not is_guard_name(name)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(newline: str) -> None:
    """A text of a thousand lines before, so that a wrong count can't be right by chance."""
    padding = "x = 1\n" * 1000
    (skipped,) = [
        s for s in summary_of((padding + TEXT).replace("\n", newline)).fail_open.skipped if s.how == "error"
    ]
    (fallback,) = summary_of((padding + TEXT).replace("\n", newline)).fail_open.fallbacks
    assert (skipped.span.line, skipped.span.column) == (1005, 4)
    assert fallback.span.line == 1006


def test_lines_with_words_are_found_at_their_ends() -> None:
    lines = WordLines("a\ncheck\nb\nc check\n", ("check",))
    found = [lines.between(line, line) for line in range(1, 6)]
    assert found == [False, True, False, True, False]
    assert not WordLines("nothing", ("check",))


def test_a_group_of_exceptions_is_a_handler_too() -> None:
    text = TEXT.replace("except Exception", "except* Exception").replace("return ", "fallback = ")
    try:
        compile(text, "", "exec")
    except SyntaxError:
        pytest.skip("exception groups came with Python 3.11")
    assert [s.how for s in summary_of(text).fail_open.skipped if s.how == "error"] == ["error"]


def test_columns_count_characters() -> None:
    text = TEXT.replace("return Manager", "return 'äöü' and Manager")
    (fallback,) = summary_of(text).fail_open.fallbacks
    assert text.split("\n")[5][fallback.span.column : fallback.span.end_column] == "Manager(context)"


def test_the_facts_travel() -> None:
    found = summary_of(TEXT)
    assert found.fail_open.skipped
    packed = msgspec.msgpack.encode(found)
    assert msgspec.msgpack.decode(packed, type=ModuleSummary).fail_open == found.fail_open


def test_a_text_without_the_words_has_no_facts() -> None:
    facts = summary_of("def get(context):\n    return Manager(context)\n").fail_open
    assert not (facts.skipped)
    assert not (facts.flags)
    assert not (facts.verdicts)
    assert not (facts.fallbacks)
