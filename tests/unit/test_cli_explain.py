"""``explain``: which rules are meant, and how their pages are shown."""

from __future__ import annotations

import json
import re
import sys

import pytest

from ssot_lint.cli import main
from ssot_lint.rules import RULES

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "72")


def explain(capsys: pytest.CaptureFixture[str], *arguments: str, terminal: bool = False) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.stdout, "isatty", lambda: terminal)
        assert main(["explain", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def page(code: str) -> str:
    import ssot_lint.rules

    (rule,) = (rule for rule in RULES if rule.code == code)
    folder = ssot_lint.rules.__path__[0]
    with open(f"{folder}/{rule.name.replace('-', '_')}.md", encoding="utf-8") as stream:
        return stream.read()


def test_elsewhere_than_on_a_terminal_the_page_is_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(capsys, "SST101") == page("SST101")


@pytest.mark.parametrize("wanted", ["sst201", "Shared-Mutable-Attribute"])
def test_a_rule_goes_by_code_and_name_in_any_case(capsys: pytest.CaptureFixture[str], wanted: str) -> None:
    assert explain(capsys, wanted) == page("SST201")


def test_several_rules_come_in_the_order_asked_for_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    both = explain(capsys, "SST201", "SST101", "direct-instantiation")
    assert both == f"{page('SST201')}\n{page('SST101')}"


def test_the_start_of_codes_stands_for_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    headings = re.findall(r"^# (SST\d+) [a-z-]+$", explain(capsys, "sst3"), re.MULTILINE)
    assert headings == [rule.code for rule in RULES if rule.code.startswith("SST3")]


def test_all_that_is_no_rule_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "SST101", "SST109", "direct-instanciation", ""]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "'SST109' is no rule; did you mean SST10" in err
    assert "'direct-instanciation' is no rule; did you mean SST101 (direct-instantiation)?" in err
    assert "'' is no rule" in err
    assert [line.split(": ")[:2] for line in err.splitlines()] == [["ssot-lint", "error"]] * 3


def test_a_terminal_is_shown_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    shown = explain(capsys, "SST201", terminal=True)
    assert "\x1b[1;35mWhat it finds\x1b[0m\n" in shown
    text = ANSI.sub("", shown)
    assert text.startswith("SST201 shared-mutable-attribute\n\nWhat it finds\n\nA mutable object")
    assert not re.search(r"^##+ |```|\*\*changed|\w\]\(http", text, re.MULTILINE)
    assert " • in methods of the class" in text
    prose = [line for line in text.splitlines() if not line.startswith(" ")]
    assert max(map(len, prose)) in range(60, 73)


def test_a_terminal_without_colours_is_shown_the_same_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ANSI.sub("", explain(capsys, "SST201", "SST101", terminal=True))
    plain = "\n".join(line.rstrip() for line in words.split("\n"))
    monkeypatch.setenv("NO_COLOR", "1")
    assert explain(capsys, "SST201", "SST101", terminal=True) == plain
    monkeypatch.delenv("NO_COLOR")
    assert explain(capsys, "SST201", "SST101", "--color", "never", terminal=True) == plain


def test_a_terminal_that_follows_links_gets_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b]8;" not in explain(capsys, "SST201", terminal=True)
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    assert "https://docs.astral.sh/ruff/rules/mutable-class-default/" in explain(
        capsys, "SST201", terminal=True
    )
    assert "\x1b]8;" in explain(capsys, "SST201", terminal=True)


def test_colours_that_are_asked_for_are_laid_out_for_a_pager(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b[1;35mWhat it finds" in explain(capsys, "SST201", "--color", "always")


def test_markdown_is_markdown_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(capsys, "SST101", "--output-format", "markdown", terminal=True) == page("SST101")
    assert explain(capsys, "SST101", "--format", "markdown", terminal=True) == page("SST101")


def test_json_is_a_list_with_the_pages_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(explain(capsys, "SST101", "SST408", "--output-format", "json"))
    assert [(each["code"], each["name"], each["opt_in"]) for each in listed] == [
        ("SST101", "direct-instantiation", False),
        ("SST408", "unguarded-constructor", True),
    ]
    assert listed[0]["explanation"] == page("SST101")
    assert listed[0]["url"].endswith("/rules/direct_instantiation.md")
    assert listed[0]["summary"] == "A managed class is constructed directly instead of by its factory"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_page_can_be_laid_out(capsys: pytest.CaptureFixture[str], rule: type) -> None:
    code = rule.code  # type: ignore[attr-defined]
    assert ANSI.sub("", explain(capsys, code, terminal=True)).startswith(f"{code} ")
