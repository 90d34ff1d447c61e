"""Names modules: under which dotted names imports can reach a file, and which of them is the primary one."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from keyword import iskeyword
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.discovery.roots import is_below, is_package
from ssot_lint.discovery.spelling import usual_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssot_lint.discovery.walking import FoundFile


class ModuleName(msgspec.Struct, frozen=True):
    """The dotted name of a file, and the other names that lead to it, longest first."""

    module: str
    aliases: tuple[str, ...]


class _Draft(msgspec.Struct, frozen=True):
    """The names that a file could have as its primary one, in the order in which they are tried."""

    path: str
    names: tuple[str, str, str]
    aliases: tuple[str, ...]
    group: str
    """What is renamed together: the topmost package or module that the name starts at."""
    is_stub: bool
    is_package: bool


class Namer:
    """Names the files of one project; remembers which folders are packages."""

    def __init__(self, source_roots: Iterable[str], outer: str | None = None) -> None:
        """Take the folders that imports start from; ``outer`` is one that they may start from besides."""
        self._outer = outer
        self._source_roots = sorted(source_roots, key=len, reverse=True)
        self._tops: dict[str, str] = {}
        self._starts: dict[str, str] = {}
        """For the parent of a topmost package, the folder that the package's own imports start from."""

    def name(self, files: Sequence[FoundFile]) -> list[ModuleName]:
        """Return the names of ``files`` in order; no two modules, nor two stubs, share a primary one."""
        self._find_starts(files)
        drafts = [self._draft(found) for found in files]
        levels = _separate(drafts)
        primaries = [draft.names[levels[draft.group]] for draft in drafts]
        taken: set[tuple[bool, str]] = set()
        for index in sorted(range(len(drafts)), key=lambda i: (not drafts[i].is_package, drafts[i].path)):
            name, count = primaries[index], 1
            while (drafts[index].is_stub, primaries[index]) in taken:
                # A module that a package beside it hides from every import.
                count += 1
                primaries[index] = f"{name}-{count}"
            taken.add((drafts[index].is_stub, primaries[index]))
        return [
            ModuleName(primary, tuple(alias for alias in draft.aliases if alias != primary))
            for primary, draft in zip(primaries, drafts, strict=True)
        ]

    def _draft(self, found: FoundFile) -> _Draft:
        folder, filename = os.path.split(found.path)
        stem, suffix = os.path.splitext(filename)
        is_stub = suffix == ".pyi"
        top = self._top(folder)
        anchor = self._anchor(found, folder, top)

        def parts_from(start: str) -> list[str]:
            inner = [part for part in folder[len(start) :].split(os.sep) if part]
            if is_stub and inner and inner[0].endswith("-stubs"):  # PEP 561
                inner[0] = inner[0].removesuffix("-stubs")
            return inner if stem == "__init__" else [*inner, stem]

        parts = parts_from(anchor)
        importable = _importable(parts)
        skipped = len(parts) - len(importable)
        outermost = found.base if is_below(top, found.base) else top
        starts = [*_folders_between(found.base, top), anchor]
        if is_below(folder, os.path.join(found.base, "src")):
            starts.append(os.path.join(found.base, "src"))
        if self._outer is not None and anchor == found.base:
            starts.append(self._outer)
        spelled = _spelled(parts_from(found.base) if is_below(found.path, found.base) else parts)
        aliases = {
            ".".join(names)
            for start in starts
            if _is_dotted(names := parts_from(start))
            and (start in (anchor, outermost) or names[0] not in sys.stdlib_module_names)
        }
        by_length = tuple(sorted(aliases, key=lambda name: (-name.count("."), name)))
        primary = _spelled(importable) or spelled or _spelled([os.path.basename(folder)])
        return _Draft(
            path=found.path,
            names=(primary, by_length[0] if by_length else primary, spelled or primary),
            aliases=by_length,
            group=os.path.join(anchor, *(parts[: skipped + 1])),
            is_stub=is_stub,
            is_package=stem == "__init__",
        )

    def _anchor(self, found: FoundFile, folder: str, top: str) -> str:
        """Return the folder that the primary name is relative to."""
        for root in self._source_roots:
            if is_below(found.path, root):
                return root
        return self._starts.get(top, top) if top != folder else found.base

    def _find_starts(self, files: Sequence[FoundFile]) -> None:
        """Find the packages that lie in namespace packages: those that name them in their own imports."""
        by_top: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for found in files:
            folder = os.path.dirname(found.path)
            top = self._top(folder)
            if top not in (folder, found.base) and is_below(top, found.base):
                by_top[found.base, top].append(found.path)
        for (base, top), paths in by_top.items():
            folders = _folders_between(base, top)
            inner = top[len(base) :].strip(os.sep).split(os.sep)
            prefixes = {".".join(inner[i:]): folder for i, folder in enumerate(folders)}
            spelled = [p for p in prefixes if all(part.isidentifier() for part in p.split(".") if part)]
            packages = {path[len(top) :].strip(os.sep).split(os.sep)[0] for path in paths}
            self._starts[top] = prefixes[usual_prefix(sorted(paths), packages, spelled)]

    def _top(self, folder: str) -> str:
        """Return the parent of the topmost package around ``folder``; outside packages ``folder`` itself."""
        top = self._tops.get(folder)
        if top is None:
            above = os.path.dirname(folder)
            top = self._top(above) if above != folder and is_package(folder) else folder
            self._tops[folder] = top
        return top


def _separate(drafts: Sequence[_Draft]) -> dict[str, int]:
    """Return for each group of drafts which of its names it takes, so that no two groups share one.

    Groups whose names meet take the next longer ones: first the longest that an import could use, then the
    whole path. A group stays together, so that the relative imports inside it lead to primary names.
    """
    levels = {draft.group: 0 for draft in drafts}
    while True:
        users: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
        for draft in drafts:
            users[draft.names[levels[draft.group]], draft.is_stub].add(draft.group)
        meeting = {
            group for groups in users.values() if len(groups) > 1 for group in groups if levels[group] < 2
        }
        if not meeting:
            return levels
        for group in meeting:
            levels[group] += 1


def _folders_between(outer: str, inner: str) -> list[str]:
    """Return the folders from ``outer`` down to ``inner``; both alone where ``inner`` isn't below."""
    if not is_below(inner, outer):
        return [outer, inner]
    folders = [outer]
    for part in inner[len(outer) :].split(os.sep):
        if part:
            folders.append(os.path.join(folders[-1], part))
    return folders


def _importable(parts: Sequence[str]) -> list[str]:
    """Return what follows the last folder that is no identifier; the last part, the file's, always counts."""
    start = next((i + 1 for i in range(len(parts) - 2, -1, -1) if not _is_dotted(parts[i : i + 1])), 0)
    return list(parts[start:])


def _is_dotted(parts: Sequence[str]) -> bool:
    return bool(parts) and all(part.isidentifier() and not iskeyword(part) for part in parts)


def _spelled(parts: Iterable[str]) -> str:
    """Return ``parts`` joined to one name; dots inside a part would make it look like a package."""
    return ".".join(part.replace(".", "-") for part in parts)
