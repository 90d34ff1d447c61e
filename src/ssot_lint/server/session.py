"""A session with a client: the documents that it has open, what is found in them, what it asks about that."""

from __future__ import annotations

import asyncio
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from lsprotocol import types
from pygls.uris import to_fs_path

from ssot_lint.errors import internal_error
from ssot_lint.server.actions import FIX_ALL, Actions
from ssot_lint.server.pacing import Pacer
from ssot_lint.server.pages import explanation
from ssot_lint.server.progress import Progress
from ssot_lint.server.reports import Document, Report, Reporter, Round

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pygls.lsp.server import LanguageServer

    from ssot_lint.server.client import Client

Value = TypeVar("Value")

_LOG: Final = logging.getLogger(__name__)

_SUFFIXES: Final = (".py", ".pyi")
_NOTEBOOK: Final = ".ipynb"


class Session:
    """What lasts from a client's greeting to its farewell; it belongs to the event loop.

    The checking is done by one thread beside it, which is handed the documents as they are at that moment.
    What it brings back is shown only where a document hasn't changed in the meantime.
    """

    def __init__(self, server: LanguageServer, client: Client, *, jobs: int, cache: bool | Path) -> None:
        self._server = server
        self._client = client
        self._reporter = Reporter(client, jobs=jobs, cache=cache)
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ssot-lint")
        self._pacer = Pacer(self._check, later=self._loop.call_later, clock=self._loop.time)
        self._is_disk_known = False
        self._reports: dict[str, Report] = {}
        self._published: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}
        self._told: frozenset[str] = frozenset()
        """The problems of the last round, which aren't told again as long as they last."""

    # -- what the client does

    def edited(self) -> None:
        """Check when the typing pauses."""
        self._pacer.ask()

    def changed_on_disk(self) -> None:
        """Look at the disk again, and check."""
        self._is_disk_known = False
        self._pacer.ask(at_once=True)

    def closed(self, uri: str) -> None:
        """Show nothing more of a document."""
        self._reports.pop(uri, None)
        if self._published.pop(uri, (None, []))[1]:
            self._publish(uri, None, [])
        self.changed_on_disk()

    # -- what the client asks

    async def code_actions(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        """Return what can be done about the findings at a range; who only looks isn't kept waiting."""
        context = params.context
        only = None if context.only is None else [_plain(kind) for kind in context.only]
        by_itself = context.trigger_kind == types.CodeActionTriggerKind.Automatic and only is None
        report = await self._report_of(params.text_document.uri, wait=not by_itself)
        if report is None or not self._client.code_actions:
            return None
        offered = list(Actions(report, self._client).offered(params.range, only))
        if not self._client.resolved_edits:
            for action in offered:
                if action.kind == FIX_ALL:
                    await self.resolve(action)
        return offered

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """Return an action with the edit that it was offered without."""
        uri = action.data.get("uri") if isinstance(action.data, dict) else None
        report = await self._report_of(uri, wait=True) if isinstance(uri, str) else None
        if report is not None:
            documents = self._documents()
            edits = await self._aside(partial(self._reporter.safe_fixes, documents, report.document.uri))
            action.edit = Actions(report, self._client).edit(edits)
        return action

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Return the pages of what is found at a position."""
        report = await self._report_of(params.text_document.uri, wait=False)
        here = [
            shown
            for shown in (report.shown if report is not None else ())
            if shown.diagnostic.range.start <= params.position <= shown.diagnostic.range.end
        ]
        if not here:
            return None
        text = explanation([shown.finding for shown in here], markdown=self._client.markdown)
        return types.Hover(text, here[0].diagnostic.range)

    async def _report_of(self, uri: str, *, wait: bool) -> Report | None:
        """Return the report of a document as it is now, None if there is none, or none yet."""
        if wait:
            await self._pacer.settle()
        report = self._reports.get(uri)
        return report if report is not None and report.document in self._documents() else None

    # -- the checking

    def _documents(self) -> list[Document]:
        """Return the Python files that the client has open; cells of notebooks and unnamed texts are none."""
        found = []
        for text in self._server.workspace.text_documents.values():
            path = to_fs_path(text.uri)
            is_python = text.language_id == "python" or str(path).endswith(_SUFFIXES)
            if path and is_python and not path.endswith(_NOTEBOOK):
                found.append(Document(text.uri, os.path.normpath(path), text.version, text.source))
        return found

    def _folders(self) -> Sequence[Path]:
        paths = (to_fs_path(folder.uri) for folder in self._server.workspace.folders.values())
        return [Path(path) for path in paths if path]

    async def _check(self) -> None:
        """Check all open documents, and show what is found."""
        documents = self._documents()
        if not documents:
            return
        look_again, self._is_disk_known = not self._is_disk_known, True
        work = partial(self._reporter.report, documents, look_again=look_again, folders=self._folders())
        is_first = self._client.progress and not self._reporter.is_prepared_for(documents)
        progress = Progress(self._server) if is_first else None
        try:
            result = await self._aside(work)
        except Exception as error:  # noqa: BLE001 - the session goes on, and the user is told
            _LOG.exception("The open files could not be checked")
            result = Round((), (internal_error("the language server", error),))
        finally:
            if progress is not None:
                progress.end()
        self._show(result)

    def _show(self, result: Round) -> None:
        current = self._documents()
        for report in result.reports:
            if report.document in current:
                uri, version = report.document.uri, report.document.version
                self._reports[uri] = report
                diagnostics = [shown.diagnostic for shown in report.shown]
                if self._published.get(uri) != (version, diagnostics):
                    self._published[uri] = version, diagnostics
                    self._publish(uri, version, diagnostics)
        for problem in result.problems:
            if problem not in self._told:
                self.tell(problem)
        self._told = frozenset(result.problems)

    def tell(self, problem: str) -> None:
        """Show the user what went wrong."""
        _LOG.error("%s", problem)
        self._server.window_show_message(
            types.ShowMessageParams(types.MessageType.Error, f"ssot-lint: {problem}")
        )

    def _publish(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        known = version if self._client.versions else None
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri, diagnostics, known)
        )

    async def _aside(self, work: Callable[[], Value]) -> Value:
        """Have the other thread do some work."""
        return await self._loop.run_in_executor(self._thread, work)


def _plain(kind: str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind
