"""The use case of a host that checks file by file, as flake8 does: what is found in each, for all at once.

A host's workers look their files up; the project is read and linked once for all of them, or not at all
where an earlier run did so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ssot_lint.errors import is_internal
from ssot_lint.model import Finding
from ssot_lint.session.results import are_sound
from ssot_lint.session.surveying import Survey, survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ssot_lint.session.linked import LinkedProject


class FileReport(msgspec.Struct, frozen=True):
    """What is found in a file, also under noqa; it holds for the text with this checksum alone."""

    checksum: int
    findings: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()


Reports = dict[str, FileReport]
"""The reports of all files that were asked for, by their absolute paths."""


def report_files(
    paths: Sequence[str] = (),
    *,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    cwd: Path | None = None,
    jobs: int = 1,
    cache: bool | Path = False,
) -> Reports:
    """Return what ``check_buffer`` would say of each of the files at or below ``paths``, as they are saved.

    The arguments are those of ``check``; ConfigurationError says what is wrong with the settings.
    """
    seen = survey(paths, overrides=overrides, config_file=config_file, cwd=cwd, cache=cache)
    memory = seen.memory
    if memory is None:
        return _reports(seen, jobs)[0]
    with memory:
        key = memory.key_of_result(seen.walked, seen.settings, seen.paths, "per file")
        known = memory.recall(key, Reports)
        if known is not None and all(
            not each.problems and are_sound(each.findings) for each in known.values()
        ):
            return known
        reports, opened = _reports(seen, jobs)
        if opened.recalled and any(map(is_internal, _problems(reports))):
            reports, opened = _reports(seen, jobs, anew=True)
        has_failed = any(_problems(reports))
        if not has_failed and memory.has_seen(opened.digests()):
            memory.keep(key, reports)
        return reports


def _reports(seen: Survey, jobs: int, *, anew: bool = False) -> tuple[Reports, LinkedProject]:
    from ssot_lint.session.checking import check_file
    from ssot_lint.session.linked import link_survey

    opened = link_survey(seen.without_what_nobody_asks_for(), jobs=jobs, anew=anew)
    reports: Reports = {}
    for file in opened.targets():
        result = check_file(opened, file)
        reports[file.record.location] = FileReport(file.result.checksum, result.findings, result.problems)
    return reports, opened


def _problems(reports: Reports) -> Iterator[str]:
    return (problem for report in reports.values() for problem in report.problems)
