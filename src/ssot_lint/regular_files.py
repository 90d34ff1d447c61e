"""Reads the whole of a regular file, and nothing that has to be waited for or has no end.

Whether something is there is asked here where an answer decides what a project is: a system that fails to
answer must not be taken for one that says no.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO, Final

from ssot_lint.errors import UnreadablePathError

LARGEST: Final = 1 << 27
"""Bytes of a file that are read at the most; no source and no configuration is as large as that."""

_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

_ABSENT: Final = frozenset({"ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EINVAL", "EACCES", "EPERM"})
"""What the system says where nothing is, nothing can be, or nobody may look; all else is a failure."""


def working_directory() -> Path:
    """Return the working directory; UnreadablePathError where it is gone."""
    try:
        return Path.cwd()
    except OSError as error:
        raise UnreadablePathError(f"the working directory can't be found: {error.strerror}") from error


def is_there(path: str | os.PathLike[str]) -> bool:
    """Return whether there is something at a path, a link that leads nowhere included.

    UnreadablePathError where the system fails to say so.
    """
    return _looked_at(path, follow=False) is not None


def is_file(path: str | os.PathLike[str]) -> bool:
    """Return whether a path leads to a regular file; UnreadablePathError as for ``is_there``."""
    status = _looked_at(path, follow=True)
    return status is not None and stat.S_ISREG(status.st_mode)


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether a path leads to a folder; UnreadablePathError as for ``is_there``."""
    status = _looked_at(path, follow=True)
    return status is not None and stat.S_ISDIR(status.st_mode)


def _looked_at(path: str | os.PathLike[str], *, follow: bool) -> os.stat_result | None:
    try:
        return os.stat(path) if follow else os.lstat(path)
    except OSError as error:
        if errno.errorcode.get(error.errno or 0) in _ABSENT:
            return None
        raise UnreadablePathError(f"{os.fspath(path)}: can't be looked at: {error.strerror}") from error
    except ValueError:  # a NUL in the path
        return None


def content_of(path: str | os.PathLike[str], most: int = LARGEST) -> bytes:
    """Return the bytes of a file; OSError says why they can't be had.

    A pipe, a socket and a device are refused without waiting for them, what is larger than ``most`` bytes
    without reading it. A file that grows in the meantime is read as far as it goes, and no further than that.
    """
    with open(path, "rb", opener=_opened_at_once) as stream:
        status = _status(stream)
        size = min(status.st_size, most)
        data = stream.read(size + 1)
        if len(data) > size:
            data += stream.read(most + 1 - len(data))
        if max(len(data), status.st_size) > most:
            raise OSError(errno.EFBIG, f"it is larger than {most >> 20} MiB")
    return data


def beginning_of(path: str | os.PathLike[str], size: int) -> bytes:
    """Return the first bytes of a file; OSError as for ``content_of``, but a file of any size will do."""
    with open(path, "rb", opener=_opened_at_once) as stream:
        _status(stream)
        return stream.read(size)


def _status(stream: IO[bytes]) -> os.stat_result:
    status = os.fstat(stream.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    return status


def _opened_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | _FLAGS)
