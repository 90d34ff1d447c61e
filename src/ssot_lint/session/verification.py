"""Holds the project with fixes in it against the project without: nothing may have become worse."""

from __future__ import annotations

import builtins
import symtable
from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.inspection import inspect
from ssot_lint.model import Confidence, SourceFile
from ssot_lint.rules import RULES
from ssot_lint.session.filters import FindingFilter
from ssot_lint.syntax_tree import UnreadableByLibCSTError, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.model import Finding
    from ssot_lint.session.linked import Examined, LinkedProject

_KNOWN: Final = frozenset({*dir(builtins), "__file__", "__path__", "__annotations__", "__class__"})

Key = tuple[str, str]


def worsened(before: LinkedProject, after: LinkedProject, path: str, fixed: Sequence[Finding]) -> str | None:
    """Return what is wrong with the fixes in one file, as a clause; None when they are good.

    The file has to be valid Python that LibCST gives back exactly, the fixed findings have to be gone, none
    may be new, however unsure, and no name may have lost its meaning.
    """
    old, new = _file(before, path), _file(after, path)
    old_source, new_source = old.source(), new.source()
    if not isinstance(old_source, SourceFile) or not isinstance(new_source, SourceFile):
        return "the file can't be read any more"
    if new.result.summary is None or new.result.problem or new.result.summary.error is not None:
        return "the file would be no valid Python any more"
    try:
        if not parse(new_source.text).is_exact:
            return "LibCST wouldn't give the file back as it is"
    except UnreadableByLibCSTError:
        return "LibCST couldn't read the file any more"
    lost = unbound_names(new_source.text) - unbound_names(old_source.text)
    if lost:
        return f"{', '.join(sorted(lost))} would be undefined"
    known, found = _findings(before, old_source), _findings(after, new_source)
    expected = known - Counter(map(_key, fixed))
    if any(found[key] > expected[key] for key in map(_key, fixed)):
        return "the finding would remain"
    coming = sorted({code for code, scope in found - expected})
    return f"{', '.join(coming)} would be reported instead" if coming else None


def newcomers(before: LinkedProject, after: LinkedProject, path: str) -> bool:
    """Whether a file that wasn't changed itself has findings that it hadn't, however unsure."""
    old, new = _file(before, path).source(), _file(after, path).source()
    if not isinstance(old, SourceFile) or not isinstance(new, SourceFile):
        return True
    return bool(_findings(after, new) - _findings(before, old))


def unbound_names(text: str) -> frozenset[str]:
    """Return the names that a module uses and neither binds nor finds among the built-in ones."""
    try:
        top = symtable.symtable(text, "", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    bound = {
        symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()
    }
    bound.update(table.get_name() for table in top.get_children())
    used: set[str] = set()
    waiting = [top]
    while waiting:
        table = waiting.pop()
        for symbol in table.get_symbols():
            if symbol.is_global() and symbol.is_assigned():
                bound.add(symbol.get_name())
            if symbol.is_referenced() and (symbol.is_global() or table is top):
                used.add(symbol.get_name())
        waiting += table.get_children()
    return frozenset(used - bound - _KNOWN)


def _file(opened: LinkedProject, path: str) -> Examined:
    return next(file for file in opened.files if file.record.path == path)


def _findings(opened: LinkedProject, source: SourceFile) -> Counter[Key]:
    """Count the findings of a file, of whatever confidence, without those under noqa."""
    selects = opened.settings.selects
    rules = [rule for rule in RULES if selects(rule.code, opt_in=rule.opt_in)]
    settings = msgspec.structs.replace(opened.settings, min_confidence=Confidence.LOW)
    found = inspect(source, opened.project, rules, screen=False).findings
    return Counter(map(_key, FindingFilter(settings).keep(found, source)))


def _key(finding: Finding) -> Key:
    return finding.code, finding.scope
