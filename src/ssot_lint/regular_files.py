"""Reads the whole of a regular file, and nothing that has to be waited for or has no end."""

from __future__ import annotations

import errno
import os
import stat
from typing import IO, Final

LARGEST: Final = 1 << 27
"""Bytes of a file that are read at the most; no source and no configuration is as large as that."""

_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


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
