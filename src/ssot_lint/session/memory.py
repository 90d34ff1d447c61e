"""What earlier runs found out, by the content of the files: summaries, and whole results.

Keys are made of all that a value depends on: the bytes of the files and what discovery says of them, the
settings, the linter's own files and the interpreter. An entry that doesn't fit is therefore never found, and
none has to be taken back. What the file system says of a file is only a short cut to the digest of its bytes.
"""

from __future__ import annotations

import os
import sys
import time
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

import msgspec

from ssot_lint.cache import Cache, open_cache
from ssot_lint.discovery import FileRecord, Walk, digest_of, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from ssot_lint.session.summarizing import Summarized
    from ssot_lint.settings import Settings

PACKAGE: Final = Path(__file__).parent.parent

Value = TypeVar("Value")


State: TypeAlias = tuple[int, int, int, int]
"""What the file system says of a file: size, times of the last change of content and of state, inode."""

_States: TypeAlias = dict[str, tuple[State, bytes]]

_AT_ONCE: Final = 256
"""Encoded summaries that are in memory at once."""
_SETTLED: Final = 2_000_000_000
"""Nanoseconds after which a file's times tell it from what it was: some file systems count in seconds."""


class Memory:
    """A cache, and the keys under which a run's facts are kept there."""

    def __init__(self, cache: Cache, folder: Path) -> None:
        self.folder: Final = folder
        self.recalled = 0
        """The files whose summaries were known."""
        self._cache = cache
        self._stamp = _stamp()
        self._digests: dict[str, bytes] = {}
        self._unwritten: dict[bytes, bytes] = {}
        self._states_key = self._key(b"states", os.fsencode(folder))
        self._states: dict[str, tuple[State, bytes]] = self.recall(self._states_key, _States) or {}
        self._news = 0
        self._is_trusted = True

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Keep what was found out, be the run broken off: then in a hurry, without tidying up."""
        self.close(tidy=kind is None)

    def close(self, *, tidy: bool = True) -> None:
        """Keep what is in memory only, and let go of the cache."""
        self._flush()
        known = {path: state for path, state in self._states.items() if path in self._digests}
        if self._digests and (self._news or len(known) < len(self._states)):
            self.keep(self._states_key, known)
        self._cache.close(tidy=tidy)

    def known_files(self) -> frozenset[str]:
        """Return the locations of the files that needn't be read while their states stay the same."""
        return frozenset(self._states)

    # -- summaries

    def summarize_files(
        self,
        records: Sequence[FileRecord],
        *,
        jobs: int = 1,
        executor: Executor | None = None,
        count: Callable[[int], object] = lambda _: None,
        begin: Callable[[int], object] = lambda _: None,
    ) -> list[Summarized]:
        """Return what became of each file, in their order, and read only those that aren't known.

        ``count`` is told of how many more files that is known, ``begin`` how many processes read the others.
        """
        from ssot_lint.session.summarizing import summarize_files

        def keep(record: FileRecord, result: Summarized, data: bytes | None) -> None:
            self._keep(record, result, data)
            count(1)

        results: list[Summarized | None] = []
        for start in range(0, len(records), _AT_ONCE):
            known = self._recall(records[start : start + _AT_ONCE])
            results += known
            count(len(known) - known.count(None))
        missing = [index for index, result in enumerate(results) if result is None]
        self.recalled = len(results) - len(missing)
        fresh = summarize_files(
            [records[index] for index in missing], jobs=jobs, executor=executor, keep=keep, begin=begin
        )
        self._flush()
        for index, result in zip(missing, fresh, strict=True):
            results[index] = result
        return [result for result in results if result is not None]

    def distrust(self) -> None:
        """Recall no summary any more; those that are made instead take the place of what was kept."""
        self._is_trusted = False

    def _recall(self, records: Sequence[FileRecord]) -> list[Summarized | None]:
        if not self._is_trusted:
            return [None] * len(records)
        keys = [self._key_of_summary(record, self._digest(record)) for record in records]
        known = self._cache.read(keys)
        return [
            _recalled(known[key], record) if key in known else None
            for key, record in zip(keys, records, strict=True)
        ]

    def _keep(self, record: FileRecord, result: Summarized, data: bytes | None) -> None:
        """Keep a summary under the digest of the very bytes that it was made of."""
        from ssot_lint.session.summarizing import encode

        if result.problem is None and result.digest:
            self._unwritten[self._key_of_summary(record, result.digest)] = data or encode(result)
            if len(self._unwritten) >= _AT_ONCE:
                self._flush()

    def _flush(self) -> None:
        self._cache.write(self._unwritten)
        self._unwritten = {}

    def _key_of_summary(self, record: FileRecord, digest: bytes) -> bytes:
        # Whether the file was asked for is the run's affair, and where it lies is said by the other fields.
        anywhere = msgspec.structs.replace(record, is_target=True, location="")
        return self._key(b"summary", msgspec.msgpack.encode(anywhere), digest)

    # -- whole results

    def key_of_result(self, walked: Walk, settings: Settings, *details: object) -> bytes:
        """Return the key of what a run finds in these files with these settings."""
        files = [(record, self._digest(record)) for record in walked.records]
        asked = (walked.missing, walked.unreadable, walked.excluded, settings, details)
        return self._key(b"result", msgspec.msgpack.encode(files), msgspec.msgpack.encode(asked))

    def has_seen(self, digests: Mapping[str, bytes]) -> bool:
        """Whether these files are the ones that the keys were made of: none has changed during the run."""
        return all(self._digests.get(location) == digest for location, digest in digests.items())

    def recall(self, key: bytes, kind: type[Value]) -> Value | None:
        """Return the value that was kept under a key."""
        data = self._cache.read([key]).get(key)
        if data is None:
            return None
        try:
            return msgspec.msgpack.decode(data, type=kind)
        except (ValueError, RecursionError, MemoryError):
            return None

    def keep(self, key: bytes, value: object) -> None:
        """Keep a value for the runs to come."""
        self._cache.write({key: msgspec.msgpack.encode(value)})

    def _key(self, *parts: bytes) -> bytes:
        """Return a digest of the parts, each with its length, so that none can pass for two."""
        key = blake2b(self._stamp, digest_size=20)
        for part in parts:
            key.update(len(part).to_bytes(8, "big"))
            key.update(part)
        return key.digest()

    def _digest(self, record: FileRecord) -> bytes:
        """Return the digest of a file's bytes when this run first saw them; empty for what can't be read."""
        location = record.location
        digest = self._digests.get(location)
        if digest is None:
            try:
                state = state_of(location)
                known = self._states.get(location)
                if known is not None and known[0] == state:
                    digest = known[1]
                else:
                    digest = digest_of(read_bytes(record))
                    self._note(location, state, digest)
            except OSError:
                digest = b""
            self._digests[location] = digest
        return digest

    def _note(self, location: str, state: State, digest: bytes) -> None:
        """Remember the state that goes with a digest, unless the file may yet change without showing it."""
        if time.time_ns() - max(state[1], state[2]) > _SETTLED:
            self._states[location] = (state, digest)
            self._news += 1


