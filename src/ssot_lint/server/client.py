"""What a client understands: it is sent nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Client:
    """What a client has said of itself, as far as it matters here."""

    encoding: types.PositionEncodingKind | str = types.PositionEncodingKind.Utf16
    related_information: bool = False
    code_description: bool = False
    unnecessary_tag: bool = False
    versions: bool = False
    """Whether diagnostics may tell the version of the text that they are about."""
    code_actions: bool = False
    """Whether code actions may be literals; commands alone, as old clients want them, aren't made."""
    preferred_actions: bool = False
    resolved_edits: bool = False
    """Whether the edit of a code action may be worked out once the action was chosen."""
    document_changes: bool = False
    """Whether edits may tell the version of the text that they are about."""
    markdown: bool = False
    watches_files: bool = False
    """Whether the client can be asked to watch files."""
    progress: bool = False

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities, encoding: types.PositionEncodingKind | str) -> Client:
        """Read what a client says when a session begins."""
        document = capabilities.text_document or types.TextDocumentClientCapabilities()
        workspace = capabilities.workspace or types.WorkspaceClientCapabilities()
        window = capabilities.window or types.WindowClientCapabilities()
        published = document.publish_diagnostics or types.PublishDiagnosticsClientCapabilities()
        actions = document.code_action or types.CodeActionClientCapabilities()
        edits = workspace.workspace_edit or types.WorkspaceEditClientCapabilities()
        watching = workspace.did_change_watched_files or types.DidChangeWatchedFilesClientCapabilities()
        hover = document.hover or types.HoverClientCapabilities()
        resolved = actions.resolve_support.properties if actions.resolve_support else ()
        return cls(
            encoding=encoding,
            related_information=bool(published.related_information),
            code_description=bool(published.code_description_support),
            unnecessary_tag=_has(published.tag_support, types.DiagnosticTag.Unnecessary),
            versions=bool(published.version_support),
            code_actions=actions.code_action_literal_support is not None,
            preferred_actions=bool(actions.is_preferred_support),
            resolved_edits="edit" in resolved and bool(actions.data_support),
            document_changes=bool(edits.document_changes),
            markdown=types.MarkupKind.Markdown in (hover.content_format or ()),
            watches_files=bool(watching.dynamic_registration),
            progress=bool(window.work_done_progress),
        )


def _has(support: types.ClientDiagnosticsTagOptions | None, tag: types.DiagnosticTag) -> bool:
    known: Sequence[types.DiagnosticTag] = support.value_set if support is not None else ()
    return tag in known
