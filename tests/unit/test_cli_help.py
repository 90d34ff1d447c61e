"""``--help``: what a newcomer is to find in it, for every command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest

from ssot_lint.cli import main
from ssot_lint.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTEXT = click.Context(app)


def commands() -> dict[str, click.Command]:
    assert isinstance(app, click.Group)
    found = {name: app.get_command(CONTEXT, name) for name in app.list_commands(CONTEXT)}
    return {name: command for name, command in found.items() if command is not None}


def shown_options() -> Iterator[tuple[str, click.Option]]:
    for name, command in commands().items():
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                yield name, parameter


def helped(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert main([*command, "--help"]) == 0
    return capsys.readouterr().out


def test_there_are_commands_to_look_at() -> None:
    assert {"check", "explain", "map"} <= set(commands())
    assert len(list(shown_options())) > 50


@pytest.mark.parametrize(
    ("command", "option"),
    [pytest.param(*each, id=f"{each[0]} {each[1].opts[0]}") for each in shown_options()],
)
def test_every_option_says_what_it_does_and_what_holds_without_it(command: str, option: click.Option) -> None:
    assert option.help is not None
    assert option.help[0].isupper()
    assert option.help[-1] == "."
    # What begins with "With" has a meaning beside another option alone.
    if not option.is_flag and not option.help.startswith("With --"):
        assert re.search(r"\(default: .+\)|^Take what - reads", option.help), (command, option.help)


@pytest.mark.parametrize("command", list(commands()))
def test_every_command_shows_examples_and_exit_statuses(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    text = helped(capsys, command)
    assert f"\n    ssot-lint {command}" in text or f"(ssot-lint {command}" in text
    assert "\n  Exit status: 0 " in text


def test_the_list_of_commands_is_in_whole_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    text = helped(capsys)
    for name, command in commands().items():
        short = command.get_short_help_str(200)
        assert re.search(rf"^  {name} +{re.escape(short)}$", text, re.MULTILINE)
        assert not short.endswith("...")


@pytest.mark.parametrize("command", [(), *((name,) for name in commands())])
@pytest.mark.parametrize("columns", [60, 80, 100])
def test_the_text_is_as_wide_as_the_terminal(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    columns: int,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    text = helped(capsys, *command)
    body = text.partition("\n  Examples:")[0]
    widths = [len(line) for line in body.splitlines() if "--output-format" not in line]
    assert max(widths) <= columns
    assert max(widths) > columns * 0.6


def test_options_stand_in_groups_each_once(capsys: pytest.CaptureFixture[str]) -> None:
    text = helped(capsys, "check")
    headings = re.findall(r"^(\w.*):$", text, re.MULTILINE)
    assert headings == [
        "What is reported",
        "What is changed",
        "How it is reported",
        "What belongs to the project",
        "Where settings come from",
        "How it is run",
    ]
    for option in commands()["check"].params:
        if isinstance(option, click.Option) and not option.hidden:
            name = max(option.opts, key=len)
            assert len(re.findall(rf"^  (?:-\w, |--\S+, )?{name}\b", text, re.MULTILINE)) == 1


def test_options_that_are_in_no_group_come_first(capsys: pytest.CaptureFixture[str]) -> None:
    from ssot_lint.cli.helping import GroupedCommand

    names = ("fix", "diff", *"abcdef")
    options: list[click.Parameter] = [click.Option([f"--{name}"], is_flag=True) for name in names]
    with GroupedCommand("it", params=options).make_context("it", []) as context:
        text = context.get_help()
    assert re.search(
        r"Options:\n  --a .*  --f *\n\nWhat is changed:\n  --fix *\n  --diff *\n", text, re.DOTALL
    )


def test_few_options_need_no_groups(capsys: pytest.CaptureFixture[str]) -> None:
    assert re.findall(r"^(\w.*):$", helped(capsys, "explain"), re.MULTILINE) == ["Options"]


def test_the_first_page_tells_of_check_statuses_and_environment(capsys: pytest.CaptureFixture[str]) -> None:
    text = helped(capsys)
    assert "What is reported (check):" in text
    assert "0 no findings, 1 findings, 2 the work could not be done, 130 ended by Ctrl-C" in text
    for variable in ("NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK", "CI", "SSOT_LINT_DEBUG"):
        assert re.search(rf"^    {variable}\b|, {variable} ", text, re.MULTILINE)
