"""``check --watch``: check again whenever something has changed that a check goes by."""

from __future__ import annotations

import errno
import gc
import os
import time
from typing import TYPE_CHECKING, Final

import click

from ssot_lint.cli.failing import status_of
from ssot_lint.cli.terminal import emit_aside
from ssot_lint.errors import SsotLintError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ssot_lint.cli.carrying_out import Asked
    from ssot_lint.session.memory import State

_INTERRUPTED: Final = 130
_HEARTBEAT: Final = 1000
"""Milliseconds from one look to the next at what nobody tells of: whether the folder is still the same."""
_SUFFIXES: Final = ("", ".py", ".pyi", ".cfg", ".toml")
"""Suffixes of what is linted or configures it; folders and ignore files have none."""
_LOST_FOLDER: Final = 0.5
"""Seconds from one look for a folder that is gone to the next."""


def watch(asked: Asked, baseline: Path | None, run: Callable[[], int], *, quiet: bool) -> int:
    """Run at once and after each change, until Ctrl-C is pressed; return the status of a program so ended."""
    try:
        import watchfiles  # noqa: F401 - it is wanted before anything is done
    except ImportError as error:
        raise click.ClickException(
            f"--watch needs watchfiles ({error}); install it with: pip install 'ssot-lint[watch]'"
        ) from error
    gc.enable()  # this may go on for days
    is_running = False
    try:
        for _ in _changes(_Look(asked, baseline)):
            click.clear()  # does nothing elsewhere than on terminals
            is_running = True
            status_of(run)
            is_running = False
            if not quiet:
                emit_aside([f"[{time.strftime('%H:%M:%S')}] Watching for changes; Ctrl-C ends it.\n"])
    except OSError as error:
        raise SsotLintError(_why_not(error)) from error
    except KeyboardInterrupt:
        if is_running:
            raise  # and say so: what is shown isn't all
    return _INTERRUPTED


def _why_not(error: OSError) -> str:
    reason = f"the project can't be watched: {(error.strerror or str(error)).rstrip('.')}"
    if error.errno not in (errno.ENOSPC, errno.EMFILE):
        return reason
    return f"{reason}; with WATCHFILES_FORCE_POLLING=1 in the environment it is looked at again and again"


class _Look:
    """Sees all that a check goes by, except for the content of files, which their states stand for."""

    def __init__(self, asked: Asked, baseline: Path | None) -> None:
        self._asked = asked
        self._named = [path for path in (asked["config_file"], baseline) if path is not None]
        self._suffixes = {*_SUFFIXES, *(os.path.splitext(path)[1] for path in asked["paths"])}

    def root(self) -> str:
        """Return the folder in which changes matter."""
        from ssot_lint.discovery import find_root

        return str(find_root(self._asked["paths"]))

    def may_see(self, _change: object, path: str) -> bool:
        """Whether a change there can be one of what is linted, or of the configuration."""
        return os.path.splitext(path)[1] in self._suffixes

    def at_little(self) -> object:
        """Return what is soon seen: which folder is watched, and the state of files that are named."""
        root = self.root()
        return root, _identity(root), [_state(path) for path in self._named]

    def at_all(self) -> object:
        """Return what differs as soon as a check may say something else."""
        from ssot_lint.session import survey

        asked = self._asked
        try:
            seen = survey(
                asked["paths"],
                overrides=asked["overrides"],
                config_file=asked["config_file"],
                isolated=asked["isolated"],
            )
        except SsotLintError as error:
            return self.at_little(), str(error)
        states = [_state(record.location) for record in seen.walked.records]
        walked = seen.walked
        named = walked.records, walked.unreadable, walked.missing, walked.excluded
        return self.at_little(), seen.settings, named, states


def _changes(look: _Look) -> Iterator[None]:
    """Yield at once, and whenever a look shows something else than the one before."""
    before = look.at_all()
    yield
    for _ in _hints(look):
        now = look.at_all()
        if now != before:
            before = now
            yield


def _hints(look: _Look) -> Iterator[None]:
    """Yield when something may have changed."""
    from watchfiles import watch

    while True:
        known, root = look.at_little(), look.root()
        if not os.path.isdir(root):
            time.sleep(_LOST_FOLDER)
            continue
        is_new = True  # nobody tells what has changed before the watch began
        for changes in watch(
            root,
            watch_filter=look.may_see,
            rust_timeout=_HEARTBEAT,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            if look.at_little() != known:
                break
            if changes or is_new:
                yield
            is_new = False


def _state(path: str | Path) -> State | None:
    from ssot_lint.session.memory import state_of

    try:
        return state_of(os.fspath(path))
    except OSError:
        return None


def _identity(folder: str) -> int | None:
    try:
        return os.stat(folder).st_ino
    except OSError:
        return None
