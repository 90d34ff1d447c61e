"""A small project with one violation, for the tests of the language server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SOURCES: Final = """\
class Manager:  # ssot: managed factory=get_manager
    kept = ()


def get_manager():
    Manager.kept = Manager.kept or (Manager(),)
    return Manager.kept[0]
"""
BYPASS: Final = """\
from app.ws import Manager


def view():
    return Manager()
"""
THROUGH: Final = """\
from app.ws import get_manager


def view():
    return get_manager()
"""
PROJECT: Final = {
    "pyproject.toml": "[tool.ssot-lint]\n",
    "app/__init__.py": "",
    "app/ws.py": SOURCES,
    "app/views.py": BYPASS,
}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder, and return it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder
