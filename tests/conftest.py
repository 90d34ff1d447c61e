"""Lets the tests begin as at a developer's prompt, wherever they were started."""

from __future__ import annotations

import os
import signal


def pytest_configure() -> None:
    """Forget that a CI service has started the tests, and listen to Ctrl-C.

    What a shell starts in the background has Ctrl-C ignored, and its children with it.
    """
    os.environ.pop("CI", None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
