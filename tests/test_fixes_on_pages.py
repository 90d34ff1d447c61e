"""What holds for the fixes of every case: they give the text that the page shows, or one that is at rest."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

import pytest
from rule_pages import Case, all_cases, pages

from ssot_lint.fixes import FIXERS
from ssot_lint.model import Applicability, Confidence
from ssot_lint.rules import RULES
from ssot_lint.session import FixResult, check, fix, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("_readings_are_shared")

CASES: Final = [case for case in all_cases() if any(code in FIXERS for code in case.codes)]


def run(case: Case, folder: Path, *, unsafe: bool) -> FixResult:
    """Make the fixes of a case that was laid out in ``folder``, and write them."""
    result = fix(
        ["."],
        cwd=folder,
        unsafe=unsafe,
        overrides=settings(case),
    )
    assert result.result.problems == ()
    assert write(result.changes) == ()
    return result


def settings(case: Case) -> dict[str, object]:
    return {"select": case.codes, "min_confidence": Confidence.LOW}


def texts(case: Case, folder: Path) -> dict[str, str]:
    return {path: (folder / path).read_bytes().decode() for path in case.files}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_is_fixed_as_its_page_shows(case: Case, tmp_path: Path) -> None:
    for options in sorted({options for options, _ in case.fixed}):
        run(case, case.write(tmp_path, comments=False), unsafe="unsafe" in options)
        found = texts(case, tmp_path)
        for (wanted, path), text in case.fixed.items():
            if wanted == options:
                assert found[path] == text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_fixed_text_is_clean_and_a_fixed_point(case: Case, tmp_path: Path) -> None:
    """With the safe fixes, and with the unsafe ones where there are any."""
    case.write(tmp_path, comments=False)
    before = texts(case, tmp_path)
    found = check(["."], cwd=tmp_path, overrides=settings(case)).findings
    offered = {suggestion.applicability for finding in found for suggestion in finding.suggestions}
    for unsafe in (False, True) if Applicability.UNSAFE in offered else (False,):
        case.write(tmp_path, comments=False)
        first = run(case, tmp_path, unsafe=unsafe)
        assert first.withheld == ()
        after = texts(case, tmp_path)
        assert {path for path in before if before[path] != after[path]} == {c.path for c in first.changes}
        for path, text in after.items():
            if path.endswith((".py", ".pyi")) and before[path] != text:
                ast.parse(text)
        gone = len(found) - len(first.result.findings)
        beside = len(found) - len({finding.location for finding in found})  # which one edit may mend together
        assert len(first.fixed) <= gone <= len(first.fixed) + beside
        if not first.changes:
            continue
        second = run(case, tmp_path, unsafe=unsafe)
        assert (second.changes, second.fixed) == ((), ())
        assert second.result.findings == first.result.findings


@pytest.mark.parametrize("code", sorted(FIXERS))
def test_a_page_shows_what_its_fix_does(code: str) -> None:
    assert code in {rule.code for rule in RULES}
    stem = pages()[code].stem
    assert any(case.fixed for case in CASES if case.code == code and case.id.split("/")[1] == stem)
