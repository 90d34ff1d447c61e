"""The language server: what a client says is handed to its session, over standard input and output."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Final, NoReturn

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from ssot_lint.errors import internal_error
from ssot_lint.server.actions import KINDS
from ssot_lint.server.client import Client
from ssot_lint.server.session import Session

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from pathlib import Path
    from typing import TypeVar

    Value = TypeVar("Value")

_LOG: Final = logging.getLogger(__name__)
_INTERRUPTED: Final = 130
_WATCHED: Final = ("**/*.py", "**/*.pyi", "**/pyproject.toml", "**/.ssot-lint.toml", "**/.gitignore")


class Server(LanguageServer):
    """The protocol's side of the server; a client sends its texts whole, so no line can be miscounted."""

    def __init__(self, *, jobs: int, cache: bool | Path) -> None:
        super().__init__(
            "ssot-lint",
            metadata.version("ssot-lint"),
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
        )
        self.was_shut_down = False
        self._jobs = jobs
        self._cache = cache
        self._session: Session | None = None
        self._client = Client()

    @property
    def session(self) -> Session:
        """The session with the client, which has to have greeted."""
        if self._session is None:
            raise RuntimeError("the client has not said initialize")
        return self._session

    def begin(self, capabilities: types.ClientCapabilities) -> None:
        """Begin the session."""
        encoding = self.workspace.position_encoding or types.PositionEncodingKind.Utf16
        self._client = Client.of(capabilities, encoding)
        self._session = Session(self, self._client, jobs=self._jobs, cache=self._cache)

    def watch(self) -> None:
        """Ask the client to tell what changes on the disk; one that can't is asked nothing."""
        if self._client.watches_files:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registration = types.Registration("ssot-lint-files", method, options)
            self.client_register_capability(types.RegistrationParams([registration]))

    async def answered(self, answer: Awaitable[Value]) -> Value | None:
        """Return an answer to the client, none where it can't be found: tracebacks are no answer."""
        try:
            return await answer
        except Exception as error:  # noqa: BLE001 - see above
            _LOG.exception("A request could not be answered")
            self.session.tell(internal_error("the language server", error))
            return None

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log what went wrong with a message of the client's; there is nothing that its user could do."""
        _LOG.error("%s: %s", getattr(source, "__name__", source), error)


def make_server(*, jobs: int, cache: bool | Path) -> Server:
    """Return a server that is ready to be started."""
    server = Server(jobs=jobs, cache=cache)
    for method, handler in (
        (types.INITIALIZED, _on_initialized),
        (types.INITIALIZE, _on_initialize),
        (types.SHUTDOWN, _on_shutdown),
        (types.TEXT_DOCUMENT_DID_OPEN, _on_disk_change),
        (types.TEXT_DOCUMENT_DID_CHANGE, _on_edit),
        (types.TEXT_DOCUMENT_DID_SAVE, _on_disk_change),
        (types.TEXT_DOCUMENT_DID_CLOSE, _on_close),
        (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _on_disk_change),
        (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, _on_disk_change),
        (types.WORKSPACE_DID_CHANGE_CONFIGURATION, _on_disk_change),
        (types.TEXT_DOCUMENT_HOVER, _hover),
        (types.CODE_ACTION_RESOLVE, _resolve),
    ):
        server.feature(method)(handler)
    options = types.CodeActionOptions(code_action_kinds=list(KINDS), resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)(_code_actions)
    return server


def _on_initialize(ls: Server, params: types.InitializeParams) -> None:
    ls.begin(params.capabilities)


def _on_initialized(ls: Server, _: types.InitializedParams) -> None:
    ls.watch()


def _on_shutdown(ls: Server, _: None) -> None:
    ls.was_shut_down = True


def _on_disk_change(ls: Server, _: object) -> None:
    ls.session.changed_on_disk()


def _on_edit(ls: Server, _: types.DidChangeTextDocumentParams) -> None:
    ls.session.edited()


def _on_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    ls.session.closed(params.text_document.uri)


async def _code_actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    return await ls.answered(ls.session.code_actions(params))


async def _resolve(ls: Server, action: types.CodeAction) -> types.CodeAction:
    return await ls.answered(ls.session.resolve(action)) or action


async def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    return await ls.answered(ls.session.hover(params))


def serve(*, jobs: int, cache: bool | Path, verbose: bool = False) -> NoReturn:
    """Serve the client at standard input and output until it leaves, then end the process.

    The status is 0 when the client said that it would leave. Whatever else writes to standard output comes to
    standard error: it would be no message. Nothing that is still going on is waited for.
    """
    logging.basicConfig(format="%(asctime)s %(name)s: %(levelname)s: %(message)s", stream=sys.stderr)
    logging.getLogger("ssot_lint").setLevel(logging.DEBUG if verbose else logging.WARNING)
    signal.signal(signal.SIGINT, lambda *_: _leave(_INTERRUPTED))
    # A process that has threads can't be forked without danger.
    multiprocessing.set_start_method("spawn", force=True)
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    server = make_server(jobs=jobs, cache=cache)
    server.start_io(sys.stdin.buffer, output)
    _leave(0 if server.was_shut_down else 1)


def _leave(status: int) -> NoReturn:
    for child in multiprocessing.active_children():
        child.terminate()
    logging.shutdown()
    os._exit(status)
