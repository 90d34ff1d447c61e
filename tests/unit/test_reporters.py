"""Each format shows a finding as its readers expect it: people, editors and programs."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from ssot_lint.model import (
    Applicability,
    Confidence,
    Edit,
    Evidence,
    Finding,
    Location,
    Related,
    Span,
    Suggestion,
)
from ssot_lint.reporters import REPORTERS, STATISTICS
from ssot_lint.reporters.fingerprint import fingerprint
from ssot_lint.reporters.report import Report

TEXT = "from app.ws import Manager\n\n\ndef handler(user):\n    manager = Manager(user)\n    return manager\n"

FINDING = Finding(
    code="SST101",
    name="direct-instantiation",
    message="Manager is constructed directly; get it from app.ws.get_manager() (app/ws.py:20)",
    location=Location("app/views.py", Span(5, 14, 5, 27)),
    confidence=Confidence.HIGH,
    evidence=(
        Evidence("slot", Location("app/ws.py", Span(12, 0, 12, 8)), "get_manager() keeps it in _manager"),
        Evidence("factory", Location("app/ws.py", Span(20, 0, 20, 8)), "its factory"),
    ),
    related=(Related("the factory", Location("app/ws.py", Span(20, 4, 20, 15))),),
    suggestions=(
        Suggestion(
            "Call get_manager().", Applicability.UNSAFE, (Edit(Span(5, 14, 5, 27), "get_manager(user)"),)
        ),
        Suggestion("Read about it."),
    ),
    scope="handler",
)

TEXT_OUTPUT = """\
app/views.py:5:15: SST101 Manager is constructed directly; get it from app.ws.get_manager() (app/ws.py:20)
  |
4 | def handler(user):
5 |     manager = Manager(user)
  |               ^^^^^^^^^^^^^
6 |     return manager
  |
  = why: managed because get_manager() keeps it in _manager (app/ws.py:12); its factory (app/ws.py:20)
  = note: app/ws.py:20: the factory
  = help: Call get_manager(). (unsafe)
  |
4 |   def handler(user):
5 | -     manager = Manager(user)
  | +     manager = get_manager(user)
6 |       return manager
  |
  = help: Read about it.

