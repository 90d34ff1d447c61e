"""The json format: an array with one object for each finding, under the field names of ruff."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, Union

from ssot_lint.reporters.addresses import page_address
from ssot_lint.reporters.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.model import Edit, Evidence, Finding, Location, Related, Span, Suggestion
    from ssot_lint.reporters.report import Report

Json: TypeAlias = Union[str, int, float, "Mapping[str, Json]", "Sequence[Json]", None]


def render(report: Report) -> Iterator[str]:
    """Yield a JSON array, in ASCII so that no terminal's encoding can spoil it, an object after the other."""
    import json

    separator = "[\n"
    for finding in report.findings:
        path = finding.location.path
        yield separator + json.dumps(as_json(finding, report.project_paths.get(path, path)), indent=2)
        separator = ",\n"
    yield "\n]\n" if report.findings else "[]\n"


def as_json(finding: Finding, project_path: str) -> Mapping[str, Json]:
    """Return the finding as plain JSON values; rows and columns count from 1."""
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        **place(finding.location),
        "confidence": finding.confidence.label,
        "evidence": [evidence_as_json(evidence) for evidence in finding.evidence],
        "related": [_related(related) for related in finding.related],
        "suggestions": [_suggestion(suggestion) for suggestion in finding.suggestions],
        "fix": _fix(finding.fix) if finding.fix is not None else None,
        "noqa_row": finding.location.span.line,
        "url": page_address(finding.name),
        "fingerprint": fingerprint(finding, project_path),
    }


def place(location: Location) -> Mapping[str, Json]:
    """Return the fields that say where something stands: filename, location and end_location."""
    return {"filename": location.path, **_extent(location.span)}


def evidence_as_json(evidence: Evidence) -> Mapping[str, Json]:
    """Return one reason with its place."""
    return {
        "kind": evidence.kind,
        "filename": evidence.location.path,
        "row": evidence.location.span.line,
        "text": evidence.text,
    }


def _extent(span: Span) -> Mapping[str, Json]:
    return {
        "location": {"row": span.line, "column": span.column + 1},
        "end_location": {"row": span.end_line, "column": span.end_column + 1},
    }


def _related(related: Related) -> Mapping[str, Json]:
    return {"message": related.message, **place(related.location)}


def _suggestion(suggestion: Suggestion) -> Mapping[str, Json]:
    return {
        "title": suggestion.title,
        "applicability": suggestion.applicability.value,
        "edits": [_edit(edit) for edit in suggestion.edits],
    }


def _fix(suggestion: Suggestion) -> Mapping[str, Json]:
    return {
        "applicability": suggestion.applicability.value,
        "message": suggestion.title,
        "edits": [_edit(edit) for edit in suggestion.edits],
    }


def _edit(edit: Edit) -> Mapping[str, Json]:
    return {"content": edit.text, **_extent(edit.span)}
