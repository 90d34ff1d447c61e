"""Text that stands in for a file: an editor's unsaved one, or standard input."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.discovery import FileRecord, decode, source_of
from ssot_lint.discovery.ignoring import PathPatterns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.model import SourceFile
    from ssot_lint.settings import Settings


class Buffer(msgspec.Struct, frozen=True):
    """The text of a file that need not be saved, nor exist."""

    path: str
    text: str
    problem: str | None = None
    """Why the bytes are no text, for standard input."""
    data: bytes | None = None
    """The bytes of standard input, in whatever encoding they are."""

    @classmethod
    def of_bytes(cls, path: str, data: bytes) -> Buffer:
        """Return the buffer whose text is ``data``, decoded as a Python file is."""
        try:
            return cls(path, decode(data), data=data)
        except ValueError as error:
            return cls(path, "", str(error), data)

    def to_bytes(self) -> bytes:
        """Return the bytes that it came from, else its text in UTF-8."""
        return self.text.encode() if self.data is None else self.data

    def location(self, cwd: Path) -> str:
        """Return the absolute path of the file."""
        return os.path.normpath(os.path.join(cwd, self.path))

    def source(self, record: FileRecord) -> SourceFile:
        """Return the file that ``record`` describes, with the buffer's text in it."""
        return msgspec.structs.replace(source_of(record, b""), text=self.text, problem=self.problem)


def new_record(
    buffer: Buffer, neighbours: Sequence[FileRecord], settings: Settings, *, root: Path, cwd: Path
) -> FileRecord:
    """Return the record of a file that isn't on the disk yet, its module named as those in its folder are."""
    location = buffer.location(cwd)
    folder, filename = os.path.split(location)
    stem = PurePath(filename).stem
    project_path = os.path.relpath(location, root).replace(os.sep, "/")
    packages = _packages(folder, neighbours) or (".".join(PurePath(project_path).parts[:-1]),)
    names = tuple(_joined(package, "" if stem == "__init__" else stem) for package in packages)
    return FileRecord(
        path=buffer.path,
        location=location,
        project_path=project_path,
        module=names[0],
        aliases=names[1:],
        is_package=stem == "__init__",
        is_stub=filename.endswith(".pyi"),
        is_test=PathPatterns.of(settings.test_paths).match(location, str(root)),
    )


def _packages(folder: str, neighbours: Sequence[FileRecord]) -> tuple[str, ...]:
    """Return the dotted names of a folder, as its other files have them; none when there are none."""
    for record in neighbours:
        if os.path.dirname(record.location) == folder:
            names = (record.module, *record.aliases)
            return names if record.is_package else tuple(name.rpartition(".")[0] for name in names)
    return ()


def _joined(package: str, name: str) -> str:
    return ".".join(part for part in (package, name) if part)
