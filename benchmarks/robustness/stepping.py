"""Counts what a run asks of the file system, and at one of these steps kills it or lets the system refuse."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from benchmarks.robustness.victim import ACTIONS, make, tree_of
from ssot_lint.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from benchmarks.robustness.victim import Tree

KILL: Final = -signal.SIGKILL
"""Instead of an error number the negative one of a signal, which the process sends to itself."""

_EVENTS: Final = frozenset(
    {"open", "shutil.rmtree", "sqlite3.connect", "tempfile.mkstemp"}
    | {f"os.{name}" for name in ("chmod", "chown", "link", "listdir", "mkdir", "remove", "rename", "rmdir")}
    | {"os.scandir", "os.truncate", "os.utime"}
)
_UNHEARD: Final = ("stat", "lstat", "readlink", "access")
"""Functions of ``os`` that raise no audit event."""


class Ran(NamedTuple):
    """How a run ended; the status of one that was killed is negative."""

    status: int
    out: str
    err: str
    steps: tuple[str, ...]


class _Steps:
    """The steps that a process takes in a folder."""

    def __init__(self, folder: str, at: int, error: int, action: Callable[[], None] | None) -> None:
        self.taken: list[str] = []
        self._folder = folder
        self._at = at
        self._error = error
        self._action = action

    def hear(self, event: str, arguments: Sequence[object]) -> None:
        if event in _EVENTS and arguments:
            self.take(event, arguments[0])

    def take(self, event: str, place: object) -> None:
        if not isinstance(place, str | bytes | os.PathLike):
            return
        path = os.path.join(os.getcwd(), os.fsdecode(place))
        if path != self._folder and not path.startswith(self._folder + os.sep):
            return
        self.taken.append(f"{event} {os.path.relpath(path, self._folder)}")
        if len(self.taken) - 1 == self._at:
            if self._action is not None:
                self._action()
                return
            if self._error < 0:
                os.kill(os.getpid(), -self._error)
            raise OSError(self._error, os.strerror(self._error), path)

    def wrapped(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(path: Any, *arguments: Any, **named: Any) -> Any:
            self.take(f"os.{name}", path)
            return function(path, *arguments, **named)

        return stepping


def warm_up(folder: Path, commands: Iterable[Sequence[str]]) -> None:
    """Run commands in this process, so that those which are forked later have all modules."""
    here = os.getcwd()
    os.chdir(folder)
    try:
        for arguments in commands:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                main(list(arguments))
    finally:
        os.chdir(here)


def fresh(folder: Path, name: str, files: int) -> Tree:
    """Make the project anew for one of the commands, and return what is in it."""
    shutil.rmtree(folder, ignore_errors=True)
    make(folder, files)
    if name == "clean":
        (folder / "shop" / ".ssot-lint-leftover.tmp").write_bytes(b"half of a fi")
        run(folder, ACTIONS["check"])
    return tree_of(folder)


def run(
    folder: Path,
    arguments: Sequence[str],
    *,
    at: int = -1,
    error: int = KILL,
    action: Callable[[], None] | None = None,
) -> Ran:
    """Run the command line in a folder, in a forked process, with what is to happen at one of its steps.

    That is an action, if there is one, else that it is refused with an error number, or gets a signal.

    The caller has no threads, and doesn't mind what the command line imports.
    """
    report = folder.parent / f"{folder.name}.ran"
    shutil.rmtree(report, ignore_errors=True)
    report.mkdir()
    child = os.fork()
    if child == 0:
        _end(_child(folder, arguments, report, _Steps(str(folder), at, error, action)))
    _, status = os.waitpid(child, 0)
    texts = [
        path.read_text("utf-8") if path.exists() else ""
        for path in (report / "out", report / "err", report / "steps")
    ]
    shutil.rmtree(report)
    return Ran(os.waitstatus_to_exitcode(status), texts[0], texts[1], tuple(texts[2].splitlines()))


def _child(folder: Path, arguments: Sequence[str], report: Path, steps: _Steps) -> int:
    os.chdir(folder)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.environ.pop("CI", None)  # there ``init`` and ``baseline`` write nothing without being told twice
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        sys.addaudithook(steps.hear)
        for name in _UNHEARD:
            setattr(os, name, steps.wrapped(name, getattr(os, name)))
        try:
            status = main(list(arguments))
        except BaseException:  # noqa: BLE001 - what gets as far as here would be a traceback
            import traceback

            traceback.print_exc()
            status = 70
    for name, text in (("out", out.getvalue()), ("err", err.getvalue()), ("steps", "\n".join(steps.taken))):
        (report / name).write_text(text, "utf-8", "backslashreplace")
    return status


def _end(status: int) -> None:
    sys.stdout.flush()
    os._exit(status)
