"""Reads one Python file and decodes it as Python does: byte order mark, PEP 263 cookie, newlines kept."""

from __future__ import annotations

import zlib
from hashlib import blake2b

import msgspec

from ssot_lint.model import SourceFile
from ssot_lint.regular_files import content_of

_BOM = b"\xef\xbb\xbf"


class FileRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """All that is known of a Python file before it is read; small, so that workers can be sent many.

    ``location`` is the absolute path that the file is opened by; the other fields are ``SourceFile``'s.
    """

    path: str
    location: str
    project_path: str
    module: str
    aliases: tuple[str, ...] = ()
    is_package: bool = False
    is_stub: bool = False
    is_test: bool = False
    is_target: bool = True


def read(record: FileRecord) -> SourceFile | str:
    """Return the file, or one line that says why it can't be read.

    A file that is there but can't be decoded comes back without text and with its ``problem``.
    """
    try:
        data = read_bytes(record)
    except OSError as error:
        return unreadable(record, error)
    return source_of(record, data)


def unreadable(record: FileRecord, error: OSError) -> str:
    """Return the line that says why a file can't be read."""
    return f"{record.path}: can't be read: {error.strerror}"


def read_bytes(record: FileRecord) -> bytes:
    """Return the bytes of the file; OSError says why they can't be had."""
    return content_of(record.location)


def source_of(record: FileRecord, data: bytes) -> SourceFile:
    """Return the source file that ``record`` describes, with ``data`` for its content."""
    try:
        text, problem = decode(data), None
    except ValueError as error:
        text, problem = "", str(error)
    return SourceFile(
        path=record.path,
        project_path=record.project_path,
        module=record.module,
        text=text,
        aliases=record.aliases,
        is_package=record.is_package,
        is_stub=record.is_stub,
        is_test=record.is_test,
        is_target=record.is_target,
        problem=problem,
        digest=digest_of(data),
    )


def digest_of(data: bytes) -> bytes:
    """Return what stands for these bytes and no others: 20 bytes of BLAKE2b."""
    return blake2b(data, digest_size=20).digest()


def checksum(text: str) -> int:
    """Return a checksum of a text, whatever its newlines: to tell whether it is still the same."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def decode(data: bytes) -> str:
    """Return the text of a Python file; ValueError, with the reason in one line, when it has none."""
    if b"\0" in data:
        raise ValueError(f"line {_line_of(data, data.index(0))}: NUL byte in the source")
    encoding = _encoding(data)
    if encoding == "utf-8-sig":
        data, encoding = data.removeprefix(_BOM), "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = _line_of(data, error.start)
        raise ValueError(f"line {line}: the bytes are no valid {encoding}") from error
    except (UnicodeError, LookupError) as error:
        raise ValueError(f"the source can't be decoded as {encoding}") from error


def encode(text: str, like: bytes) -> bytes:
    """Return the bytes of a text in the encoding, and with the byte order mark, that other bytes have.

    ValueError, with the reason in one line, when that encoding has no bytes for the text.
    """
    encoding = _encoding(like)
    mark = b""
    if encoding == "utf-8-sig":
        mark, encoding = _BOM, "utf-8"
    try:
        return mark + text.encode(encoding)
    except UnicodeError as error:
        raise ValueError(f"the text can't be written in {encoding}") from error


def _encoding(data: bytes) -> str:
    """Return the encoding that Python reads ``data`` with; ValueError when Python would refuse it."""
    if b"coding" not in _first_two_lines(data):
        return "utf-8-sig" if data.startswith(_BOM) else "utf-8"
    import tokenize

    lines = iter(data.splitlines(keepends=True)[:2])
    try:
        return tokenize.detect_encoding(lambda: next(lines, b""))[0]
    except SyntaxError as error:
        raise ValueError(f"encoding declaration: {error.msg}") from error


def _first_two_lines(data: bytes) -> bytes:
    first = data.find(b"\n")
    second = data.find(b"\n", first + 1) if first >= 0 else -1
    return data if second < 0 else data[:second]


def _line_of(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
