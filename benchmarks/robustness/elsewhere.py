"""Runs the program as on another system: text has the newlines of Windows, folders list the last name first.

    python benchmarks/robustness/elsewhere.py check ...

What the program writes and finds must not change by that.
"""

from __future__ import annotations

import builtins
import io
import os
import runpy
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEWLINE: Final = "\r\n"


class _Listing:
    """What ``os.scandir`` returns, in another order."""

    def __init__(self, path: Any = ".") -> None:
        with _scan(path) as entries:
            self._left = iter(sorted(entries, key=lambda entry: os.fsencode(entry.name), reverse=True))

    def __iter__(self) -> Iterator[Any]:
        return self._left

    def __next__(self) -> Any:
        return next(self._left)

    def __enter__(self) -> _Listing:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: all is read."""


def _listed(path: Any = ".") -> list[Any]:
    return sorted(_list(path), key=os.fsencode, reverse=True)


def _opened(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
    if "b" not in mode and "r" not in mode and len(arguments) < 4 and named.get("newline") is None:
        named["newline"] = _NEWLINE
    return _open(file, mode, *arguments, **named)


_scan, _list, _open = os.scandir, os.listdir, io.open

if __name__ == "__main__":
    for module, name, instead in (
        (os, "scandir", _Listing),
        (os, "listdir", _listed),
        (os, "linesep", _NEWLINE),
        (io, "open", _opened),
        (builtins, "open", _opened),
    ):
        setattr(module, name, instead)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(newline=_NEWLINE)
    runpy.run_module("ssot_lint", run_name="__main__")
