"""A summary depends on nothing but its text: the cache compares summaries that different runs wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from projects_in_memory import source

from ssot_lint.session.summarizing import encode, summarize_source

TEXT: Final = """\
FIRST, SECOND, THIRD, FOURTH = {}, {}, {}, {}

class Thing: ...

def stored(which, key):
    if which:
        chosen = FIRST if which > 1 else SECOND
    else:
        chosen = THIRD if key else FOURTH
    chosen[key] = Thing()

def created(which, key):
    if which:
        chosen = FIRST if which > 1 else SECOND
    else:
        chosen = THIRD if key else FOURTH
    if key not in chosen:
        chosen[key] = Thing()
    return chosen[key]

def defaulted(which, key):
    if which:
        chosen = FIRST if which > 1 else SECOND
    else:
        chosen = THIRD if key else FOURTH
    return chosen.setdefault(key, Thing())
"""
"""Each function stores into four mappings at once, for all that is known."""


def encoded() -> bytes:
    """Return the summary of the text as the cache keeps it."""
    return encode(summarize_source(source("app/things.py", TEXT)))


def encoded_with(seed: str) -> bytes:
    """Return what ``encoded`` gives in a process whose strings have other hashes."""
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, __file__]
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout


def test_the_text_stores_into_several_places() -> None:
    summary = summarize_source(source("app/things.py", TEXT)).summary
    assert summary is not None
    assert [len(function.fills) for function in summary.functions] == [4, 4, 4]


def test_summaries_do_not_depend_on_the_hash_seed() -> None:
    assert len({encoded_with(seed) for seed in ("0", "2", "3")}) == 1


if __name__ == "__main__":
    sys.stdout.buffer.write(encoded())
