"""Writes small trees of files for the tests of what reads the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_tree(root: Path, *paths: str) -> None:
    """Write empty files at ``paths`` below ``root``; a path that ends with a slash is an empty folder."""
    for path in paths:
        target = root / path
        if path.endswith("/"):
            target.mkdir(parents=True, exist_ok=True)
        else:
            write(target)


def write(path: Path, text: str = "") -> Path:
    """Write ``text`` to ``path``, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path
