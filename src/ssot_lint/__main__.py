"""Makes ``python -m ssot_lint`` the same as ``ssot-lint``: the program as a process of its own."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from typing import Final, NoReturn, TextIO

_INTERRUPTED: Final = 130


def script() -> NoReturn:
    """Run the program, and end the process with its status, or with 130 as soon as Ctrl-C is pressed.

    The garbage collector stays off: facts have no cycles, and to go through those of a large project takes
    longer than somebody waits who has pressed Ctrl-C. What serves for hours switches it on again.
    """
    gc.disable()
    try:
        from ssot_lint.cli.app import run

        status = run()
    except KeyboardInterrupt:
        # While this is handled what the run had in memory stays there, and takes no time to be taken apart.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with contextlib.suppress(OSError, AttributeError):
            sys.stderr.write("ssot-lint: error: interrupted\n")
        _end(_INTERRUPTED)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end(status)


def _end(status: int) -> NoReturn:
    """Leave it to the system to take back the memory, which is quicker than the interpreter is."""
    streams: tuple[TextIO | None, ...] = (sys.stdout, sys.stderr)
    for stream in streams:
        with contextlib.suppress(OSError, ValueError):
            if stream is not None:
                stream.flush()
    os._exit(status)


if __name__ == "__main__":
    script()
