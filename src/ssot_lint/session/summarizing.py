"""Reads and summarizes files: a few in this process, many in a pool that outlives its workers.

Whoever has an executor of their own, on a cluster perhaps, has it summarize what this process reads. Where
the system has no further process for us, this one does all by itself.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.discovery import FileRecord, checksum, read, read_bytes, source_of, unreadable
from ssot_lint.errors import internal_error
from ssot_lint.model import SourceFile
from ssot_lint.session.workers import NoProcessError, answers
from ssot_lint.summary import ModuleSummary, summarize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor
    from multiprocessing.context import BaseContext

POOL_FROM: Final = 200
"""The number of files from which on a process pool is worth its start, however small they are."""
_POOL_FROM_SIZE: Final = 2**19
"""Bytes of source from which on it is, too: they take half a second."""
_CHUNK: Final = 48
"""Files in a task: enough to make the way to a worker and back cheap, few enough to keep all of them busy."""
_TASK_SIZES: Final = (2**16, 2**18)
"""Bytes of source in a task, the least and the most, if it has more than one file."""
_TASKS_EACH: Final = 4
"""Tasks for each worker, at least, that one which is given long ones keeps no other waiting."""
_CHUNK_SIZE: Final = 2**20
"""Bytes of source in a task that carries them along, if it has more than one file."""

Carried = tuple[FileRecord, bytes]
"""A file and its content."""
Keep = Callable[[FileRecord, "Summarized", "bytes | None"], object]
"""What is told of each file that was summarized: what became of it, and that encoded where it came so."""


class Summarized(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What became of one file; without a summary it could not be read, and ``problem`` says why.

    A ``problem`` beside a summary means that the linter failed: the summary is then that of an empty file.
    ``checksum`` tells whether the text is still the same when it is read again.
    """

    summary: ModuleSummary | None
    checksum: int = 0
    problem: str | None = None
    digest: bytes = b""
    """That of the bytes that were summarized."""


def summarize_files(
    records: Sequence[FileRecord],
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    keep: Keep = lambda *_: None,
    begin: Callable[[int], object] = lambda _: None,
) -> list[Summarized]:
    """Read and summarize the files, and return what became of each, in their order.

    With an executor it is this process that reads the files, and ``jobs`` means nothing. ``begin`` is told
    with how many other processes of ours, ``keep`` of each file as soon as it is done.
    """
    if executor is not None:
        return _through(executor, records, keep)
    tasks = _tasks(records, jobs)
    begin(min(jobs, len(tasks)))
    if not tasks:
        return [_kept(record, summarize_file(record), keep) for record in records]
    chunks = [[records[index] for index in task] for task in tasks]
    results: dict[int, list[Summarized]] = {}
    try:
        results.update(_pooled(chunks, jobs, keep))
    except NoProcessError:
        gc.collect()  # what was made of the pool holds descriptors, of which there may be too few
    for index, chunk in enumerate(chunks):
        if index not in results:
            results[index] = _carefully(chunk, keep)
    found = {
        index: result
        for number, task in enumerate(tasks)
        for index, result in zip(task, results[number], strict=True)
    }
    # A worker has fewer descriptors to spare than this process: what it couldn't read is tried once more.
    return [
        found[index] if found[index].summary is not None else summarize_file(record)
        for index, record in enumerate(records)
    ]


