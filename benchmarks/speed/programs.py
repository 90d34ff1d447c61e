"""Installs the linter and its peers from PyPI, into environments that only the benchmark uses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_PEERS: Final = ("ruff", "flake8", "pylint", "fixit")
_NAMED: Final = ("ssot-lint", "libcst", *_PEERS)


@dataclass(frozen=True)
class Programs:
    """Where the programs are; flake8 is in both, since it runs all plugins that are installed with it."""

    ours: Path
    peers: Path

    def versions(self) -> dict[str, str]:
        """Return the versions of what is compared, by name."""
        found: dict[str, str] = {}
        for folder in (self.peers, self.ours):
            command = [str(folder / "python"), "-m", "pip", "list", "--format", "json"]
            listed = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            found.update({each["name"]: each["version"] for each in listed if each["name"] in _NAMED})
        return found


def install(work: Path) -> Programs:
    """Make the environments below ``work``: ours anew each time, that of the peers once."""
    checkout = work / "checkout"
    shutil.rmtree(checkout, ignore_errors=True)
    checkout.mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    shutil.copytree(
        ROOT / "src", checkout / "src", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__")
    )
    ours, peers = _environment(work / "ours"), _environment(work / "peers")
    _pip(ours, "uninstall", "-q", "-y", "ssot-lint")
    _pip(ours, "install", "-q", str(checkout))
    _pip(peers, "install", "-q", *_PEERS)
    return Programs(ours, peers)


def _environment(folder: Path) -> Path:
    """Return where the programs of an environment are; it is made if it isn't there."""
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    if not programs.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return programs


def _pip(programs: Path, *arguments: str) -> None:
    subprocess.run([str(programs / "python"), "-m", "pip", *arguments], check=True, stdout=sys.stderr)
