"""A configuration whose paths lead out of its project has nothing read, written or told of what is there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from small_project import FILES, VIEWS, write

from ssot_lint.cli import main
from ssot_lint.session import check, open_project

if TYPE_CHECKING:
    from pathlib import Path

LEAK = "class Leaky:\n    items = []\n\n    def add(self, item):\n        self.items.append(item)\n"
"""SST201, with a safe fix."""
OWN = {*(path for path in FILES if path.endswith(".py")), "leaks.py"}
CONFIGURATIONS = {
    "src above": 'src = ["../outside"]',
    "src by an absolute path": 'src = ["{outside}"]',
    "src with a way back": 'src = ["../project/../outside", ".."]',
    "exclude above": 'exclude = ["../outside/", "/../outside", "{outside}/"]',
    "tests above": 'test-paths = ["../outside/", "../**"]',
    "ignores above": 'per-file-ignores = {{ "../outside/*" = ["SST201"], "{outside}/*" = ["SST"] }}',
    "owners above": '[[tool.ssot-lint.managed]]\nclass = "leaky.Leaky"\nallow = ["../outside/*"]',
}


def content(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder with their bytes."""
    return {
        os.path.relpath(os.path.join(parent, name), folder): (folder / parent / name).read_bytes()
        for parent, _, names in os.walk(folder)
        for name in names
    }


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path / "outside", {"leaky.py": LEAK, "pyproject.toml": ""})
    root = tmp_path / "project"
    write(root)
    write(root, {"leaks.py": LEAK})
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_nothing_outside_is_touched_or_told(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = project.parent / "outside"
    write(project, {"pyproject.toml": "[tool.ssot-lint]\n" + CONFIGURATIONS[name].format(outside=outside)})
    before = content(outside)
    assert {file.record.path for file in open_project(cwd=project).files} == OWN
    for options in ([], ["--fix", "--unsafe-fixes"], ["--add-noqa"]):
        assert main([*options, "--no-cache"]) in (0, 1, 2)
        told = capsys.readouterr()
        assert "leaky.py" not in told.out + told.err
        assert "Traceback" not in told.err
        assert "internal error" not in told.err
    assert content(outside) == before
    assert (project / "app" / "views.py").read_text() != VIEWS  # while the project itself was mended


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_what_a_link_leads_to_is_read_and_never_written(project: Path) -> None:
    outside = project.parent / "outside"
    (project / "link").symlink_to(outside, target_is_directory=True)
    write(project, {"pyproject.toml": '[tool.ssot-lint]\nsrc = ["link"]'})
    before = content(outside)
    assert [f.location.path for f in check(cwd=project).findings if f.code == "SST201"] == [
        "leaks.py",
        "link/leaky.py",
    ]
    assert main(["--fix", "--unsafe-fixes", "--no-cache"]) == 2
    assert main(["--add-noqa", "--no-cache"]) == 2
    assert content(outside) == before
