"""From a project whose files are known to the linked one: summaries, links."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.discovery import FileRecord, Walk, checksum, read, source_of
from ssot_lint.model import SourceFile
from ssot_lint.project import link
from ssot_lint.session.buffers import Buffer, new_record
from ssot_lint.session.progress import UNSEEN, Progress, Step, Tally
from ssot_lint.session.summarizing import Summarized, summarize_files, summarize_source
from ssot_lint.session.surveying import Survey, survey

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.settings import Settings
    from ssot_lint.summary import ModuleSummary


class Examined(msgspec.Struct, frozen=True):
    """A file of the project, and what became of it; ``buffer`` stands in for what is on the disk."""

    record: FileRecord
    result: Summarized
    buffer: Buffer | None = None
    fixed_text: str | None = None
    """The text that fixes made of the file, and that isn't written yet."""

    def source(self) -> SourceFile | str:
        """Return the file with its text, or one line that says why it can't be had any more."""
        if self.fixed_text is not None:
            return msgspec.structs.replace(source_of(self.record, b""), text=self.fixed_text)
        if self.buffer is not None:
            return self.buffer.source(self.record)
        source = read(self.record)
        if isinstance(source, SourceFile) and checksum(source.text) != self.result.checksum:
            return f"{self.record.path}: not checked: it changed while the linter was running"
        return source


@dataclass(frozen=True)
class LinkedProject:
    """A project that was read and linked once, to check any number of its files.

    ``problems`` are the things that could not be done on the way here, and ``warnings`` those that a user
    should know of, one line each.
    """

    root: Path
    cwd: Path
    settings: Settings
    files: tuple[Examined, ...]
    project: Project
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    recalled: int = 0
    """The files of which a cache told the facts."""
    progress: Progress = UNSEEN

    def managed_classes(self) -> list[ManagedClass]:
        """Return the managed classes that stand in the targets, and those of other packages."""
        targets = {file.record.path for file in self.targets()}
        return [
            managed
            for managed in self.project.managed.values()
            if managed.location is None or managed.location.path in targets
        ]

    def targets(self) -> Iterator[Examined]:
        """Yield the files that findings are asked for."""
        return (file for file in self.files if file.record.is_target)

    def find(self, path: str) -> Examined | None:
        """Return the file at ``path``, None when it isn't one of the project's."""
        return self._by_location.get(os.path.normpath(os.path.join(self.cwd, path)))

    def digests(self) -> Mapping[str, bytes]:
        """Return the digests of the bytes that were read, by the absolute paths of the files."""
        return {file.record.location: file.result.digest for file in self.files}

    @cached_property
    def _by_location(self) -> Mapping[str, Examined]:
        return {file.record.location: file for file in self.files}

    def with_buffer(self, buffer: Buffer) -> tuple[LinkedProject, Examined]:
        """Return the project as it is with the buffer saved, and the buffer's file in it.

        Only a text that differs from the known one by more than its newlines makes for another project.
        """
        known = self.find(buffer.path)
        if known is not None and checksum(buffer.source(known.record).text) == known.result.checksum:
            record = msgspec.structs.replace(known.record, is_target=True)
            return self, msgspec.structs.replace(known, record=record, buffer=buffer)
        files, index = _put(buffer, self.files, self.settings, root=self.root, cwd=self.cwd)
        with collector_paused():
            project = link(_summaries(files), self.settings)
        return replace(self, files=files, project=project), files[index]

    def with_texts(self, texts: Mapping[str, str]) -> LinkedProject:
        """Return the project with other texts in some of its files, by the paths that are shown."""
        files = tuple(
            file if file.record.path not in texts else _fixed(file, texts[file.record.path])
            for file in self.files
        )
        with collector_paused():
            self.progress.tell(Step.LINKING, 0, len(files))
            project = link(_summaries(files), self.settings)
        changed = replace(self, files=files, project=project)
        self.progress.linked(changed)
        return changed


def _fixed(file: Examined, text: str) -> Examined:
    source = msgspec.structs.replace(source_of(file.record, b""), text=text)
    return msgspec.structs.replace(file, fixed_text=text, result=summarize_source(source))


def open_project(
    paths: Sequence[str] = (),
    *,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    buffer: Buffer | None = None,
    cache: bool | Path = False,
    anew: bool = False,
    progress: Progress = UNSEEN,
) -> LinkedProject:
    """Read and link the project that ``paths`` belong to; ``survey`` and ``check`` tell what is taken.

    With ``anew`` nothing that a cache tells of the files is believed, and what it told is replaced.
    """
    seen = survey(
        paths,
        overrides=overrides,
        config_file=config_file,
        isolated=isolated,
        cwd=cwd,
        buffer=buffer,
        cache=cache,
        progress=progress,
    )
    with seen.memory or nullcontext():
        return link_survey(seen, jobs=jobs, executor=executor, anew=anew)


