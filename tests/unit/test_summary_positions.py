"""Places are counted in characters and in Python's own lines, whatever the text is made of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from projects_in_memory import source

from ssot_lint.inspection import inspect
from ssot_lint.project import link
from ssot_lint.rules.direct_instantiation import DirectInstantiation
from ssot_lint.settings import Settings
from ssot_lint.summary import summarize
from ssot_lint.summary.facts import UseKind

if TYPE_CHECKING:
    from ssot_lint.model import Span
    from ssot_lint.summary.facts import ModuleSummary

TEXTS: Final = {
    "plain": "from w import M\nx = [M(), M()]\n",
    "two bytes": "from w import M\nx = 'é', M(), 'é', M()\n",
    "three bytes": "from w import M\nx = '漢字', M(), '字', M()\n",
    "four bytes": "from w import M\nx = '\U0001f40d', M()\n",
    "a combining mark": "from w import M\nx = 'e\u0301', M()\n",
    "names beyond ASCII": "from w import M\ngrüße = ähnlich(M()), ärger.größe(M())\n",
    "right to left": "from w import M\nשלם = M()\n",
    "a wide line before": "from w import M\n# 漢字漢字\nx = M()\n",
    "a wide comment behind": "from w import M\nx = M()  # 漢字\n",
    "a form feed in a line of its own": "from w import M\n\f\nx = M()\n",
    "a form feed before a statement": "from w import M\n\fx = M()\n",
    "CRLF": "from w import M\r\nx = [M(),\r\n  M()]\r\n",
    "CR alone": "from w import M\rx = [M(),\r  M()]\r",
    "mixed ends of lines": "from w import M\r\nx = M()\ry = M()\nz = M()",
    "form feeds in the indentation": "from w import M\nif M():\n  \f    \f  x = M()\n\f\f\ny = (\n\f M())\n",
    "a form feed between a carriage return and a line feed": "from w import M\r\f\n\nx = M()\n",
    "tabs": "from w import M\ndef f():\n\tif M():\n\t\treturn\tM()\n",
    "no end of the last line": "from w import M\nx = M()",
    "a line that goes on": "from w import M\nx = \\\n  M()\n",
    "text over lines": "from w import M\nx = '''é\n漢''', M()\n",
    "an unusual separator that isn't the end of a line": "from w import M\nx = '\x0b\x1c\u2028\x85', M()\n",
    "a very long line": "from w import M\nx = [" + "'é', M(), " * 2000 + "]\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_span_of_a_use_holds_the_name(text: str) -> None:
    spans = spans_of(summary(text), "w.M")
    assert len(spans) == text.count("M")
    assert {cut(text, span) for span in spans} == {"M"}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_rules_find_the_places_again(text: str) -> None:
    """What a summary points at is what LibCST has there; a finding would be lost otherwise."""
    managed = "class M: pass  # ssot: managed factory=get\ndef get(): return M()\n"
    sources = [source("w.py", managed), source("views.py", text)]
    project = link([summarize(s) for s in sources], Settings())
    found = inspect(sources[1], project, [DirectInstantiation])
    assert found.problems == ()
    calls = [use.span for use in summary(text).uses_of("w.M") if use.kind is UseKind.CALL]
    assert {finding.location.span.line for finding in found.findings} == {span.line for span in calls}
    assert len(found.findings) == len(calls) == text.count("M()")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("class Größe: pass", "Größe"),
        ("x = 'é'; \nclass  Wide (object): pass", "Wide"),
        ("@é\nclass After: pass", "After"),
        ("if x:\n\tclass\tTabbed: pass", "Tabbed"),
    ],
)
def test_a_class_is_found_by_its_name(text: str, name: str) -> None:
    (found,) = summary(text).classes
    assert cut(text, found.span) == found.name == name


@pytest.mark.parametrize(
    "text",
    [
        "def e(): pass",
        "async def e(): pass",
        "async  def  e(): pass",
        "'é'; \ndef e(): pass",
        "@d\ndef e(): pass",
    ],
)
def test_a_function_is_found_by_its_name(text: str) -> None:
    (found,) = summary(text).functions
    assert cut(text, found.span) == "e"


@pytest.mark.parametrize("text", ["class \\\n  C: pass", "def \\\n  C(): pass", "async \\\n def C(): pass"])
def test_a_definition_whose_name_is_on_another_line_is_found_by_its_keyword(text: str) -> None:
    module = summary(text)
    (span,) = [*(c.span for c in module.classes), *(f.span for f in module.functions)]
    assert cut(text, span) == text.split()[0]


def test_a_name_in_another_normal_form_is_found_by_its_keyword() -> None:
    (found,) = summary("class \ufb01n: pass").classes  # a ligature, which Python reads as "fi"
    assert (found.name, cut("class \ufb01n: pass", found.span)) == ("fin", "class")


def summary(text: str) -> ModuleSummary:
    found = summarize(source("views.py", text))
    assert found.error is None
    return found


def spans_of(module: ModuleSummary, symbol: str) -> list[Span]:
    return [use.span for use in module.uses_of(symbol)]


def cut(text: str, span: Span) -> str:
    """Cut out what a span covers; it must lie in one line."""
    assert span.line == span.end_line
    return re.split(r"\r\n|\r|\n", text)[span.line - 1][span.column : span.end_column]
