"""The chat backend: violations are reported where they are marked, and the mended twin is clean; both run."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from faces import call_cli, call_flake8
from marked_projects import expected_findings, found_in, read_marks

from ssot_lint.model import Confidence
from ssot_lint.session import check, open_project

EXAMPLE: Final = Path(__file__).parent.parent / "examples" / "chat_backend"
BEFORE: Final = EXAMPLE / "before"
AFTER: Final = EXAMPLE / "after"
WARNING: Final = (
    "SSOT validation issues (non-blocking): "
    "['Multiple manager instances for user demo-user-001 - potential duplication']"
)
SAID: Final = ("Ada: Hello Grace!", "Grace: Good morning, Ada.", "agent: Help is on its way.", "words: 5")
SHOWN_BEFORE: Final = frozenset(
    {f"SST10{digit}" for digit in (1, 2, 3, 4)}
    | {f"SST20{digit}" for digit in (1, 2, 3, 4, 5, 6, 7)}
    | {f"SST30{digit}" for digit in (1, 2, 3, 4, 5, 6)}
    | {f"SST40{digit}" for digit in (1, 2, 3, 4, 5, 6, 7)}
    | {f"SST50{digit}" for digit in (1, 2, 3, 4)}
)


def run_python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this Python in a folder, without leaving bytecode there."""
    return subprocess.run(
        [sys.executable, "-B", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": "", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def modules(root: Path) -> list[str]:
    """Return the paths of a project's modules, from its root."""
    return sorted(file.relative_to(root).as_posix() for file in root.rglob("*.py"))


def test_before_every_marked_line_is_reported_and_no_other() -> None:
    """Without any configuration, at every confidence; marks of rules that are still to come don't count."""
    assert found_in(BEFORE) == expected_findings(BEFORE)


def test_after_mending_nothing_is_reported() -> None:
    assert found_in(AFTER, min_confidence=Confidence.MEDIUM) == []


def test_before_shows_every_violation_of_the_scenario() -> None:
    """Rules that must be asked for, and those about configuration, have no place in the example."""
    assert {mark.code for mark in read_marks(BEFORE)} == SHOWN_BEFORE


def test_after_mending_nothing_is_marked_silenced_or_configured() -> None:
    for file in AFTER.rglob("*.py"):
        assert not re.search(r"error: SST|noqa|ssot:", file.read_text(encoding="utf-8")), file
    assert "tool." not in (AFTER / "pyproject.toml").read_text(encoding="utf-8")


def test_a_guard_that_takes_any_long_string_is_told_to_those_who_ask() -> None:
    """The constructor of the managers; mended, it asks for one object."""
    told = {
        root.name: [
            (finding.location.path, finding.location.span.line)
            for finding in check(cwd=root, overrides={"select": ["SST408"]}).findings
            if finding.message.startswith("_WebSocketManagerImpl has a guard")
        ]
        for root in (BEFORE, AFTER)
    }
    assert told == {"before": [("chat/ws/manager.py", 24)], "after": []}


def test_both_have_the_same_modules() -> None:
    assert modules(BEFORE) == modules(AFTER)


def test_the_readme_names_every_code_beside_the_file_that_shows_it() -> None:
    rows = [
        (re.findall(r"`([\w/]+\.py)`", cells[1]), re.findall(r"SST\d{3}", cells[3]))
        for line in (EXAMPLE / "README.md").read_text(encoding="utf-8").splitlines()
        if len(cells := line.split("|")) > 4 and ".py`" in cells[1]
    ]
    told = {(f"chat/{file}", code) for files, codes in rows for file in files for code in codes}
    shown = {(mark.path, mark.code) for mark in read_marks(BEFORE)}
    assert shown <= told, "violations that the README doesn't tell of"
    assert {code for _, code in told} == {code for _, code in shown}
    assert {path for path, _ in told} <= set(modules(BEFORE))


@pytest.mark.parametrize("root", [BEFORE, AFTER], ids=["before", "after"])
def test_the_readme_names_every_managed_class(root: Path) -> None:
    """They are known for sure, before and after, by what the code alone says."""
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `(chat\.[\w.]+)` \|", readme, flags=re.MULTILINE))
    managed = open_project(cwd=root).project.managed.values()
    assert {each.qualname for each in managed if each.confidence is Confidence.HIGH} == told


def test_the_demo_before_mending_ends_with_the_warning_of_the_scenario() -> None:
    run = run_python(BEFORE, "-W", "error", "-m", "chat.demo")
    assert run.returncode == 0, run.stderr
    assert all(line in run.stdout for line in SAID)
    assert WARNING in run.stdout
    ada, grace = run.stdout.split("Grace reads:")
    assert "words: 5" in ada, "Grace's result goes to Ada"
    assert "words: 5" not in grace


def test_the_demo_after_mending_is_the_same_conversation_without_the_warning() -> None:
    run = run_python(AFTER, "-W", "error", "-m", "chat.demo")
    assert run.returncode == 0, run.stderr
    assert all(line in run.stdout for line in SAID)
    assert "SSOT" not in run.stdout + run.stderr
    ada, grace = run.stdout.split("Grace reads:")
    assert "words: 5" not in ada
    assert "words: 5" in grace
    assert "Messages counted: 5" in grace


@pytest.mark.parametrize("root", [BEFORE, AFTER], ids=["before", "after"])
def test_every_module_can_be_imported(root: Path) -> None:
    names = [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in modules(root)]
    run = run_python(root, "-W", "error", "-c", f"import {', '.join(names)}")
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("root", [BEFORE, AFTER], ids=["before", "after"])
def test_the_example_needs_nothing_but_the_standard_library(root: Path) -> None:
    """orjson is looked for, and done without."""
    imported = {
        name.partition(".")[0]
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in _imported_names(node)
    }
    assert imported - set(sys.stdlib_module_names) == {"chat", "orjson"}


@pytest.mark.parametrize("folder", [EXAMPLE, EXAMPLE.parent.parent], ids=["beside", "from the checkout"])
def test_the_command_line_gives_the_status_that_the_readme_tells(folder: Path) -> None:
    """Where one stands, and under which folders the example lies, makes no difference."""
    paths = [root.relative_to(folder).as_posix() for root in (BEFORE, AFTER)]
    runs = [run_python(folder, "-m", "ssot_lint", "check", path) for path in paths]
    assert [run.returncode for run in runs] == [1, 0], runs


def _imported_names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module]
    return []


def test_comments_can_silence_all_of_it_for_both_faces(tmp_path: Path) -> None:
    folder = tmp_path / "before"
    shutil.copytree(BEFORE, folder, ignore=shutil.ignore_patterns("__pycache__", ".ssot_lint_cache"))
    options = ("--min-confidence", "low")
    added = call_cli(folder, "check", "--add-noqa", "--noqa-reason", "for now", *options)
    assert (added.status, added.output.splitlines()[0][:18]) == (0, "All checks passed:")
    assert added.errors.startswith("Added noqa comments for ")
    assert call_flake8(folder, "--select", "SST", "--ssot-min-confidence", "low").output == ""
    assert call_cli(folder, "check", *options).status == 0
