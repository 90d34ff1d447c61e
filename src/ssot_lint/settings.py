"""The settings of a run: frozen, with their defaults."""

from __future__ import annotations

import msgspec

from ssot_lint.model import Confidence, Scope

DEFAULT_TEST_PATHS = ("tests/", "test/", "testing/", "test_*.py", "*_test.py", "conftest.py")


class ManagedDeclaration(msgspec.Struct, frozen=True, kw_only=True):
    """One ``[[tool.ssot-lint.managed]]`` entry; all names are dotted import paths."""

    class_: str
    factories: tuple[str, ...] = ()
    scope: Scope | None = None
    canonical: str | None = None
    allow: tuple[str, ...] = ()
    """Further owners: names of modules, classes or functions (with ``*``), or file patterns (with ``/``)."""
    row: int = 1
    """The line of the entry in the configuration file, counted from 1; 0 for one of the command line."""


class PerFileIgnore(msgspec.Struct, frozen=True):
    """Code prefixes that are not reported in the files that ``pattern`` (gitignore syntax) matches."""

    pattern: str
    codes: tuple[str, ...]
    row: int | None = None
    """The line of the entry in the configuration file; None for one of the command line."""


class ConfiguredName(msgspec.Struct, frozen=True):
    """A dotted name in a list of the configuration; ``*`` stands for anything in it."""

    name: str
    row: int = 1
    """The line of the entry in the configuration file, counted from 1; 0 for one of the command line."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All that can be configured, and nothing that isn't read somewhere."""

    config_path: str | None = None
    """Where the settings were read from, as shown to the user; None when there is no configuration."""
    src: tuple[str, ...] = ()
    select: tuple[str, ...] = ("SST",)
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    min_confidence: Confidence = Confidence.HIGH
    check_tests: bool = False
    test_paths: tuple[str, ...] = DEFAULT_TEST_PATHS
    exclude: tuple[str, ...] = ()
    infer: bool = True
    context_names: tuple[str, ...] = ()
    """Further names of classes and parameters that stand for a user, with ``*``."""
    per_file_ignores: tuple[PerFileIgnore, ...] = ()
    copied_bases: tuple[ConfiguredName, ...] = ()
    """Classes that give each instance, also of their subclasses, a copy of what a class body binds."""
    declarative_bases: tuple[ConfiguredName, ...] = ()
    """Classes whose attributes, and those of their subclasses, are declarations, meant to be shared."""
    declarative_names: tuple[str, ...] = ()
    """Names (with ``*``) of attributes and of nested classes that are such declarations in any class."""
    managed: tuple[ManagedDeclaration, ...] = ()

    def selects(self, code: str, *, opt_in: bool = False) -> bool:
        """Whether ``code`` is reported: the longest matching prefix decides, ignoring wins a tie.

        A rule that is ``opt_in`` is only chosen by its whole code, as ruff's explicit preview rules are.
        """
        if opt_in and code not in (*self.select, *self.extend_select):
            return False
        chosen = max((len(p) for p in (*self.select, *self.extend_select) if code.startswith(p)), default=-1)
        dropped = max((len(p) for p in (*self.ignore, *self.extend_ignore) if code.startswith(p)), default=-1)
        return chosen > dropped
