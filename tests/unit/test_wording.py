"""How findings are worded where a message has more than one part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from file_trees import write

from ssot_lint.model import Confidence
from ssot_lint.rules._wording import listed
from ssot_lint.session import check

if TYPE_CHECKING:
    from pathlib import Path

DOUBTED = """
class Browser:
    windows = []

    def open(self, window):
        self.windows.append(window)

    def forget(self):
        self.windows = []


browser = Browser()
"""

BOUNDED = """
from functools import lru_cache

class Log:  # ssot: managed factory=log_of scope=keyed
    def __init__(self, *keys): ...

@lru_cache(8)
def log_of({parameters}):
    return Log({parameters})
"""

FRESH = """
import random
import time

class Log:  # ssot: managed factory=log_of scope=keyed
    pass

_logs = {{}}

def log_of(user):
    key = (user, {key})
    if key not in _logs:
        _logs[key] = Log()
    return _logs[key]
"""


def message(root: Path, text: str, code: str) -> str:
    write(root / "pyproject.toml", "")
    write(root / "app" / "main.py", text)
    result = check(cwd=root, overrides={"select": (code,), "min_confidence": Confidence.LOW})
    (finding,) = result.findings
    return finding.message


def test_a_doubt_is_a_clause_and_not_a_second_bracket(tmp_path: Path) -> None:
    assert message(tmp_path, DOUBTED, "SST201").endswith(
        "(app/main.py:6), but a method that construction doesn't go through gives the instance its own"
    )


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("user", "the same user gets another Log"),
        ("user, day", "the same user and day get another Log"),
        ("user, day, kind, place, size", "the same user, day, kind and 2 more get another Log"),
    ],
)
def test_keys_are_listed_as_a_sentence_lists_them(tmp_path: Path, parameters: str, said: str) -> None:
    assert message(tmp_path, BOUNDED.format(parameters=parameters), "SST405").endswith(said)


@pytest.mark.parametrize("key", ["time.time()", "random.choice(user)"])
def test_a_call_in_a_key_is_written_as_it_stands_there(tmp_path: Path, key: str) -> None:
    assert f"keeps each Log by {key}, which" in message(tmp_path, FRESH.format(key=key), "SST404")


def test_names_are_listed_up_to_three() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and 1 more"
