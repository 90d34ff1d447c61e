"""Turns paths into source files: the walk, what it leaves out, module names, decoding.

How modules are named. A file below a source root (the ``src`` setting, else what ``pyproject.toml`` tells the
build backend, else ``src/`` folders) is named from there; a file in a package from the parent of its topmost
package; any other file from the project's root, starting after the last folder whose name is no identifier.
The names that start at other folders between the root and the topmost package are aliases:
``ns/pkg/__init__.py`` is ``pkg``, and ``ns.pkg`` as well (and the other way round where the package's own
imports mostly say ``ns.pkg``); ``services/x.py`` without packages is
``services.x``, and ``x`` as well (unless the standard library has that name). Where two packages would share
a name, both take their longest one and keep the short one as an alias. So primary names are unique (a
``.pyi`` shares the name of its ``.py``), aliases need not be.

What is left out. Tool folders (``DEFAULT_EXCLUDES``), virtual environments, build products, what
``.gitignore`` files hide, and the ``exclude`` setting. A path that is given by name overrules all of these
but ``exclude``, which the user wrote for this tool: pre-commit gives every changed file by name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.discovery.ignoring import BUILD_FOLDERS, DEFAULT_EXCLUDES, IgnoreRules, PathPatterns
from ssot_lint.discovery.naming import Namer
from ssot_lint.discovery.reading import (
    FileRecord,
    checksum,
    decode,
    digest_of,
    encode,
    read,
    read_bytes,
    source_of,
    unreadable,
)
from ssot_lint.discovery.roots import (
    PROJECT_MARKERS,
    absolute,
    find_root,
    in_utf8,
    is_below,
    is_project,
    source_roots,
)
from ssot_lint.discovery.walking import FoundFile, GivenPath, Walker, classify, index_starts
from ssot_lint.model import SourceFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ssot_lint.settings import Settings

__all__ = [
    "BUILD_FOLDERS",
    "DEFAULT_EXCLUDES",
    "PROJECT_MARKERS",
    "Discovery",
    "FileRecord",
    "LeftOut",
    "Walk",
    "checksum",
    "decode",
    "digest_of",
    "discover",
    "encode",
    "find_root",
    "is_below",
    "is_project",
    "read",
    "read_bytes",
    "shown_on_disk",
    "source_of",
    "unreadable",
    "walk",
]


class LeftOut(msgspec.Struct, frozen=True):
    """How much a walk left out, of files and of whole folders, which count as one each."""

    by_exclude: int = 0
    by_ignore_files: int = 0


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """The Python files of a project, not read yet, sorted by path.

    ``unreadable`` holds one line for each path that was asked for and can't be used, ``missing`` the given
    paths that don't exist, ``excluded`` the given paths that the ``exclude`` setting hides. ``left_out`` is
    for people: nothing that is found depends on it.
    """

    records: tuple[FileRecord, ...] = ()
    unreadable: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    left_out: LeftOut = LeftOut()


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """The source files of a project, sorted by path; the other fields are those of ``Walk``."""

    sources: tuple[SourceFile, ...] = ()
    unreadable: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


def discover(paths: Sequence[str], settings: Settings, *, root: Path, cwd: Path) -> Discovery:
    """Walk the project at ``root`` and read all of its files; those at or below ``paths`` are the targets."""
    walked = walk(paths, settings, root=root, cwd=cwd)
    sources: list[SourceFile] = []
    unreadable = list(walked.unreadable)
    for record in walked.records:
        source = read(record)
        if isinstance(source, SourceFile):
            sources.append(source)
        elif record.is_target:
            unreadable.append(source)
    return Discovery(
        sources=tuple(sources),
        unreadable=tuple(sorted(unreadable)),
        missing=walked.missing,
        excluded=walked.excluded,
    )


def walk(paths: Sequence[str], settings: Settings, *, root: Path, cwd: Path) -> Walk:
    """Return the records of the whole project at ``root``, and of ``paths`` outside it.

    Without ``paths`` everything below ``root`` is a target. Where ``root`` bears no project marker, the
    project is what was given and what stands directly around it.
    """
    missing: list[str] = []
    unusable: list[tuple[str, str]] = []
    given: list[GivenPath] = []
    base = absolute(root, cwd)
    for written in paths or [base]:
        path = absolute(written, cwd)
        try:
            given.append(classify(written, path))
        except FileNotFoundError:
            missing.append(written)
        except OSError as error:
            unusable.append((path, f"can't be read: {error.strerror}"))
    walker = Walker(base, IgnoreRules.of(settings.exclude), given)
    if is_project(base):
        walker.walk_folder(base)
    for entry in sorted(given, key=lambda entry: not entry.is_folder):
        walker.add_given(entry)
    if not is_project(base):
        for folder, is_recursive in index_starts(base, given):
            walker.walk_folder(folder, is_recursive=is_recursive)
    lines = [f"{_printable(_shown(path, cwd))}: {why}" for path, why in [*unusable, *walker.unreadable]]
    return Walk(
        records=_records(walker.found, settings, base, cwd),
        unreadable=tuple(sorted(lines)),
        missing=tuple(dict.fromkeys(map(_printable, missing))),
        excluded=tuple(dict.fromkeys(map(_printable, walker.excluded))),
        left_out=LeftOut(walker.hidden_by_exclude, walker.hidden_by_ignore_files),
    )


def _records(files: Sequence[FoundFile], settings: Settings, root: str, cwd: Path) -> tuple[FileRecord, ...]:
    roots = source_roots(root, settings, {os.path.dirname(found.path) for found in files})
    names = Namer(roots, outer=None if is_project(root) else os.path.dirname(root)).name(files)
    tests = PathPatterns.of(settings.test_paths)
    records = [
        FileRecord(
            path=_printable(_shown(found.path, cwd)),
            location=found.path,
            project_path=_printable(_project_path(found.path, root)),
            module=_without_surrogates(name.module),
            aliases=tuple(map(_without_surrogates, name.aliases)),
            is_package=os.path.basename(found.path).startswith("__init__.py"),
            is_stub=found.path.endswith(".pyi"),
            is_test=tests.match(found.path, found.base),
            is_target=found.is_target,
        )
        for found, name in zip(files, names, strict=True)
    ]
    return tuple(sorted(records, key=lambda record: record.path))


def _shown(path: str, cwd: Path) -> str:
    """Return ``path`` as the user sees it: relative to the working directory where it lies below it."""
    here = str(cwd)
    return path[len(here) :].lstrip(os.sep) or "." if is_below(path, here) else path


def shown_on_disk(path: str, location: str, cwd: Path) -> str:
    """Return the path of a file that is shown as ``path``, with all bytes of its name, for programs."""
    exact = _shown(location, cwd)
    return in_utf8(exact) if _printable(exact) == path else path


def _project_path(path: str, root: str) -> str:
    inner = path[len(root) :].lstrip(os.sep) if is_below(path, root) else os.path.relpath(path, root)
    return inner.replace(os.sep, "/")


def _printable(path: str) -> str:
    """Return ``path`` as it is shown."""
    return path if path.isascii() else _without_surrogates(in_utf8(path))


def _without_surrogates(text: str) -> str:
    """Return ``text`` with escapes for undecodable bytes in a file's name."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
