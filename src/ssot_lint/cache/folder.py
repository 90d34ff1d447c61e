"""The folder of a cache: whose it is, what tells others to leave it out, and how it is taken away."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "facts.db"
COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""What SQLite adds to the name of a database for the files that it keeps beside it."""
FRESH: Final = ("facts.db.", ".new")
"""Beginning and end of the name that a database has until it is whole."""

_TAG: Final = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of ssot-lint; it can be deleted.\n"
)
_MARKS: Final = MappingProxyType({"CACHEDIR.TAG": _TAG, ".gitignore": "*\n"})
_OURS: Final = re.compile(r"facts\.db(?:-wal|-shm|-journal|\.[a-z0-9_]{8}\.new)?")


def make_folder(folder: Path) -> bool:
    """Make the folder, or see to it that it is a cache's, and mark it; return whether that is so.

    A folder with anything else in it, that somebody named by mistake, is none: a mark would have git ignore
    all that is in there.
    """
    os.makedirs(folder, exist_ok=True)
    if not _has_mark(folder, "CACHEDIR.TAG") and any(map(_is_foreign, os.listdir(folder))):
        return False
    for name, text in _MARKS.items():
        # By "x" neither a link nor what another run has just written there is written to.
        with contextlib.suppress(FileExistsError), open(folder / name, "x", encoding="ascii") as stream:
            stream.write(text)
    return True


def remove_cache(folder: Path) -> bool:
    """Delete a cache with its folder and return whether there was one; OSError says why it can't be.

    Nothing else is deleted: before anything is, the folder must have our mark, or nothing else in it; and
    what isn't ours in there stays, and the folder with it.
    """
    try:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            return False
    except (FileNotFoundError, NotADirectoryError):
        return False
    names = os.listdir(folder)
    if not _has_mark(folder, "CACHEDIR.TAG") and any(map(_is_foreign, names)):
        raise OSError(0, "it is no cache of ssot-lint", os.fspath(folder))
    for name in filter(_OURS.fullmatch, names):
        remove_file(os.path.join(folder, name))
    for name in _MARKS:
        if _has_mark(folder, name):
            remove_file(os.path.join(folder, name))
    os.rmdir(folder)
    return True


def remove_database(file: str) -> None:
    """Delete a database and what stands beside it; OSError says why it can't be."""
    for suffix in ("", *COMPANIONS):
        remove_file(file + suffix)


def remove_file(path: str) -> None:
    """Delete a file, if it is there; of a link, the link."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _is_foreign(name: str) -> bool:
    return name not in _MARKS and not _OURS.fullmatch(name)


def _has_mark(folder: Path, name: str) -> bool:
    """Whether a file is there as we write it: a ``.gitignore`` may be anybody's."""
    path, text = folder / name, _MARKS[name]
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return False
        with open(path, encoding="ascii") as stream:
            return stream.read(len(text) + 1) == text
    except (OSError, ValueError):
        return False
