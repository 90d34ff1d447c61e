"""The fix of SST505: import over the path that the configuration names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.fixes._import_rewriting import alias_at, imported_from
from ssot_lint.model import Applicability, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.fixes._file import FixedFile
    from ssot_lint.model import Finding


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the import over the canonical path; the file goes on to use the name that it uses."""
    node, alias = alias_at(file, finding.location.span)
    title = finding.suggestions[0].title  # "from app.ws import Manager"
    _, module, _, name = title.split()
    edits = tuple(imported_from(file, node, alias, f"{module}.{name}"))
    yield Suggestion(title, Applicability.SAFE, edits)
    yield from finding.suggestions[1:]
