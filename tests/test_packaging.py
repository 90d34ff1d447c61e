"""The wheel holds all that a run needs, and the texts around the code tell the truth."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib import metadata
from typing import TYPE_CHECKING

import pytest
from checkout import ROOT, copy_project, package_index_problem

from ssot_lint.rules import RULES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.same_again
def test_the_wheel_holds_modules_pages_types_and_entry_points(tmp_path: Path) -> None:
    """Built from a copy, so that nothing that lies about in the checkout can get in."""
    if problem := package_index_problem():
        pytest.skip(problem)
    source = copy_project(tmp_path / "source")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "-w",
        str(tmp_path / "dist"),
        str(source),
    ]
    subprocess.run(build, check=True, stdin=subprocess.DEVNULL)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (declared,) = (name for name in names if name.endswith(".dist-info/entry_points.txt"))
        entry_points = archive.read(declared).decode().splitlines()
    package = ROOT / "src" / "ssot_lint"
    wanted = {
        file
        for pattern in ("**/*.py", "**/*.md", "**/*.json", "**/*.css", "**/*.js", "py.typed")
        for file in package.glob(pattern)
    }
    assert {file.relative_to(package.parent).as_posix() for file in wanted} == {
        name for name in names if not name.partition("/")[0].endswith(".dist-info")
    }
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert "ssot-lint = ssot_lint.__main__:script" in entry_points
    assert "SST = ssot_lint.flake8_plugin:Plugin" in entry_points


def test_the_entry_points_lead_somewhere() -> None:
    for point in metadata.distribution("ssot-lint").entry_points:
        assert callable(point.load()), point


def test_the_readme_lists_the_rules_as_they_are() -> None:
    rows = re.findall(
        r"^\| (SST\d{3}) \| (.+?) \| (.+?) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert rows == [(rule.code, rule.name, rule.summary) for rule in RULES]


def test_the_changelog_knows_the_version() -> None:
    version = metadata.version("ssot-lint")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## (Unreleased|{re.escape(version)})", changelog, re.MULTILINE)


def test_ci_runs_the_commands_of_the_readme_word_for_word() -> None:
    """The script picks them out of the README by a word in them: each must stand alone on its line."""
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    words = re.findall(r"readme_command '([^']+)'", script)
    assert len(words) == 2
    lines = (ROOT / "README.md").read_text("utf-8").split("\n")
    for word in words:
        command = next(line for line in lines if word in line)
        assert command.startswith("$ python3 -m venv .venv && .venv/bin/pip install ")
