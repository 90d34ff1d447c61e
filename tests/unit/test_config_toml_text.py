"""Keys of a TOML document are found on their lines, whatever stands between them."""

from __future__ import annotations

import pytest

from ssot_lint.config.toml_text import KeyLines, parse_toml, place_of_error

DOCUMENT = '''\
# [not.a.table]
title = "a # b"   # comment
multi = """
[fake]
fake = 1
""\\" still
""""
raw = \'\'\'
x = [
\'\'\'

[tool.one]
dotted.key = 1
"quoted \\u0041.b" = 2
'literal.c' = 3
date = 1979-05-27 07:32:00
numbers = [
  1,  # ]
  2, [3,
  4],
]
inline = { a = 1, "b" = [ "x" ], c.d = "}" }

[[tool.one.many]]
name = "first"
[tool.one.many.inner]
deep = true

[ tool . "one" . many . inner . more ]
deeper = ""

[[tool.one.many]]

name = "second"
[[tool.one.many.items]]
x = 1
[[tool.one.many.items]]
x = 2

[empty]
last = [ { n = 1 },
         { n = 2, m = {} } ]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("multi",), 3),
        (("raw",), 8),
        (("tool",), 12),
        (("tool", "one", "dotted", "key"), 13),
        (("tool", "one", "quoted A.b"), 14),
        (("tool", "one", "literal.c"), 15),
        (("tool", "one", "date"), 16),
        (("tool", "one", "numbers"), 17),
        (("tool", "one", "numbers", 0), 18),
        (("tool", "one", "numbers", 2), 19),
        (("tool", "one", "numbers", 2, 1), 20),
        (("tool", "one", "inline"), 22),
        (("tool", "one", "inline", "c", "d"), 22),
        (("tool", "one", "many"), 24),
        (("tool", "one", "many", 0), 24),
        (("tool", "one", "many", 0, "name"), 25),
        (("tool", "one", "many", 0, "inner"), 26),
        (("tool", "one", "many", 0, "inner", "deep"), 27),
        (("tool", "one", "many", 0, "inner", "more", "deeper"), 30),
        (("tool", "one", "many", 1), 32),
        (("tool", "one", "many", 1, "name"), 34),
        (("tool", "one", "many", 1, "items", 0, "x"), 36),
        (("tool", "one", "many", 1, "items", 1), 37),
        (("empty",), 40),
        (("empty", "last", 0), 41),
        (("empty", "last", 1, "m"), 42),
    ],
)
def test_a_value_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert KeyLines(DOCUMENT).line(*path) == line
    assert KeyLines(DOCUMENT.replace("\n", "\r\n")).line(*path) == line


def test_every_path_of_the_document_leads_to_a_line_that_holds_its_key() -> None:
    lines = DOCUMENT.splitlines()
    keys = KeyLines(DOCUMENT)
    seen = 0

    def visit(value: object, path: tuple[str | int, ...]) -> None:
        nonlocal seen
        items = (
            value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
        )
        for key, inner in items:
            if isinstance(key, str):
                assert key.replace("A", "\\u0041") in lines[keys.line(*path, key) - 1]
                seen += 1
            visit(inner, (*path, key))

    visit(parse_toml(DOCUMENT), ())
    assert seen > 30


def test_what_has_no_line_of_its_own_has_that_of_its_table() -> None:
    assert KeyLines(DOCUMENT).line("tool", "one", "no-such-key", 3) == 12
    assert KeyLines("").line("anything") == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = 1\nb = \n", (2, 5)),
        ("[tool", (1, 6)),
        ("a = 1\na = 2\n", (2, 6)),
        ('a = """\n\n', (3, 1)),
    ],
)
def test_an_error_has_its_place(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=" ") as caught:
        parse_toml(text)
    line, column, reason = place_of_error(caught.value, text)
    assert (line, column) == place
    assert reason
    assert "line" not in reason


def test_an_error_without_a_place_is_at_the_start() -> None:
    assert place_of_error(ValueError("no idea"), "a") == (1, 1, "no idea")


@pytest.mark.parametrize(
    "text", ["= = =", "[[", "a = [", "a = [}", '"', "a = {x", "[a]]]]]\n= }", "a = [{", "#"]
)
def test_a_document_that_is_not_valid_ends_the_search_all_the_same(text: str) -> None:
    assert KeyLines(text).line("a") >= 1
