"""What the documentation tells to type works, and prints what the page shows; its snippets are valid."""

from __future__ import annotations

import ast
import configparser
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
import pytest
import yaml
from doc_pages import (
    CLONE,
    ROOT,
    SHELLS,
    Block,
    Command,
    agrees,
    all_pages,
    blocks_of,
    read_blocks,
    read_commands,
)
from doc_pages import (
    RULES as RULE_PAGES,
)

from ssot_lint.cli.app import app
from ssot_lint.config import load_settings
from ssot_lint.rules import RULES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES: Final = [page for page in all_pages() if any(block.language in SHELLS for block in blocks_of(page))]
SNIPPETS: Final = [block for page in all_pages() for block in blocks_of(page) if block.language not in SHELLS]
NOT_RUN: Final = 9
"""How many blocks aren't run. One that needs another reason than the network should rather be mended."""
LINTERS: Final = re.compile(r"\b(ssot-lint|flake8|ruff|pylint)\b")
"""What ends with status 1 when there are findings."""
PROGRAM: Final = Path(sys.executable).with_name("ssot-lint")
COMMANDS: Final = frozenset(app.list_commands(click.Context(app)))
MARK: Final = "-- command is over, status"
UNPARSED: Final = frozenset({"text", "diff", "lua", "vim", "dot", "mermaid"})
"""Languages that nothing here reads."""


class Ran(NamedTuple):
    """What a command printed, and its status."""

    printed: str
    status: int


