"""What may not be read is told in a line and with status 2; also where root runs the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest
from small_project import VIOLATION, write

from ssot_lint.cli import main

if TYPE_CHECKING:
    from pathlib import Path

_PRIVILEGES: Final = "-dac_override,-dac_read_search"
"""What lets root read everything."""


@pytest.fixture
def denied() -> list[str]:
    """Return the command that runs another one so that permissions hold for it."""
    if os.name == "nt":
        pytest.skip("permissions of POSIX")
    if os.geteuid() != 0:
        return []
    command = ["setpriv", f"--bounding-set={_PRIVILEGES}", f"--inh-caps={_PRIVILEGES}"]
    if shutil.which("setpriv") is None or subprocess.run([*command, "true"], check=False).returncode:
        pytest.skip("root may read everything, and can't be kept from it")
    return command


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_an_unreadable_file_is_a_line_and_status_two(tmp_path: Path, denied: list[str]) -> None:
    ssot_lint = [*denied, sys.executable, "-m", "ssot_lint", "--output-format", "concise"]
    file = write(tmp_path) / "app" / "views.py"
    file.chmod(0)
    ran = run(tmp_path, *ssot_lint, "app")
    assert ran.returncode == 2
    assert ran.stderr == "ssot-lint: error: app/views.py: can't be read: Permission denied\n"
    elsewhere = run(tmp_path, *ssot_lint, "app/ws.py")
    assert (elsewhere.returncode, elsewhere.stderr) == (0, "")


def test_an_unreadable_folder_is_a_line_and_status_two(tmp_path: Path, denied: list[str]) -> None:
    folder = write(tmp_path) / "app"
    folder.chmod(0)
    try:
        ran = run(tmp_path, *denied, sys.executable, "-m", "ssot_lint")
    finally:
        folder.chmod(0o700)
    assert ran.returncode == 2
    assert "ssot-lint: error: app: can't be read: Permission denied\n" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_unreadable_configuration_is_a_line_and_status_two(tmp_path: Path, denied: list[str]) -> None:
    (write(tmp_path) / "pyproject.toml").chmod(0)
    ran = run(tmp_path, *denied, sys.executable, "-m", "ssot_lint")
    assert ran.returncode == 2
    assert ran.stderr == "ssot-lint: error: pyproject.toml: can't be read: Permission denied\n"


@pytest.mark.skipif(os.name != "posix", reason="paths as POSIX bounds them")
def test_a_folder_whose_path_is_too_long_is_named_and_what_is_above_it_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Paths have 4,096 bytes at the most; folders may lie deeper."""
    monkeypatch.chdir(write(tmp_path))
    here = os.open(".", os.O_RDONLY)
    try:
        for _ in range(22):
            os.mkdir("d" * 200, dir_fd=here)
            below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
            os.close(os.open("m.py", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    finally:
        os.close(here)
    assert main(["check", "--no-cache", "--output-format", "concise", "."]) == 2
    out, err = capsys.readouterr()
    assert VIOLATION[2] in out
    told = (
        err.splitlines()
    )  # the deepest folder, and perhaps the file right above, by the length of the names there
    assert told
    assert all(line.endswith(": File name too long") for line in told)
    shutil.rmtree("d" * 200)
