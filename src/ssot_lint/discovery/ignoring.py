"""Decides what a walk leaves out: tool folders, ignore files and the ``exclude`` setting."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import msgspec
from pathspec import GitIgnoreSpec

from ssot_lint.discovery.roots import ancestors, is_below

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


class IgnoreFile(msgspec.Struct, frozen=True):
    """The patterns of one ``.gitignore``, and the folder that it stands in."""

    folder: str
    spec: GitIgnoreSpec


IgnoreChain = tuple[IgnoreFile, ...]
"""The ignore files that hold in a folder, outermost first."""


def compile_patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """Return the matcher for ``lines`` in gitignore syntax; lines that can't be read match nothing."""
    patterns = list(lines)
    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError:
        return GitIgnoreSpec.from_lines([line for line in patterns if is_pattern(line)])


def is_pattern(line: str) -> bool:
    """Return whether ``line`` can be read as a pattern in gitignore syntax."""
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def read_ignore_file(folder: str) -> IgnoreChain:
    """Return the ``.gitignore`` of ``folder`` as a chain of one, or of none."""
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="surrogateescape") as stream:
            spec = compile_patterns(stream.read().lstrip("\ufeff").splitlines())
    except OSError:
        return ()
    return (IgnoreFile(folder, spec),)


def is_ignored(path: str, chain: IgnoreChain, *, is_folder: bool) -> bool:
    """Return what the innermost ignore file that speaks about ``path`` says of it."""
    for ignore_file in reversed(chain):
        inner = _inner(path, ignore_file.folder) + ("/" if is_folder else "")
        verdict = ignore_file.spec.check_file(inner).include
        if verdict is not None:
            return verdict
    return False


def chain_above(folder: str, root: str) -> IgnoreChain:
    """Return the ignore files above ``folder`` that hold in it: up to the repository's top, or ``root``.

    They are left aside when they hide ``folder`` itself: a walk starts there because somebody asked for it.
    """
    fallback = root if is_below(folder, root) else folder
    top = next(
        (above for above in ancestors(folder) if os.path.lexists(os.path.join(above, ".git"))), fallback
    )
    chain: IgnoreChain = ()
    for above in ancestors(folder):
        if above != folder and is_below(above, top):
            chain = read_ignore_file(above) + chain
    return () if is_ignored(folder, chain, is_folder=True) else chain


class PathPatterns(msgspec.Struct, frozen=True):
    """A setting's patterns in gitignore syntax, matched against paths relative to a root."""

    spec: GitIgnoreSpec

    @classmethod
    def of(cls, patterns: Iterable[str]) -> PathPatterns:
        """Compile ``patterns``."""
        return cls(compile_patterns(patterns))

    def match(self, path: str, base: str, *, is_folder: bool = False) -> bool:
        """Return whether the patterns match ``path``, taken relative to ``base``."""
        return bool(len(self.spec)) and self.spec.match_file(_inner(path, base) + ("/" if is_folder else ""))

    def match_or_above(self, path: str, base: str, *, is_folder: bool) -> bool:
        """Return whether the patterns match ``path`` or a folder between ``base`` and it."""
        if self.match(path, base, is_folder=is_folder):
            return True
        above = [
            folder for folder in ancestors(os.path.dirname(path)) if folder != base and is_below(folder, base)
        ]
        return any(self.match(folder, base, is_folder=True) for folder in above)


def _inner(path: str, folder: str) -> str:
    inner = path[len(folder) :].lstrip(os.sep)
    return inner if os.sep == "/" else inner.replace(os.sep, "/")
