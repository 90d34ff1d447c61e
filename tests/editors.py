"""An editor without a window: it starts the real server and speaks the Language Server Protocol with it."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lsprotocol import types
from pygls.protocol import default_converter
from pygls.uris import from_fs_path
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, LanguageClient, register_lsp_features

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

Value = TypeVar("Value")

SERVER: Final = (sys.executable, "-m", "ssot_lint", "server")
PATIENCE: Final = 60
"""Seconds after which nothing is awaited any more."""

CAPABLE: Final = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        workspace_folders=True,
    ),
    text_document=types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
            related_information=True,
            code_description_support=True,
            version_support=True,
            tag_support=types.ClientDiagnosticsTagOptions([types.DiagnosticTag.Unnecessary]),
        ),
        code_action=types.CodeActionClientCapabilities(
            code_action_literal_support=types.ClientCodeActionLiteralOptions(
                types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix])
            ),
            is_preferred_support=True,
            data_support=True,
            resolve_support=types.ClientCodeActionResolveOptions(["edit"]),
        ),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
    ),
    window=types.WindowClientCapabilities(work_done_progress=True),
)


class Editor:
    """What a user does with an editor, and what they see of the server."""

    def __init__(self) -> None:
        self.shown: list[types.PublishDiagnosticsParams] = []
        self.registered: list[types.Registration] = []
        self.opened: list[str] = []
        self._news = asyncio.Event()
        self.client = LanguageClient(converter_factory=default_converter)
        features = {
            **DEFAULT_CLIENT_FEATURES,
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: self._see,
            types.WINDOW_SHOW_MESSAGE: self._read,
            types.CLIENT_REGISTER_CAPABILITY: self._register,
        }
        register_lsp_features(self.client, {method: _function(each) for method, each in features.items()})

    async def start(
        self,
        *folders: Path,
        capabilities: types.ClientCapabilities = CAPABLE,
        command: Sequence[str] = SERVER,
    ) -> types.InitializeResult:
        """Start a server in these workspace folders."""
        await self.client.start_io(*command)
        spaces = [types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
        return await self.client.initialize_session(
            types.InitializeParams(capabilities=capabilities, workspace_folders=spaces)
        )

    async def stop(self) -> int | None:
        """Say goodbye, and return the server's exit status."""
        await asyncio.wait_for(self.client.shutdown_session(), PATIENCE)
        server = self.client._server
        await self.client.stop()  # type: ignore[no-untyped-call] # pytest-lsp's
        return server.returncode if server is not None else None

    # -- what the user does

    def open(self, path: Path, text: str | None = None, *, version: int = 1, language: str = "python") -> str:
        """Open a file, with another text than the saved one perhaps, and return its address."""
        uri = str(from_fs_path(str(path)))
        content = path.read_text("utf-8") if text is None else text
        item = types.TextDocumentItem(uri, language, version, content)
        self.opened.append(uri)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def edit(self, uri: str, text: str, *, version: int) -> None:
        """Have another text in a file, unsaved."""
        named = types.VersionedTextDocumentIdentifier(version, uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(named, [change]))

    def save(self, uri: str) -> None:
        """Tell that a file was saved."""
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def close(self, uri: str) -> None:
        """Close a file."""
        self.opened.remove(uri)
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )

    def close_all(self) -> None:
        """Close all files."""
        for uri in [*self.opened]:
            self.close(uri)

    def tell_of_changes(self, *paths: Path) -> None:
        """Tell that files have changed on the disk."""
        events = [types.FileEvent(path.as_uri(), types.FileChangeType.Changed) for path in paths]
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(events))

    # -- what the user sees

    async def diagnostics(self, uri: str, *, version: int | None = 1) -> Sequence[types.Diagnostic]:
        """Return what is shown of a version of a file, when that is there."""
        return (await self.until(lambda: self._last(uri, version))).diagnostics

    async def codes(self, uri: str, *, version: int | None = 1) -> list[object]:
        """Return the codes that are shown of a version of a file."""
        return [each.code for each in await self.diagnostics(uri, version=version)]

    async def until_shown(self, uri: str, codes: Sequence[str]) -> None:
        """Wait until these codes are shown in a file."""

        def see() -> bool:
            last = self._last(uri)
            return last is not None and [each.code for each in last.diagnostics] == [*codes]

        await self.until(lambda: see() or None)

    async def message(self, part: str) -> str:
        """Return the first message that has some text in it, when it is there."""
        return await self.until(
            lambda: next((m.message for m in self.client.messages if part in m.message), None)
        )

    async def actions(
        self,
        uri: str,
        line: int,
        character: int = 0,
        *,
        only: Sequence[str] | None = None,
        trigger: types.CodeActionTriggerKind | None = None,
    ) -> list[types.CodeAction]:
        """Return what is offered at a place."""
        place = types.Position(line, character)
        kinds: list[str] | None = None if only is None else [*only]
        context = types.CodeActionContext([], kinds, trigger)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), types.Range(place, place), context)
        offered = await asyncio.wait_for(self.client.text_document_code_action_async(params), PATIENCE)
        return [each for each in offered or () if isinstance(each, types.CodeAction)]

    async def hover(self, uri: str, line: int, character: int) -> types.Hover | None:
        """Return what is told about a place."""
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        return await asyncio.wait_for(self.client.text_document_hover_async(params), PATIENCE)

    async def until(self, see: Callable[[], Value | None]) -> Value:
        """Wait until something is seen."""

        async def look() -> Value:
            while not (seen := see()):
                self._news.clear()
                await self._news.wait()
            return seen

        return await asyncio.wait_for(look(), PATIENCE)

    def _last(self, uri: str, version: int | None = None) -> types.PublishDiagnosticsParams | None:
        seen = (each for each in reversed(self.shown) if each.uri == uri)
        return next((each for each in seen if version is None or each.version == version), None)

    def _see(self, _: object, params: types.PublishDiagnosticsParams) -> None:
        self.shown.append(params)
        self._news.set()

    def _read(self, _: object, params: types.ShowMessageParams) -> None:
        self.client.messages.append(params)
        self._news.set()

    def _register(self, _: object, params: types.RegistrationParams) -> None:
        self.registered += params.registrations
        self._news.set()


def applied(text: str, edits: Iterable[types.TextEdit | object], *, encoding: str = "utf-16-le") -> str:
    """Return a text with a server's edits in it, whose columns count in the units of an encoding."""
    data, width = text.encode(encoding), {"utf-8": 1, "utf-16-le": 2, "utf-32-le": 4}[encoding]
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(f"{line}\n".encode(encoding)))

    def offset(position: types.Position) -> int:
        return starts[position.line] + position.character * width

    placed = [each for each in edits if isinstance(each, types.TextEdit)]
    for edit in sorted(placed, key=lambda each: offset(each.range.start), reverse=True):
        start, end = offset(edit.range.start), offset(edit.range.end)
        data = data[:start] + edit.new_text.encode(encoding) + data[end:]
    return data.decode(encoding)


def edits_of(action: types.CodeAction) -> list[types.TextEdit]:
    """Return the edits of an action that changes one file."""
    assert action.edit is not None, action
    if action.edit.changes is not None:
        (changes,) = action.edit.changes.values()
        return list(changes)
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    return [each for each in change.edits if isinstance(each, types.TextEdit)]


def _function(method: Callable[[LanguageClient, Any], object]) -> Callable[[LanguageClient, Any], object]:
    """Return a function that does what a method does: pygls keeps notes on those, and methods take none."""

    def called(client: LanguageClient, params: Any) -> object:
        return method(client, params)

    return called
