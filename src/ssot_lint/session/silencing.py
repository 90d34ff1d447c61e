"""Works out the noqa comments that silence what is found, and makes sure that they do nothing else."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.fixing import apply
from ssot_lint.rules.unknown_name_in_config import UnknownNameInConfig
from ssot_lint.rules.unparsable_file import UnparsableFile
from ssot_lint.rules.unused_suppression import UnusedSuppression
from ssot_lint.session.checking import check_opened
from ssot_lint.session.fixing import FixResult, Withheld, changes_of, from_the_files, source_at
from ssot_lint.session.linked import open_project
from ssot_lint.session.progress import UNSEEN, Progress
from ssot_lint.suppression import added_comments, suppressed_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from ssot_lint.model import Edit, Finding
    from ssot_lint.session.buffers import Buffer
    from ssot_lint.session.linked import LinkedProject
    from ssot_lint.session.results import CheckResult

_NEVER: Final = {
    UnknownNameInConfig.code: "it is about the configuration, where a noqa means nothing",
    UnparsableFile.code: "the file is no valid Python",
    UnusedSuppression.code: "it is about a noqa; take out the code that it names",
}

Place = tuple[str, int, str]


def silence(
    paths: Sequence[str] = (),
    *,
    reason: str = "",
    chosen: Callable[[CheckResult], Iterable[Finding]] = lambda result: result.findings,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
    jobs: int = 1,
    buffer: Buffer | None = None,
    cache: bool | Path = False,
    progress: Progress = UNSEEN,
) -> FixResult:
    """Work out comments, with a reason in each, that silence the ``chosen`` ones of the findings.

    The other arguments are those of ``check``. Nothing is written: that is for ``write``. What is silenced is
    returned as fixed.
    """
    opening = partial(
        open_project,
        paths,
        overrides=overrides,
        config_file=config_file,
        isolated=isolated,
        cwd=cwd,
        jobs=jobs,
        buffer=buffer,
        cache=cache,
        progress=progress,
    )
    return from_the_files(opening, lambda opened: _silenced_in(opened, reason, chosen))


def _silenced_in(
    opened: LinkedProject, reason: str, chosen: Callable[[CheckResult], Iterable[Finding]]
) -> FixResult:
    before = check_opened(opened)
    by_path: dict[str, list[Finding]] = defaultdict(list)
    withheld: list[Withheld] = []
    for finding in chosen(before):
        if finding.code in _NEVER:
            withheld.append(Withheld(finding, _NEVER[finding.code]))
        else:
            by_path[finding.location.path].append(finding)
    texts: dict[str, str] = {}
    for path, findings in by_path.items():
        text, refused = _silenced(source_at(opened, path).text, findings, reason)
        withheld += refused
        if len(refused) < len(findings):
            texts[path] = text
    texts, after = _proven(opened, before, texts)
    refusals = {finding for finding, _ in withheld}
    silenced = [each for path in by_path for each in by_path[path] if path in texts and each not in refusals]
    withheld += [
        Withheld(each, "a comment in this file would make for other findings")
        for path in by_path.keys() - texts.keys()
        for each in by_path[path]
        if each not in refusals
    ]
    changes, problems = changes_of(opened, texts)
    result = msgspec.structs.replace(after, problems=(*after.problems, *problems))
    return FixResult(result=result, changes=changes, fixed=tuple(silenced), withheld=tuple(withheld))


def silencing_edit(text: str, finding: Finding) -> Edit | None:
    """Return the edit that silences one finding by a comment; None where no comment can."""
    if finding.code in _NEVER:
        return None
    line = finding.location.span.line
    edit = added_comments(text, {line: {finding.code}})[0].get(line)
    if edit is None or _silenced(text, [finding], "")[1]:
        return None
    return edit


def _silenced(text: str, findings: Sequence[Finding], reason: str) -> tuple[str, list[Withheld]]:
    """Return the text with comments that silence findings in it, and those that no comment can silence."""
    wanted: dict[int, set[str]] = defaultdict(set)
    for finding in findings:
        wanted[finding.location.span.line].add(finding.code)
    edits, impossible = added_comments(text, wanted, reason)
    changed = apply(text, dict.fromkeys(edits.values()))
    if not _is_same_code(text, changed):
        return text, [Withheld(each, "a comment there would change the code") for each in findings]
    noqa = suppressed_lines(changed)
    return changed, [
        Withheld(each, "its line says noqa in a way that a comment can't add to")
        for each in findings
        if each.location.span.line in impossible or not noqa.suppresses(each.location.span.line, each.code)
    ]


def _is_same_code(text: str, changed: str) -> bool:
    """Return whether two texts are the same code, each part at the same place: all but comments is."""
    try:
        old, new = (ast.dump(ast.parse(each), include_attributes=True) for each in (text, changed))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return old == new


def _proven(
    opened: LinkedProject, before: CheckResult, texts: dict[str, str]
) -> tuple[dict[str, str], CheckResult]:
    """Return the texts that make for no new findings, and what is found with them."""
    known = set(map(_place, before.findings))
    while texts:
        after = check_opened(opened.with_texts(texts))
        bad = {path for path, *_ in set(map(_place, after.findings)) - known}
        if not bad:
            return texts, after
        texts = {path: text for path, text in texts.items() if path not in bad} if bad & texts.keys() else {}
    return texts, before


def _place(finding: Finding) -> Place:
    return finding.location.path, finding.location.span.line, finding.code
