"""The rules' pages and case files are tests: each case gives exactly the findings that its comments name."""

from __future__ import annotations

import pkgutil
import random
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from rule_pages import CASES, HEADINGS, PAGES, Case, Expected, all_cases, pages, read_blocks, read_headings

from ssot_lint import rules
from ssot_lint.inspection import inspect
from ssot_lint.model import Confidence, SourceFile
from ssot_lint.project import link
from ssot_lint.rules import RULES
from ssot_lint.session import Buffer, CheckResult, check, open_project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ssot_lint.model import Finding

pytestmark = pytest.mark.usefixtures("_readings_are_shared")

every_case = pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id, scope="module")
"""All tests of one case run one after another, and share what needs to be found out only once."""


@pytest.fixture(scope="module")
def fresh(case: Case, tmp_path_factory: pytest.TempPathFactory) -> CheckResult:
    """What a case gives when nobody has looked at it before."""
    return run(case, case.write(tmp_path_factory.mktemp("fresh")))


@contextmanager
def no_edits() -> Iterator[None]:
    """Findings come without edits, which take half of the time, where only places are looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ssot_lint.session.checking.with_fixes", lambda _s, _p, findings, _t: findings)
        yield


def found_by(findings: Iterable[Finding]) -> frozenset[Expected]:
    return frozenset(Expected(f.location.path, f.location.span.line, f.code, f.confidence) for f in findings)


def run(
    case: Case,
    folder: Path,
    *,
    screen: bool = True,
    buffer: Buffer | None = None,
    cache: bool | Path = False,
) -> CheckResult:
    """Check a case as it was laid out in ``folder``; whatever is found counts, however unsure."""
    result = check(
        ["."],
        cwd=folder,
        overrides={"select": case.codes, "min_confidence": Confidence.LOW},
        screen=screen,
        buffer=buffer,
        cache=cache,
    )
    assert result.problems == ()
    return result


# -- the cases


@every_case
def test_a_case_gives_exactly_what_it_expects(case: Case, fresh: CheckResult) -> None:
    found = found_by(fresh.findings)
    missed, false = sorted(case.expected - found), sorted(found - case.expected)
    assert (missed, false) == ([], []), f"missed: {missed}; false alarms: {false}"


@pytest.mark.same_again
@every_case
def test_without_the_screen_a_case_gives_the_same(case: Case, fresh: CheckResult, tmp_path: Path) -> None:
    assert run(case, case.write(tmp_path), screen=False).findings == fresh.findings


@pytest.mark.same_again
@every_case
def test_what_earlier_runs_kept_changes_nothing(case: Case, fresh: CheckResult, tmp_path: Path) -> None:
    """Neither when nothing has changed since, nor when every file has."""
    case.write(tmp_path / "project")
    for _ in range(2):
        assert run(case, tmp_path / "project", cache=tmp_path / "cache") == fresh
    for path in case.files:
        if path.endswith(".py"):
            text = (tmp_path / "project" / path).read_text(encoding="utf-8")
            (tmp_path / "project" / path).write_text(f"{text}\n\n# changed\n", encoding="utf-8", newline="")
            with no_edits():
                changed = run(case, tmp_path / "project", cache=tmp_path / "cache")
            assert found_by(changed.findings) == found_by(fresh.findings)


@pytest.mark.same_again
@every_case
def test_a_noqa_at_an_expected_line_silences_exactly_it(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    for expected in sorted(case.expected):
        if not expected.path.endswith((".py", ".pyi")) or expected.code in ("SST001", "SST003"):
            continue
        file = tmp_path / expected.path
        text = file.read_text(encoding="utf-8")
        lines = text.split("\n")
        lines[expected.line - 1] += f"  # noqa: {expected.code}"
        file.write_text("\n".join(lines), encoding="utf-8", newline="")
        with no_edits():
            silenced = case.expected - found_by(run(case, tmp_path).findings)
        assert silenced == {other for other in case.expected if other[:3] == expected[:3]}
        file.write_text(text, encoding="utf-8", newline="")


@pytest.mark.same_again
@every_case
def test_the_order_of_files_changes_nothing(case: Case, tmp_path: Path) -> None:
    opened = open_project(
        cwd=case.write(tmp_path), overrides={"select": case.codes, "min_confidence": Confidence.LOW}
    )
    summaries = [file.result.summary for file in opened.files if file.result.summary]
    selected = [rule for rule in RULES if opened.settings.selects(rule.code)]
    sources = [source for file in opened.files if isinstance(source := file.source(), SourceFile)]
    orders = [summaries, summaries[::-1], random.Random(case.id).sample(summaries, len(summaries))]
    seen = []
    for order in orders:
        project = link(order, opened.settings)
        seen.append([inspect(source, project, selected).findings for source in sources])
    assert seen[1] == seen[0]
    assert seen[2] == seen[0]


@pytest.mark.same_again
@every_case
def test_an_unsaved_buffer_gives_what_the_saved_file_gives(
    case: Case, fresh: CheckResult, tmp_path: Path
) -> None:
    case.write(tmp_path)
    saved = fresh.findings
    for path, text in case.files.items():
        if not path.endswith((".py", ".pyi")):
            continue
        (tmp_path / path).write_text("", encoding="utf-8")
        unsaved = run(case, tmp_path, buffer=Buffer(path, text)).findings
        assert unsaved == tuple(finding for finding in saved if finding.location.path == path)
        case.write(tmp_path)


# -- the pages


def test_every_rule_has_a_module_and_a_page_and_every_one_of_these_has_a_rule() -> None:
    modules = {name for _, name, _ in pkgutil.iter_modules(rules.__path__) if not name.startswith("_")}
    assert modules == {page.stem for page in PAGES.glob("*.md")}
    assert modules == {page.stem for page in pages().values()}
    assert len(modules) == len(RULES)


def test_codes_and_names_are_unique_and_codes_ascend() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_named_for_its_module_and_told_in_one_line(rule: rules.AnyRule) -> None:
    assert pages()[rule.code].stem == rule.name.replace("-", "_")
    assert rule.summary
    assert "\n" not in rule.summary


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_page_has_every_heading_in_its_order(code: str) -> None:
    headings = read_headings(pages()[code].read_text(encoding="utf-8"))
    name = next(rule.name for rule in RULES if rule.code == code)
    assert headings[0] == (1, f"{code} {name}")
    assert tuple(title for level, title in headings[1:] if level <= 2) == HEADINGS


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_the_examples_of_a_page_are_violations_and_its_counterexamples_are_none(code: str) -> None:
    on_page = [
        case for case in all_cases() if case.code == code and case.id.split("/")[1] == pages()[code].stem
    ]
    for case in on_page:
        if case.section == "Example":
            assert any(expected.code == code for expected in case.expected), case.id
        else:
            assert not case.expected, case.id
    assert {case.section for case in on_page} == {"Example", "Not a violation"}


def test_case_files_lie_in_folders_of_existing_codes() -> None:
    assert {file.parent.name for file in CASES.glob("*/*.md")} <= {rule.code for rule in RULES}
    assert not list(CASES.glob("*.md"))


def test_every_case_has_an_id_of_its_own() -> None:
    ids = [case.id for case in all_cases()]
    assert len(ids) == len(set(ids))


# -- the reader of the pages


PAGE = """\
# SST101 direct-instantiation

