"""Writes the new content of a file in one step: all of it is there, or nothing has changed."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from typing import Final

from ssot_lint.discovery.leftovers import PREFIX, SUFFIX
from ssot_lint.interrupts import interrupts_held_back
from ssot_lint.regular_files import content_of

_USUAL_MODE: Final = 0o644
_NO_SUCCESSOR: Final = (errno.EACCES, errno.EBUSY, errno.EPERM)
"""What the system says where a file may be written, but no other one may take its place."""
_ANY_WRITER: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@interrupts_held_back()
def replace_content(path: str, before: bytes, after: bytes) -> str | None:
    """Give a file new content if it still has the known one; where that isn't done, return why, as a clause.

    The file keeps its mode. A symbolic link stays one, and what it leads to is written. A file that is
    marked as read-only, or has other names (hard links), is left alone.
    """
    target = os.path.realpath(path)
    try:
        known = os.stat(target)
        if refusal := _refusal(target, known):
            return refusal
        if content_of(target) != before:
            return "it changed while the linter was running"
        return _replace(target, known, before, after)
    except OSError as error:
        return error.strerror or type(error).__name__


@interrupts_held_back()
def put_content(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file in one step, whether it was there or not; OSError says why that can't be done.

    A symbolic link stays one, and what it leads to is written. A pipe or a device takes the content, and
    nothing takes its place; so does a file in a folder that isn't to be written, or one that is mounted.
    """
    try:
        known = os.stat(path)
    except FileNotFoundError:
        known = None
    if known is not None and not stat.S_ISREG(known.st_mode):
        _overwrite(path, content)
        return
    try:
        _put(os.path.realpath(path), known, content)
    except OSError as error:
        if known is None or error.errno not in _NO_SUCCESSOR:
            raise
        _overwrite(path, content)


def _overwrite(path: str | os.PathLike[str], content: bytes) -> None:
    with open(path, "wb") as stream:
        stream.write(content)


def _put(target: str, known: os.stat_result | None, content: bytes) -> None:
    temporary = _written_beside(target, content)
    try:
        os.chmod(temporary, _USUAL_MODE if known is None else stat.S_IMODE(known.st_mode))
        if known is not None:
            _keep_owner(temporary, known)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _refusal(path: str, known: os.stat_result) -> str | None:
    if not stat.S_ISREG(known.st_mode):
        return "it is no regular file"
    if not known.st_mode & _ANY_WRITER or not os.access(path, os.W_OK):
        return "it is read-only"
    if known.st_nlink > 1:
        return "it has other names (hard links), which would keep the old content"
    return None


def _replace(path: str, known: os.stat_result, before: bytes, after: bytes) -> str | None:
    temporary = _written_beside(path, after)
    try:
        os.chmod(temporary, stat.S_IMODE(known.st_mode))
        _keep_owner(temporary, known)
        if content_of(path) != before:
            os.unlink(temporary)
            return "it changed while the linter was running"
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return None


def _written_beside(path: str, content: bytes) -> str:
    """Write a temporary file in the folder of another, to the disk itself, and return its path."""
    descriptor, temporary = tempfile.mkstemp(SUFFIX, PREFIX, os.path.dirname(path))
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return temporary


def _keep_owner(path: str, known: os.stat_result) -> None:
    """Give a file the owner and group that another has, as far as this user may."""
    made = os.stat(path)
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (known.st_uid, known.st_gid):
        with contextlib.suppress(OSError):
            os.chown(path, known.st_uid, known.st_gid)
