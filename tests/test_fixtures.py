"""Whole small projects in the layouts that people use: what is marked is reported, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from marked_projects import expected_findings, found_in, read_marks

FIXTURES: Final = Path(__file__).parent / "fixtures"
PROJECTS: Final = sorted(path.parent for path in FIXTURES.glob("*/pyproject.toml"))


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_every_marked_line_is_reported_and_no_other(project: Path) -> None:
    """The roots, the modules and the classes are found without any configuration."""
    assert found_in(project) == expected_findings(project)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_every_project_is_there_to_show_something(project: Path) -> None:
    assert len(read_marks(project)) >= 2
    assert "[tool." not in (project / "pyproject.toml").read_text(encoding="utf-8")


def test_every_layout_has_its_project() -> None:
    assert [project.name for project in PROJECTS] == ["flat_layout", "namespace_packages", "src_layout"]
