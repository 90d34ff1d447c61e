"""Copies the sources of a folder, and plants in each file what has to be found there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.judging import is_valid

PLANTED: Final = "SST101"
"""The code of what is planted: LibCST has to read a file to find it."""
_OWNER: Final = "ssot_planted.py"
_OWNER_TEXT: Final = """\
class Planted:  # ssot: managed factory=get_planted
    kept = ()


def get_planted():
    Planted.kept = Planted.kept or (Planted(),)
    return Planted.kept[0]
"""
_CALL: Final = b"return Planted()"
_DIRECT: Final = b"""


def ssot_planted_%d():
    from ssot_planted import Planted

    return Planted()
"""
_SKIPPED: Final = ("site-packages", "dist-packages", "__pycache__")


class Copied(NamedTuple):
    """A file of the copy, by its path below the root."""

    data: bytes
    is_valid: bool
    is_planted: bool


def copy(folder: Path, target: Path, *, every: int) -> dict[str, Copied]:
    """Copy the sources of a folder below ``target``, with something to be found in each ``every``-th.

    Nothing but regular files with the names of sources is copied; other projects that lie in an interpreter's
    library are left behind, and so is what says how to lint the project.
    """
    copied: dict[str, Copied] = {}
    target.mkdir(parents=True)
    (target / "pyproject.toml").write_text("[tool.ssot-lint]\n", encoding="utf-8")
    (target / _OWNER).write_text(_OWNER_TEXT, encoding="utf-8")
    for path in sources(folder):
        name = path.relative_to(folder.parent).as_posix()
        data = path.read_bytes()
        valid = is_valid(data)
        planted = data + _DIRECT % len(copied)
        is_planted = valid and every > 0 and len(copied) % every == 0 and is_valid(planted)
        copied[name] = Copied(planted if is_planted else data, valid, is_planted)
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(copied[name].data)
        shutil.copymode(path, target / name)
    return copied


def sources(folder: Path) -> list[Path]:
    """Return the Python files of a folder, in order."""
    found = []
    for holder, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        paths = (Path(holder, name) for name in sorted(names) if name.endswith((".py", ".pyi")))
        found += [path for path in paths if path.is_file() and not path.is_symlink()]
    return found


def line_of_planted(data: bytes) -> int:
    """Return the line, as Python counts them, in which something was planted."""
    before = data[: data.rindex(_CALL)]
    return 1 + before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