Words, and `a path.py` that is none.

## Example
### Two files
`app/a.py`
```python
# not a heading
x = C()  # error: SST101, SST302 medium
```

`app/b.pyi`:

```python
y = 1  # noqa: E501  # error: SST101 low
```

````text
```python
```
````
"""


def test_blocks_are_read_with_their_paths_and_headings() -> None:
    blocks = list(read_blocks(PAGE))
    assert [(b.section, b.heading, b.path, b.line) for b in blocks] == [
        ("Example", "Two files", "app/a.py", 8),
        ("Example", "Two files", "app/b.pyi", 15),
        ("Example", "Two files", None, 19),
    ]
    assert blocks[0].text == "# not a heading\nx = C()  # error: SST101, SST302 medium\n"
    assert blocks[2].text == "```python\n```\n"


def test_headings_inside_blocks_are_none() -> None:
    assert read_headings(PAGE) == [(1, "SST101 direct-instantiation"), (2, "Example"), (3, "Two files")]


def test_comments_name_path_line_code_and_confidence() -> None:
    files = {block.path: block.text for block in read_blocks(PAGE) if block.path}
    case = Case("id", "SST101", "Example", files)
    assert case.expected == {
        Expected("app/a.py", 2, "SST101", Confidence.HIGH),
        Expected("app/a.py", 2, "SST302", Confidence.MEDIUM),
        Expected("app/b.pyi", 1, "SST101", Confidence.LOW),
    }
    assert case.codes == ("SST101", "SST302")


@pytest.mark.parametrize("comment", ["# error: SST101 hgih", "# error: SST101 SST102", "# error: SST1012"])
def test_an_unclear_expectation_is_an_error(comment: str) -> None:
    with pytest.raises(AssertionError, match="unclear expectation"):
        _ = Case("id", "SST101", "Example", {"a.py": f"x = 1  {comment}\n"}).expected
