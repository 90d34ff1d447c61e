"""Lets the tests begin as at a developer's prompt, wherever they were started."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager, nullcontext
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage

from ssot_lint.session import memory
from ssot_lint.summary import summarize
from ssot_lint.syntax_tree import parse

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator


def pytest_configure() -> None:
    """Forget that a CI service has started the tests, and listen to Ctrl-C.

    What a shell starts in the background has Ctrl-C ignored, and its children with it. Programs that may keep
    no compiled modules would compile all of them at each start, of which there are hundreds.
    """
    os.environ.pop("CI", None)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Have coverage look away from the tests that say so."""
    with untraced() if item.get_closest_marker("untraced") else nullcontext():
        return (yield)


@contextmanager
def untraced() -> Iterator[None]:
    """Have coverage look away, in this process and in those that it starts."""
    coverage = Coverage.current()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
            patch.delenv(name, raising=False)
        if coverage is None:
            yield
            return
        coverage.stop()
        try:
            yield
        finally:
            coverage.start()


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