def _tasks(records: Sequence[FileRecord], jobs: int) -> list[list[int]]:
    """Return the numbers of the files for each task, the largest first; none where this process does all.

    What takes the longest begins first: else all would wait for it in the end.
    """
    if jobs <= 1 or len(records) < 2:
        return []
    sizes = [_size(record) for record in records]
    if len(records) < POOL_FROM and sum(sizes) < _POOL_FROM_SIZE:
        return []
    least, most = _TASK_SIZES
    fair = min(most, max(least, sum(sizes) // (jobs * _TASKS_EACH)))
    tasks: list[list[int]] = []
    room = 0
    for index in sorted(range(len(records)), key=lambda index: (-sizes[index], index)):
        if not tasks or len(tasks[-1]) == _CHUNK or sizes[index] > room:
            tasks.append([])
            room = fair
        tasks[-1].append(index)
        room -= sizes[index]
    return tasks


def _size(record: FileRecord) -> int:
    """Return the bytes of a file, 0 where nothing is known of them; reading it tells the user why."""
    with suppress(OSError, ValueError):
        return os.stat(record.location).st_size
    return 0


def _kept(record: FileRecord, result: Summarized, keep: Keep) -> Summarized:
    keep(record, result, None)
    return result


def summarize_file(record: FileRecord) -> Summarized:
    """Read and summarize one file."""
    source = read(record)
    return summarize_source(source) if isinstance(source, SourceFile) else Summarized(None, problem=source)


def summarize_source(source: SourceFile) -> Summarized:
    """Summarize a file whose text is at hand."""
    try:
        return Summarized(summarize(source), checksum(source.text), digest=source.digest)
    except Exception as error:  # noqa: BLE001 - one file's misfortune must not end the run
        return _failed(source, internal_error(source.path, error))


def encode(result: Summarized) -> bytes:
    """Return what became of a file as bytes; ValueError or TypeError for what has no such form."""
    return msgspec.msgpack.encode(result)


def decode(data: bytes) -> Summarized:
    """Return what ``encode`` was given; ValueError for everything that isn't the form of such a value."""
    return msgspec.msgpack.decode(data, type=Summarized)


def _failed(source: SourceFile, problem: str) -> Summarized:
    """Stand in an empty file for one that the linter can't summarize, so that the others are still linked."""
    return Summarized(summarize(msgspec.structs.replace(source, text="", problem=None)), problem=problem)


def _pooled(
    chunks: Sequence[Sequence[FileRecord]], jobs: int, keep: Keep, context: BaseContext | None = None
) -> Iterator[tuple[int, list[Summarized]]]:
    """Yield number and results of each chunk as they come, but not of those that died with a worker."""
    for number, encoded in answers(_encoded, chunks, jobs, context):
        pairs = zip(chunks[number], encoded, strict=True)
        yield number, [_decoded(record, data, keep) for record, data in pairs]


def _through(executor: Executor, records: Sequence[FileRecord], keep: Keep) -> list[Summarized]:
    """Summarize the files through an executor, and in processes of our own what doesn't come back from it."""
    from multiprocessing import get_context

    from ssot_lint.session.distribution import distributed

    results: dict[str, Summarized] = {}
    sent: list[Sequence[Carried]] = []
    for number, encoded in distributed(executor, _carried_encoded, _carried(records, results, sent)):
        for (record, _), data in zip(sent[number], encoded, strict=True):
            results[record.location] = _decoded(record, data, keep)
        sent[number] = ()
    lost = [record for record in records if record.location not in results]
    # A process that has threads, as those of executors, can't be forked without danger.
    context = get_context("spawn")
    for start in range(0, len(lost), _CHUNK):
        chunk = lost[start : start + _CHUNK]
        read_here = _carefully(chunk, keep, context)
        results.update(zip((record.location for record in chunk), read_here, strict=True))
    return [results[record.location] for record in records]


def _carried(
    records: Sequence[FileRecord], results: dict[str, Summarized], sent: list[Sequence[Carried]]
) -> Iterator[Sequence[Carried]]:
    """Read the files and yield them in chunks, which are noted; what can't be read is a result already."""
    chunk: list[Carried] = []
    size = 0
    for record in records:
        try:
            data = read_bytes(record)
        except OSError as error:
            results[record.location] = Summarized(None, problem=unreadable(record, error))
            continue
        if chunk and (len(chunk) == _CHUNK or size + len(data) > _CHUNK_SIZE):
            sent.append(chunk)
            yield chunk
            chunk, size = [], 0
        chunk.append((record, data))
        size += len(data)
    if chunk:
        sent.append(chunk)
        yield chunk


def _carried_encoded(chunk: Sequence[Carried]) -> list[bytes]:
    """Summarize a chunk whose contents came along."""
    return [_encode(record, summarize_source(source_of(record, data))) for record, data in chunk]


def _carefully(
    chunk: Sequence[FileRecord], keep: Keep, context: BaseContext | None = None
) -> list[Summarized]:
    """Summarize a chunk that a process may have died of in others, as long as there are any to be had."""
    try:
        return _apart(chunk, keep, context) or [_alone(record, keep, context) for record in chunk]
    except NoProcessError:
        return [_kept(record, summarize_file(record), keep) for record in chunk]


def _apart(chunk: Sequence[FileRecord], keep: Keep, context: BaseContext | None = None) -> list[Summarized]:
    """Summarize a chunk in a process of its own; nothing comes back when that dies."""
    return next((results for _, results in _pooled([chunk], 1, keep, context)), [])


def _alone(record: FileRecord, keep: Keep, context: BaseContext | None = None) -> Summarized:
    """Summarize one file in a process that it may take along."""
    results = _apart([record], keep, context)
    if results:
        return results[0]
    return _failed(source_of(record, b""), f"{record.path}: not checked: the process that read it died")


def _encoded(records: Sequence[FileRecord]) -> list[bytes]:
    """Summarize a chunk in a worker; bytes travel faster than pickled values."""
    return [_encode(record, summarize_file(record)) for record in records]


def _encode(record: FileRecord, result: Summarized) -> bytes:
    try:
        return encode(result)
    except (ValueError, TypeError) as error:
        return encode(_failed(source_of(record, b""), internal_error(record.path, error)))


def _decoded(record: FileRecord, data: bytes, keep: Keep) -> Summarized:
    try:
        result = decode(data)
    except ValueError as error:
        return _failed(source_of(record, b""), internal_error(record.path, error))
    keep(record, result, data)
    return result
