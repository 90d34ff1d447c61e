"""Projects written as one text: their modules are summarized and linked without a disk.

A line ``# path/to/module.py`` at the left margin starts a file. A comment ``# -> app.ws.Manager`` says what
the calls of its line mean; several names are parted by commas.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

from ssot_lint.model import SourceFile
from ssot_lint.project.names import Names
from ssot_lint.summary import summarize
from ssot_lint.summary.facts import UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ssot_lint.summary.facts import ModuleSummary

_FILE: Final = re.compile(r"^# (?P<path>\S+\.pyi?)\n", re.MULTILINE)
_MEANING: Final = re.compile(r"# -> (?P<names>.+?)\s*$")

Meanings = dict[tuple[str, int], frozenset[str]]
"""By path and line: what the calls of the line mean."""


def files_in(text: str) -> dict[str, str]:
    """Return the files that a text holds, by path."""
    parts = _FILE.split(textwrap.dedent(text).lstrip("\n"))
    assert not parts[0].strip(), "a text before the first path"
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def source(path: str, text: str) -> SourceFile:
    """Return a file as discovery would give it when its root is the folder that paths start from."""
    stem = path.rpartition(".")[0]
    is_package = stem.rpartition("/")[2] == "__init__"
    module = (stem.rpartition("/")[0] if is_package else stem).replace("/", ".")
    return SourceFile(
        path=path,
        project_path=path,
        module=module,
        text=text,
        is_package=is_package,
        is_stub=path.endswith(".pyi"),
    )


def summaries_of(files: Mapping[str, str]) -> list[ModuleSummary]:
    """Return the summaries of files, none of which may be broken."""
    found = [summarize(source(path, text)) for path, text in files.items()]
    assert [s.error for s in found if s.error is not None] == []
    return found


def names_of(files: Mapping[str, str]) -> Names:
    """Return the names of a project."""
    return Names(summaries_of(files))


def called(summaries: Iterable[ModuleSummary]) -> Meanings:
    """Return what the project's own classes and functions are called as, line by line."""
    every = list(summaries)
    names = Names(every)
    found: dict[tuple[str, int], set[str]] = {}
    for module in every:
        for symbol in module.packed_uses:
            target = names.resolve(symbol)
            if target is None or target.kind not in ("class", "function"):
                continue
            for use in module.uses_of(symbol):
                if use.kind is UseKind.CALL:
                    found.setdefault((module.path, use.span.line), set()).add(target.symbol)
    return {place: frozenset(meanings) for place, meanings in found.items()}


def expected(files: Mapping[str, str]) -> Meanings:
    """Return what the comments of a project say."""
    return {
        (path, number): frozenset(name.strip() for name in comment["names"].split(","))
        for path, text in files.items()
        for number, line in enumerate(text.split("\n"), start=1)
        if (comment := _MEANING.search(line))
    }
