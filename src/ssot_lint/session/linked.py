"""From paths to the linked project: configuration, walk, summaries, links."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.cache import FOLDER, remove_cache
from ssot_lint.config import Configuration, load_settings
from ssot_lint.discovery import FileRecord, Walk, find_root, is_project, read, source_of, walk
from ssot_lint.model import SourceFile
from ssot_lint.project import link
from ssot_lint.rules import RULES
from ssot_lint.session.buffers import Buffer, new_record
from ssot_lint.session.memory import Memory, open_memory
from ssot_lint.session.summarizing import Summarized, checksum, summarize_files, summarize_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.project import Project
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
        if isinstance(source, SourceFile) and checksum(source) != self.result.checksum:
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
        if known is not None and checksum(buffer.source(known.record)) == known.result.checksum:
            record = msgspec.structs.replace(known.record, is_target=True)
            return self, msgspec.structs.replace(known, record=record, buffer=buffer)
        files, index = _put(buffer, self.files, self.settings, root=self.root, cwd=self.cwd)
        project = link(_summaries(files), self.settings)
        return replace(self, files=files, project=project), files[index]

    def with_texts(self, texts: Mapping[str, str]) -> LinkedProject:
        """Return the project with other texts in some of its files, by the paths that are shown."""
        files = tuple(
            file if file.record.path not in texts else _fixed(file, texts[file.record.path])
            for file in self.files
        )
        return replace(self, files=files, project=link(_summaries(files), self.settings))


def _fixed(file: Examined, text: str) -> Examined:
    source = msgspec.structs.replace(source_of(file.record, b""), text=text)
    return msgspec.structs.replace(file, fixed_text=text, result=summarize_source(source))


def configuration_of(
    paths: Sequence[str] = (),
    *,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
) -> Configuration:
    """Return the settings of the project that ``paths`` belong to, and its root; no Python file is read.

    ConfigurationError says what is wrong with them.
    """
    cwd = Path.cwd() if cwd is None else cwd
    return load_settings(
        find_root(paths, cwd),
        known_codes=[rule.code for rule in RULES],
        config_file=config_file,
        isolated=isolated,
        overrides=overrides,
        cwd=cwd,
    )


@dataclass(frozen=True)
class Survey:
    """A project whose files are known, and none of them read; ``memory`` is what earlier runs found out."""

    paths: Sequence[str]
    root: Path
    cwd: Path
    settings: Settings
    walked: Walk
    buffer: Buffer | None = None
    memory: Memory | None = None

    def link(self, *, jobs: int = 1) -> LinkedProject:
        """Read and link the project, with ``jobs`` processes where it is large."""
        records, settings, buffer = self.walked.records, self.settings, self.buffer
        summarize = summarize_files if self.memory is None else self.memory.summarize_files
        with _collector_paused():
            files = tuple(map(Examined, records, summarize(records, jobs=jobs)))
            if buffer and not self.walked.excluded:
                files, _ = _put(buffer, files, settings, root=self.root, cwd=self.cwd)
            project = link(_summaries(files), settings)
        return LinkedProject(
            root=self.root,
            cwd=self.cwd,
            settings=settings,
            files=files,
            project=project,
            problems=_problems(self.paths, self.walked, files, buffer),
            warnings=_warnings(self.walked, files, settings),
        )


def survey(
    paths: Sequence[str] = (),
    *,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
    buffer: Buffer | None = None,
    cache: bool | Path = False,
) -> Survey:
    """Look at the project that ``paths`` belong to; the files at or below them are its targets.

    Without paths all files of the project around ``cwd`` are. A ``buffer`` is the only target. What earlier
    runs found out is in the folder ``cache``, or where it is True in a folder of the project's root, if that
    is one. ConfigurationError says what is wrong with the configuration.
    """
    cwd = Path.cwd() if cwd is None else cwd
    paths = [buffer.path] if buffer else paths
    configuration = configuration_of(
        paths, overrides=overrides, config_file=config_file, isolated=isolated, cwd=cwd
    )
    root, settings = configuration.root, configuration.settings
    folder = None if isinstance(cache, bool) else cwd / cache
    if cache is True and is_project(str(root)):
        folder = root / FOLDER
    return Survey(
        paths=paths,
        root=root,
        cwd=cwd,
        settings=settings,
        walked=walk(paths, settings, root=root, cwd=cwd),
        buffer=buffer,
        memory=None if folder is None else open_memory(folder),
    )


def forget(cache: Path | None = None, *, cwd: Path | None = None) -> Path | None:
    """Delete the cache in a folder, else that of the project around ``cwd``, and return where it was.

    None when there was none; OSError says what can't be deleted.
    """
    cwd = Path.cwd() if cwd is None else cwd
    folder = configuration_of(cwd=cwd).root / FOLDER if cache is None else cwd / cache
    return folder if remove_cache(folder) else None


def open_project(
    paths: Sequence[str] = (),
    *,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
    jobs: int = 1,
    buffer: Buffer | None = None,
    cache: bool | Path = False,
) -> LinkedProject:
    """Read and link the project that ``paths`` belong to; what is taken is told at ``survey``."""
    seen = survey(
        paths,
        overrides=overrides,
        config_file=config_file,
        isolated=isolated,
        cwd=cwd,
        buffer=buffer,
        cache=cache,
    )
    try:
        return seen.link(jobs=jobs)
    finally:
        if seen.memory is not None:
            seen.memory.close()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from going through all facts again and again: they have no cycles."""
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
