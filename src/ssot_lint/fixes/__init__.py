"""The fixes: from a finding to the edits that mend it, worked out on the tree of its file.

Rules find and name the way out in words; a fix, where there is one, carries it out. ``FIXERS`` lists them by
code.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import Applicability, Confidence, Suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ssot_lint.fixes._file import FixedFile
    from ssot_lint.model import Finding, SourceFile
    from ssot_lint.project import Project
    from ssot_lint.syntax_tree import SyntaxTree

FIXERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SST101": "factory_call",
        "SST201": "instance_attribute",
        "SST204": "none_default",
        "SST205": "copied_object",
        "SST301": "public_import",
        "SST304": "refused_guard",
        "SST403": "second_look",
        "SST405": "unbounded_cache",
        "SST406": "get_or_create",
        "SST407": "set_up_once",
        "SST505": "canonical_import",
    }
)
"""The modules that make the fixes, by the code of the rule; each has a function ``suggest``."""


MOST_WORK: Final = 4_000_000
"""Findings times lines of a file up to which edits are worked out: to make one takes longer in a longer file.

``--fix`` comes to the others when it has mended the first ones.
"""
LONGEST: Final = 2**20
"""Characters of a file up to which edits are worked out: for them all of it has to be parsed by LibCST."""
_TOO_LONG: Final = "the file is too large"
_TOO_MANY: Final = "the file has too many findings before this one"


def with_fixes(
    source: SourceFile, project: Project, findings: Sequence[Finding], tree: SyntaxTree | None = None
) -> list[Finding]:
    """Return the findings of a file, those that can be mended with the edits for that.

    A finding whose way out can't be carried out at its place keeps it in words, with the reason. The file is
    parsed unless its ``tree`` is at hand.
    """
    module = project.module_at(source.path)
    if module is None or not any(finding.code in FIXERS for finding in findings):
        return list(findings)
    if len(source.text) > LONGEST:
        return [_in_words(finding, _TOO_LONG) if finding.code in FIXERS else finding for finding in findings]
    from ssot_lint.fixes._file import FixedFile
    from ssot_lint.syntax_tree import UnreadableByLibCSTError, parse

    try:
        file = FixedFile(source, module, project, tree or parse(source.text))
    except UnreadableByLibCSTError:
        return list(findings)
    left = MOST_WORK // len(file.lines)
    made: list[Finding] = []
    for finding in findings:
        if finding.code in FIXERS:
            left -= 1
            made.append(_with_fix(file, finding) if left >= 0 else _in_words(finding, _TOO_MANY))
        else:
            made.append(finding)
    return made


def without_unused_imports(source: SourceFile, project: Project, text: str) -> str:
    """Return the new text of a file without the imports that only its old text used."""
    from ssot_lint.fixes._file import names_handed_on
    from ssot_lint.fixes._orphans import ImportUses, without_orphans
    from ssot_lint.syntax_tree import UnreadableByLibCSTError

    module = project.module_at(source.path)
    try:
        return without_orphans(
            ImportUses(source.text),
            text,
            lambda: names_handed_on(module, project) if module is not None else frozenset(),
        )
    except UnreadableByLibCSTError:
        return text  # which verification is to find out


def _with_fix(file: FixedFile, finding: Finding) -> Finding:
    from ssot_lint.fixes._file import NoFixError
    from ssot_lint.fixing import OverlapError

    try:
        if not file.is_exact:
            raise NoFixError("LibCST doesn't give this file back as it is")
        made = [_finished(file, finding, each) for each in _fixer(finding.code)(file, finding)]
    except (NoFixError, OverlapError) as error:
        return _in_words(
            finding, error if isinstance(error, NoFixError) else "its edits get into each other's way"
        )
    return msgspec.structs.replace(finding, suggestions=tuple(made))


def _in_words(finding: Finding, reason: object) -> Finding:
    """Return the finding with its way out in words, and why there are no edits for it."""
    first, *others = finding.suggestions
    title = f"{first.title} (not by --fix: {reason})"
    return msgspec.structs.replace(finding, suggestions=(Suggestion(title), *others))


def _fixer(code: str) -> Callable[[FixedFile, Finding], Iterable[Suggestion]]:
    from importlib import import_module

    suggest: Callable[[FixedFile, Finding], Iterable[Suggestion]]
    suggest = import_module(f"ssot_lint.fixes.{FIXERS[code]}").suggest
    return suggest


def _finished(file: FixedFile, finding: Finding, suggestion: Suggestion) -> Suggestion:
    """Return a suggestion whose edits leave no unused import, and which is as sure as its finding is."""
    if not suggestion.edits:
        return suggestion
    from ssot_lint.fixes._orphans import without_orphans
    from ssot_lint.fixes.differences import edits_between
    from ssot_lint.fixing import apply
    from ssot_lint.syntax_tree import UnreadableByLibCSTError

    made = apply(file.text, suggestion.edits)
    try:
        cleaned = without_orphans(file.import_uses, made, lambda: file.handed_on)
    except UnreadableByLibCSTError:
        cleaned = made  # which verification is to find out
    edits = suggestion.edits if cleaned == made else tuple(edits_between(file.text, cleaned))
    doubtful = suggestion.applicability is Applicability.SAFE and finding.confidence < Confidence.HIGH
    applicability = Applicability.UNSAFE if doubtful else suggestion.applicability
    return Suggestion(suggestion.title, applicability, edits)
