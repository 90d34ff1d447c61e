"""What ``check`` does once its options are read: looks, mends or silences, and leaves out what is known."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from ssot_lint.cli.progress import shown_progress
from ssot_lint.cli.terminal import complain, emit_aside, emit_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from ssot_lint.model import Finding
    from ssot_lint.session import Buffer, CheckResult, FixResult, Progress


class Asked(TypedDict):
    """What is to be checked, as the session's use cases take it."""

    paths: Sequence[str]
    overrides: Mapping[str, object]
    config_file: Path | None
    isolated: bool
    jobs: int
    cache: bool | Path
    buffer: Buffer | None


class Means(Enum):
    """What is done about findings besides telling them."""

    NONE = auto()
    FIXES = auto()
    COMMENTS = auto()


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a run of ``check`` is to do."""

    asked: Asked
    means: Means
    is_patch: bool
    """Whether changes are shown as a patch instead of made."""
    unsafe: bool
    reason: str
    baseline: Path | None
    prune: bool
    surest_first: bool
    screen: bool
    quiet: bool
    verbose: bool
    shows_progress: bool


class Outcome(NamedTuple):
    """What is left to report."""

    result: CheckResult
    fixed: int = 0
    """Findings that are mended in files that could be written."""
    has_written: bool = False
    known: int = 0
    """Findings that a baseline has."""
    stale: int = 0
    """Findings that a baseline has, and the run hasn't."""

    @property
    def has_findings(self) -> bool:
        """Whether there is something to be mended, be it in the baseline."""
        return bool(self.result.findings) or bool(self.stale)


def carry_out(task: Task) -> Outcome:
    """Do what is asked for, tell what went wrong, and return what is to be reported."""
    outcome = _looked(task) if task.means is Means.NONE else _changed(task)
    if task.baseline is not None and not task.is_patch:
        outcome = _without_known(outcome, task.baseline, task)
    for warning in () if task.quiet else outcome.result.warnings:
        complain("warning", warning)
    for problem in outcome.result.problems:
        complain("error", problem)
    return outcome


def _progress(task: Task) -> AbstractContextManager[Progress]:
    return shown_progress(os.environ, wanted=task.shows_progress, verbose=task.verbose)


def _looked(task: Task) -> Outcome:
    from ssot_lint.session import check

    with _progress(task) as progress:
        result = check(**task.asked, screen=task.screen, surest_first=task.surest_first, progress=progress)
    return Outcome(result)


def _changed(task: Task) -> Outcome:
    made = _silenced(task) if task.means is Means.COMMENTS else _fixed(task)
    buffer = task.asked["buffer"]
    if task.is_patch:
        outcome = _show_patch(made)
    elif buffer is not None:
        outcome = _pass_on(made, buffer)
    else:
        outcome = _write(made, task)
    return _with_comments(outcome, task) if task.means is Means.COMMENTS else outcome


def _fixed(task: Task) -> FixResult:
    from ssot_lint.session import fix

    with _progress(task) as progress:
        made = fix(**task.asked, unsafe=task.unsafe, surest_first=task.surest_first, progress=progress)
    _tell_withheld(made, "the fix of {code} is withheld")
    return made


def _silenced(task: Task) -> FixResult:
    """Return what comes of silencing the findings, those alone that a baseline doesn't know."""
    from ssot_lint.session import silence

    def new(result: CheckResult) -> tuple[Finding, ...]:
        if task.baseline is None:
            return result.findings
        from ssot_lint.cli.baseline import compared

        return compared(task.baseline, result, task.asked, prune=False).new

    with _progress(task) as progress:
        made = silence(**task.asked, reason=task.reason, chosen=new, progress=progress)
    _tell_withheld(made, "no comment silences {code} here")
    return made


def _with_comments(outcome: Outcome, task: Task) -> Outcome:
    """Say how many findings were silenced: they aren't mended, and aren't told as such."""
    if outcome.fixed and not task.quiet and not task.is_patch:
        noun = "finding" if outcome.fixed == 1 else "findings"
        emit_aside([f"Added noqa comments for {outcome.fixed} {noun}.\n"])
    return outcome._replace(fixed=0)


def _write(made: FixResult, task: Task) -> Outcome:
    """Write the changes into the files, and say of which nothing came; what was found there is so still."""
    import msgspec

    from ssot_lint.session import check, write

    refused = write(made.changes)
    unwritten = {path for path, _ in refused}
    written = {change.path for change in made.changes} - unwritten
    result = made.result
    if any(finding.location.path not in written for finding in made.fixed):
        result = check(**task.asked, screen=task.screen, surest_first=task.surest_first)
    problems = (*made.result.problems, *(f"{path}: not changed: {reason}" for path, reason in refused))
    return Outcome(
        msgspec.structs.replace(result, problems=tuple(dict.fromkeys((*result.problems, *problems)))),
        sum(finding.location.path in written for finding in made.fixed),
        has_written=bool(written),
    )


def _pass_on(made: FixResult, buffer: Buffer) -> Outcome:
    """Write what standard input held to standard output, with the changes in it where there are any."""
    change = next((change for change in made.changes if change.path == buffer.path), None)
    emit_bytes(buffer.to_bytes() if change is None else change.after)
    return Outcome(made.result, len(made.fixed) if change else 0, has_written=change is not None)


def _show_patch(made: FixResult) -> Outcome:
    """Write the changes to standard output, as a patch."""
    from pathlib import Path

    from ssot_lint.discovery import shown_on_disk
    from ssot_lint.reporters.patch import unified_patch

    for change in made.changes:
        name = shown_on_disk(change.path, change.location, Path.cwd())
        emit_bytes(unified_patch(name, change.before, change.after))
    return Outcome(made.result, len(made.fixed), has_written=bool(made.changes))


def _tell_withheld(made: FixResult, what: str) -> None:
    for finding, reason in made.withheld:
        place = f"{finding.location.path}:{finding.location.span.line}"
        complain("warning", f"{place}: {what.format(code=finding.code)}: {reason}")


def _without_known(outcome: Outcome, path: Path, task: Task) -> Outcome:
    """Return the outcome without the findings that a baseline knows, and say what it knows too much."""
    import msgspec

    from ssot_lint.cli.baseline import compared, pruned_line, stale_line

    comparison = compared(path, outcome.result, task.asked, prune=task.prune)
    if task.prune and comparison.stale:
        if not task.quiet:
            emit_aside([f"{pruned_line(path, comparison.stale)}\n"])
        comparison = comparison._replace(stale=())
    if comparison.stale:
        complain("error", stale_line(path, comparison.stale))
    return outcome._replace(
        result=msgspec.structs.replace(outcome.result, findings=comparison.new),
        known=comparison.known,
        stale=sum(entry.count for entry in comparison.stale),
    )
