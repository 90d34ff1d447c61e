"""The formats that services read, held against their schemas or read back by those who know them."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import msgspec
import pytest
from junitparser import JUnitXml
from small_project import write
from test_reporters import FINDING, TEXT

from ssot_lint.cli import main
from ssot_lint.model import Confidence, Location, Span
from ssot_lint.reporters import REPORTERS, STATISTICS
from ssot_lint.reporters.report import Report
from ssot_lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssot_lint.model import Finding

SCHEMA = Path(__file__).parent.parent / "schemas" / "sarif-2.1.0-rtm.5.json"


def changed(**fields: Any) -> Finding:
    return msgspec.structs.replace(FINDING, **fields)


def rendered(format_: str, *findings: Finding, **fields: Any) -> str:
    return "".join(REPORTERS[format_](Report(findings=findings, texts={"app/views.py": TEXT}, **fields)))


def sarif(*findings: Finding, **fields: Any) -> Mapping[str, Any]:
    """The one run of the log, which is valid."""
    log = json.loads(rendered("sarif", *findings, **fields))
    jsonschema.validate(log, json.loads(SCHEMA.read_text("utf-8")))
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def unescaped(text: str) -> str:
    return text.replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")


class TestSarif:
    def test_a_finding_has_its_rule_its_place_and_its_fix(self) -> None:
        run = sarif(FINDING)
        (result,) = run["results"]
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert (result["ruleId"], result["level"], result["properties"]) == (
            "SST101",
            "error",
            {"confidence": "high"},
        )
        assert (rule["id"], rule["name"]) == ("SST101", "direct-instantiation")
        assert rule["help"]["markdown"].startswith("# SST101 direct-instantiation")
        region = {"startLine": 5, "startColumn": 15, "endLine": 5, "endColumn": 28}
        place = {"uri": "app/views.py", "uriBaseId": "%SRCROOT%"}
        (location,) = result["locations"]
        assert location["physicalLocation"] == {"artifactLocation": place, "region": region}
        assert location["logicalLocations"] == [{"fullyQualifiedName": "handler"}]
        (fix,) = result["fixes"]
        (change,) = fix["artifactChanges"]
        assert change == {
            "artifactLocation": place,
            "replacements": [
                {"deletedRegion": region, "insertedContent": {"text": "get_manager(user)"}},
            ],
        }
        assert [each["message"]["text"] for each in result["relatedLocations"]] == [
            "the factory",
            "get_manager() keeps it in _manager",
            "its factory",
        ]
        assert run["invocations"] == [{"executionSuccessful": True}]

    def test_all_rules_are_described_also_without_findings(self) -> None:
        run = sarif(complete=False)
        assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.code for rule in RULES]
        assert run["results"] == []
        assert run["invocations"] == [{"executionSuccessful": False}]

    def test_what_is_less_sure_has_a_lower_level(self) -> None:
        levels = [
            result["level"]
            for result in sarif(*(changed(confidence=each) for each in sorted(Confidence)))["results"]
        ]
        assert levels == ["note", "warning", "error"]

    def test_fingerprints_outlive_moved_lines(self) -> None:
        moved = changed(location=Location("app/views.py", Span(9, 14, 9, 27)))
        first, second = sarif(FINDING, moved)["results"]
        assert first["partialFingerprints"] == second["partialFingerprints"]

    def test_paths_are_those_from_the_root_and_are_quoted(self) -> None:
        spaced = changed(location=Location("my views.py", Span(5, 14, 5, 27)))
        run = sarif(spaced, project_paths={"my views.py": "app/my views.py"})
        (result,) = run["results"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "app/my%20views.py"
        related = result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]
        assert related == {"uri": "app/app/ws.py", "uriBaseId": "%SRCROOT%"}

    def test_a_file_outside_the_project_has_its_whole_address(self) -> None:
        (result,) = sarif(changed(location=Location("/lib/a.py", Span(1, 0, 1, 1))))["results"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///lib/a.py"}


@pytest.mark.parametrize(
    ("paths", "shown", "expected"),
    [
        ({}, "ws.py", "ws.py"),
        ({"views.py": "app/views.py"}, "views.py", "app/views.py"),
        ({"views.py": "app/views.py"}, "ws.py", "app/ws.py"),
        ({"sub/app/views.py": "app/views.py"}, "sub/app/ws.py", "app/ws.py"),
        ({"/home/x/app/views.py": "app/views.py"}, "/home/x/app/ws.py", "app/ws.py"),
        ({"/home/x/app/views.py": "app/views.py"}, "/elsewhere/ws.py", "/elsewhere/ws.py"),
    ],
)
def test_paths_from_the_root_are_known_for_files_without_findings(
    paths: dict[str, str], shown: str, expected: str
) -> None:
    assert Report(project_paths=paths).from_root(shown) == expected


class TestGithub:
    _COMMAND = re.compile(r"^::(?P<kind>error|warning|notice) (?P<properties>[^:]*)::(?P<text>.*)$")

    def test_a_finding_is_a_command_at_its_place(self) -> None:
        (line,) = rendered("github", FINDING).splitlines()
        found = self._COMMAND.match(line)
        assert found is not None
        assert found["kind"] == "error"
        assert dict(each.split("=") for each in found["properties"].split(",")) == {
            "title": "ssot-lint (SST101)",
            "file": "app/views.py",
            "line": "5",
            "col": "15",
            "endLine": "5",
            "endColumn": "28",
        }
        assert unescaped(found["text"]) == f"app/views.py:5:15: SST101 {FINDING.message}"

    def test_what_would_end_a_property_or_a_line_is_escaped(self) -> None:
        odd = changed(
            location=Location("a,b:100%.py", Span(1, 0, 1, 1)),
            message="100%\nsure",
            confidence=Confidence.MEDIUM,
        )
        (line,) = rendered("github", odd).splitlines()
        found = self._COMMAND.match(line)
        assert found is not None
        assert found["kind"] == "warning"
        assert "file=a%2Cb%3A100%25.py," in found["properties"]

    def test_no_findings_are_no_commands(self) -> None:
        assert rendered("github") == ""


class TestGitlab:
    def test_a_finding_is_an_issue_with_all_that_gitlab_asks_for(self) -> None:
        (issue,) = json.loads(rendered("gitlab", FINDING))
        assert issue["description"] == f"SST101 {FINDING.message}"
        assert (issue["check_name"], issue["severity"]) == ("SST101", "major")
        assert issue["location"] == {"path": "app/views.py", "lines": {"begin": 5, "end": 5}}
        assert re.fullmatch("[0-9a-f]{32}", issue["fingerprint"])

    def test_equal_findings_have_fingerprints_of_their_own(self) -> None:
        moved = changed(location=Location("app/views.py", Span(9, 14, 9, 27)))
        prints = [issue["fingerprint"] for issue in json.loads(rendered("gitlab", FINDING, moved, moved))]
        assert len(set(prints)) == 3

    def test_no_findings_are_an_empty_array(self) -> None:
        assert json.loads(rendered("gitlab")) == []


class TestJunit:
    def read(self, *findings: Finding, **fields: Any) -> JUnitXml:
        return JUnitXml.fromstring(rendered("junit", *findings, **fields).encode())

    def test_a_file_is_a_suite_and_a_finding_a_failure(self) -> None:
        other = changed(location=Location("app/other.py", Span(1, 0, 1, 1)), code="SST102")
        suites = list(self.read(FINDING, other, FINDING))
        assert [(suite.name, suite.tests, suite.failures) for suite in suites] == [
            ("app/other.py", 1, 1),
            ("app/views.py", 2, 2),
        ]
        case = next(iter(suites[1]))
        assert (case.name, case.classname) == ("SST101", "app.views")
        (failure,) = case.result
        assert (failure.type, failure.message) == ("direct-instantiation", FINDING.message)
        assert failure.text == f"app/views.py:5:15: SST101 {FINDING.message}"

    def test_no_findings_are_a_test_that_passed(self) -> None:
        (suite,) = self.read(checked_files=7)
        (case,) = suite
        assert case.is_passed
        assert case.name == "All checks passed: 7 files checked."

    def test_what_xml_has_no_place_for_is_replaced(self) -> None:
        (suite,) = self.read(changed(message="a\x00b\x1b<&>"))
        (failure,) = next(iter(suite)).result
        assert failure.message == "a\ufffdb\ufffd<&>"


class TestCommandLine:
    @pytest.fixture
    def project(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        folder = write(tmp_path / "project")
        monkeypatch.chdir(folder)
        return folder

    @pytest.mark.parametrize("format_", ["sarif", "gitlab", "json", "junit", "github"])
    def test_a_report_goes_to_a_file_and_the_text_to_the_terminal(
        self, project: Path, format_: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        command = ["check", "--no-cache", "--select", "SST101", "--color", "never"]
        assert main([*command, "--output-format", format_]) == 1
        alone = capsys.readouterr().out
        assert main([*command, "--output-format", format_, "--output-file", "report.out"]) == 1
        assert "app/views.py:5:12: SST101 " in capsys.readouterr().out
        assert (project / "report.out").read_text("utf-8") == alone

    def test_a_file_that_cannot_be_written_is_a_failure(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["check", "--no-cache", "-o", "nowhere/report.txt"]) == 2
        assert "error: nowhere/report.txt: can't be written: No such file" in capsys.readouterr().err

    def test_statistics_have_no_format_of_a_service(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert "sarif" not in STATISTICS
        assert main(["check", "--statistics", "--output-format", "sarif"]) == 2
        assert "--statistics has no sarif format" in capsys.readouterr().err

    def test_a_real_run_gives_a_valid_log(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        main(["check", "--no-cache", "--min-confidence", "low", "--output-format", "sarif"])
        log = json.load(io.StringIO(capsys.readouterr().out))
        jsonschema.validate(log, json.loads(SCHEMA.read_text("utf-8")))
        assert {result["ruleId"] for result in log["runs"][0]["results"]} >= {"SST101"}
