"""What a run found, as a value that can be kept for the runs to come."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ssot_lint.model import Confidence, Finding


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
