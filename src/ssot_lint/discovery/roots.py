"""Finds the root of the project that paths belong to, and the folders that imports start from."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ssot_lint.regular_files import content_of, is_folder, is_there, working_directory

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssot_lint.settings import Settings

PROJECT_MARKERS: Final = ("pyproject.toml", ".ssot-lint.toml", "setup.cfg", "setup.py", ".git")


def find_root(paths: Sequence[str | os.PathLike[str]], cwd: Path | None = None) -> Path:
    """Return the root of the project that ``paths`` lie in (that ``cwd`` lies in when there are none).

    It is the nearest folder with a marker, from the paths' common folder upwards. Without any marker it is
    that common folder itself; files alone, without a marker, climb to the parent of their topmost package.
    UnreadablePathError says what the system fails to look at.
    """
    here = working_directory() if cwd is None else cwd
    given = [absolute(path, here) for path in paths] or [str(here)]
    folders = [path for path in given if is_folder(path)]
    start = _common_folder([path if path in folders else _existing_parent(path) for path in given])
    for folder in ancestors(start):
        if is_project(folder):
            return Path(folder)
    return Path(start if folders else package_parent(start))


def absolute(path: str | os.PathLike[str], cwd: Path) -> str:
    """Return the absolute, normalized form of ``path``; links are kept as they are."""
    return os.path.normpath(os.path.join(cwd, path))


def in_utf8(text: str) -> str:
    """Return a path, or a part of one, as it reads in UTF-8, in whatever encoding the locale has it read.

    That is how settings, ignore files and imports name it, and how it is shown; it leads to no file.
    """
    if text.isascii() or sys.getfilesystemencoding() == "utf-8":
        return text
    return os.fsencode(text).decode("utf-8", "surrogateescape")


def ancestors(folder: str) -> Iterable[str]:
    """Yield ``folder`` and every folder above it, nearest first."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def is_below(path: str, folder: str) -> bool:
    """Return whether ``path`` is ``folder`` or lies below it; both are absolute and normalized."""
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def is_project(folder: str) -> bool:
    """Return whether a marker says that a project starts at ``folder``.

    A ``setup.py`` inside a package is a part of it (numpy.distutils wants one in each), and a home folder
    under version control holds somebody's settings: neither starts a project.
    """
    for marker in PROJECT_MARKERS:
        if not is_there(os.path.join(folder, marker)):
            continue
        if marker.startswith("setup.") and is_package(folder):
            continue
        if marker == ".git" and folder == os.path.expanduser("~"):
            continue
        return True
    return False


def is_package(folder: str) -> bool:
    """Return whether ``folder`` is a regular package: it has an ``__init__`` module."""
    return any(os.path.isfile(os.path.join(folder, name)) for name in ("__init__.py", "__init__.pyi"))


def package_parent(folder: str) -> str:
    """Return the parent of the topmost package around ``folder``; outside packages ``folder`` itself."""
    return next((above for above in ancestors(folder) if not is_package(above)), folder)


def source_roots(root: str, settings: Settings, folders: Iterable[str]) -> tuple[str, ...]:
    """Return the folders below ``root`` from which ``folders``, those with Python files, are imported.

    These are the ``src`` setting; without it the folders that the build backend is told about, and each
    ``src`` folder that is no package and stands at the root or (where a repository holds several projects)
    beside a project marker.
    """
    if settings.src:
        return tuple(sorted({os.path.normpath(os.path.join(root, entry)) for entry in settings.src}))
    found = {os.path.normpath(os.path.join(root, entry)) for entry in _packaging_roots(root)}
    candidates: set[str] = set()
    for folder in folders:
        if is_below(folder, root):
            inner = folder[len(root) :].split(os.sep)
            candidates.update(
                root + os.sep.join(inner[: depth + 1]) for depth, part in enumerate(inner) if part == "src"
            )
    for candidate in candidates:
        parent = os.path.dirname(candidate)
        if not is_package(candidate) and (parent == root or is_project(parent)):
            found.add(candidate)
    return tuple(sorted(found))


def _packaging_roots(root: str) -> list[str]:
    """Return the source folders that ``pyproject.toml`` declares to setuptools or poetry."""
    try:
        data = content_of(os.path.join(root, "pyproject.toml"))
    except OSError:
        return []
    if b"package-dir" not in data and b"where" not in data and b"from" not in data:
        return []
    from ssot_lint.config.toml_text import parse_toml

    try:
        tool = parse_toml(data.decode("utf-8")).get("tool")
    except (ValueError, RecursionError):  # the configuration's reader is the one to complain
        return []
    declared: list[object] = []
    package_dir = _at(tool, "setuptools", "package-dir")
    if isinstance(package_dir, dict):
        declared.append(package_dir.get(""))
    where = _at(tool, "setuptools", "packages", "find", "where")
    if isinstance(where, list):
        declared += where
    included = _at(tool, "poetry", "packages")
    if isinstance(included, list):
        declared += [_at(entry, "from") for entry in included]
    return [entry for entry in declared if isinstance(entry, str) and entry not in ("", ".")]


def _at(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _existing_parent(path: str) -> str:
    above = os.path.dirname(path)
    return next((folder for folder in ancestors(above) if is_folder(folder)), above)


def _common_folder(folders: Sequence[str]) -> str:
    try:
        return os.path.commonpath(folders)
    except ValueError:  # Windows: on different drives
        return folders[0]
