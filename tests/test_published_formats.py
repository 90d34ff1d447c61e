"""What is published for programs to read is held against real output, and read by those programs."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from checkout import ROOT, package_index_problem

from ssot_lint.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EXAMPLE = ROOT / "examples" / "chat_backend" / "before"
SCHEMA = json.loads(files("ssot_lint.reporters").joinpath("findings.schema.json").read_text("utf-8"))
READ_BACK = """
import json, sys
from sarif import loader
from sarif.operations import codeclimate_op, emacs_op
logs = loader.load_sarif_files(sys.argv[1])
emacs_op.generate_compile(logs, "places.txt", False)
codeclimate_op.generate(logs, "issues.json", False)
print(json.dumps([logs.get_distinct_tool_names(), logs.get_records()]))
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def report(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What a run on the example, in which each rule finds something, writes in a format."""
    monkeypatch.chdir(EXAMPLE)
    command = ["check", "--cache-dir", str(cache), "--min-confidence", "low", "--output-format"]

    def report(format_: str, *arguments: str) -> str:
        assert main([*command, format_, *arguments]) == 1
        return capsys.readouterr().out

    return report


class TestJsonSchema:
    def test_it_is_a_schema_and_real_findings_follow_it(self, report: Callable[..., str]) -> None:
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        found = json.loads(report("json"))
        assert len({each["code"] for each in found}) > 20
        assert any(each["fix"] for each in found)
        jsonschema.Draft202012Validator(SCHEMA).validate(found)

    def test_every_field_is_described_and_none_is_left_over(self, report: Callable[..., str]) -> None:
        fields = {name for each in json.loads(report("json")) for name in each}
        assert fields == set(SCHEMA["$defs"]["finding"]["properties"])
        assert fields == set(SCHEMA["$defs"]["finding"]["required"])

    @pytest.mark.parametrize(
        ("path", "wrong"),
        [
            (("code",), "E501"),
            (("confidence",), "certain"),
            (("location", "row"), 0),
            (("location", "column"), "1"),
            (("fix",), []),
            (("fix", "edits"), []),
            (("suggestions", 0, "applicability"), "perhaps"),
            (("evidence", 0, "row"), -1),
            (("fingerprint",), "short"),
            (("unheard_of",), 1),
        ],
    )
    def test_it_refuses_what_is_wrong(
        self, report: Callable[..., str], path: tuple[str | int, ...], wrong: object
    ) -> None:
        right = next(each for each in json.loads(report("json")) if each["fix"] and each["evidence"])
        jsonschema.Draft202012Validator(SCHEMA).validate([right])
        spoilt: Any = copy.deepcopy(right)
        inner = spoilt
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = wrong
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(SCHEMA).validate([spoilt])

    def test_the_address_of_a_page_leads_to_a_file_of_ours(self, report: Callable[..., str]) -> None:
        addresses = {each["url"] for each in json.loads(report("json"))}
        assert all((ROOT / address.partition("/blob/main/")[2]).is_file() for address in addresses)


class TestProblemMatcher:
    @pytest.fixture
    def pattern(self) -> dict[str, Any]:
        published = json.loads((ROOT / ".github" / "problem-matcher.json").read_text("utf-8"))
        (matcher,) = published["problemMatcher"]
        (pattern,) = matcher["pattern"]
        assert isinstance(pattern, dict)
        return pattern

    @pytest.mark.parametrize("color", ["never", "always"])
    def test_it_reads_each_concise_line_and_no_other(
        self, report: Callable[..., str], pattern: dict[str, Any], color: str
    ) -> None:
        lines = report("concise", "--color", color).splitlines()
        read = [match for match in map(re.compile(pattern["regexp"]).match, lines) if match]
        found = json.loads(report("json"))
        assert [
            tuple(match[pattern[key]] for key in ("file", "line", "column", "code")) for match in read
        ] == [
            (each["filename"], str(each["location"]["row"]), str(each["location"]["column"]), each["code"])
            for each in found
        ]
        assert [match[pattern["message"]] for match in read] == [each["message"] for each in found]
        assert len(lines) > len(read)


@pytest.mark.xdist_group("package-index")
def test_the_package_sarif_tools_reads_the_log(report: Callable[..., str], tmp_path: Path) -> None:
    """Installed without the packages that it draws charts with, which are large and idle here."""
    if problem := package_index_problem():
        pytest.skip(problem)
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(tmp_path / "tools")]
    subprocess.run([*install, "sarif-tools", "jsonpath-ng", "pyyaml"], check=True, stdin=subprocess.DEVNULL)
    (tmp_path / "ours.sarif").write_text(report("sarif"), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "tools")}
    read = subprocess.run(
        [sys.executable, "-c", READ_BACK, "ours.sarif"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    tools, records = json.loads(read.stdout.splitlines()[-1])
    found = json.loads(report("json"))
    assert tools == ["ssot-lint"]
    assert sorted((each["Location"], each["Line"], each["Code"]) for each in records) == sorted(
        (each["filename"], each["location"]["row"], each["code"]) for each in found
    )
    assert {each["Severity"] for each in records} == {"error", "warning"}
    issues = json.loads((tmp_path / "issues.json").read_text("utf-8"))
    assert len(issues) == len(found)
    assert f"{found[0]['filename']}:{found[0]['location']['row']}: " in (tmp_path / "places.txt").read_text()
