"""From the linked project to the findings that the user asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.errors import internal_error
from ssot_lint.fixes import FIXERS, with_fixes
from ssot_lint.inspection import Screening, check_project, inspect_screened, screen_file
from ssot_lint.model import SourceFile
from ssot_lint.rules import RULES
from ssot_lint.session.filters import FindingFilter
from ssot_lint.session.linked import collector_paused, is_passed_over
from ssot_lint.session.progress import Step, Tally
from ssot_lint.session.results import CheckResult
from ssot_lint.session.suppressions import codes_to_judge, unused_suppressions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.model import Finding
    from ssot_lint.rules import AnyRule
    from ssot_lint.session.buffers import Buffer
    from ssot_lint.session.linked import Examined, LinkedProject
    from ssot_lint.suppression import NamedCode
    from ssot_lint.syntax_tree import SyntaxTree


def check_opened(opened: LinkedProject, *, screen: bool = True) -> CheckResult:
    """Check the targets of an opened project, and what its configuration says of the project.

    Whoever asks about an unsaved file alone doesn't ask about the configuration, nor does who asks about no
    file that there is.
    """
    run = _Run(opened, screen=screen)
    targets = list(opened.targets())
    tally = Tally(opened.progress, Step.CHECKING, len(targets))
    with collector_paused():
        for file in targets:
            run.add_file(file)
            tally.add()
        if targets and not any(file.buffer is not None for file in targets):
            run.add_project()
    result = run.result(opened.problems, opened.warnings)
    opened.progress.checked(result.checked_files)
    return result


def check_buffer(opened: LinkedProject, buffer: Buffer, *, noqa: bool = True) -> CheckResult:
    """Check one file of an opened project with the text that the buffer gives it, and the rest from the disk.

    ``noqa=False`` also returns what noqa comments silence, for a caller that has its own say about them;
    such a caller, flake8, has no use for edits either.
    """
    changed, file = opened.with_buffer(buffer)
    return check_file(changed, file, noqa=noqa)


def check_file(opened: LinkedProject, file: Examined, *, noqa: bool = False) -> CheckResult:
    """Check one file of an opened project as it is there; ``noqa`` is that of ``check_buffer``."""
    run = _Run(opened, noqa=noqa, suggest=noqa)
    run.add_file(file)
    return run.result([file.result.problem] if file.result.problem else ())


class _Run:
    """The collecting of one run's findings."""

    def __init__(
        self, opened: LinkedProject, *, screen: bool = True, noqa: bool = True, suggest: bool = True
    ) -> None:
        self.rules: Sequence[AnyRule] = [
            rule for rule in RULES if opened.settings.selects(rule.code, opt_in=rule.opt_in)
        ]
        self._opened = opened
        self._screen = screen
        self._noqa = noqa
        self._suggest = suggest
        self._filter = FindingFilter(opened.settings, noqa=noqa)
        self._findings: list[Finding] = []
        self._problems: list[str] = []
        self._texts: dict[str, str] = {}
        self._project_paths: dict[str, str] = {}
        self._checked = 0
        self._hidden = 0

    def add_file(self, file: Examined) -> None:
        """Inspect one file; what goes wrong with it is noted, and ends nothing else."""
        if file.result.problem is not None:
            return
        path, summary = file.record.path, file.result.summary
        source: SourceFile | str | None = None
        named: tuple[NamedCode, ...] = ()
        if summary is not None and summary.names_codes:
            source = file.source()
            named = self._named_codes(source) if isinstance(source, SourceFile) else ()
        screen = self._screen and not named  # what a noqa silences may be less sure than what is shown
        try:
            rules = self._rules_for(file.record.project_path)
            screening = screen_file(path, self._opened.project, rules, screen=screen)
            if screening.findings or screening.opening:
                source = source or file.source()  # few files are ever read again
            if isinstance(source, str):
                self._problems.append(source)
                return
            self._checked += not is_passed_over(file, self._opened.settings)
            self._problems += screening.problems
            self._hidden += screening.hidden
            if source is not None:
                self._add_source(file, source, screening, named)
        except Exception as error:  # noqa: BLE001 - one file's misfortune must not end the run
            self._problems.append(internal_error(path, error))

    def _rules_for(self, project_path: str) -> Sequence[AnyRule]:
        """Return the rules that a file isn't excused from: what the others suspect is not even hidden."""
        ignored = self._filter.ignored_codes(project_path)
        return [rule for rule in self.rules if not rule.code.startswith(ignored)] if ignored else self.rules

    def _add_source(
        self, file: Examined, source: SourceFile, screening: Screening, named: tuple[NamedCode, ...]
    ) -> None:
        inspection = inspect_screened(source, self._opened.project, screening)
        self._problems += inspection.problems[len(screening.problems) :]
        findings = list(inspection.findings)
        if not inspection.problems and file.result.summary is not None and file.result.summary.error is None:
            findings += unused_suppressions(source, named, inspection.findings)
        kept = self._filter.keep(findings, source)
        if screening.opening or (self._suggest and any(finding.code in FIXERS for finding in kept)):
            self._opened.progress.opened(source.path)
        if kept and self._suggest:
            kept = self._with_fixes(source, kept, inspection.tree)
        if kept:
            self._findings += kept
            self._texts[source.path] = source.text
            self._project_paths[source.path] = source.project_path

    def _with_fixes(
        self, source: SourceFile, findings: list[Finding], tree: SyntaxTree | None
    ) -> list[Finding]:
        """Return the findings with the edits that mend them; without, if working these out fails."""
        try:
            return with_fixes(source, self._opened.project, findings, tree)
        except Exception as error:  # noqa: BLE001 - a fix that fails must not cost the findings
            self._problems.append(internal_error(source.path, error))
            return findings

    def _named_codes(self, source: SourceFile) -> tuple[NamedCode, ...]:
        """Return the codes in noqa comments that are to be held against the findings."""
        if not self._noqa:
            return ()
        ignored = self._filter.ignored_codes(source.project_path)
        check_tests = self._opened.settings.check_tests
        return codes_to_judge(source, self.rules, ignored, check_tests=check_tests)

    def add_project(self) -> None:
        """Add what the rules say of the project as a whole, and of its configuration."""
        self._findings += self._filter.keep(check_project(self._opened.project, self.rules), None)

    def result(self, problems: Sequence[str] = (), warnings: Sequence[str] = ()) -> CheckResult:
        """Return all that was collected, with what was known before."""
        return CheckResult(
            findings=tuple(sorted(self._findings, key=lambda finding: finding.sort_key)),
            problems=(*problems, *self._problems),
            warnings=tuple(warnings),
            hidden_by_confidence=self._filter.hidden_by_confidence + self._hidden,
            silenced=self._filter.silenced,
            min_confidence=self._opened.settings.min_confidence,
            checked_files=self._checked,
            texts=self._texts,
            project_paths=self._project_paths,
        )
