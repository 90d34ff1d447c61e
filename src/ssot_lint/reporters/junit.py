"""The junit format: a test suite for each file and a failure for each finding, as CI servers read them."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from ssot_lint.reporters.concise import position

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from ssot_lint.model import Finding
    from ssot_lint.reporters.report import Report

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may contain (XML 1.0, production 2)."""


def render(report: Report) -> Iterator[str]:
    """Yield the document; a run without findings is one test that has passed."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    count = str(len(report.findings))
    top = Element("testsuites", name="ssot-lint", tests=count if report.findings else "1", failures=count)
    by_path = [(path, list(some)) for path, some in groupby(_sorted(report), lambda f: f.location.path)]
    for path, findings in by_path:
        number = str(len(findings))
        suite = SubElement(top, "testsuite", name=_xml(path), tests=number, failures=number, errors="0")
        for finding in findings:
            _add_case(suite, finding)
    if not by_path:
        suite = SubElement(top, "testsuite", name="ssot-lint", tests="1", failures="0", errors="0")
        SubElement(suite, "testcase", name=_xml(report.closing_line()), classname="ssot-lint")
    indent(top)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _sorted(report: Report) -> list[Finding]:
    return sorted(report.findings, key=lambda finding: finding.location.path)


def _add_case(suite: Element, finding: Finding) -> None:
    from xml.etree.ElementTree import SubElement

    path, span = finding.location.path, finding.location.span
    case = SubElement(
        suite,
        "testcase",
        name=finding.code,
        classname=_xml(path.removesuffix(".py").replace("/", ".")),
        file=_xml(path),
        line=str(span.line),
    )
    failure = SubElement(case, "failure", message=_xml(finding.message), type=finding.name)
    failure.text = _xml(f"{position(finding.location)}: {finding.code} {finding.message}")


def _xml(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
