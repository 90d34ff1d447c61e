"""Lets the tests begin as at a developer's prompt, wherever they were started."""

from __future__ import annotations

import os
import signal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import pytest

from ssot_lint.session import memory
from ssot_lint.summary import summarize
from ssot_lint.syntax_tree import parse

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_configure() -> None:
    """Forget that a CI service has started the tests, and listen to Ctrl-C.

    What a shell starts in the background has Ctrl-C ignored, and its children with it. Programs that may keep
    no compiled modules would compile all of them at each start, of which there are hundreds.
    """
    os.environ.pop("CI", None)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="module")
def _readings_are_shared() -> Iterator[None]:
    """A text that is checked again and again is read once: nobody changes a tree, or what a summary says.

    Nor does the linter change meanwhile, whose files are looked at whenever a cache is opened.
    """
    with pytest.MonkeyPatch.context() as patch:
        shared = lru_cache(maxsize=64)(parse)
        for user in ("inspection", "fixes._orphans", "session.verification", "syntax_tree"):
            patch.setattr(f"ssot_lint.{user}.parse", shared)
        patch.setattr("ssot_lint.session.summarizing.summarize", lru_cache(maxsize=64)(summarize))
        patch.setattr(memory, "_stamp", cache(memory._stamp))
        yield
