"""What a run that is killed may leave beside the file that it was writing: its new content, or part of it."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Final

from ssot_lint.discovery.ignoring import is_tool_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PREFIX: Final = ".ssot-lint-"
SUFFIX: Final = ".tmp"

_NAME: Final = re.compile(rf"{re.escape(PREFIX)}[a-z0-9_]{{8}}{re.escape(SUFFIX)}")
"""What ``tempfile`` makes of prefix and suffix; no other file of ours has such a name."""


def is_leftover(name: str) -> bool:
    """Return whether a file has a name that only one has that is being written, or was."""
    return _NAME.fullmatch(name) is not None


def leftovers(folder: str, failed: Callable[[OSError], None]) -> Iterator[str]:
    """Yield the paths of such files in a folder and those below it, as far as sources are looked for there.

    Whoever deletes one that is still being written makes that writing fail, and nothing else. ``failed`` is
    told of what can't be looked at.
    """
    for holder, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not is_tool_folder(name))
        for name in sorted(filter(is_leftover, names)):
            path = os.path.join(holder, name)
            try:
                is_regular = stat.S_ISREG(os.lstat(path).st_mode)
            except OSError as error:
                failed(error)
                continue
            if is_regular:
                yield path