Found 1 finding in 1 file.
1 fixable with --fix --unsafe-fixes.
"""


def rendered(format_: str, *findings: Finding, **fields: Any) -> str:
    return "".join(REPORTERS[format_](Report(findings=findings, texts={"app/views.py": TEXT}, **fields)))


def changed(**fields: Any) -> Finding:
    return msgspec.structs.replace(FINDING, **fields)


def test_text_shows_frame_reasons_places_and_ways_out() -> None:
    assert rendered("text", FINDING) == TEXT_OUTPUT


def test_text_without_the_source_leaves_out_the_frame() -> None:
    output = rendered("text", changed(location=Location("pyproject.toml", Span(3, 0, 3, 1))))
    assert output.splitlines()[1].startswith("  = why: managed because")


def test_text_shows_each_finding_of_a_file_with_its_own_frame() -> None:
    other = changed(location=Location("app/views.py", Span(6, 11, 6, 18)), evidence=(), related=())
    assert rendered("text", FINDING, other).count("5 |     manager = Manager(user)") == 2


def test_text_names_a_confidence_below_high() -> None:
    assert "= confidence: medium\n" in rendered("text", changed(confidence=Confidence.MEDIUM))
    assert "confidence" not in rendered("text", FINDING)


def test_text_shows_the_kind_of_evidence_that_has_no_words() -> None:
    evidence = (Evidence("marker", Location("app/ws.py", Span(3, 0, 3, 1)), ""),)
    assert "managed because marker (app/ws.py:3)\n" in rendered("text", changed(evidence=evidence))


def test_text_stops_after_eight_related_places() -> None:
    places = tuple(Related("changed here", Location("a.py", Span(n, 0, n, 1))) for n in range(1, 13))
    output = rendered("text", changed(related=places))
    assert "a.py:8: changed here" in output
    assert "a.py:9" not in output
    assert "= note: and 4 more places\n" in output


def test_text_widens_the_gutter_for_long_line_numbers() -> None:
    finding = changed(location=Location("app/long.py", Span(100, 0, 100, 1)), evidence=(), related=())
    report = Report(findings=(finding,), texts={"app/long.py": "x\n" * 120})
    lines = "".join(REPORTERS["text"](report)).splitlines()
    assert lines[1:6] == ["    |", " 99 | x", "100 | x", "    | ^", "101 | x"]


def test_text_colours_only_when_asked() -> None:
    assert "\x1b[" not in rendered("text", FINDING)
    coloured = rendered("text", FINDING, color=True)
    assert "\x1b[1;31mSST101\x1b[0m" in coloured
    assert "\x1b[1;31m              ^^^^^^^^^^^^^\x1b[0m" in coloured


@pytest.mark.parametrize("format_", ["text", "concise"])
def test_a_code_leads_to_its_page_where_links_are_followed(format_: str) -> None:
    address = "https://github.com/ssot-lint/ssot-lint/blob/main/src/ssot_lint/rules/direct_instantiation.md"
    linked = rendered(format_, FINDING, links=True)
    assert f": \x1b]8;;{address}\x1b\\SST101\x1b]8;;\x1b\\ Manager" in linked
    assert "\x1b]" not in rendered(format_, FINDING, color=True)


def test_a_message_or_path_cannot_steer_the_terminal() -> None:
    finding = changed(message="a\x1b[2Jb\nc\u202ed é漢", location=Location("x\ny.py", Span(1, 0, 1, 1)))
    assert (
        rendered("concise", finding, summarize=False) == "x\\ny.py:1:1: SST101 a\\x1b[2Jb\\nc\\u202ed é漢\n"
    )


def test_concise_is_a_line_for_each_finding_and_the_closing_line() -> None:
    other = changed(location=Location("app/a.py", Span(7, 0, 7, 1)), message="m")
    assert rendered("concise", other, FINDING, hidden_by_confidence=3).splitlines() == [
        "app/a.py:7:1: SST101 m",
        TEXT_OUTPUT.splitlines()[0],
        "Found 2 findings in 2 files (up to 3 hidden below confidence high; see --min-confidence).",
        "2 fixable with --fix --unsafe-fixes.",
    ]


@pytest.mark.parametrize("format_", ["text", "concise"])
def test_a_clean_run_says_how_much_was_checked(format_: str) -> None:
    assert rendered(format_, checked_files=1) == "All checks passed: 1 file checked.\n"
    assert (
        rendered(format_, checked_files=12, hidden_by_confidence=2, min_confidence=Confidence.MEDIUM)
        == "All checks passed: 12 files checked"
        " (up to 2 hidden below confidence medium; see --min-confidence).\n"
    )


def test_the_closing_line_says_what_was_checked_and_all_that_is_hidden() -> None:
    hidden = {"known": 1, "silenced": 2, "hidden_by_confidence": 3}
    assert rendered("concise", FINDING, checked_files=4, **hidden).splitlines()[1] == (
        "Found 1 finding in 1 file, checked 4 files"
        " (1 known by the baseline, 2 under noqa,"
        " up to 3 hidden below confidence high; see --min-confidence)."
    )


def test_what_was_fixed_and_what_is_hidden_are_told_without_a_second_bracket() -> None:
    assert rendered("concise", FINDING, fixed=2, silenced=1).splitlines()[1] == (
        "Found 3 findings: 2 fixed, 1 remaining (1 under noqa)."
    )


@pytest.mark.parametrize("format_", ["text", "concise"])
@pytest.mark.parametrize(
    ("stale", "entries"), [(1, "1 entry of the baseline matches"), (2, "2 entries of the baseline match")]
)
def test_a_stale_baseline_is_no_pass(format_: str, stale: int, entries: str) -> None:
    assert rendered(format_, checked_files=12, known=3, stale=stale) == (
        f"No new findings, but {entries} nothing any more: 12 files checked (3 known by the baseline).\n"
    )


@pytest.mark.parametrize("format_", ["text", "concise"])
def test_silence_is_no_pass_when_something_could_not_be_checked(format_: str) -> None:
    output = rendered(format_, checked_files=12, complete=False)
    assert output == "No findings, but not everything could be checked.\n"


@pytest.mark.parametrize("format_", ["text", "concise"])
def test_the_closing_line_can_be_left_out(format_: str) -> None:
    assert rendered(format_, checked_files=12, summarize=False) == ""
    assert "Found" not in rendered(format_, FINDING, summarize=False)


def test_json_carries_everything_under_the_names_of_ruff() -> None:
    (found,) = json.loads(rendered("json", FINDING))
    edit = {
        "content": "get_manager(user)",
        "location": {"row": 5, "column": 15},
        "end_location": {"row": 5, "column": 28},
    }
    assert len(found.pop("fingerprint")) == 32
    assert found == {
        "code": "SST101",
        "name": "direct-instantiation",
        "message": FINDING.message,
        "filename": "app/views.py",
        "location": {"row": 5, "column": 15},
        "end_location": {"row": 5, "column": 28},
        "confidence": "high",
        "evidence": [
            {
                "kind": "slot",
                "filename": "app/ws.py",
                "row": 12,
                "text": "get_manager() keeps it in _manager",
            },
            {
                "kind": "factory",
                "filename": "app/ws.py",
                "row": 20,
                "text": "its factory",
            },
        ],
        "related": [
            {
                "message": "the factory",
                "filename": "app/ws.py",
                "location": {"row": 20, "column": 5},
                "end_location": {"row": 20, "column": 16},
            }
        ],
        "suggestions": [
            {"title": "Call get_manager().", "applicability": "unsafe", "edits": [edit]},
            {"title": "Read about it.", "applicability": "display", "edits": []},
        ],
        "fix": {"applicability": "unsafe", "message": "Call get_manager().", "edits": [edit]},
        "noqa_row": 5,
        "url": (
            "https://github.com/ssot-lint/ssot-lint/blob/main/src/ssot_lint/rules/direct_instantiation.md"
        ),
    }


def test_json_of_a_clean_run_is_an_empty_array() -> None:
    assert json.loads(rendered("json", checked_files=3)) == []


def test_json_has_no_fix_where_no_suggestion_has_edits() -> None:
    (found,) = json.loads(rendered("json", changed(suggestions=(Suggestion("Think."),))))
    assert found["fix"] is None


def test_json_is_ascii_even_for_names_that_are_no_text() -> None:
    output = rendered("json", changed(message="é漢\udc80"), changed(message="second"))
    assert output.isascii()
    assert [found["message"] for found in json.loads(output)] == ["é漢\udc80", "second"]


def test_a_fingerprint_outlives_moved_lines_and_another_working_directory() -> None:
    known = fingerprint(FINDING, "src/app/views.py")
    moved = changed(
        location=Location("views.py", Span(50, 2, 50, 9)),
        message="Manager is constructed directly; get it from app.ws.get_manager() (../app/ws.py:99)",
    )
    assert fingerprint(moved, "src/app/views.py") == known
    assert (
        json.loads(rendered("json", FINDING, project_paths={"app/views.py": "src/app/views.py"}))[0][
            "fingerprint"
        ]
        == known
    )


@pytest.mark.parametrize(
    "fields", [{"code": "SST102"}, {"scope": "other"}, {"message": "Other is constructed"}]
)
def test_a_fingerprint_tells_code_scope_and_message_apart(fields: dict[str, str]) -> None:
    assert fingerprint(changed(**fields), "a.py") != fingerprint(FINDING, "a.py")
    assert fingerprint(FINDING, "b.py") != fingerprint(FINDING, "a.py")


def test_statistics_count_codes_the_most_frequent_first() -> None:
    findings = (*[changed(code="SST201", name="shared-mutable-attribute")] * 12, FINDING)
    report = Report(findings=findings)
    assert "".join(STATISTICS["text"](report)).splitlines() == [
        "12  SST201  shared-mutable-attribute",
        " 1  SST101  direct-instantiation",
        "Found 13 findings in 1 file.",
        "13 fixable with --fix --unsafe-fixes.",
    ]
    assert json.loads("".join(STATISTICS["json"](report)))[0] == {
        "code": "SST201",
        "name": "shared-mutable-attribute",
        "count": 12,
    }


def test_statistics_of_a_clean_run_are_the_closing_line_alone() -> None:
    assert "".join(STATISTICS["concise"](Report(checked_files=2))) == "All checks passed: 2 files checked.\n"
    assert "".join(STATISTICS["text"](Report(summarize=False))) == ""
