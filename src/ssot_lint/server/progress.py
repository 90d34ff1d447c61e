"""Shows a client that a project is being read, which takes a while where nothing is known of it yet."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer


class Progress:
    """Something that goes on; it is shown once the client has agreed, if it hasn't ended by then."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._token = str(uuid.uuid4())
        self._has_begun = False
        self._has_ended = False
        server.work_done_progress.create(self._token, self._begin)

    def end(self) -> None:
        """Let it be over."""
        self._has_ended = True
        if self._has_begun:
            self._server.work_done_progress.end(self._token, types.WorkDoneProgressEnd())

    def _begin(self, _: object) -> None:
        if not self._has_ended:
            self._has_begun = True
            begin = types.WorkDoneProgressBegin(title="ssot-lint", message="reading the project")
            self._server.work_done_progress.begin(self._token, begin)
