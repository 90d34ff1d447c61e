"""The time that is taken by a line grows no faster than the line, whatever stands in it.

Each of these took minutes, if not hours, when all that follows was looked through again at every place.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from ssot_lint.project.evidence.guarded import marked_in
from ssot_lint.reporters.fingerprint import without_places
from ssot_lint.summary.suspect_lines import ForeignStoreLines
from ssot_lint.suppression import named_codes

CPU_SECONDS: Final = 10
SIZE: Final = 400_000

LIMITED: Final = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
from tests_of_hostile_lines import CASES
CASES[{name!r}]()
"""

CASES: Final = {
    "noqa without codes": lambda: named_codes("# noqa " * (SIZE // 7), "SST"),
    "noqa in front of a code": lambda: named_codes("x = 1  # " + "noqa SST " * (SIZE // 9), "SST"),
    "codes behind one noqa": lambda: named_codes("x = 1  # noqa: " + "SST1, " * (SIZE // 6), "SST"),
    "attributes that are listed": lambda: ForeignStoreLines(".a," * (SIZE // 3)),
    "attributes that are annotated": lambda: ForeignStoreLines(".a:" * (SIZE // 3)),
    "a name in a refusal": lambda: marked_in("a" * SIZE),
    "a dotted name in a refusal": lambda: marked_in("a." * (SIZE // 2)),
    "dots in a refusal": lambda: marked_in("." * SIZE),
    "a word in a message": lambda: without_places("a" * SIZE),
    "a list in a message": lambda: without_places("a.b:c," * (SIZE // 6)),
}


@pytest.mark.untraced
@pytest.mark.parametrize("name", CASES)
def test_a_line_takes_no_more_than_its_length(name: str) -> None:
    """In a process of its own, whose CPU time is bounded: a regular expression can't be interrupted."""
    code = LIMITED.format(seconds=CPU_SECONDS, name=name).replace(
        "tests_of_hostile_lines", Path(__file__).stem
    )
    environment_path = str(Path(__file__).parent)
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {environment_path!r}){code}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr or "killed"


def test_codes_are_found_where_they_stand() -> None:
    text = 'x = """a\nb"""  # noqa: SST101,SST2,E501 SST103\ny = 1  # noqa: SST9\n'
    found = [(each.code, each.span.line, each.span.column) for each in named_codes(text, "SST")]
    assert found == [("SST101", 2, 14), ("SST2", 2, 21), ("SST103", 2, 31), ("SST9", 3, 15)]


def test_the_places_in_a_message_are_those_of_the_plain_expression() -> None:
    plain = re.compile(r"[^\s()]+\.\w+:\d+(?::\d+)?")
    chance = random.Random(1)
    for _ in range(20_000):
        message = "".join(chance.choices([".", "a", " ", ",", ":", "1", "22", "(", ")", "/", "\n"], k=14))
        assert without_places(message) == plain.sub("", message)


def test_the_names_that_a_refusal_marks_are_those_of_the_plain_expression() -> None:
    plain = re.compile(r"([A-Za-z_][\w.]*)\s?\(|[`'\"@]([A-Za-z_][\w.]*)")
    chance = random.Random(1)
    for _ in range(20_000):
        message = "".join(chance.choices([".", "a", "_b", " ", ",", "(", ")", "`", "'", "@", "get_"], k=14))
        expected = {(found[1] or found[2]).rpartition(".")[2] for found in plain.finditer(message)}
        assert marked_in(message) == expected, message


def test_the_stores_in_a_text_are_those_of_the_plain_expression() -> None:
    plain = re.compile(r"\.\s*\w+\s*(?::[^\n=]+|,[^\n=]+)?=(?!=)")
    chance = random.Random(1)
    for _ in range(20_000):
        text = "".join(chance.choices([".", "a", "b", ", ", ": ", "=", "==", "\n"], k=14))
        expected = {text.count("\n", 0, match.end() - 1) + 1 for match in overlapping(plain, text)}
        lines = ForeignStoreLines(text)
        assert {n for n in range(1, text.count("\n") + 2) if lines.between(n, n)} == expected, text


def overlapping(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    places = (pattern.match(text, position) for position in range(len(text)))
    return [found for found in places if found is not None]
