"""A project of three modules with one violation, for the tests of all that looks at whole projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANAGER: Final = """\
class Manager:  # ssot: managed factory=get_manager
    kept = ()


def get_manager():
    Manager.kept = Manager.kept or (Manager(),)
    return Manager.kept[0]
"""

VIEWS: Final = """\
from app.ws import Manager


def view():
    return Manager()
"""

THROUGH: Final = """\
from app.ws import get_manager


def view():
    return get_manager()
"""

FILES: Final = {
    "pyproject.toml": "[tool.ssot-lint]\n",
    "app/__init__.py": "",
    "app/ws.py": MANAGER,
    "app/views.py": VIEWS,
}

VIOLATION: Final = ("app/views.py", 5, "SST101")


def write(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write files below ``folder``, and return it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder
