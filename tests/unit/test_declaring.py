"""Entries are put into a configuration file, and everything that it had stays where it was."""

from __future__ import annotations

import copy
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssot_lint.config.declaring import UnwritableConfigurationError, with_declarations
from ssot_lint.config.toml_text import parse_toml
from ssot_lint.model import Scope
from ssot_lint.settings import ManagedDeclaration

NEW: Final = (
    ManagedDeclaration(class_="a.B", factories=("a.get", "b.get"), scope=Scope.KEYED),
    ManagedDeclaration(class_="a.C"),
)
ENTRIES: Final = [{"class": "a.B", "factory": ["a.get", "b.get"], "scope": "keyed"}, {"class": "a.C"}]
BLOCKS: Final = """\
[[tool.ssot-lint.managed]]
class = "a.B"
factory = ["a.get", "b.get"]
scope = "keyed"

[[tool.ssot-lint.managed]]
class = "a.C"
"""
INLINE: Final = '{ class = "a.B", factory = ["a.get", "b.get"], scope = "keyed" }', '{ class = "a.C" }'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", BLOCKS),
        ("\n\n", BLOCKS),
        ("[project]", f"[project]\n\n{BLOCKS}"),
        ("[project]\n\n\n", f"[project]\n\n{BLOCKS}"),
        ("[tool.ssot-lint]\n[tool.z]\n", f"[tool.ssot-lint]\n\n{BLOCKS}\n[tool.z]\n"),
        (
            "[tool.ssot-lint]\ninfer = true # it does\n# src = []\n\n\n# about z\n# more\n[tool.z]\n",
            (
                f"[tool.ssot-lint]\ninfer = true # it does\n# src = []\n\n{BLOCKS}"
                "\n\n# about z\n# more\n[tool.z]\n"
            ),
        ),
        (
            '[[tool.ssot-lint.managed]]\nclass = "z.Z"\n\n[tool.z]\na = 1\n',
            f'[[tool.ssot-lint.managed]]\nclass = "z.Z"\n\n{BLOCKS}\n[tool.z]\na = 1\n',
        ),
        (
            "[tool.ssot-lint]\n[tool.z]\n[tool.ssot-lint.per-file-ignores]\na = []\n[tool.y]\n",
            f"[tool.ssot-lint]\n[tool.z]\n[tool.ssot-lint.per-file-ignores]\na = []\n\n{BLOCKS}\n[tool.y]\n",
        ),
        (
            "[tool]\nssot-lint.infer = true\nz.a = 1\n",
            f"[tool]\nssot-lint.infer = true\nz.a = 1\n\n{BLOCKS}",
        ),
        (
            "[tool.ssot-lint]\nmanaged = []\ninfer = true\n",
            f"[tool.ssot-lint]\nmanaged = [{', '.join(INLINE)}]\ninfer = true\n",
        ),
        (
            '[tool.ssot-lint]\nmanaged = [{class = "z.Z"}]\n',
            f'[tool.ssot-lint]\nmanaged = [{{class = "z.Z"}}, {", ".join(INLINE)}]\n',
        ),
        (
            '[tool.ssot-lint]\nmanaged = [\n  {class = "z.Z"} # why, and so on\n  # done\n]\n',
            (
                '[tool.ssot-lint]\nmanaged = [\n  {class = "z.Z"}, # why, and so on\n  # done\n'
                f"  {INLINE[0]},\n  {INLINE[1]},\n]\n"
            ),
        ),
        (
            "[tool.ssot-lint]\nmanaged = [\n]\n",
            f"[tool.ssot-lint]\nmanaged = [\n    {INLINE[0]},\n    {INLINE[1]},\n]\n",
        ),
    ],
)
def test_the_entries_stand_beside_the_table_that_is_there(before: str, after: str) -> None:
    assert with_declarations(before, "pyproject.toml", NEW) == after
    assert parse_toml(after)["tool"]["ssot-lint"]["managed"][-2:] == ENTRIES


def test_a_file_of_our_own_has_the_settings_at_its_top() -> None:
    before = 'infer = true\n\n[per-file-ignores]\n"a.py" = ["SST1"]\n'
    after = with_declarations(before, ".ssot-lint.toml", NEW)
    assert after == f"{before}\n{BLOCKS.replace('tool.ssot-lint.', '')}"
    assert parse_toml(after) == {**parse_toml(before), "managed": ENTRIES}


def test_a_file_with_another_name_has_them_where_it_has_settings() -> None:
    assert with_declarations("[tool.ssot-lint]\n", "x.toml", NEW) == f"[tool.ssot-lint]\n\n{BLOCKS}"
    assert with_declarations("", "x.toml", NEW) == BLOCKS.replace("tool.ssot-lint.", "")


def test_many_factories_stand_below_one_another() -> None:
    names = tuple(f"some.quite_long.module_{n}.get_the_instance" for n in range(4))
    text = with_declarations("", ".ssot-lint.toml", (ManagedDeclaration(class_="a.B", factories=names),))
    assert max(map(len, text.splitlines())) < 60
    assert parse_toml(text) == {"managed": [{"class": "a.B", "factory": list(names)}]}


@pytest.mark.parametrize(
    "text",
    [
        "tool = {ssot-lint = {infer = true}}\n",
        "[tool]\nssot-lint = {infer = true}\n",
        "[tool.ssot-lint]\nmanaged = 3\n",
        "[tool.ssot-lint.managed]\na = 1\n",
        "[tool]\nssot-lint = 3\n",
    ],
)
def test_what_takes_no_entry_is_left_alone(text: str) -> None:
    with pytest.raises(UnwritableConfigurationError, match=r"pyproject\.toml: no entry can be added"):
        with_declarations(text, "pyproject.toml", NEW)


def test_without_anything_to_declare_nothing_changes() -> None:
    assert with_declarations("x = 1  \r\n\n", "pyproject.toml", ()) == "x = 1  \r\n\n"


CHUNKS: Final = (
    '[project]\nname = "x"\n',
    "# about black\n[tool.black]\nline-length = 88 # long\n",
    "[tool.ssot-lint]\ninfer = true\n# src = []\n",
    '[tool.ssot-lint.per-file-ignores]\n"a.py" = ["SST1"]\n',
    '[[tool.ssot-lint.managed]]\nclass = "z.Z"\nallow = [\n  "a", # who\n]\n',
    '[[tool.ssot-lint.managed]]\nclass = "z.Y"\n',
    '# about text\n[tool.text]\na = """\n# no comment\n[tool.ssot-lint]\n"""\n',
    "# about lists\n[[tool.lists]]\n[[tool.lists]]\nx = [ [1, 2], # [\n 3 ]\n",
    '[tool.ssot-lint-too]\n"ssot-lint" = 1\n',
    "[other]\nd = 1979-05-27 07:32:00\n",
)


def valid(text: str) -> bool:
    try:
        parse_toml(text)
    except ValueError:
        return False
    return True


@st.composite
def documents(draw: st.DrawFn) -> str:
    chunks = draw(st.lists(st.sampled_from(CHUNKS), unique=True).flatmap(st.permutations))
    gaps = draw(st.lists(st.sampled_from(["", "\n", "\n\n", "# loose\n\n"]), min_size=len(chunks) + 1))
    text = "".join(part for pair in zip(gaps, (*chunks, ""), strict=False) for part in pair)
    text = text.rstrip("\n") if draw(st.booleans()) else text
    return ("\ufeff" if draw(st.booleans()) else "") + (
        text.replace("\n", "\r\n") if draw(st.booleans()) else text
    )


@given(documents().filter(lambda text: valid(text.lstrip("\ufeff"))))
@settings(deadline=None, max_examples=150)
def test_all_else_stays_as_it_is(text: str) -> None:
    after = with_declarations(text, "pyproject.toml", NEW)
    expected: dict[str, Any] = copy.deepcopy(parse_toml(text.lstrip("\ufeff")))
    table = expected.setdefault("tool", {}).setdefault("ssot-lint", {})
    table["managed"] = [*table.get("managed", []), *ENTRIES]
    assert parse_toml(after.lstrip("\ufeff")) == expected
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    text, after = text.lstrip("\ufeff"), after.lstrip("\ufeff")
    lines = iter(after.splitlines(keepends=True))
    assert all(any(found.rstrip("\r\n") == line for found in lines) for line in text.splitlines() if line), (
        "all lines are there, in their order"
    )
    for head in ("[tool.black]", "[tool.text]", "[[tool.lists]]"):
        comment = f"# about {head.strip('[]').removeprefix('tool.')}"
        if comment in text:
            old, new = text.splitlines(), after.splitlines()
            assert old[old.index(comment) + 1] == new[new.index(comment) + 1] == head
    if "\r\n" in text:
        assert after.count("\n") == after.count("\r\n")
