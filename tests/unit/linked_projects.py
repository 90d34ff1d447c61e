"""Projects written down in a test as texts by path, and linked without touching the disk."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from ssot_lint.model import SourceFile
from ssot_lint.project import link
from ssot_lint.settings import Settings
from ssot_lint.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssot_lint.project import ManagedClass, Project


def source_file(path: str, text: str) -> SourceFile:
    """Return a source file whose module name follows from its path alone."""
    folders, _, name = path.removesuffix(".py").rpartition("/")
    is_package = name == "__init__"
    parts = [*folders.split("/"), *([] if is_package else [name])]
    is_test = "tests" in parts or name.startswith("test_") or name == "conftest"
    module = ".".join(part for part in parts if part)
    return SourceFile(
        path=path, project_path=path, module=module, text=dedent(text), is_package=is_package, is_test=is_test
    )


def linked(files: Mapping[str, str], settings: Settings | None = None) -> Project:
    """Return the project of these texts, which must all be valid Python."""
    summaries = [summarize(source_file(path, text)) for path, text in files.items()]
    assert not [summary.error for summary in summaries if summary.error]
    return link(summaries, settings or Settings())


def managed(files: Mapping[str, str], settings: Settings | None = None) -> dict[str, ManagedClass]:
    """Return the managed classes by their own names, which must be unique in the project."""
    found = linked(files, settings).managed.values()
    assert len({one.name for one in found}) == len(found)
    return {one.name: one for one in found}


def kinds(one: ManagedClass | None) -> set[str]:
    """Return the kinds of evidence for a class; nothing for a class that isn't managed."""
    return {evidence.kind for evidence in one.evidence} if one is not None else set()


def factories(one: ManagedClass) -> set[str]:
    """Return the qualified names of a class's factories."""
    return {factory.symbol for factory in one.factories}
