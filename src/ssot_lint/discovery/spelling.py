"""Finds out from the imports of a package whether it lies in a namespace package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.regular_files import beginning_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LOOKED_AT: Final = 24
"""So many files of a package are looked at."""
_HEAD: Final = 16_384
"""So many bytes of each: imports stand at the top."""
_IMPORT: Final = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_][\w.]*)", re.MULTILINE)


def usual_prefix(paths: Sequence[str], packages: Iterable[str], prefixes: Sequence[str]) -> str:
    """Return the prefix that files put before the names of their own packages most often.

    ``prefixes`` are dotted and may be empty; the last one is returned where no import tells.
    """
    names = {f"{prefix}.{package}".lstrip("."): prefix for prefix in prefixes for package in packages}
    uses = dict.fromkeys(prefixes, 0)
    step = max(1, len(paths) // _LOOKED_AT)
    for path in paths[::step]:
        for imported in _IMPORT.findall(_head(path)):
            parts = imported.decode("utf-8", "replace").split(".")
            for end in range(1, len(parts) + 1):
                prefix = names.get(".".join(parts[:end]))
                if prefix is not None:
                    uses[prefix] += 1
                    break
    most = max(uses.values(), default=0)
    return next((prefix for prefix in reversed(prefixes) if uses[prefix] == most), prefixes[-1])


def _head(path: str) -> bytes:
    try:
        return beginning_of(path, _HEAD)
    except OSError:  # whoever reads the whole of it will say so
        return b""
