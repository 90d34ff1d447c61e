"""What is imported when there's nothing to look at: start-up is most of what such a run takes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_RUN = """
import json, sys
before = set(sys.modules)  # whoever measures coverage is there already, with modules of its own
from ssot_lint.cli import main
try:
    status = main(sys.argv[1:])
except SystemExit as end:
    status = end.code
sys.stderr.write(json.dumps([status, sorted(set(sys.modules) - before)]))
"""

HEAVY = {"libcst", "flake8", "rich", "ast", "concurrent.futures.process", "sqlite3", "tomllib", "tomli"}
READING = {"libcst", "flake8", "rich", "concurrent.futures.process"}


def modules_after(*arguments: str, cwd: Path) -> set[str]:
    """Run the program in a new interpreter, and return what it has imported."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments], cwd=cwd, capture_output=True, text=True, check=True
    )
    status, modules = json.loads(done.stderr)
    assert status == 0, done.stdout
    return set(modules)


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help"), ("--version",)])
def test_help_imports_nothing_that_reads_python(arguments: tuple[str, ...], tmp_path: Path) -> None:
    modules = modules_after(*arguments, cwd=tmp_path)
    assert not modules & (HEAVY - {"ast"})  # inspect, which click needs, brings ast along
    assert not modules & {"msgspec", "difflib", "ssot_lint.model", "ssot_lint.session"}
    assert not [name for name in modules if name.startswith(("ssot_lint.summary", "ssot_lint.project"))]


def test_a_command_is_imported_when_it_is_asked_for(tmp_path: Path) -> None:
    modules = modules_after("rules", cwd=tmp_path)
    assert "ssot_lint.cli.rules" in modules
    assert not modules & {"ssot_lint.cli.check", "ssot_lint.cli.map", "ssot_lint.session", "libcst"}


def test_a_run_for_which_nothing_has_changed_imports_nothing_that_reads_python(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.ssot-lint]\nselect = ["SST"]\n')
    (tmp_path / "app.py").write_text("x = 1\n")
    assert "ssot_lint.project" in modules_after("check", cwd=tmp_path)
    modules = modules_after("check", cwd=tmp_path)
    assert not modules & READING
    assert not [
        name
        for name in modules
        if name.startswith(("ssot_lint.summary", "ssot_lint.project", "ssot_lint.rules", "ssot_lint.fixes"))
    ]
