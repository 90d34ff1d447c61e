"""A project that stays in memory while its files are edited: what a language server asks its questions of."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.discovery import checksum, is_project
from ssot_lint.discovery.ignoring import IgnoreRules, is_tool_folder
from ssot_lint.fixes.differences import edits_between
from ssot_lint.model import SourceFile
from ssot_lint.project import link
from ssot_lint.session.buffers import Buffer, new_record
from ssot_lint.session.checking import check_file
from ssot_lint.session.fixing import safely_fixed
from ssot_lint.session.linked import Examined, LinkedProject, collector_paused
from ssot_lint.session.memory import state_of
from ssot_lint.session.summarizing import summarize_files, summarize_source
from ssot_lint.session.surveying import Survey, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ssot_lint.discovery import FileRecord
    from ssot_lint.model import Edit
    from ssot_lint.session.memory import State
    from ssot_lint.session.results import CheckResult
    from ssot_lint.summary import ModuleSummary


class EditedProject:
    """A project with the texts that an editor has of some of its files, instead of those on the disk.

    What was read and linked is kept. It is linked again only if a text gives the linker other facts, and not
    while a text is no valid Python: half a statement is judged by itself, and the other files go by what this
    one last said. It belongs to one thread.
    """

    def __init__(self, root: Path, *, jobs: int = 1, cache: bool | Path = True) -> None:
        self.root = root
        self.links = 0
        """How often it was linked."""
        self._jobs = jobs
        self._cache = cache
        self._seen: Survey | None = None
        self._disk: dict[str, Examined] = {}
        self._states: dict[str, State | None] = {}
        self._texts: dict[str, Examined] = {}
        self._sound: dict[str, Examined] = {}
        """For each edited file its last text that was valid Python, as far as one is known."""
        self._linked: LinkedProject | None = None
        self._summaries: Sequence[ModuleSummary] = ()
        """What was linked."""

    # -- the disk

    def look_again(self, locations: Iterable[str]) -> None:
        """Look at the disk, and read what isn't known or has changed.

        Where no marker says how far the project goes, it is what ``locations``, some absolute paths, lie in.
        ConfigurationError says what is wrong with the configuration; nothing else has changed then.
        """
        given = [str(self.root)] if is_project(str(self.root)) else sorted(locations)
        seen = survey(given, cwd=self.root, cache=self._cache)
        with seen.memory or nullcontext():
            self._take(seen)

    def _take(self, seen: Survey) -> None:
        """Read the files that have changed since they were read last."""
        if self._seen is not None and seen.settings != self._seen.settings:
            self._linked = None
        if self._seen is None or seen.walked.records != self._seen.walked.records:
            self._texts, self._sound, self._linked = {}, {}, None
        states = {record.location: _state(record.location) for record in seen.walked.records}
        disk = {
            record.location: known
            for record in seen.walked.records
            if (known := self._disk.get(record.location)) is not None
            and known.record == record
            and states[record.location] == self._states[record.location]
        }
        fresh = [record for record in seen.walked.records if record.location not in disk]
        summarize = summarize_files if seen.memory is None else seen.memory.summarize_files
        with collector_paused():
            disk.update(
                (record.location, Examined(record, result))
                for record, result in zip(fresh, summarize(fresh, jobs=self._jobs), strict=True)
            )
        self._seen, self._disk, self._states = seen, disk, states

    # -- the editor's texts

    def put(self, texts: Mapping[str, str]) -> None:
        """Let these texts, by absolute paths, stand for their files, and the disk for all others."""
        self._texts = {
            location: self._examined(location, text)
            for location, text in texts.items()
            if self.belongs(location)
        }
        self._sound = {
            location: self._last_sound(location) if is_broken(file) else file
            for location, file in self._texts.items()
        }

    def _last_sound(self, location: str) -> Examined:
        return self._sound.get(location) or self._disk.get(location) or self._texts[location]

    def belongs(self, location: str) -> bool:
        """Whether a file is one to check: it is none that ignore files, or the configuration, leave out.

        One that isn't saved yet is new; whether an ignore file hides it is seen once it is.
        """
        if location in self._disk:
            return True
        if self._seen is None or (location.endswith((".py", ".pyi")) and os.path.isfile(location)):
            return False
        inner = os.path.relpath(location, self.root)
        hidden = IgnoreRules.of(self._seen.settings.exclude).hide(location, str(self.root), is_folder=False)
        return not hidden and not any(map(is_tool_folder, inner.split(os.sep)[:-1]))

    def _examined(self, location: str, text: str) -> Examined:
        known = self._texts.get(location) or self._disk.get(location)
        if known is not None and known.buffer is not None and known.buffer.text == text:
            return known
        record = self._disk[location].record if location in self._disk else self._new_record(location)
        buffer = Buffer(record.path, text)
        on_disk = self._disk.get(location)
        if on_disk is not None and on_disk.result.checksum == checksum(text) and not on_disk.result.problem:
            return msgspec.structs.replace(on_disk, buffer=buffer)
        return Examined(record, summarize_source(buffer.source(record)), buffer)

    def _new_record(self, location: str) -> FileRecord:
        assert self._seen is not None  # noqa: S101 - nothing belongs to a project that wasn't looked at
        path = os.path.relpath(location, self.root)
        neighbours = [file.record for file in self._disk.values()]
        return new_record(Buffer(path, ""), neighbours, self._seen.settings, root=self.root, cwd=self.root)

    # -- the questions

    def check(self, location: str) -> CheckResult:
        """Return what is found in a file that was ``put``."""
        file = self._texts[location]
        linked = self._alone(file) if is_broken(file) else self.linked()
        with collector_paused():
            return check_file(linked, file, noqa=True)

    def safe_fixes(self, location: str) -> tuple[Edit, ...]:
        """Return the edits that make the safe fixes, all that prove good, in a file that was ``put``."""
        file = self._texts[location]
        if is_broken(file):
            return ()
        linked = self.linked()
        files = (
            msgspec.structs.replace(
                each, record=msgspec.structs.replace(each.record, is_target=each.record == file.record)
            )
            for each in linked.files
        )
        with collector_paused():
            text = safely_fixed(replace(linked, files=tuple(files)), file.record.path)
        before = file.source()
        if text is None or not isinstance(before, SourceFile):
            return ()
        return tuple(edits_between(before.text, text))

    def text_at(self, location: str) -> str | None:
        """Return the text of one of the project's files; None where there is none."""
        file = self._texts.get(location) or self._disk.get(location)
        source = file.source() if file is not None else None
        return source.text if isinstance(source, SourceFile) else None

    def linked(self) -> LinkedProject:
        """Return the project with the texts in it, linked anew if there is any new fact."""
        assert self._seen is not None  # noqa: S101 - the caller has looked at the disk
        current = {**self._disk, **self._sound}
        files = tuple(current[location] for location in sorted(current))
        summaries = [file.result.summary for file in files if file.result.summary is not None]
        known = self._linked
        if known is None or not _are_the_same(summaries, self._summaries):
            with collector_paused():
                project = link(summaries, self._seen.settings)
            self.links += 1
            self._summaries = summaries
        else:
            project = known.project
        self._linked = LinkedProject(
            root=self.root, cwd=self.root, settings=self._seen.settings, files=files, project=project
        )
        return self._linked

    def _alone(self, file: Examined) -> LinkedProject:
        """Return a project of one file that is no valid Python: there is nothing to be linked in it."""
        assert self._seen is not None  # noqa: S101 - as above
        settings = self._seen.settings
        summaries = [file.result.summary] if file.result.summary is not None else []
        return LinkedProject(
            root=self.root, cwd=self.root, settings=settings, files=(file,), project=link(summaries, settings)
        )


def is_broken(file: Examined) -> bool:
    """Whether a file is no valid Python."""
    return file.result.summary is not None and file.result.summary.error is not None


def _are_the_same(summaries: Sequence[ModuleSummary], others: Sequence[ModuleSummary]) -> bool:
    return len(summaries) == len(others) and all(
        one is other or one == other for one, other in zip(summaries, others, strict=True)
    )


def _state(location: str) -> State | None:
    try:
        return state_of(location)
    except OSError:
        return None
