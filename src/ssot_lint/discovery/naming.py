"""Names modules: under which dotted names imports can reach a file, and which of them is the primary one."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from keyword import iskeyword
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ssot_lint.discovery.roots import in_utf8, is_below, is_package
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


class _Start(NamedTuple):
    """A folder that imports may start from, seen from a folder below it."""

    parts: tuple[str, ...]
    is_dotted: bool
    is_near: bool
    """Whether its names count even where the standard library has them, too."""


class _Place(NamedTuple):
    """What the names of all files of a folder have in common."""

    name: str
    anchor: str
    """The folder that primary names are relative to."""
    parts: tuple[str, ...]
    """The folders from there on."""
    skipped: int
    """How many of them no import can spell, with those above."""
    skipped_by_package: int
    """The same for the name of the folder itself, as a package."""
    from_base: tuple[str, ...]
    starts: tuple[_Start, ...]


class Namer:
    """Names the files of one project; remembers which folders are packages."""

    def __init__(self, source_roots: Iterable[str], outer: str | None = None) -> None:
        """Take the folders that imports start from; ``outer`` is one that they may start from besides."""
        self._outer = outer
        self._source_roots = sorted(source_roots, key=len, reverse=True)
        self._tops: dict[str, str] = {}
        self._places: dict[tuple[str, str, bool], _Place] = {}
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
        path = found.path
        stem, suffix = os.path.splitext(in_utf8(path[path.rfind(os.sep) + 1 :]))
        is_stub = suffix == ".pyi"
        place = self._place(os.path.dirname(path), found.base, is_stub=is_stub)
        own = () if stem == "__init__" else (stem,)
        is_spelled = not own or _is_name(stem)
        aliases = {
            ".".join((*start.parts, *own))
            for start in place.starts
            if is_spelled
            and start.is_dotted
            and (start.parts or own)
            and (start.is_near or (start.parts or own)[0] not in sys.stdlib_module_names)
        }
        by_length = tuple(sorted(aliases, key=lambda name: (-name.count("."), name)))
        spelled = _spelled((*place.from_base, *own))
        # The last part, the file's or the package's own, counts whatever it is called.
        skipped = place.skipped if own else min(place.skipped, place.skipped_by_package)
        primary = _spelled((*place.parts[skipped:], *own)) or spelled or _spelled([place.name])
        return _Draft(
            path=path,
            names=(primary, by_length[0] if by_length else primary, spelled or primary),
            aliases=by_length,
            group=os.path.join(place.anchor, *(*place.parts, *own)[: skipped + 1]),
            is_stub=is_stub,
            is_package=not own,
        )

    def _place(self, folder: str, base: str, *, is_stub: bool) -> _Place:
        """Return what the names of all files of a folder have in common."""
        key = (folder, base, is_stub)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = self._new_place(folder, base, is_stub=is_stub)
        return place

    def _new_place(self, folder: str, base: str, *, is_stub: bool) -> _Place:
        def parts_from(start: str) -> tuple[str, ...]:
            inner = [part for part in in_utf8(folder[len(start) :]).split(os.sep) if part]
            if is_stub and inner and inner[0].endswith("-stubs"):  # PEP 561
                inner[0] = inner[0].removesuffix("-stubs")
            return tuple(inner)

        top = self._top(folder)
        anchor = self._anchor(folder, base, top)
        parts = parts_from(anchor)
        wrong = [index for index, part in enumerate(parts) if not _is_name(part)]
        outermost = base if is_below(top, base) else top
        starts = [*_folders_between(base, top), anchor]
        if is_below(folder, os.path.join(base, "src")):
            starts.append(os.path.join(base, "src"))
        if self._outer is not None and anchor == base:
            starts.append(self._outer)
        return _Place(
            name=in_utf8(os.path.basename(folder)),
            anchor=anchor,
            parts=parts,
            skipped=wrong[-1] + 1 if wrong else 0,
            skipped_by_package=next((i + 1 for i in reversed(wrong) if i < len(parts) - 1), 0),
            from_base=parts_from(base) if is_below(folder, base) else parts,
            starts=tuple(
                _Start(names, all(map(_is_name, names)), start in (anchor, outermost))
                for start in dict.fromkeys(starts)
                for names in (parts_from(start),)
            ),
        )

    def _anchor(self, folder: str, base: str, top: str) -> str:
        """Return the folder that the primary names of a folder's files are relative to."""
        for root in self._source_roots:
            if is_below(folder, root):
                return root
        return self._starts.get(top, top) if top != folder else base

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


def _is_name(part: str) -> bool:
    return part.isidentifier() and not iskeyword(part)


def _spelled(parts: Iterable[str]) -> str:
    """Return ``parts`` joined to one name; dots inside a part would make it look like a package."""
    return ".".join(part.replace(".", "-") for part in parts)
