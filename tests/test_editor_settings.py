"""What the page about editors tells them fits the server; the editors themselves can't be had here."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from doc_pages import ROOT, blocks_of
from test_doc_commands import copy_of, run_commands

from ssot_lint.server.actions import FIX_ALL

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.same_again

PAGE: Final = ROOT / "docs" / "editors.md"
TEXT: Final = PAGE.read_text("utf-8")
BLOCKS: Final = blocks_of(PAGE)


def settings(language: str) -> dict[str, Any]:
    """Return all that the page has in a language, by its keys."""
    read = {"json": json.loads, "toml": tomllib.loads}[language]
    return {
        key: value
        for block in BLOCKS
        if block.language == language
        for key, value in read(block.text).items()
    }


def commands() -> dict[str, list[str]]:
    """Return the command by which each editor is to start the server."""
    (listed,) = re.findall(r"cmd = \{ (.+) \}", "".join(b.text for b in BLOCKS if b.language == "lua"))
    helix = settings("toml")["language-server"]["ssot-lint"]
    code = settings("json")
    (pycharm,) = re.findall(r"\| Command \| `(.+)` \|", TEXT)
    return {
        "neovim": json.loads(f"[{listed}]"),
        "vs code": [code["glspc.server.command"], *code["glspc.server.commandArguments"]],
        "pycharm": shlex.split(pycharm),
        "helix": [helix["command"], *helix["args"]],
    }


@pytest.mark.parametrize("editor", commands())
def test_an_editor_is_told_the_command_of_the_server(editor: str) -> None:
    program, *arguments = commands()[editor]
    ran = subprocess.run(
        [str(Path(sys.executable).with_name(program)), *arguments],
        input=b"",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (1, b""), ran.stderr  # it served until the input ended


def test_the_servers_of_helix_are_those_that_it_is_told_of() -> None:
    (language,) = settings("toml")["language"]
    assert language["name"] == "python"
    assert language["language-servers"][-1] in settings("toml")["language-server"]


def test_the_action_for_all_fixes_is_the_server_s() -> None:
    assert set(re.findall(r"source\.fixAll[\w.-]*", TEXT)) == {FIX_ALL}


def test_the_problem_matcher_reads_what_the_task_prints(tmp_path: Path) -> None:
    (task,) = settings("json")["tasks"]
    folder = copy_of("examples/chat_backend/before", tmp_path / "before")
    (ran,) = run_commands([task["command"]], folder, tmp_path)
    pattern = task["problemMatcher"]["pattern"]
    found = [line for line in ran.printed.splitlines() if re.fullmatch(pattern["regexp"], line)]
    assert len(found) == 50
    first = re.fullmatch(pattern["regexp"], found[0])
    assert first
    assert (folder / first[pattern["file"]]).is_file()
    assert first[pattern["code"]].startswith("SST")
