"""The sarif format: SARIF 2.1.0, which code-scanning services take.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from ssot_lint.model import Confidence
from ssot_lint.reporters.addresses import HOME, page_address
from ssot_lint.reporters.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssot_lint.model import Edit, Finding, Location, Span
    from ssot_lint.reporters.report import Report
    from ssot_lint.rules import AnyRule

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final[Mapping[Confidence, str]] = MappingProxyType(
    {
        Confidence.HIGH: "error",
        Confidence.MEDIUM: "warning",
        Confidence.LOW: "note",
    }
)


def render(report: Report) -> Iterator[str]:
    """Yield one log with one run; its paths are relative to the project's root, ``%SRCROOT%``."""
    import json

    from ssot_lint.rules import RULES

    numbers = {rule.code: number for number, rule in enumerate(RULES)}
    run = {
        "tool": {
            "driver": {
                "name": "ssot-lint",
                "informationUri": HOME,
                **_version(),
                "rules": [_rule(rule) for rule in RULES],
            }
        },
        "invocations": [{"executionSuccessful": report.complete}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, numbers, report) for finding in report.findings],
    }
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _version() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return {"version": version("ssot-lint")}
    except PackageNotFoundError:
        return {}


def _rule(rule: AnyRule) -> dict[str, Any]:
    from importlib.resources import files

    page = f"{rule.__module__.rpartition('.')[2]}.md"
    text = files("ssot_lint.rules").joinpath(page).read_text(encoding="utf-8")
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": page_address(rule.name), "markdown": text},
        "helpUri": page_address(rule.name),
        "defaultConfiguration": {"enabled": not rule.opt_in, "level": "error"},
    }


def _result(finding: Finding, numbers: Mapping[str, int], report: Report) -> dict[str, Any]:
    path = report.from_root(finding.location.path)
    place = _location(finding.location, report)
    if finding.scope:
        place["logicalLocations"] = [{"fullyQualifiedName": finding.scope}]
    others = [(each.message, each.location) for each in finding.related]
    others += [(each.text or each.kind, each.location) for each in finding.evidence]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": numbers[finding.code],
        "level": _LEVELS[finding.confidence],
        "message": {"text": finding.message},
        "locations": [place],
        "partialFingerprints": {"ssotLint/v1": fingerprint(finding, path)},
        "properties": {"confidence": finding.confidence.label},
    }
    if others:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": message}, **_location(location, report)}
            for number, (message, location) in enumerate(others, start=1)
        ]
    fix = finding.fix
    if fix is not None:
        replacements = [_replacement(edit) for edit in fix.edits]
        change = {"artifactLocation": _artifact(path), "replacements": replacements}
        result["fixes"] = [{"description": {"text": fix.title}, "artifactChanges": [change]}]
    return result


def _location(location: Location, report: Report) -> dict[str, Any]:
    artifact = _artifact(report.from_root(location.path))
    return {"physicalLocation": {"artifactLocation": artifact, "region": _region(location.span)}}


def _artifact(path: str) -> dict[str, str]:
    if path.startswith("/"):  # a file outside the project
        return {"uri": f"file://{quote(path)}"}
    return {"uri": quote(path), "uriBaseId": "%SRCROOT%"}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column + 1,
        "endLine": span.end_line,
        "endColumn": span.end_column + 1,
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
