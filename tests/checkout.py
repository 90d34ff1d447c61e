"""A copy of what this project ships, apart from the checkout, for tests that build or install it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
SHIPPED: Final = ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")


def copy_project(folder: Path) -> Path:
    """Copy the sources and all that a build needs into ``folder``, without anything that was built before."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHIPPED:
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    return folder


@cache
def package_index_problem() -> str | None:
    """Say why packages can't be installed from the package index; None when they can."""
    with tempfile.TemporaryDirectory() as folder:
        asked = subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "--no-cache-dir",
                "-d",
                folder,
                "setuptools>=77",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    return (
        None
        if asked.returncode == 0
        else f"the package index can't be reached: {asked.stderr.strip()[-200:]}"
    )