def copy_of(folder: str, target: Path) -> Path:
    """Copy what a page speaks of: a folder, or (``CLONE``) what its commands need of a clone."""
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache")
    if folder != CLONE:
        return Path(shutil.copytree(ROOT / folder, target, ignore=ignore))
    shutil.copytree(ROOT / "examples", target / "examples", ignore=ignore)
    for name in ("README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, target)
    return target


def environment(home: Path) -> dict[str, str]:
    """The environment of somebody who has activated a virtual environment, and configured nothing."""
    unset = re.compile(
        r"(CI|GITHUB_.*|GITLAB_.*|NO_COLOR|FORCE_COLOR|COLUMNS|PYTHONPATH|GIT_.*|SSOT_.*|PYTEST_.*)$"
    )
    kept = {name: value for name, value in os.environ.items() if not unset.match(name)}
    author = {f"GIT_{role}_{what}": "Ada" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    bin_folder = str(Path(sys.executable).parent)
    return {
        **kept,
        **author,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_PAGER": "cat",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "default",
    }


def run_commands(commands: list[str], folder: Path, home: Path) -> list[Ran]:
    """Run commands one after another in one shell, as somebody types them."""
    script = "".join(f"{command}\n( s=$?; printf '\\n{MARK} %s\\n' $s; exit $s )\n" for command in commands)
    done = subprocess.run(
        ["bash", "-s"],
        input=script,
        cwd=folder,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    parts = re.split(rf"^{MARK} (\d+)\n", done.stdout, flags=re.MULTILINE)
    ran = [Ran(printed[:-1], int(status)) for printed, status in zip(parts[::2], parts[1::2], strict=False)]
    assert len(ran) == len(commands), f"the shell ended early:\n{done.stdout}"
    return ran


def sessions(page: Path) -> Iterator[tuple[str, list[Block]]]:
    """Yield the folders of a page, and the blocks that are run in each, one after another."""
    folder, together = CLONE, list[Block]()
    for block in blocks_of(page):
        if block.language not in SHELLS or block.reason:
            continue
        if block.folder:
            yield folder, together
            folder, together = block.folder, []
        together.append(block)
    yield folder, together


def assert_as_shown(commands: list[Command], ran: list[Ran], page: str) -> None:
    for number, (command, result) in enumerate(zip(commands, ran, strict=True)):
        where = f"{page}:{command.line}: $ {command.text}\n"
        following = commands[number + 1].text if number + 1 < len(commands) else ""
        allowed = (0, 1) if LINTERS.search(command.text) else (0,)
        assert result.status in allowed or following == "echo $?", (
            f"{where}status {result.status}\n{result.printed}"
        )
        assert "Traceback" not in result.printed, where + result.printed
        if command.shown is not None and not agrees(command.shown, result.printed):
            pytest.fail(f"{where}printed:\n{result.printed}\nshown:\n{command.shown}")


@pytest.mark.same_again
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_commands_of_a_page_work_and_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    for number, (folder, blocks) in enumerate(sessions(page)):
        commands = [command for block in blocks for command in read_commands(block)]
        if commands:
            copy = copy_of(folder, tmp_path / f"copy{number}" / Path(folder).name)
            ran = run_commands([command.text for command in commands], copy, tmp_path / "home")
            assert_as_shown(commands, ran, page.name)


def test_what_is_not_run_says_why_and_is_counted() -> None:
    not_run = [block for page in PAGES for block in blocks_of(page) if block.reason]
    assert all(block.language in SHELLS for block in not_run), not_run
    assert len(not_run) == NOT_RUN, [f"{block.place}: {block.reason}" for block in not_run]


@pytest.mark.same_again
def test_the_options_of_what_is_not_run_exist() -> None:
    """So much of it can be checked: the programs of ours, and what they know."""
    seen = set()
    for block in (block for page in PAGES for block in blocks_of(page) if block.reason):
        for line in (line for command in read_commands(block) for line in command.text.split("&&")):
            words = shlex.split(line)
            if asked := asked_for_help(words):
                seen.add(words[0])
                options = [word for word in words[1:] if re.match(r"--?[a-z][\w-]*$", word) and word != "-m"]
                known = run_help(tuple(asked)) if options else ""
                for option in options:
                    assert re.search(rf"(?<![\w-]){option}(?![\w-])", known), (
                        f"{block.place}: {line}: {option}"
                    )
    assert {"python3", "python", ".venv/bin/ssot-lint", "ssot-lint", ".venv/bin/pip"} <= seen


def test_the_options_that_running_text_speaks_of_exist() -> None:
    """Inline code that is an option, or a command of ours with its options."""
    # With the program's own settings: click remembers of each command what its help is asked for by.
    context = click.Context(app, **app.context_settings)
    commands = [app, *(command for name in COMMANDS if (command := app.get_command(context, name)))]
    options = [option for command in commands for option in command.get_params(context)]
    flags = {flag for option in options for flag in (*option.opts, *option.secondary_opts)}
    for benchmark in ("speed", "real_inputs"):
        told = run_help((sys.executable, "-m", f"benchmarks.{benchmark}", "--help"))
        flags |= set(re.findall(r"--[a-z-]+", told))
    pages = [page for page in all_pages() if not page.is_relative_to(RULE_PAGES)]
    for page in pages:
        prose = re.sub(r"^( *)```.*?^\1```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
        for code in re.findall(r"`([^`\n]+)`", prose):
            program, *words = code.split()
            if program.startswith("--") or program == "ssot-lint":
                said = {word for word in (program, *words) if re.match(r"--?[a-z][\w-]*$", word)}
                assert said <= flags, f"{page.name}: {code}: {said - flags}"
            if program == "ssot-lint" and words and re.fullmatch("[a-z]+", words[0]):
                assert words[0] in COMMANDS, f"{page.name}: {code}"
            if program == "python" and words[:1] == ["-m"]:
                assert importlib.util.find_spec(words[1]), f"{page.name}: {code}"


def asked_for_help(words: list[str]) -> list[str] | None:
    """Return the command that tells the options of another one; None where nobody here can tell."""
    program, arguments = Path(words[0]).name, words[1:]
    if program == "ssot-lint":
        commands = [word for word in arguments[:1] if word in COMMANDS] or ["check"]
        return [str(PROGRAM), *commands, "--help"]
    if program.startswith("python") and arguments[0] == "-m":
        assert importlib.util.find_spec(arguments[1]), words
        program, arguments = arguments[1], arguments[2:]
    elif program != "pip":
        return None
    return [sys.executable, "-m", program, *(arguments[:1] if program == "pip" else ()), "--help"]


@cache
def run_help(command: tuple[str, ...]) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("block", SNIPPETS, ids=lambda block: block.place)
def test_a_snippet_is_valid(block: Block, tmp_path: Path) -> None:
    if block.language in UNPARSED:
        return
    parse = PARSERS[block.language]
    parsed = parse(block.text)
    if block.language == "toml" and ("tool.ssot-lint" in block.text or not (block.title or "tool" in parsed)):
        assert_valid_configuration(block, tmp_path)


PARSERS: Final[dict[str, Any]] = {
    "toml": tomllib.loads,
    "yaml": yaml.safe_load,
    "json": json.loads,
    "python": ast.parse,
    "ini": lambda text: configparser.ConfigParser().read_string(text),
}


def assert_valid_configuration(block: Block, folder: Path) -> None:
    """Our own validator takes it: as ``pyproject.toml``, or without the prefix as ``.ssot-lint.toml``."""
    name = "pyproject.toml" if "tool.ssot-lint" in block.text else ".ssot-lint.toml"
    (folder / name).write_text(block.text, encoding="utf-8")
    (folder / "src").mkdir()
    settings = load_settings(folder, known_codes=lambda: [rule.code for rule in RULES]).settings
    assert settings.config_path == str(folder / name)


# -- the reader of the pages


PAGE: Final = """\
# Title
```console
$ one
printed
...
$ two \\
>   --more
```

## Section

<!-- commands: not run, it asks the network -->
```bash
pip install x
```
1. In a list
   ```console
   $ three
   ```
<!-- commands: in examples -->

```shell
four
```
"""


def test_blocks_are_read_with_what_a_comment_says_of_them() -> None:
    blocks = list(read_blocks(PAGE, "page.md"))
    assert [(b.place, b.section, b.language, b.folder, b.reason) for b in blocks] == [
        ("page.md:2", "", "console", None, None),
        ("page.md:13", "Section", "bash", None, "it asks the network"),
        ("page.md:17", "Section", "console", None, None),
        ("page.md:22", "Section", "shell", "examples", None),
    ]
    assert blocks[2].text == "$ three\n"


def test_commands_are_read_with_what_they_print() -> None:
    first, second, third, _ = (list(read_commands(block)) for block in read_blocks(PAGE, "page.md"))
    assert first == [Command("one", "printed\n...\n", 3), Command("two \\\n  --more", "", 6)]
    assert second == [Command("pip install x", None, 14)]
    assert third == [Command("three", None, 18)]


@pytest.mark.parametrize(
    ("shown", "printed", "agreed"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\nc\nb\n", False),
        ("a\n...\nb\n", "a\nb\n", True),
        ("a\n...\nb\n", "a\nc\nd\nb\n", True),
        ("a\n...\nb\n", "a\nc\nd\n", False),
        ("...\nb\n", "ab\n", False),
        ("...\n", "", True),
        ("", "a\n", False),
        ("a...\n", "abc\n", False),
    ],
)
def test_three_dots_stand_for_lines(shown: str, printed: str, agreed: bool) -> None:
    assert agrees(shown, printed) == agreed


def test_commands_share_a_shell_and_each_has_its_output_and_status(tmp_path: Path) -> None:
    ran = run_commands(
        ["cd /", "pwd; printf x", "cat <<E\na\nE", "false", "echo $?", "echo e >&2"], tmp_path, tmp_path
    )
    assert ran == [Ran("", 0), Ran("/\nx", 0), Ran("a\n", 0), Ran("", 1), Ran("1\n", 0), Ran("e\n", 0)]


@pytest.mark.parametrize(
    ("command", "result"),
    [
        (Command("x", "shown\n", 1), Ran("other\n", 0)),
        (Command("x", None, 1), Ran("", 1)),
        (Command("ssot-lint", None, 1), Ran("", 2)),
        (Command("x", None, 1), Ran("Traceback (most recent call last):\n", 1)),
    ],
)
def test_what_goes_wrong_is_told(command: Command, result: Ran) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception), match=r"page\.md:1"):
        assert_as_shown([command], [result], "page.md")
