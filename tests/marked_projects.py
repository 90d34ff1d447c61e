"""Projects on disk whose lines say what is to be found there, in the notation of the rule pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rule_pages import Case, Expected

from ssot_lint.model import Confidence
from ssot_lint.rules import RULES
from ssot_lint.session import check

if TYPE_CHECKING:
    from pathlib import Path

    from ssot_lint.model import Finding


def read_marks(root: Path) -> frozenset[Expected]:
    """Return every finding that the lines of a project name, whether there is a rule for it yet or not."""
    files = {
        file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in root.rglob("*.py")
    }
    return Case(id=root.name, code="", section="", files=files).expected


def expected_findings(root: Path) -> list[Expected]:
    """Return the findings that the lines of a project name and that there are rules for, in order."""
    codes = {rule.code for rule in RULES}
    return sorted(mark for mark in read_marks(root) if mark.code in codes)


def found_in(root: Path, *, min_confidence: Confidence = Confidence.LOW) -> list[Expected]:
    """Check a project as somebody does who stands in it, and return the findings in order."""
    return [_as_expected(finding) for finding in sorted(_check(root, min_confidence), key=_place)]


def _check(root: Path, min_confidence: Confidence) -> tuple[Finding, ...]:
    result = check(cwd=root, overrides={"min_confidence": min_confidence})
    assert not result.problems, result.problems
    assert not result.warnings, result.warnings
    assert result.checked_files == len(list(root.rglob("*.py"))), "not every file was looked at"
    return result.findings


def _place(finding: Finding) -> tuple[str, int, str]:
    return finding.location.path, finding.location.span.line, finding.code


def _as_expected(finding: Finding) -> Expected:
    return Expected(*_place(finding), finding.confidence)
