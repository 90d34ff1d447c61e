"""What a run found, as a value that can be kept for the runs to come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from ssot_lint.fixing import OverlapError, apply
from ssot_lint.model import Confidence, Finding, Span

_CODE: Final = re.compile(r"SST\d{3}", re.ASCII)
_NAME: Final = re.compile(r"[a-z0-9-]+")
_LARGEST: Final = 1 << 31


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a run found, in the order in which it is shown."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()
    """What could not be done, one line each: with any of these, no findings doesn't mean that all is well."""
    warnings: tuple[str, ...] = ()
    """What was left out for a reason that isn't an error, one line each."""
    hidden_by_confidence: int = 0
    """How many findings at most a lower ``min_confidence`` would show."""
    silenced: int = 0
    """Findings that a noqa comment keeps from being shown."""
    min_confidence: Confidence = Confidence.HIGH
    checked_files: int = 0
    texts: Mapping[str, str] = {}
    """The texts of the files that have findings, by the path that is shown."""
    project_paths: Mapping[str, str] = {}
    """The paths from the project's root of the files that have findings, by the path that is shown."""


def is_sound(result: CheckResult) -> bool:
    """Whether a value that came from a cache can be what a run found, and kept: it is to be shown as such.

    That it is so can't be told; only that nothing in it is what no run finds.
    """
    counts = (result.hidden_by_confidence, result.silenced, result.checked_files)
    texts = result.texts
    return (
        not result.problems
        and all(0 <= count < _LARGEST for count in counts)
        and are_sound(result.findings)
        and all(_are_within(finding, texts.get(finding.location.path)) for finding in result.findings)
    )


def are_sound(findings: Iterable[Finding]) -> bool:
    """Whether findings that came from a cache name rules as ours are named, and places as texts have them."""
    return all(
        _CODE.fullmatch(finding.code)
        and _NAME.fullmatch(finding.name)
        and all(
            0 <= span.line <= span.end_line < _LARGEST and 0 <= span.column < _LARGEST > span.end_column >= 0
            for span in _spans(finding)
        )
        for finding in findings
    )


def _spans(finding: Finding) -> Iterator[Span]:
    yield finding.location.span
    yield from (evidence.location.span for evidence in finding.evidence)
    yield from (related.location.span for related in finding.related)
    yield from (edit.span for each in finding.suggestions for edit in each.edits)


def _are_within(finding: Finding, text: str | None) -> bool:
    """Whether the edits of a finding can be made in the text that it was found in."""
    if text is None or finding.fix is None:
        return True
    try:
        apply(text, finding.fix.edits)
    except OverlapError:
        return False
    return True
