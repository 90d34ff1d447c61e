"""Inspects one file: one parse and one walk for all rules that have something to look for there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from ssot_lint.model import Finding, SourceFile, Span
from ssot_lint.rules._base import InspectedFile

if TYPE_CHECKING:
    import libcst as cst

    from ssot_lint.project import Project
    from ssot_lint.rules import AnyRule
    from ssot_lint.summary import ModuleSummary

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FORM_FEEDS: Final = re.compile(r"[ \t\f]*\f")

Visit = Callable[[Any], object]


class Inspection(msgspec.Struct, frozen=True):
    """What was found in one file; ``problems`` are the failures of rules or of LibCST, one line each."""

    findings: tuple[Finding, ...]
    problems: tuple[str, ...] = ()
    hidden: int = 0
    """Findings that are less sure than the settings ask for, in files that weren't opened for them."""


def inspect(
    source: SourceFile, project: Project, rules: Sequence[AnyRule], *, screen: bool = True
) -> Inspection:
    """The findings of the rules in one file.

    With ``screen`` off the file is opened even if no rule suspects anything.

    Never raises: a rule that fails is named among the problems, and the others go on.
    """
    module = project.module_at(source.path)
    if module is None:
        return Inspection((), (f"{source.path}: the file isn't part of the linked project",))
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
            if not screen or rule.is_candidate(module, project):
                opening.append(rule)
            else:
                hidden += len(rule.suspects(module, project))
        except Exception as error:  # noqa: BLE001  # one rule's mistake must not cost the findings of the others
            problems.append(_problem(source, rule.code, error))
    if opening:
        found, failed = _open(source, module, project, opening)
        findings += found
        problems += failed
    return Inspection(tuple(sorted(set(findings), key=lambda f: f.sort_key)), tuple(problems), hidden)


def check_project(project: Project, rules: Iterable[AnyRule]) -> tuple[Finding, ...]:
    """The findings that belong to no single Python file."""
    return tuple(sorted((f for rule in rules for f in rule.check_project(project)), key=lambda f: f.sort_key))


def _problem(source: SourceFile, code: str, error: BaseException) -> str:
    return f"{source.path}: {code} failed on this file: {type(error).__name__}: {error}"


def _open(
    source: SourceFile, module: ModuleSummary, project: Project, rules: Sequence[AnyRule]
) -> tuple[list[Finding], list[str]]:
    """Parse the file with LibCST and let the rules visit it."""
    import libcst as cst

    try:
        text, shifts = _without_form_feeds(source.text)
        tree = cst.parse_module(text)
        positions = _positions(tree, shifts)
    except (cst.ParserSyntaxError, TypeError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        return [], [f"{source.path}: LibCST can't read this file: {type(error).__name__}: {reason}"]
    file = InspectedFile(source, module, project, positions)
    visits: dict[str, list[tuple[str, Visit]]] = defaultdict(list)
    for rule in rules:
        visitor = rule(file)
        for name in dir(visitor):
            if name.startswith("visit_"):
                visits[name.removeprefix("visit_")].append((rule.code, getattr(visitor, name)))
    problems: list[str] = []
    failed: set[str] = set()
    for node in _nodes(tree):
        for code, visit in visits.get(type(node).__name__, ()):
            if code in failed:
                continue
            try:
                visit(node)
            except Exception as error:  # noqa: BLE001  # as above
                failed.add(code)
                problems.append(_problem(source, code, error))
    return file.findings, problems


def _without_form_feeds(text: str) -> tuple[str, dict[int, int]]:
    """Return the text without form feeds in front of its lines, and how many characters each such line lost.

    Python begins to count the indentation anew there; LibCST counts otherwise, or takes it for an error.
    """
    if "\f" not in text:
        return text, {}
    lines = _LINE.findall(text)
    matches = {number: _FORM_FEEDS.match(line) for number, line in enumerate(lines, 1)}
    shifts = {number: found.end() for number, found in matches.items() if found is not None}
    return "".join(line[shifts.get(number, 0) :] for number, line in enumerate(lines, 1)), shifts


def _positions(tree: cst.Module, shifts: Mapping[int, int]) -> dict[cst.CSTNode, Span]:
    """Return where each node stands, without the white space around it."""
    from libcst.metadata import MetadataWrapper, PositionProvider

    ranges = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider)
    return {
        node: Span(
            place.start.line,
            place.start.column + shifts.get(place.start.line, 0),
            place.end.line,
            place.end.column + shifts.get(place.end.line, 0),
        )
        for node, place in ranges.items()
    }


def _nodes(tree: cst.Module) -> Iterator[cst.CSTNode]:
    """All nodes of a tree, by their fields: several times faster than LibCST's visiting, which rebuilds."""
    from libcst import CSTNode

    fields: dict[type, tuple[str, ...]] = {}
    waiting: list[CSTNode] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        kind = type(node)
        names = fields.get(kind)
        if names is None:
            names = fields[kind] = tuple(kind.__dataclass_fields__)
        for name in names:
            value = getattr(node, name)
            if isinstance(value, CSTNode):
                waiting.append(value)
            elif isinstance(value, (list, tuple)):
                waiting.extend(child for child in value if isinstance(child, CSTNode))
