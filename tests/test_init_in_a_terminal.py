"""``init`` asks on a real terminal, and goes by the answers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pexpect
import pytest
from terminals import needs_terminal, open_terminal, rest

EXAMPLE: Final = Path(__file__).parents[1] / "examples" / "chat_backend" / "before"
BASELINE: Final = ".ssot-lint-baseline.json"

pytestmark = needs_terminal


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLE, tmp_path / "chat", ignore=shutil.ignore_patterns(".*"))


def test_the_entries_and_a_baseline_are_written_when_the_user_agrees(project: Path) -> None:
    terminal = open_terminal(project, "init")
    terminal.expect(r"Write 9 entries to pyproject\.toml\? \[Y/n\]: ")
    assert "\x1b[1mchat.hub.MessageHub\x1b[0m" in str(terminal.before), "the map, in colours"
    terminal.sendline("")
    terminal.expect(r"50 findings are left\. .*\[y/N\]: ")
    terminal.sendline("y")
    status, out = rest(terminal)
    assert status == 0
    assert f"{BASELINE}: 50 known findings." in out
    assert (project / "pyproject.toml").read_text().count("[[tool.ssot-lint.managed]]") == 9
    status, out = rest(open_terminal(project, "init"))
    assert status == 0
    assert "[Y/n]" not in out
    assert "[y/N]" not in out


def test_ctrl_c_at_the_question_writes_nothing(project: Path) -> None:
    before = (project / "pyproject.toml").read_bytes()
    terminal = open_terminal(project, "init")
    terminal.expect(r"\[Y/n\]: ")
    out = ""
    for _ in range(5):  # one that comes right before the interpreter waits for input isn't seen by it
        terminal.sendintr()
        ended = terminal.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=10) == 0
        out += str(terminal.before)
        if ended:
            break
    terminal.close()
    assert terminal.exitstatus == 130
    assert "Traceback" not in out
    assert (project / "pyproject.toml").read_bytes() == before
    assert not (project / BASELINE).exists()
