"""Edits: carried out exactly, and told apart where they get into each other's way."""

from __future__ import annotations

import pytest

from ssot_lint.fixes.differences import edits_between
from ssot_lint.fixing import OverlapError, apply, compatible, merged, text_at
from ssot_lint.model import Applicability, Edit, Span, Suggestion


def edit(line: int, column: int, end_line: int, end_column: int, text: str) -> Edit:
    return Edit(Span(line, column, end_line, end_column), text)


def suggestion(*edits: Edit) -> Suggestion:
    return Suggestion("change it", Applicability.SAFE, edits)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_no_edit_covers_stays_as_it_is(newline: str) -> None:
    text = newline.join(["a = 1", "\fb = 2", "", "c\x0b = \x85 3"])
    changed = apply(text, [edit(4, 0, 4, 1, "d"), edit(1, 4, 1, 5, "0")])
    assert changed == newline.join(["a = 0", "\fb = 2", "", "d\x0b = \x85 3"])


def test_insertions_at_one_place_keep_their_order_and_stand_before_a_change_there() -> None:
    assert apply("ab\n", [edit(1, 1, 1, 2, "B"), edit(1, 1, 1, 1, "1"), edit(1, 1, 1, 1, "2")]) == "a12B\n"


def test_an_edit_may_reach_to_the_end_and_an_insertion_stand_behind_it() -> None:
    assert apply("a\nb", [edit(2, 0, 2, 1, ""), edit(2, 1, 2, 1, "c")]) == "a\nc"
    assert apply("a\n", [edit(2, 0, 2, 0, "b\n")]) == "a\nb\n"
    assert apply("", [edit(1, 0, 1, 0, "a")]) == "a"


def test_two_edits_of_the_same_text_are_an_error() -> None:
    with pytest.raises(OverlapError):
        apply("abcd", [edit(1, 0, 1, 3, ""), edit(1, 2, 1, 4, "")])


def test_the_text_of_a_span_may_go_over_lines() -> None:
    assert text_at("ab\r\ncd\ref", Span(1, 1, 3, 1)) == "b\r\ncd\re"


def test_fixes_that_overlap_wait_and_those_that_share_an_edit_do_not() -> None:
    shared = edit(1, 5, 1, 5, ", b")
    first = suggestion(shared, edit(3, 0, 3, 1, "b"))
    second = suggestion(shared, edit(4, 0, 4, 1, "b"))
    inside = suggestion(edit(2, 9, 4, 1, ""))
    beside = suggestion(edit(1, 5, 1, 5, ", c"))
    touching = suggestion(edit(3, 1, 3, 2, "x"))
    all_ = [
        ("first", first),
        ("inside", inside),
        ("second", second),
        ("beside", beside),
        ("touching", touching),
    ]
    chosen = compatible(all_)
    assert [name for name, _ in chosen] == ["first", "second", "touching"]
    edits = merged(fix for _, fix in chosen)
    assert edits.count(shared) == 1
    assert len(edits) == 4


def test_a_fix_that_another_one_already_makes_is_not_made_again() -> None:
    one = suggestion(edit(1, 0, 1, 1, "b"))
    assert [name for name, _ in compatible([("one", one), ("same", one)])] == ["one"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nB\nc\n"),
        ("a\nb\nc\n", "a\nc\n"),
        ("a\n", "x\na\n"),
        ("a", "a\nb"),
        ("a\nb", "a"),
        ("a\r\nb\r\n", "a\r\nold_name(b)\r\n"),
        ("from m import old, other\nold()\n", "from m import new, other\nnew()\n"),
        ("", "a\n"),
        ("a\rb\r", "a\r"),
    ],
)
def test_differences_are_edits_that_make_one_text_the_other(before: str, after: str) -> None:
    assert apply(before, edits_between(before, after)) == after


def test_differences_are_whole_words() -> None:
    (found,) = edits_between("x = manager(1)\n", "x = get_manager(1)\n")
    assert found == edit(1, 4, 1, 11, "get_manager")
