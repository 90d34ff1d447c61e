"""What ``check`` does with fixes: makes them and tells of it, or shows them as a patch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict

from ssot_lint.cli.terminal import complain, emit_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ssot_lint.session import Buffer, CheckResult, FixResult


class Asked(TypedDict):
    """What is to be checked, as ``check`` and ``fix`` of the session take it."""

    paths: Sequence[str]
    overrides: Mapping[str, object]
    config_file: Path | None
    isolated: bool
    jobs: int
    cache: bool | Path
    buffer: Buffer | None
    surest_first: bool


class Outcome(NamedTuple):
    """What is left to report once the fixes are made."""

    result: CheckResult
    fixed: int = 0
    """Findings that are mended in files that could be written."""
    has_written: bool = False
    known: int = 0
    """Findings that a baseline has."""
    is_baseline_stale: bool = False

    @property
    def has_findings(self) -> bool:
        """Whether there is something to be mended, be it in the baseline."""
        return bool(self.result.findings) or self.is_baseline_stale


def make_fixes(asked: Asked, *, unsafe: bool) -> Outcome:
    """Make the fixes in the files, and say of which nothing came."""
    import msgspec

    from ssot_lint.session import fix, write

    made = fix(**asked, unsafe=unsafe)
    _tell_withheld(made)
    refused = write(made.changes)
    unwritten = {path for path, _ in refused}
    written = {change.path for change in made.changes} - unwritten
    problems = (*made.result.problems, *(f"{path}: not fixed: {reason}" for path, reason in refused))
    return Outcome(
        msgspec.structs.replace(made.result, problems=problems),
        sum(finding.location.path in written for finding in made.fixed),
        has_written=bool(written),
    )


def pass_on(asked: Asked, buffer: Buffer, *, unsafe: bool) -> Outcome:
    """Write what standard input held to standard output, with the fixes in it where there are any."""
    from ssot_lint.session import fix

    made = fix(**asked, unsafe=unsafe)
    _tell_withheld(made)
    change = next((change for change in made.changes if change.path == buffer.path), None)
    emit_bytes(buffer.to_bytes() if change is None else change.after)
    return Outcome(made.result, len(made.fixed) if change else 0, has_written=change is not None)


def show_patch(asked: Asked, *, unsafe: bool) -> Outcome:
    """Write what the fixes would change to standard output, as a patch."""
    from ssot_lint.reporters.patch import unified_patch
    from ssot_lint.session import fix

    made = fix(**asked, unsafe=unsafe)
    _tell_withheld(made)
    for change in made.changes:
        emit_bytes(unified_patch(change.path, change.before, change.after))
    return Outcome(made.result, len(made.fixed), has_written=bool(made.changes))


def _tell_withheld(made: FixResult) -> None:
    for finding, reason in made.withheld:
        place = f"{finding.location.path}:{finding.location.span.line}"
        complain("warning", f"{place}: the fix of {finding.code} is withheld: {reason}")