def link_survey(
    seen: Survey, *, jobs: int = 1, executor: Executor | None = None, anew: bool = False
) -> LinkedProject:
    """Read and link a project whose files are known, by an executor, or ``jobs`` processes if it is large.

    ``anew`` is that of ``open_project``. What can't be linked when a cache told it is read anew, too.
    """
    settings, buffer = seen.settings, seen.buffer
    if anew and seen.memory is not None:
        seen.memory.distrust()
    with collector_paused():
        results, recalled = _summarized(seen, jobs=jobs, executor=executor)
        files = tuple(map(Examined, seen.walked.records, results))
        if buffer and not seen.walked.excluded:
            files, _ = _put(buffer, files, settings, root=seen.root, cwd=seen.cwd)
        seen.progress.tell(Step.LINKING, 0, len(files))
        try:
            project = link(_summaries(files), settings)
        except Exception:
            if anew or not recalled:
                raise
            return link_survey(seen, jobs=jobs, executor=executor, anew=True)
    opened = LinkedProject(
        root=seen.root,
        cwd=seen.cwd,
        settings=settings,
        files=files,
        project=project,
        problems=_problems(seen.paths, seen.walked, files, buffer),
        warnings=_warnings(seen.walked, files, settings),
        recalled=recalled,
        progress=seen.progress,
    )
    seen.progress.linked(opened)
    return opened


def _summarized(seen: Survey, *, jobs: int, executor: Executor | None) -> tuple[list[Summarized], int]:
    """Return what became of each file, and how many of them a cache told of."""
    records = seen.walked.records
    tally = Tally(seen.progress, Step.READING, len(records))
    recalled = 0
    workers = [0]
    if seen.memory is not None:
        results = seen.memory.summarize_files(
            records, jobs=jobs, executor=executor, count=tally.add, begin=workers.append
        )
        recalled = seen.memory.recalled
    else:
        results = summarize_files(
            records, jobs=jobs, executor=executor, keep=lambda *_: tally.add(), begin=workers.append
        )
    seen.progress.read(recalled, len(records) - recalled, workers[-1])
    return results, recalled


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector from going through all facts again and again: they have no cycles.

    Nor have the trees of the files that are opened.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _put(
    buffer: Buffer, files: tuple[Examined, ...], settings: Settings, *, root: Path, cwd: Path
) -> tuple[tuple[Examined, ...], int]:
    """Return the files with the buffer among them, and its index."""
    location = buffer.location(cwd)
    known = [index for index, file in enumerate(files) if file.record.location == location]
    index = known[0] if known else len(files)
    if known:
        record = msgspec.structs.replace(files[index].record, is_target=True)
    else:
        record = new_record(buffer, [file.record for file in files], settings, root=root, cwd=cwd)
    examined = Examined(record, summarize_source(buffer.source(record)), buffer)
    return (*files[:index], examined, *files[index + 1 :]), index


def _summaries(files: Sequence[Examined]) -> list[ModuleSummary]:
    return [file.result.summary for file in files if file.result.summary is not None]


def _problems(
    paths: Sequence[str], walked: Walk, files: Sequence[Examined], buffer: Buffer | None
) -> tuple[str, ...]:
    """Return what could not be done, one line each."""
    missing = [f"{path}: no such file or folder" for path in walked.missing if not buffer]
    faults = [
        file.result.problem
        for file in files
        if file.result.problem and (file.record.is_target or file.result.summary is not None)
    ]
    problems = [*missing, *walked.unreadable, *faults]
    if not problems and not walked.excluded and not any(file.record.is_target for file in files):
        problems.append(f"no Python file found in {', '.join(paths) or 'the project'}")
    return tuple(problems)


def _warnings(walked: Walk, files: Sequence[Examined], settings: Settings) -> tuple[str, ...]:
    """Return what the user should know although nothing went wrong, one line each."""
    warnings = [f"{path}: not checked: the configuration excludes it" for path in walked.excluded]
    warnings += [
        f"{file.record.path}: not checked: it is no valid Python, and SST001 isn't selected"
        for file in files
        if file.record.is_target and is_passed_over(file, settings)
    ]
    return tuple(warnings)


def is_passed_over(file: Examined, settings: Settings) -> bool:
    """Whether a file is no valid Python and the settings keep silent about that."""
    summary = file.result.summary
    return summary is not None and summary.error is not None and not settings.selects("SST001")
