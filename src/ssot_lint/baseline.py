"""Known findings: what a project has decided to live with for now, in a file that is checked in.

An entry has no line numbers: a finding is known again by code, path, scope and message, and counted, since
equal findings of one scope can't be told apart.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec

from ssot_lint.errors import SsotLintError
from ssot_lint.regular_files import content_of
from ssot_lint.reporters.fingerprint import without_places
from ssot_lint.writing import put_content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from ssot_lint.model import Finding

VERSION: Final = 1
_MOST: Final = 1 << 31


class BaselineError(SsotLintError):
    """A baseline can't be used, or can't be written."""


class Entry(msgspec.Struct, frozen=True, order=True):
    """A finding that is known, as often as ``count`` says; ``path`` is the one from the project's root."""

    path: str
    code: str
    scope: str
    message: str
    confidence: Annotated[str, msgspec.Meta(pattern="^(high|medium|low)$")] = "high"
    count: Annotated[int, msgspec.Meta(ge=0, le=_MOST)] = 1

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What a finding is known by."""
        return self.path, self.code, self.scope, self.message


class _File(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    findings: list[Entry]


class Comparison(NamedTuple):
    """What a baseline says of a run's findings."""

    new: tuple[Finding, ...]
    known: int
    """Findings that the baseline has."""
    stale: tuple[Entry, ...]
    """What the baseline has and the run hasn't, with the count that is too much."""


def entries_of(findings: Iterable[Finding], project_paths: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return the entries for some findings, in the order in which they are written."""
    entries = [_entry(finding, project_paths) for finding in findings]
    counts = Counter(entry.key for entry in entries)
    first = {entry.key: entry for entry in reversed(entries)}
    return tuple(sorted(msgspec.structs.replace(entry, count=counts[key]) for key, entry in first.items()))


def compare(
    findings: Sequence[Finding],
    project_paths: Mapping[str, str],
    entries: Iterable[Entry],
    is_judged: Callable[[Entry], bool],
) -> Comparison:
    """Part the known findings from the new ones.

    Only of entries for which ``is_judged`` holds the run saw everything that could match them.
    """
    left = Counter({entry.key: entry.count for entry in entries})
    new: list[Finding] = []
    for finding in findings:
        key = _entry(finding, project_paths).key
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(finding)
    stale = tuple(
        msgspec.structs.replace(entry, count=left[entry.key])
        for entry in sorted(entries)
        if left[entry.key] > 0 and is_judged(entry)
    )
    return Comparison(tuple(new), len(findings) - len(new), stale)


def without(entries: Iterable[Entry], stale: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries without those, or as much of them, that no finding matches any more."""
    superfluous = {entry.key: entry.count for entry in stale}
    kept = (
        msgspec.structs.replace(entry, count=entry.count - superfluous.get(entry.key, 0)) for entry in entries
    )
    return tuple(entry for entry in kept if entry.count > 0)


def read_baseline(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a file; BaselineError says why there are none to be had."""
    try:
        file = msgspec.json.decode(content_of(path), type=_File)
    except FileNotFoundError:
        raise BaselineError(f"{path}: there is no such baseline; ssot-lint baseline writes one") from None
    except OSError as error:
        raise BaselineError(f"{path}: can't be read: {error.strerror}") from error
    except RecursionError as error:
        raise BaselineError(f"{path}: no baseline of ssot-lint: nested too deeply to be read") from error
    except ValueError as error:
        raise BaselineError(f"{path}: no baseline of ssot-lint: {error}") from error
    if file.version != VERSION:
        raise BaselineError(f"{path}: written by another version of ssot-lint (format {file.version})")
    counts: Counter[Entry] = Counter()
    for entry in file.findings:  # a merge may have left one twice
        counts[msgspec.structs.replace(entry, count=1)] += entry.count
    return tuple(msgspec.structs.replace(entry, count=count) for entry, count in counts.items())


def write_baseline(path: Path, entries: Sequence[Entry]) -> None:
    """Write a file with the entries in one step; BaselineError says why that can't be done."""
    content = msgspec.json.format(msgspec.json.encode(_File(VERSION, list(entries))), indent=2)
    try:
        put_content(path, content + b"\n")
    except OSError as error:
        raise BaselineError(f"{path}: can't be written: {error.strerror}") from error


def _entry(finding: Finding, project_paths: Mapping[str, str]) -> Entry:
    path = project_paths.get(finding.location.path, finding.location.path)
    message = " ".join(without_places(finding.message).split())
    return Entry(path, finding.code, finding.scope, message, finding.confidence.label)
