"""Checks the documents that a client has open, each with its project around it.

All of this happens in one thread, beside the one that talks to the client.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lsprotocol import types
from pygls.uris import from_fs_path

from ssot_lint.discovery import find_root
from ssot_lint.errors import ConfigurationError, SsotLintError, internal_error
from ssot_lint.server.diagnostics import diagnostic
from ssot_lint.server.positions import BYTE_ORDER_MARK, Places
from ssot_lint.session import configuration_of
from ssot_lint.session.editing import EditedProject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ssot_lint.model import Edit, Finding, Location
    from ssot_lint.server.client import Client

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Document:
    """A Python file that the client has open, as it is there at some moment."""

    uri: str
    location: str
    """Its absolute path."""
    version: int | None
    text: str

    @property
    def source(self) -> str:
        """The text as the linter reads it."""
        return self.text.removeprefix(BYTE_ORDER_MARK)


@dataclass(frozen=True)
class Shown:
    """A finding, and what the client shows of it."""

    finding: Finding
    diagnostic: types.Diagnostic


@dataclass(frozen=True)
class Report:
    """What is found in a document."""

    document: Document
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Round:
    """The reports of all documents, and what went wrong on the way, one line each."""

    reports: tuple[Report, ...]
    problems: tuple[str, ...] = ()


class Reporter:
    """The projects of the open documents, and what was found in these."""

    def __init__(self, client: Client, *, jobs: int = 1, cache: bool | Path = True) -> None:
        self._client = client
        self._jobs = jobs
        self._cache = cache
        self._roots: dict[str, Path] = {}
        """The project's root of each document, by its path."""
        self._projects: dict[Path, EditedProject] = {}
        self._known: dict[str, tuple[object, Report]] = {}
        """The last report of each document, and the linked project that it goes by."""

    def is_prepared_for(self, documents: Iterable[Document]) -> bool:
        """Whether the projects of these documents have been read."""
        return all(self._roots.get(document.location) in self._projects for document in documents)

    def report(
        self, documents: Sequence[Document], *, look_again: bool, folders: Sequence[Path] = ()
    ) -> Round:
        """Check all documents; ``look_again`` says that the disk may hold something else than before."""
        problems: list[str] = []
        if look_again or not self.is_prepared_for(documents):
            problems += self._look_again(documents, folders)
        reports: list[Report] = []
        for root, group in self._grouped(documents).items():
            project = self._projects[root]
            project.put({document.location: document.source for document in group})
            for document in group:
                report, troubles = self._report(project, document)
                reports.append(report)
                problems += troubles
        here = {report.document.uri for report in reports}
        reports += [Report(document) for document in documents if document.uri not in here]
        return Round(tuple(reports), tuple(dict.fromkeys(problems)))

    def safe_fixes(self, documents: Sequence[Document], uri: str) -> tuple[Edit, ...]:
        """Return the edits that make all safe fixes in a document, each of them tried."""
        for root, group in self._grouped(documents).items():
            project = self._projects[root]
            for document in group:
                if document.uri == uri and project.belongs(document.location):
                    project.put({each.location: each.source for each in group})
                    return project.safe_fixes(document.location)
        return ()

    def _look_again(self, documents: Sequence[Document], folders: Sequence[Path]) -> list[str]:
        """Find the documents' projects, and what has changed in them; return what is wrong with them.

        A project whose configuration has become wrong stays as it was. One without documents is kept where it
        lies in one of the client's folders.
        """
        problems: list[str] = []
        found = {document.location: _root_of(document.location, problems) for document in documents}
        roots = {location: root or self._roots.get(location) for location, root in found.items()}
        self._roots = {location: root for location, root in roots.items() if root is not None}
        self._projects = {
            root: project
            for root, project in self._projects.items()
            if root in self._roots.values() or any(map(root.is_relative_to, folders))
        }
        for root, group in self._grouped(documents, known=False).items():
            project = self._projects.get(root) or EditedProject(root, jobs=self._jobs, cache=self._cache)
            try:
                project.look_again([document.location for document in group])
            except ConfigurationError as error:
                problems += error.mistakes
            except SsotLintError as error:
                problems.append(str(error))
            except OSError as error:
                problems.append(f"{root}: can't be read: {error.strerror}")
            else:
                self._projects[root] = project
        return problems

    def _grouped(self, documents: Sequence[Document], *, known: bool = True) -> Mapping[Path, list[Document]]:
        """Return the documents by their projects, of which only those that could be read count as known."""
        groups: dict[Path, list[Document]] = {}
        for document in documents:
            root = self._roots.get(document.location)
            if root is not None and (root in self._projects or not known):
                groups.setdefault(root, []).append(document)
        return groups

    def _report(self, project: EditedProject, document: Document) -> tuple[Report, Sequence[str]]:
        """Return what is found in a document, and what went wrong; what is known isn't found again."""
        if not project.belongs(document.location):
            return Report(document), ()
        try:
            linked = project.linked().project
            known = self._known.get(document.uri)
            if known is not None and known[0] is linked and known[1].document.text == document.text:
                report = replace(known[1], document=document)
                self._known[document.uri] = linked, report
                return report, ()
            result = project.check(document.location)
        except Exception as error:  # noqa: BLE001 - one file's misfortune must not end the session
            _LOG.exception("%s could not be checked", document.location)
            return Report(document), [internal_error(document.location, error)]
        report = Report(document, tuple(self._shown(project, document, each) for each in result.findings))
        if not result.problems:
            self._known[document.uri] = linked, report
        return report, result.problems

    def _shown(self, project: EditedProject, document: Document, finding: Finding) -> Shown:
        encoding = self._client.encoding
        texts = {document.location: document.text}

        def find(location: Location) -> types.Location | None:
            path = os.path.normpath(os.path.join(project.root, location.path))
            if path not in texts:
                texts[path] = project.text_at(path) or ""
            uri = document.uri if path == document.location else from_fs_path(path)
            return types.Location(uri, Places(texts[path], encoding).range_of(location.span)) if uri else None

        return Shown(finding, diagnostic(finding, Places(document.text, encoding), find, self._client))


def _root_of(location: str, problems: list[str]) -> Path | None:
    """Return the root of the project that a file belongs to; what keeps that from being told is added."""
    try:
        return configuration_of([location], cwd=find_root([location])).root
    except ConfigurationError as error:
        problems += error.mistakes
    except SsotLintError as error:
        problems.append(str(error))
    return None
