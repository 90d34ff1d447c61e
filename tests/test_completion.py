"""Completion, by the protocol that the shells' scripts speak, and in a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pexpect
import pytest
from terminals import PATIENCE, needs_terminal

from ssot_lint.cli import main
from ssot_lint.config.described import SETTINGS
from ssot_lint.reporters import REPORTERS
from ssot_lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CODES = sorted(rule.code for rule in RULES)
COMMANDS = ["baseline", "check", "clean", "completion", "config", "explain", "init", "map", "rules", "server"]


def complete(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """Return what is offered for the last word, as bash asks for it, each with its type before a comma."""
    monkeypatch.setenv("_SSOT_LINT_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "\n".join(("ssot-lint", *words)))
    monkeypatch.setenv("COMP_CWORD", str(len(words)))
    with pytest.raises(SystemExit) as end:
        main([])
    assert not end.value.code
    return capfd.readouterr().out.splitlines()


def plain(values: Sequence[str]) -> list[str]:
    return [f"plain,{value}" for value in values]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("exp",), ["file,exp", "plain,explain"]),
        (("--stati",), ["plain,--statistics"]),
        (("--vers",), ["plain,--version"]),
        (("--output-format", ""), plain(list(REPORTERS))),
        (("check", "--output-format", "g"), ["plain,github", "plain,gitlab"]),
        (("check", "--select", "SST50"), plain([code for code in CODES if code.startswith("SST50")])),
        (("--ignore", "sst50"), plain([code for code in CODES if code.startswith("SST50")])),
        (("--select", "SST1,SST40"), plain([f"SST1,{code}" for code in CODES if code.startswith("SST40")])),
        (("baseline", "--extend-ignore", "SST00"), plain([c for c in CODES if c.startswith("SST00")])),
        (("explain", "SST10"), plain([code for code in CODES if code.startswith("SST10")])),
        (("explain", ""), plain(CODES)),
        (("explain", "direct"), ["plain,direct-instantiation"]),
        (
            ("explain", "SST101", "SST10"),
            plain([c for c in CODES if c.startswith("SST10") and c != "SST101"]),
        ),
        (("--min-confidence", "m"), ["plain,medium"]),
        (("--config", "min"), ["file,min", "plain,min-confidence="]),
        (("map", "--config", ""), ["file,", *plain([f"{setting.key}=" for setting in SETTINGS])]),
        (("src/a",), ["file,src/a"]),
        (("check", "src/a"), ["file,src/a"]),
        (("src", "tests/"), ["file,tests/"]),
        (("--cache-dir", ""), ["dir,"]),
        (("completion", "z"), ["plain,zsh"]),
    ],
)
def test_what_may_stand_there_is_offered(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    offered: list[str],
) -> None:
    assert complete(monkeypatch, capfd, *words) == offered


def test_families_are_offered_before_their_codes(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    offered = complete(monkeypatch, capfd, "--select", "SST")
    families = [f"SST{digit}" for digit in "012345"]
    assert offered == plain(sorted([*families, *CODES]))


def test_the_first_word_may_be_a_command_or_a_path(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert complete(monkeypatch, capfd, "") == ["file,", *plain(COMMANDS)]


def test_the_first_word_may_be_an_option_of_the_program_and_of_check(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    offered = complete(monkeypatch, capfd, "-")
    assert {"plain,--version", "plain,--fix", "plain,--help", "plain,--no-check-tests"} <= set(offered)
    assert len(offered) == len(set(offered))
    assert "plain,--no-screen" not in offered


def test_shells_that_show_help_are_told_what_a_rule_finds(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_SSOT_LINT_COMPLETE", "fish_complete")
    monkeypatch.setenv("COMP_WORDS", "ssot-lint explain SST101")
    monkeypatch.setenv("COMP_CWORD", "SST101")
    with pytest.raises(SystemExit):
        main([])
    assert "A managed class is constructed directly" in capfd.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_what_click_writes(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], shell: str
) -> None:
    assert main(["completion", shell]) == 0
    script = capfd.readouterr().out
    monkeypatch.setenv("_SSOT_LINT_COMPLETE", f"{shell}_source")
    with pytest.raises(SystemExit):
        main([])
    assert script.strip() == capfd.readouterr().out.strip()
    assert f"_SSOT_LINT_COMPLETE={shell}_complete" in script


def test_other_shells_are_told_which_there_are(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "csh"]) == 2
    assert "'csh' is not one of 'bash', 'zsh', 'fish'" in capfd.readouterr().err


BASH = shutil.which("bash")


@needs_terminal
@pytest.mark.skipif(BASH is None, reason="needs bash")
def test_tab_completes_in_a_real_bash(tmp_path: Path) -> None:
    assert BASH
    program = tmp_path / "bin" / "ssot-lint"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ssot_lint "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "some_package").mkdir()
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", "PS1": "> "}
    shell = pexpect.spawn(
        BASH,
        ["--norc", "--noprofile", "-i"],
        cwd=str(tmp_path),
        env={**environment, "TERM": "dumb", "INPUTRC": os.devnull},
        encoding="utf-8",
        timeout=PATIENCE,
    )
    shell.sendline("bind 'set bell-style none' 'set enable-bracketed-paste off'; PS1='> '")
    shell.sendline('eval "$(ssot-lint completion bash)"; echo "rea"dy')
    shell.expect("\nready")
    for begun, completed in [
        ("ssot-lint expl\t", "ssot-lint explain "),
        ("ssot-lint --select SST50\t1\t", "SST501 "),
        ("ssot-lint --output-fo\tjso\t", "--output-format json "),
        ("ssot-lint some_p\t", "ssot-lint some_package/"),
    ]:
        shell.send(begun)
        shell.expect_exact(completed)
        shell.send("\x15")
    shell.close(force=True)


def test_a_broken_word_offers_nothing_and_fails_in_no_way(tmp_path: Path) -> None:
    environment = {**os.environ, "_SSOT_LINT_COMPLETE": "bash_complete", "COMP_CWORD": "2"}
    ran = subprocess.run(
        [sys.executable, "-m", "ssot_lint"],
        env={**environment, "COMP_WORDS": "ssot-lint --config 'min-conf"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == ["file,min-conf", "plain,min-confidence="]
