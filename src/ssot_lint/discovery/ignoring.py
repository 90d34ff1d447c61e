"""Decides what a walk leaves out: tool folders, ignore files and the ``exclude`` setting."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.discovery.roots import ancestors, in_utf8, is_below
from ssot_lint.path_patterns import FOLDER_MARK, Rule, matches, rules_of
from ssot_lint.regular_files import content_of

if TYPE_CHECKING:
    from collections.abc import Iterable

DEFAULT_EXCLUDES: Final = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".hypothesis",
    ".idea",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".ssot_lint_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "buck-out",
    "dist-packages",
    "node_modules",
    "site-packages",
    "*.dist-info",
    "*.egg",
    "*.egg-info",
)
"""Names of folders that are never walked into, unless one is given by name."""

BUILD_FOLDERS: Final = ("_build", "build", "dist")
"""Names of folders that hold build products, unless they are packages (``src/build/__init__.py``)."""

ENVIRONMENT_MARKERS: Final = ("pyvenv.cfg", "conda-meta")
"""An entry that makes its folder a virtual environment, whatever the folder is called."""

LARGEST: Final = 1 << 18
"""Bytes of an ignore file that is heeded: each file of a project is held against each of its lines."""

_EXACT: Final = frozenset(name for name in DEFAULT_EXCLUDES if not name.startswith("*"))
_ENDINGS: Final = tuple(name[1:] for name in DEFAULT_EXCLUDES if name.startswith("*"))


def is_tool_folder(name: str) -> bool:
    """Return whether ``DEFAULT_EXCLUDES`` has the folder's name."""
    return name in _EXACT or name.endswith(_ENDINGS)


def holds_no_source(name: str, entries: Iterable[str]) -> bool:
    """Return whether a folder's entries make it a virtual environment or a folder of build products."""
    names = set(entries)
    if not names.isdisjoint(ENVIRONMENT_MARKERS):
        return True
    return name in BUILD_FOLDERS and names.isdisjoint(("__init__.py", "__init__.pyi"))


class PathPatterns(msgspec.Struct, frozen=True):
    """A setting's patterns in gitignore syntax, matched against paths relative to a root."""

    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, patterns: Iterable[str]) -> PathPatterns:
        """Compile ``patterns``; those that can't be read match nothing."""
        return cls(rules_of(patterns))

    def match(self, path: str, base: str) -> bool:
        """Return whether the patterns match ``path``, or a folder above it, below ``base``."""
        return bool(self.rules) and matches(self.rules, _inner(path, base))


class IgnoreRules(msgspec.Struct, frozen=True):
    """Patterns in gitignore syntax for a walk that leaves out folders as it comes upon them.

    Each path is judged for itself, as git does: a pattern that matches a folder above says nothing of it.
    Whoever asks has asked about the folders above before.
    """

    rules: tuple[Rule, ...]
    """The last pattern comes first."""

    @classmethod
    def of(cls, patterns: Iterable[str]) -> IgnoreRules:
        """Compile ``patterns``; those that can't be read match nothing."""
        return cls(rules_of(patterns)[::-1])

    def verdict(self, path: str, base: str, *, is_folder: bool) -> bool | None:
        """Return whether to leave out ``path``, below ``base``; None when no pattern speaks of it."""
        if not self.rules:
            return None
        inner = _inner(path, base)
        marked = f"{inner}/" if is_folder else inner
        for rule in self.rules:
            if rule.match(marked) is not None and _speaks_of(rule, inner, marked):
                return rule.includes
        return None

    def hide(self, path: str, base: str, *, is_folder: bool) -> bool:
        """Return whether ``path``, or a folder between ``base`` and it, is left out."""
        above = (
            folder for folder in ancestors(path) if folder not in (path, base) and is_below(folder, base)
        )
        return any(self.verdict(folder, base, is_folder=True) for folder in above) or bool(
            self.verdict(path, base, is_folder=is_folder)
        )


class IgnoreFile(msgspec.Struct, frozen=True):
    """The rules of one ``.gitignore``, and the folder that it stands in."""

    folder: str
    rules: IgnoreRules


IgnoreChain = tuple[IgnoreFile, ...]
"""The ignore files that hold in a folder, outermost first."""


def read_ignore_file(folder: str) -> IgnoreChain:
    """Return the ``.gitignore`` of ``folder`` as a chain of one; of none where it can't be read."""
    try:
        data = content_of(os.path.join(folder, ".gitignore"), LARGEST)
    except OSError:
        return ()
    text = data.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.lstrip("\ufeff").split("\n")
    return (IgnoreFile(folder, IgnoreRules.of(lines)),)


def is_ignored(path: str, chain: IgnoreChain, *, is_folder: bool) -> bool:
    """Return what the innermost ignore file that speaks of ``path`` says of it."""
    for ignore_file in reversed(chain):
        verdict = ignore_file.rules.verdict(path, ignore_file.folder, is_folder=is_folder)
        if verdict is not None:
            return verdict
    return False


def chain_above(folder: str, root: str) -> IgnoreChain:
    """Return the ignore files above ``folder`` that hold in it: up to the repository's top, or ``root``.

    They are left aside when they hide ``folder`` itself: a walk starts there because somebody asked for it.
    """
    repositories = (above for above in ancestors(folder) if os.path.lexists(os.path.join(above, ".git")))
    top = next(repositories, root if is_below(folder, root) else folder)
    chain: IgnoreChain = ()
    outermost_first = [above for above in ancestors(folder) if is_below(above, top)][::-1]
    for holder, inner in pairwise(outermost_first):
        chain += read_ignore_file(holder)
        if is_ignored(inner, chain, is_folder=True):
            return ()
    return chain


def _speaks_of(rule: Rule, inner: str, marked: str) -> bool:
    """Return whether a rule matches a path itself, and not only a folder above it.

    Most expressions have a group for the slash after a folder's name; in a match that is due to a folder
    above, that slash isn't the last character. Those without it (``a/**``) match the folder's content alone.
    """
    if FOLDER_MARK not in rule.regex.groupindex:
        return rule.match(inner) is not None
    return any(match.end(FOLDER_MARK) in (-1, len(marked)) for match in rule.regex.finditer(marked))


def _inner(path: str, folder: str) -> str:
    inner = in_utf8(path[len(folder) :].lstrip(os.sep))
    return inner if os.sep == "/" else inner.replace(os.sep, "/")
