"""Walks folders for Python files: each real file once, in an order that doesn't depend on the disk."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.discovery.ignoring import (
    IgnoreChain,
    IgnoreRules,
    chain_above,
    holds_no_source,
    is_ignored,
    is_tool_folder,
    read_ignore_file,
)
from ssot_lint.discovery.leftovers import is_leftover
from ssot_lint.discovery.roots import ancestors, is_below, is_package
from ssot_lint.regular_files import beginning_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SUFFIXES: Final = (".py", ".pyi")
_SHEBANG: Final = re.compile(rb"#!.*(?:\b(?:python|pypy)[0-9.]*\b|\buv\b.*\brun\b)")


class FoundFile(msgspec.Struct, frozen=True):
    """A Python file that a walk came upon; patterns and names are relative to ``base``, a folder above it."""

    path: str
    base: str
    is_target: bool


class GivenPath(msgspec.Struct, frozen=True):
    """A path that was asked for: as it was written, absolute, and with its links resolved."""

    written: str
    path: str
    real: str
    is_folder: bool


class _Folder(msgspec.Struct, frozen=True):
    """A folder that waits to be read."""

    path: str
    real: str
    base: str
    chain: IgnoreChain
    is_target: bool
    is_start: bool = False
    is_recursive: bool = True


class Walker:
    """One walk over a project and the given paths; what it found is in its attributes afterwards."""

    def __init__(self, root: str, exclude: IgnoreRules, given: Sequence[GivenPath]) -> None:
        self.found: list[FoundFile] = []
        self.unreadable: list[tuple[str, str]] = []
        self.excluded: list[str] = []
        self.hidden_by_exclude = 0
        self.hidden_by_ignore_files = 0
        self._root = root
        self._real_root = os.path.realpath(root)
        self._exclude = exclude
        self._target_folders = tuple(entry.real for entry in given if entry.is_folder)
        self._target_files = frozenset(entry.real for entry in given if not entry.is_folder)
        self._visited: set[str] = set()
        self._seen: set[str] = set()
        self._links: list[tuple[str, _Folder]] = []

    def walk_folder(self, folder: str, *, is_recursive: bool = True) -> None:
        """Walk ``folder`` and all below it (or its packages alone), whatever the folder itself is called."""
        real = os.path.realpath(folder)
        base = self._root if is_below(folder, self._root) else folder
        chain = chain_above(folder, self._root)
        is_target = self._is_target_folder(real)
        self._descend(_Folder(folder, real, base, chain, is_target, is_start=True, is_recursive=is_recursive))
        while self._links:
            links, self._links = sorted(self._links, key=lambda link: link[0]), []
            for path, holder in links:
                self._follow(path, holder)

    def add_given(self, entry: GivenPath) -> None:
        """Add a path that was given: it overrules ignore files and tool folders, but not ``exclude``."""
        if entry.real in self._seen or entry.real in self._visited:
            return
        base = entry.path if entry.is_folder else os.path.dirname(entry.path)
        if is_below(entry.path, self._root):
            base = self._root
        if entry.path != base and self._exclude.hide(entry.path, base, is_folder=entry.is_folder):
            self.excluded.append(entry.written)
        elif entry.is_folder:
            self.walk_folder(entry.path)
        else:
            problem = None if entry.path.endswith(SUFFIXES) else _why_no_script(entry.path)
            if problem is None:
                self._seen.add(entry.real)
                self.found.append(FoundFile(entry.path, base, is_target=True))
            else:
                self.unreadable.append((entry.path, problem))

    def _descend(self, start: _Folder) -> None:
        pending = [start]
        while pending:
            folder = pending.pop()
            if folder.real not in self._visited:
                self._visited.add(folder.real)
                pending.extend(self._read_folder(folder))

    def _read_folder(self, folder: _Folder) -> Iterable[_Folder]:
        """Record the files of ``folder``, and return the folders in it that are to be walked."""
        try:
            with os.scandir(folder.path) as entries:
                listing = {entry.name: _kind(entry) for entry in entries}
        except OSError as error:
            if folder.is_target:
                self.unreadable.append((folder.path, f"can't be read: {error.strerror}"))
            return ()
        if not folder.is_start and holds_no_source(os.path.basename(folder.path), listing):
            self._visited.discard(folder.real)  # it may be given by name yet
            return ()
        chain = folder.chain + (read_ignore_file(folder.path) if ".gitignore" in listing else ())
        inner = msgspec.structs.replace(folder, chain=chain)
        folders: list[_Folder] = []
        for name in sorted(listing):
            kind = listing[name]
            path = os.path.join(folder.path, name)
            if kind == stat.S_IFDIR:
                if self._enters(path, name, inner):
                    folders.append(self._inner_folder(path, os.path.join(folder.real, name), inner))
            elif kind == stat.S_IFREG and name.endswith(SUFFIXES):
                self._add_file(path, os.path.join(folder.real, name), inner)
            elif kind == stat.S_IFLNK:
                self._links.append((path, inner))
        return folders

    def _enters(self, path: str, name: str, holder: _Folder) -> bool:
        return (
            not is_tool_folder(name)
            and not self._hides(path, holder, is_folder=True)
            and (holder.is_recursive or is_package(path))
        )

    def _hides(self, path: str, holder: _Folder, *, is_folder: bool) -> bool:
        """Return whether ``exclude`` or an ignore file hides what stands in a folder, and count it."""
        if self._exclude.verdict(path, holder.base, is_folder=is_folder):
            self.hidden_by_exclude += 1
        elif is_ignored(path, holder.chain, is_folder=is_folder):
            self.hidden_by_ignore_files += 1
        else:
            return False
        return True

    def _inner_folder(self, path: str, real: str, holder: _Folder) -> _Folder:
        return _Folder(
            path, real, holder.base, holder.chain, holder.is_target or self._is_target_folder(real)
        )

    def _add_file(self, path: str, real: str, holder: _Folder) -> None:
        if real not in self._seen and not self._hides(path, holder, is_folder=False):
            self._seen.add(real)
            self.found.append(FoundFile(path, holder.base, holder.is_target or real in self._target_files))

    def _follow(self, path: str, holder: _Folder) -> None:
        """Follow a link out of the project; what lies inside was walked, or was left out on purpose."""
        try:
            real = os.path.realpath(path, strict=True)
            mode = os.stat(real).st_mode
        except OSError:
            return
        if is_below(real, self._real_root) or is_below(self._real_root, real):
            return
        if stat.S_ISDIR(mode):
            name, target = os.path.basename(path), os.path.basename(real)
            if self._enters(path, name, holder) and not is_tool_folder(target):
                self._descend(self._inner_folder(path, real, holder))
        elif stat.S_ISREG(mode) and path.endswith(SUFFIXES):
            self._add_file(path, real, holder)

    def _is_target_folder(self, real: str) -> bool:
        return any(is_below(real, folder) for folder in self._target_folders)


def classify(written: str, path: str) -> GivenPath:
    """Return what a given path is.

    Raises FileNotFoundError when nothing is there (or a link leads nowhere), another OSError, with the reason
    as its ``strerror``, when it can't be looked at or is neither a folder nor a regular file.
    """
    try:
        mode = os.stat(path).st_mode
    except NotADirectoryError as error:
        raise FileNotFoundError(error.errno, error.strerror, path) from error
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise OSError(0, "neither a file nor a folder", path)
    return GivenPath(written, path, os.path.realpath(path), stat.S_ISDIR(mode))


def index_starts(root: str, given: Sequence[GivenPath]) -> list[tuple[str, bool]]:
    """Return where to look for the code around ``given`` when no marker says how far the project goes.

    Each start is a folder and whether all below it counts. A file in a package brings in its package; a
    script brings in its neighbours, the modules and packages beside it. More could be a whole home folder.
    """
    starts: dict[str, bool] = {}
    for entry in given:
        if entry.is_folder:
            continue
        folder = os.path.dirname(entry.path)
        packages = [above for above in ancestors(folder) if is_below(above, root) and is_package(above)]
        if is_package(folder) and packages:
            starts[packages[-1]] = True
        else:
            starts.setdefault(folder, False)
    return sorted(starts.items(), key=lambda start: (not start[1], start[0]))


def _kind(entry: os.DirEntry[str]) -> int:
    """Return the file type of a directory entry, 0 for what is neither file nor folder nor link."""
    try:
        if entry.is_symlink():
            return stat.S_IFLNK
        if entry.is_dir(follow_symlinks=False):
            return stat.S_IFDIR
        if entry.is_file(follow_symlinks=False):
            return stat.S_IFREG
    except OSError:
        pass
    return 0


def _why_no_script(path: str) -> str | None:
    """Return why a file without a Python ending is no Python script either; None when it is one."""
    if is_leftover(os.path.basename(path)):
        return "left behind by a run that was killed; ssot-lint clean deletes it"
    try:
        if _SHEBANG.match(beginning_of(path, 256)):
            return None
    except OSError as error:
        return f"can't be read: {error.strerror}"
    return "no Python file (neither .py nor .pyi, nor a Python shebang)"