def open_memory(folder: Path) -> Memory | str:
    """Return the memory in a folder, or one line that says why the folder can't be used."""
    cache = open_cache(folder)
    if isinstance(cache, str):
        return cache
    try:
        return Memory(cache, folder)
    except OSError as error:  # our own files can't be looked at
        cache.close()
        return f"{folder}: {error.strerror}"


def state_of(location: str) -> State:
    """Return what the file system says of a file; OSError where it says nothing."""
    status = os.stat(location)
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _recalled(data: bytes, record: FileRecord) -> Summarized | None:
    from ssot_lint.session.summarizing import decode

    try:
        result = decode(data)
    except (ValueError, RecursionError, MemoryError):
        return None
    summary = result.summary
    if summary is None or (summary.path, summary.module) != (record.path, record.module):
        return None  # none of ours: what is kept has a summary, and that of the very file
    if summary.is_target == record.is_target:
        return result
    summary = msgspec.structs.replace(summary, is_target=record.is_target)
    return msgspec.structs.replace(result, summary=summary)


def _stamp() -> bytes:
    """Return what tells this linter on this interpreter from any other: the state of its own files."""
    own = [repr((sys.version_info, sys.implementation.cache_tag, msgspec.__version__))]
    folders = [(os.fspath(PACKAGE), "")]
    for folder, name in folders:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                status = entry.stat()
                own.append(f"{name}{entry.name} {status.st_size} {status.st_mtime_ns}")
            elif entry.name != "__pycache__":
                folders.append((entry.path, f"{name}{entry.name}/"))
    return blake2b("\n".join(own).encode()).digest()
