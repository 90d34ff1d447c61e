"""Inspects one file: one parse and one walk for all rules that have something to look for there.

Of a large file no more is parsed than the statements that hold what the rules suspect, and those near them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from ssot_lint.errors import reportable
from ssot_lint.model import Finding, SourceFile
from ssot_lint.rules._base import AnyRule, InspectedFile
from ssot_lint.summary.parsing import PART
from ssot_lint.syntax_tree import SyntaxTree, UnreadableByLibCSTError, nodes, parse, trees_with

if TYPE_CHECKING:
    from ssot_lint.project import Project

Visit = Callable[[Any], object]


class Inspection(msgspec.Struct, frozen=True):
    """What was found in one file; ``problems`` are the failures of rules or of LibCST, one line each."""

    findings: tuple[Finding, ...]
    problems: tuple[str, ...] = ()
    hidden: int = 0
    """Findings that are less sure than the settings ask for, in files that weren't opened for them."""
    tree: SyntaxTree | None = None
    """The file's tree, if it was opened as a whole."""


class Screening(msgspec.Struct, frozen=True):
    """What can be said of a file without its text, and the rules that have to see it."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()
    hidden: int = 0
    opening: tuple[AnyRule, ...] = ()


def screen_file(path: str, project: Project, rules: Sequence[AnyRule], *, screen: bool = True) -> Screening:
    """Ask the rules about a file whose text isn't at hand; with ``screen`` off all of them are to see it.

    Never raises: a rule that fails is named among the problems, and the others go on.
    """
    module = project.module_at(path)
    if module is None:
        return Screening(problems=(f"{path}: the file isn't part of the linked project",))
    findings: list[Finding] = []
    problems: list[str] = []
    opening: list[AnyRule] = []
    hidden = 0
    for rule in rules:
        if module.is_test and not rule.in_tests and not project.settings.check_tests:
            continue
        try:
            findings += rule.check_module(module, project)
            if module.error is not None:
                continue
            suspects = rule.suspects(module, project)
            if not screen or (suspects and rule.is_candidate(module, project)):
                opening.append(rule)
            else:
                hidden += len(suspects)
        except Exception as error:  # noqa: BLE001  # one rule's mistake must not cost the findings of the others
            problems.append(_problem(path, rule.code, error))
    return Screening(tuple(findings), tuple(problems), hidden, tuple(opening))


def inspect(
    source: SourceFile, project: Project, rules: Sequence[AnyRule], *, screen: bool = True
) -> Inspection:
    """The findings of the rules in one file.

    With ``screen`` off the file is opened even if no rule suspects anything. Never raises.
    """
    return inspect_screened(source, project, screen_file(source.path, project, rules, screen=screen))


def inspect_screened(source: SourceFile, project: Project, screening: Screening) -> Inspection:
    """The findings in a file about which the rules have been asked."""
    findings, problems = list(screening.findings), list(screening.problems)
    module = project.module_at(source.path)
    tree: SyntaxTree | None = None
    if screening.opening and module is not None:
        walk = _Walk(InspectedFile(source, module, project), screening.opening)
        try:
            if len(source.text) <= PART:
                tree = parse(source.text)
                walk.through(tree)
            else:
                for part in trees_with(source.text, walk.lines()):
                    walk.through(part)
        except UnreadableByLibCSTError as error:
            problems.append(_unread(source.path, error, walk.codes()))
        problems += walk.problems
        findings += walk.file.findings
    ordered = tuple(sorted(set(findings), key=lambda f: f.sort_key))
    return Inspection(ordered, tuple(problems), screening.hidden, tree)


def check_project(project: Project, rules: Iterable[AnyRule]) -> tuple[Finding, ...]:
    """The findings that belong to no single Python file."""
    return tuple(sorted((f for rule in rules for f in rule.check_project(project)), key=lambda f: f.sort_key))


def _problem(path: str, code: str, error: BaseException) -> str:
    return reportable(f"{path}: {code} failed on this file: {type(error).__name__}: {error}")


def _unread(path: str, error: UnreadableByLibCSTError, codes: Sequence[str]) -> str:
    """Return what is told of a file that is no fault of the linter's: which findings there may be."""
    missed = f"; not checked for {', '.join(codes)}" if codes else ""
    return f"{path}: LibCST can't read this file: {error}{missed}"


class _Walk:
    """The rules' visitors on their way through a file; ``problems`` are their failures."""

    def __init__(self, file: InspectedFile, rules: Sequence[AnyRule]) -> None:
        self.file = file
        self.problems: list[str] = []
        self._failed: set[str] = set()
        self._visitors = [rule(file) for rule in rules]
        self._visits: dict[str, list[tuple[str, Visit]]] = defaultdict(list)
        for visitor in self._visitors:
            for name in dir(visitor):
                if name.startswith("visit_"):
                    visit = getattr(visitor, name)
                    self._visits[name.removeprefix("visit_")].append((visitor.code, visit))

    def codes(self) -> list[str]:
        """Return the codes of the rules that suspect something."""
        return sorted(visitor.code for visitor in self._visitors if visitor.here)

    def lines(self) -> set[int]:
        """Return the lines in which the rules suspect something."""
        return {span.line for visitor in self._visitors for span in visitor.here}

    def through(self, tree: SyntaxTree) -> None:
        """Let the rules visit a tree."""
        self.file.positions = tree.positions
        for node in nodes(tree.module):
            for code, visit in self._visits.get(type(node).__name__, ()):
                if code in self._failed:
                    continue
                try:
                    visit(node)
                except Exception as error:  # noqa: BLE001  # as above
                    self._failed.add(code)
                    self.problems.append(_problem(self.file.source.path, code, error))
