"""The source frame keeps its carets under the span, whatever the line is made of."""

from __future__ import annotations

import pytest

from ssot_lint.model import Span
from ssot_lint.reporters.frame import Row, frame, split_lines


def shown(text: str, span: Span, *, width: int = 40, context: int = 0) -> list[str]:
    return [row.content for row in frame(split_lines(text), span, width=width, context=context)]


def test_carets_stand_under_the_span() -> None:
    assert shown("value = make()", Span(1, 8, 1, 14)) == ["value = make()", "        ^^^^^^"]


def test_neighbouring_lines_are_shown_unless_they_are_blank() -> None:
    rows = frame(["a", "", "b()", "c", "d"], Span(3, 0, 3, 3), width=40)
    assert rows == [Row(3, "b()"), Row(None, "^^^"), Row(4, "c")]
    assert frame(["a", "b()"], Span(2, 0, 2, 3), width=40)[0] == Row(1, "a")


def test_tabs_are_laid_out_to_stops_of_four_cells() -> None:
    assert shown("\tx\t= f()", Span(1, 5, 1, 8)) == ["    x   = f()", "          ^^^"]


def test_a_tab_inside_the_span_is_marked_in_its_whole_width() -> None:
    assert shown("a(\t)", Span(1, 0, 1, 4)) == ["a(  )", "^^^^^"]


def test_wide_characters_take_two_cells_and_combining_ones_none() -> None:
    assert shown("s = '漢字'; f()", Span(1, 10, 1, 13)) == ["s = '漢字'; f()", "            ^^^"]
    assert shown("s = 'e\u0301'; f()", Span(1, 10, 1, 13)) == ["s = 'e\u0301'; f()", "         ^^^"]


def test_control_characters_are_shown_as_pictures_of_one_cell() -> None:
    assert shown("s = '\x1b[31m\u202e\x7f'; f()", Span(1, 15, 1, 18)) == [
        "s = '␛[31m\N{REPLACEMENT CHARACTER}␡'; f()",
        "               ^^^",
    ]
    assert shown("a\u00a0b", Span(1, 2, 1, 3)) == ["a b", "  ^"]


def test_a_form_feed_ends_no_line() -> None:
    text = "a = 1\n\x0cb = 2\x0b\n\u2028c()\n"
    assert len(split_lines(text)) == 4
    assert shown(text, Span(3, 1, 3, 4))[0].endswith("c()")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_of_python_ends_a_line(newline: str) -> None:
    text = newline.join(("a", "b()", "c", ""))
    assert shown(text, Span(2, 0, 2, 3), context=1) == ["a", "b()", "^^^", "c"]


def test_a_long_line_is_cut_behind_the_span() -> None:
    source, carets = shown("f() + " + "x" * 100, Span(1, 0, 1, 3), width=20)
    assert source == "f() + " + "x" * 13 + "…"
    assert carets == "^^^"


def test_a_long_line_is_cut_around_a_span_in_its_middle() -> None:
    line = "a" * 60 + "f()" + "b" * 60
    source, carets = shown(line, Span(1, 60, 1, 63), width=20)
    assert len(source) == 20
    assert source[0] == source[-1] == "…"
    assert source[carets.index("^") : carets.rindex("^") + 1] == "f()"


def test_a_span_that_is_wider_than_the_frame_shows_its_start() -> None:
    line = "a" * 60 + "f(" + "b" * 60 + ")"
    source, carets = shown(line, Span(1, 60, 1, 123), width=20)
    assert source.startswith("…aaaf(b")
    assert source.endswith("…")
    assert carets == " " * 4 + "^" * 15


def test_wide_characters_at_the_cut_leave_the_carets_in_place() -> None:
    line = "漢" * 40 + "f()" + "字" * 40
    for width in range(20, 30):
        source, carets = shown(line, Span(1, 40, 1, 43), width=width)
        before = source[: source.index("f()")]
        assert sum(2 if char in "漢字" else 1 for char in before) == carets.index("^")
        assert carets.count("^") == 3


def test_a_line_of_a_million_characters_is_shown_around_the_span() -> None:
    line = "[" + "1," * 500_000 + "f()]"
    start = line.index("f()")
    source, carets = shown(line, Span(1, start, 1, start + 3), width=60)
    assert len(source) <= 60
    assert source[carets.index("^") : carets.rindex("^") + 1] == "f()"
    assert shown(line, Span(1, 0, 1, 1), width=60)[0].endswith("…")


def test_a_long_line_of_combining_characters_shows_the_span() -> None:
    line = "e" + "\u0301" * 3000 + "f()"
    source, carets = shown(line, Span(1, 3001, 1, 3004), width=60)
    assert source == "…f()"
    assert carets == " ^^^"


def test_the_neighbours_of_a_cut_line_are_moved_with_it() -> None:
    rows = shown("short\n" + "a" * 90 + "f()\n" + "b" * 91, Span(2, 90, 2, 93), width=30, context=1)
    assert rows[0] == "…"
    assert rows[3].startswith("…bbb")


def test_each_line_of_a_span_over_lines_is_marked_without_its_indent() -> None:
    text = "x = f(\n    1,\n\n)\ny = 2"
    assert shown(text, Span(1, 4, 4, 1), context=1) == [
        "x = f(",
        "    ^^",
        "    1,",
        "    ^^",
        "",
        ")",
        "^",
        "y = 2",
    ]


def test_a_span_over_many_lines_ends_in_an_ellipsis() -> None:
    rows = shown("\n".join(["f(", *(f"  {n}," for n in range(20)), ")"]), Span(1, 0, 22, 1), context=1)
    assert rows[-1] == "…"
    assert len(rows) == 9


def test_an_empty_span_gets_one_caret() -> None:
    assert shown("a\n", Span(2, 0, 2, 0)) == ["", "^"]
    assert shown("abc", Span(1, 3, 1, 3)) == ["abc", "   ^"]
    assert shown("abc", Span(1, 10, 1, 12))[1].strip() == "^^"


def test_a_span_outside_the_text_has_no_frame() -> None:
    assert shown("a", Span(5, 0, 5, 1)) == []
    assert shown("a", Span(0, 0, 0, 1)) == []
