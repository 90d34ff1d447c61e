"""Writing to the terminal: findings to standard output, all else to standard error, whatever these are."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from typing import TYPE_CHECKING, Final, TextIO

from ssot_lint.errors import SsotLintError
from ssot_lint.reporters.printable import PLAIN_WIDTH, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_GUTTER: Final = 8
_NARROWEST: Final = 40

_LINKING_PROGRAMS: Final = frozenset(
    {"ghostty", "Hyper", "iTerm.app", "rio", "Tabby", "terminology", "vscode", "WezTerm", "zed"}
)
_LINKING_TERMS: Final = ("alacritty", "foot", "xterm-ghostty", "xterm-kitty")
_MOST_DIGITS: Final = 9
"""What is read of a number in the environment: Python refuses to read one of thousands of digits."""
_LINKING_VTE: Final = 5000
"""The first version of GNOME's terminal widget that knows links."""


class OutputError(SsotLintError):
    """Standard output can't be written to."""


def prepare_streams() -> None:
    """Let characters that the terminal has no code for come out as escapes instead of as an error.

    Programs and files get UTF-8 and the newlines of POSIX in each locale and system: XML says so of itself,
    and a report is the same, byte for byte.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def emit(chunks: Iterable[str]) -> None:
    """Write to standard output; a reader that has gone away ends the writing without a word."""
    stream: TextIO | None = sys.stdout
    if stream is None:
        return
    try:
        for chunk in chunks:
            stream.write(chunk)
        stream.flush()
    except OSError as error:
        _silence(stream)
        if not _is_gone(error):
            raise OutputError(f"standard output can't be written to: {error.strerror}") from error


def emit_bytes(data: bytes) -> None:
    """Write bytes to standard output as they are, whatever its encoding and newlines."""
    stream: TextIO | None = sys.stdout
    if stream is None:
        return
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        emit([data.decode("utf-8", "backslashreplace")])
        return
    try:
        stream.flush()
        buffer.write(data)
        buffer.flush()
    except OSError as error:
        _silence(stream)
        if not _is_gone(error):
            raise OutputError(f"standard output can't be written to: {error.strerror}") from error


def emit_aside(chunks: Iterable[str]) -> None:
    """Write to standard error what would stand in the way on standard output."""
    stream: TextIO | None = sys.stderr
    if stream is None:
        return
    with contextlib.suppress(OSError):
        stream.write("".join(chunks))
        stream.flush()


def write_report(path: Path, chunks: Iterable[str]) -> None:
    """Write a report to a file in one step; OutputError says why that can't be done."""
    from ssot_lint.writing import put_content

    try:
        put_content(path, "".join(chunks).encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise OutputError(f"{path}: can't be written: {error.strerror}") from error


def complain(kind: str, message: str) -> None:
    """Write ``ssot-lint: kind: message`` to standard error, on one line."""
    stream: TextIO | None = sys.stderr
    if stream is None:
        return
    with contextlib.suppress(OSError):
        stream.write(f"ssot-lint: {kind}: {one_line(message)}\n")
        stream.flush()


def is_terminal() -> bool:
    """Return whether standard output is a terminal."""
    stream: TextIO | None = sys.stdout
    return stream is not None and stream.isatty()


def wants_color(choice: str, environment: Mapping[str, str]) -> bool:
    """Return whether output is coloured: as asked for, as NO_COLOR or FORCE_COLOR say, or on terminals."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return is_terminal() and environment.get("TERM") != "dumb"


def follows_links(environment: Mapping[str, str]) -> bool:
    """Return whether the terminal turns OSC 8 into links, as FORCE_HYPERLINK says, or as is known of it.

    No terminal can be asked; the variables are those that the packages named supports-hyperlinks go by.
    """
    if forced := environment.get("FORCE_HYPERLINK"):
        return forced not in ("0", "false")
    if not is_terminal() or environment.get("TERM") == "dumb" or environment.get("CI"):
        return False
    vte = environment.get("VTE_VERSION", "")[:_MOST_DIGITS]
    return (
        environment.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        or environment.get("TERM", "").startswith(_LINKING_TERMS)
        or any(name in environment for name in ("DOMTERM", "KONSOLE_VERSION", "WT_SESSION"))
        or (vte.isdecimal() and int(vte) >= _LINKING_VTE)
    )


def enable_color() -> None:
    """Make consoles of Windows understand ANSI sequences; others do."""
    if sys.platform == "win32":
        import colorama

        colorama.just_fix_windows_console()


def source_width() -> int:
    """Return how many cells a line of source may take: as the terminal allows, or a fixed number."""
    if not is_terminal():
        return PLAIN_WIDTH
    import shutil

    return max(_NARROWEST, shutil.get_terminal_size().columns - _GUTTER)


def _is_gone(error: OSError) -> bool:
    return isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL)


def _silence(stream: TextIO) -> None:
    """Lead what is still in the stream's buffer nowhere, or the interpreter complains of it when it ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
