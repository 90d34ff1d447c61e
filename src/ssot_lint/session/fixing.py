"""The use case fix: rounds of fixes, verified file by file, where that fails one by one; then the files."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from ssot_lint.discovery import decode, encode, is_below
from ssot_lint.errors import is_internal
from ssot_lint.fixes import without_unused_imports
from ssot_lint.fixing import OverlapError, apply, compatible, merged
from ssot_lint.model import Applicability, Finding, SourceFile
from ssot_lint.regular_files import content_of
from ssot_lint.session.certainty import by_certainty
from ssot_lint.session.checking import check_opened
from ssot_lint.session.linked import open_project
from ssot_lint.session.progress import UNSEEN, Progress
from ssot_lint.session.results import CheckResult
from ssot_lint.session.verification import newcomers, worsened
from ssot_lint.writing import replace_content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from ssot_lint.model import Suggestion
    from ssot_lint.session.buffers import Buffer
    from ssot_lint.session.linked import LinkedProject

MOST_ROUNDS: Final = 20
"""Fixes that haven't come to rest so many rounds after one for each finding never will."""

Fix = tuple[Finding, "Suggestion"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is to hold instead of what it holds."""

    path: str
    location: str
    before: bytes
    after: bytes


class Withheld(NamedTuple):
    """A finding whose fix isn't made, and the reason, as a clause."""

    finding: Finding
    reason: str


class FixResult(msgspec.Struct, frozen=True, kw_only=True):
    """What fixing comes to; nothing is written yet."""

    result: CheckResult
    """What is found when the fixes are made."""
    changes: tuple[Change, ...] = ()
    fixed: tuple[Finding, ...] = ()
    withheld: tuple[Withheld, ...] = ()


def fix(
    paths: Sequence[str] = (),
    *,
    unsafe: bool = False,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    buffer: Buffer | None = None,
    surest_first: bool = False,
    cache: bool | Path = False,
    progress: Progress = UNSEEN,
) -> FixResult:
    """Work out the fixes of all findings at or below ``paths``, with ``unsafe`` also those to be looked over.

    The arguments are those of ``check``. Nothing is written: that is for ``write``.
    """
    opening = partial(
        open_project,
        paths,
        overrides=overrides,
        config_file=config_file,
        isolated=isolated,
        cwd=cwd,
        jobs=jobs,
        executor=executor,
        buffer=buffer,
        cache=cache,
        progress=progress,
    )
    allowed = frozenset({Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE})
    return from_the_files(opening, lambda opened: _Rounds(opened, allowed).run(surest_first=surest_first))


def from_the_files(
    opening: Callable[..., LinkedProject], work: Callable[[LinkedProject], FixResult]
) -> FixResult:
    """Work changes out, and if there are any to facts that a cache told, from the files themselves.

    A cache that somebody else has filled may name what they like as what code is to call, and what is written
    is to rest on nothing that isn't in the sources. Most runs change nothing, and have read enough.
    """
    opened = opening()
    try:
        made = work(opened)
        is_good = not made.changes and not any(map(is_internal, made.result.problems))
    except Exception:
        if not opened.recalled:
            raise
        is_good = False
    return made if is_good or not opened.recalled else work(opening(anew=True))


def safely_fixed(opened: LinkedProject, path: str) -> str | None:
    """Return the text that the safe fixes make of a project's only target; None if they change nothing."""
    rounds = _Rounds(opened, frozenset({Applicability.SAFE}))
    rounds.run(surest_first=False)
    return rounds.new_text(path)


def write(changes: Iterable[Change]) -> tuple[tuple[str, str], ...]:
    """Write the changes, and return the files that couldn't be written, with the reason as a clause."""
    refusals = ((c.path, replace_content(c.location, c.before, c.after)) for c in changes)
    return tuple((path, reason) for path, reason in refusals if reason is not None)


class _Rounds:
    """The making of fixes, round by round, until none is left."""

    def __init__(self, opened: LinkedProject, allowed: frozenset[Applicability]) -> None:
        self._original = opened
        self._now = opened
        self._allowed = allowed
        self._texts: dict[str, str] = {}
        """The new texts of the changed files."""
        self._fixed: dict[str, list[Finding]] = defaultdict(list)
        self._withheld: list[Withheld] = []
        self._result = CheckResult()
        """What is found in the project as it is now."""

    def run(self, *, surest_first: bool) -> FixResult:
        """Make all fixes that can be made."""
        self._result = check_opened(self._now)
        for _ in range(len(self._result.findings) + MOST_ROUNDS):
            chosen = self._choose(self._result)
            if not chosen:
                break
            self._make(chosen)
        else:
            self._give_up(self._choose(self._result))
            self._result = check_opened(self._now)
        result = self._result
        changes, refused = changes_of(self._original, self._texts)
        problems = (*result.problems, *refused)
        findings = by_certainty(result.findings, self._now.project) if surest_first else result.findings
        return FixResult(
            result=msgspec.structs.replace(result, findings=findings, problems=problems),
            changes=changes,
            fixed=tuple(finding for path in sorted(self._fixed) for finding in self._fixed[path]),
            withheld=tuple(self._withheld),
        )

    def new_text(self, path: str) -> str | None:
        """Return what became of a file; None if nothing did."""
        return self._texts.get(path)

    def _choose(self, result: CheckResult) -> dict[str, list[Fix]]:
        """Return the fixes of a round by file: those that are allowed and don't stand in each other's way."""
        known = {_identity(each.finding) for each in self._withheld}
        by_path: dict[str, list[Fix]] = defaultdict(list)
        for finding in result.findings:
            made = finding.fix
            if made is not None and made.applicability in self._allowed and _identity(finding) not in known:
                by_path[finding.location.path].append((finding, made))
        return {path: compatible(fixes) for path, fixes in by_path.items()}

    def _make(self, chosen: Mapping[str, list[Fix]]) -> None:
        """Make the fixes of a round in all files in which they prove good; sort out those in the others."""
        texts = {path: self._text(path, fixes) for path, fixes in chosen.items()}
        good = {path: text for path, text in texts.items() if text is not None}
        while good:
            candidate = self._now.with_texts(good)
            bad = {path for path in good if worsened(self._now, candidate, path, _findings(chosen[path]))}
            after = check_opened(candidate) if not bad else None
            if after is not None and self._harms_others(candidate, good, after):
                bad = set(good)
            elif after is not None:
                self._accept(candidate, after, good, chosen)
                break
            good = {path: text for path, text in good.items() if path not in bad}
        for path in chosen.keys() - good.keys():
            self._sort_out(path, chosen[path])

    def _harms_others(self, candidate: LinkedProject, changed: Mapping[str, str], after: CheckResult) -> bool:
        """Whether the fixes make for findings in other files."""
        known = Counter(map(_identity, self._result.findings))
        others = {path for path, *_ in Counter(map(_identity, after.findings)) - known} - changed.keys()
        python = {file.record.path for file in candidate.files}
        return any(newcomers(self._now, candidate, path) for path in others & python)

    def _sort_out(self, path: str, fixes: Sequence[Fix]) -> None:
        """Try the fixes of a file one by one; what is good by itself is made, or waits for the next round."""
        for fixed in fixes:
            text = self._text(path, [fixed])
            if text is None:
                self._withheld.append(Withheld(fixed[0], "its edits get into each other's way"))
                continue
            candidate = self._now.with_texts({path: text})
            reason = worsened(self._now, candidate, path, [fixed[0]])
            after = check_opened(candidate) if reason is None else CheckResult()
            if reason is None and self._harms_others(candidate, {path: text}, after):
                reason = "it would make for findings in other files"
            if reason is None:
                self._accept(candidate, after, {path: text}, {path: [fixed]})
                return
            self._withheld.append(Withheld(fixed[0], reason))

    def _accept(
        self,
        candidate: LinkedProject,
        after: CheckResult,
        texts: Mapping[str, str],
        chosen: Mapping[str, list[Fix]],
    ) -> None:
        self._now, self._result = candidate, after
        self._texts.update(texts)
        for path in texts:
            self._fixed[path] += _findings(chosen[path])

    def _text(self, path: str, fixes: Sequence[Fix]) -> str | None:
        """Return the text of a file with some fixes made, None where they get into each other's way."""
        source = source_at(self._now, path)
        try:
            text = apply(source.text, merged(suggestion for _, suggestion in fixes))
        except OverlapError:
            return None
        return without_unused_imports(source, self._now.project, text)

    def _give_up(self, chosen: Mapping[str, list[Fix]]) -> None:
        """Take back all fixes in files in which they don't come to rest."""
        for path, fixes in chosen.items():
            self._texts.pop(path, None)
            for finding in (*self._fixed.pop(path, ()), *_findings(fixes)):
                self._withheld.append(Withheld(finding, "the fixes in this file don't come to rest"))
        self._now = self._original.with_texts(self._texts)


def changes_of(opened: LinkedProject, texts: Mapping[str, str]) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Return what new texts make of the bytes of files, by path, and for what files there is no way to do it.

    Encoding, byte order mark and newlines are those of the file.
    """
    changes: list[Change] = []
    problems: list[str] = []
    for file in opened.files:
        path = file.record.path
        if path not in texts:
            continue
        known = source_at(opened, path).text
        try:
            if not file.buffer and _is_led_out_to(file.record.location, str(opened.root)):
                raise ValueError("a link leads out of the project to it")
            data = file.buffer.to_bytes() if file.buffer else content_of(file.record.location)
            if decode(data) != known:
                raise ValueError("it changed while the linter was running")
            if encode(known, data) != data:
                raise ValueError("its encoding doesn't give its bytes back as they are")
            after = encode(texts[path], data)
        except (ValueError, OSError) as error:
            problems.append(f"{path}: not changed: {error}")
            continue
        changes.append(Change(path=path, location=file.record.location, before=data, after=after))
    return tuple(changes), tuple(problems)


def _is_led_out_to(location: str, root: str) -> bool:
    """Whether a path in the project is that of a file outside, which somebody else may not want changed."""
    return is_below(location, root) and not is_below(os.path.realpath(location), os.path.realpath(root))


def source_at(opened: LinkedProject, path: str) -> SourceFile:
    """Return a file of the project with its text, or without one where it can't be read any more."""
    source = next(file for file in opened.files if file.record.path == path).source()
    if isinstance(source, str):
        return SourceFile(path=path, project_path=path, module="", text="", problem=source)
    return source


def _findings(fixes: Iterable[Fix]) -> list[Finding]:
    return [finding for finding, _ in fixes]


def _identity(finding: Finding) -> tuple[str, str, str, str]:
    """Return what tells a finding from others, wherever its line has gone to."""
    return finding.location.path, finding.code, finding.scope, finding.message.partition(" (")[0]
