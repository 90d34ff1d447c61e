"""The language server, started as an editor starts it: what is shown, offered and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
import pytest_asyncio
from editors import CAPABLE, Editor, applied, edits_of
from lsprotocol import types
from small_project import FILES, MANAGER, THROUGH, VIEWS, write

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNSAFE: Final = """\
TRAITS = {"mood": "cheerful"}


class Persona:
    def __init__(self):
        self.traits = TRAITS

    def hear(self, text):
        self.traits["mood"] = text
"""
LINE, COLUMN = 4, 12
"""Where Manager() stands in VIEWS, as the protocol counts."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def started(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """One editor, and one server, for all tests here."""
    editor = Editor()
    await editor.start(tmp_path_factory.mktemp("workspace"))
    yield editor
    assert await editor.stop() == 0


@pytest.fixture
def editor(started: Editor) -> Iterator[Editor]:
    """The editor without an open file."""
    yield started
    started.close_all()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one violation, in app/views.py."""
    return write(tmp_path, FILES)


# -- what is shown


async def test_a_finding_is_shown_with_all_that_belongs_to_it(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py")
    (shown,) = await editor.diagnostics(uri)
    assert shown.code == "SST101"
    assert shown.source == "ssot-lint"
    assert shown.severity == types.DiagnosticSeverity.Error
    assert shown.message.startswith("Manager is constructed directly")
    assert shown.range == types.Range(types.Position(4, 11), types.Position(4, 20))
    assert shown.code_description is not None
    assert shown.code_description.href.endswith("/direct_instantiation.md")
    (related,) = shown.related_information or ()
    assert related.location.uri == (project / "app/ws.py").as_uri()
    assert related.location.range.start == types.Position(0, 16)


async def test_what_is_less_sure_is_less_severe(editor: Editor, tmp_path: Path) -> None:
    files = {
        "pyproject.toml": '[tool.ssot-lint]\nmin-confidence = "low"\n',
        "app.py": "_kept = None\n\n\ndef get_pool():\n    global _kept\n    if _kept is None:\n"
        "        _kept = Pool()\n    return _kept\n\n\nclass Pool:\n    pass\n",
        "use.py": "from app import Pool\n\n\ndef use():\n    return Pool()\n",
    }
    uri = editor.open(write(tmp_path, files) / "use.py")
    (shown,) = await editor.diagnostics(uri)
    assert (shown.code, shown.severity) == ("SST101", types.DiagnosticSeverity.Warning)


async def test_unsaved_text_is_checked_and_the_disk_is_left_alone(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py", THROUGH)
    assert await editor.codes(uri) == []
    editor.edit(uri, VIEWS.replace("\n\n\ndef", "\n\n\n\n\ndef"), version=2)
    (shown,) = await editor.diagnostics(uri, version=2)
    assert shown.range.start.line == 6
    editor.edit(uri, THROUGH, version=3)
    assert await editor.codes(uri, version=3) == []
    assert (project / "app/views.py").read_text("utf-8") == VIEWS


async def test_another_open_file_follows_unsaved_facts(editor: Editor, project: Path) -> None:
    views = editor.open(project / "app/views.py")
    assert await editor.codes(views) == ["SST101"]
    sources = editor.open(project / "app/ws.py", MANAGER.replace("  # ssot: managed factory=get_manager", ""))
    await editor.until_shown(views, [])
    editor.close(sources)
    await editor.until_shown(views, ["SST101"])


async def test_nothing_is_shown_of_a_file_that_is_closed(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py")
    assert await editor.codes(uri) == ["SST101"]
    editor.close(uri)
    await editor.until_shown(uri, [])


async def test_of_a_burst_of_keystrokes_only_the_last_is_shown(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py")
    await editor.diagnostics(uri)
    for version in range(2, 42):
        editor.edit(uri, VIEWS + "#" * version, version=version)
    await editor.diagnostics(uri, version=41)
    versions = [each.version for each in editor.shown if each.uri == uri]
    assert versions == sorted(set(versions), key=lambda version: version or 0)
    assert len(versions) < 20


async def test_a_text_that_is_no_python_changes_nothing_else(editor: Editor, project: Path) -> None:
    views = editor.open(project / "app/views.py")
    sources = editor.open(project / "app/ws.py")
    assert await editor.codes(views) == ["SST101"]
    editor.edit(sources, MANAGER + "def half(\n", version=2)
    assert await editor.codes(sources, version=2) == ["SST001"]
    editor.edit(sources, MANAGER, version=3)
    assert await editor.codes(sources, version=3) == []
    codes = [[d.code for d in each.diagnostics] for each in editor.shown if each.uri == views]
    assert codes == [["SST101"]]


async def test_a_useless_noqa_is_faded_out(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py", THROUGH + "\n\nx = 1  # noqa: SST101\n")
    (shown,) = await editor.diagnostics(uri)
    assert (shown.code, shown.tags) == ("SST003", (types.DiagnosticTag.Unnecessary,))


async def test_notebooks_and_unnamed_texts_are_left_alone(editor: Editor, project: Path) -> None:
    """They are opened before a file, of which the report then comes alone."""
    for uri, language in (
        ("vscode-notebook-cell:/app/notes.ipynb#W0sZmlsZQ%3D%3D", "python"),
        ("untitled:Untitled-1", "python"),
        ((project / "notes.ipynb").as_uri(), "python"),
        ((project / "README.md").as_uri(), "markdown"),
    ):
        item = types.TextDocumentItem(uri, language, 1, "def broken(\n")
        editor.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    seen = len(editor.shown)
    uri = editor.open(project / "app/views.py")
    await editor.diagnostics(uri)
    assert {each.uri for each in editor.shown[seen:]} <= {uri, *(each.uri for each in editor.shown[:seen])}
    assert not [each for each in editor.shown if not each.uri.endswith((".py", ".pyi"))]


@pytest.mark.parametrize(
    "name", ["vendor/views.py", "ignored/views.py", ".venv/lib/views.py", "env/lib/views.py"]
)
async def test_files_that_a_run_leaves_out_are_left_out(editor: Editor, project: Path, name: str) -> None:
    (project / "pyproject.toml").write_text('[tool.ssot-lint]\nexclude = ["vendor/"]\n', "utf-8")
    (project / ".gitignore").write_text("ignored/\n", "utf-8")
    write(project, {"env/pyvenv.cfg": "", name: VIEWS})
    uri = editor.open(project / name)
    assert await editor.codes(uri) == []


async def test_a_file_that_was_never_saved_is_checked(editor: Editor, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.ssot-lint]\nexclude = ["vendor/"]\n', "utf-8")
    assert await editor.codes(editor.open(project / "app/new.py", VIEWS)) == ["SST101"]
    assert await editor.codes(editor.open(project / "vendor/new.py", VIEWS)) == []
    assert await editor.codes(editor.open(project / ".tox/new.py", VIEWS)) == []


async def test_a_script_without_a_suffix_is_checked(editor: Editor, project: Path) -> None:
    (project / "tool").write_text(f"#!/usr/bin/env python3\n{VIEWS}", "utf-8")
    assert await editor.codes(editor.open(project / "tool")) == ["SST101"]


async def test_files_outside_of_any_project_are_judged_with_what_is_beside_them(
    editor: Editor, tmp_path: Path
) -> None:
    write(tmp_path / "loose", {"app/__init__.py": "", "app/ws.py": MANAGER, "app/views.py": VIEWS})
    views = editor.open(tmp_path / "loose/app/views.py")
    assert await editor.codes(views) == ["SST101"]
    another = editor.open(tmp_path / "loose/app/new.py", VIEWS)
    assert await editor.codes(another) == ["SST101"]
    assert not list(tmp_path.rglob(".ssot_lint_cache"))


# -- what is offered


async def test_a_safe_fix_is_offered_and_preferred(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py")
    fix, *_ = await editor.actions(uri, LINE, COLUMN)
    assert fix.title == "SST101: Call app.ws.get_manager() instead"
    assert fix.kind == types.CodeActionKind.QuickFix
    assert fix.is_preferred
    assert [each.code for each in fix.diagnostics or ()] == ["SST101"]
    assert applied(VIEWS, edits_of(fix)) == THROUGH
    (change,) = fix.edit.document_changes or () if fix.edit else ()
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == 1


async def test_an_unsafe_fix_says_so_and_is_no_part_of_fixing_all(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/persona.py", UNSAFE)
    assert await editor.codes(uri) == ["SST205"]
    fix, *others = await editor.actions(uri, 5, 10)
    assert "unsafe" in fix.title
    assert not fix.is_preferred
    assert applied(UNSAFE, edits_of(fix)) == UNSAFE.replace("= TRAITS", "= dict(TRAITS)")
    assert [each.kind for each in others] == [types.CodeActionKind.QuickFix]
    assert await editor.actions(uri, 5, only=["source.fixAll"]) == []


async def test_all_safe_fixes_are_made_at_once(editor: Editor, project: Path) -> None:
    text = f"{VIEWS}\n\ndef other():\n    return Manager()\n\n\n{UNSAFE}"
    uri = editor.open(project / "app/views.py", text)
    assert sorted(map(str, await editor.codes(uri))) == ["SST101", "SST101", "SST205"]
    for only in (["source.fixAll.ssot-lint"], ["source.fixAll"], ["source"]):
        (action,) = await editor.actions(uri, 0, only=only)
        assert (action.kind, action.edit) == ("source.fixAll.ssot-lint", None)
    resolved = await editor.client.code_action_resolve_async(action)
    expected = f"{THROUGH}\n\ndef other():\n    return get_manager()\n\n\n{UNSAFE}"
    assert applied(text, edits_of(resolved)) == expected
    assert await editor.actions(uri, 0, only=["source.organizeImports"]) == []


async def test_fixing_on_save_waits_for_the_last_keystroke(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py", THROUGH)
    assert await editor.codes(uri) == []
    editor.edit(uri, VIEWS, version=2)
    asked = types.CodeActionTriggerKind.Automatic
    (action,) = await editor.actions(uri, 0, only=["source.fixAll"], trigger=asked)
    resolved = await editor.client.code_action_resolve_async(action)
    assert applied(VIEWS, edits_of(resolved)) == THROUGH


async def test_an_editor_that_only_looks_is_told_nothing_that_is_out_of_date(
    editor: Editor, project: Path
) -> None:
    uri = editor.open(project / "app/views.py")
    await editor.diagnostics(uri)
    editor.edit(uri, "\n" + VIEWS, version=2)
    asked = types.CodeActionTriggerKind.Automatic
    assert await editor.actions(uri, LINE, COLUMN, trigger=asked) == []
    assert await editor.hover(uri, LINE, COLUMN) is None
    assert await editor.codes(uri, version=2) == ["SST101"]
    assert await editor.actions(uri, LINE + 1, COLUMN, trigger=asked)


@pytest.mark.parametrize(
    ("line", "commented"),
    [
        ("    return Manager()", "    return Manager()  # noqa: SST101"),
        ("    return Manager()  # all right", "    return Manager()  # all right  # noqa: SST101"),
        ("    return Manager()  # noqa: E501", "    return Manager()  # noqa: E501, SST101"),
        ("    return Manager(), '''\n'''", "    return Manager(), '''\n'''  # noqa: SST101"),
    ],
)
async def test_a_noqa_is_offered_that_silences_the_finding(
    editor: Editor, project: Path, line: str, commented: str
) -> None:
    text = VIEWS.replace("    return Manager()", line)
    uri = editor.open(project / "app/views.py", text)
    *_, action = await editor.actions(uri, LINE, COLUMN, only=["quickfix"])
    assert action.title == "SST101: Disable for this line (noqa)"
    silenced = applied(text, edits_of(action))
    assert silenced == text.replace(line, commented)
    editor.edit(uri, silenced, version=2)
    assert await editor.codes(uri, version=2) == []


async def test_no_noqa_is_offered_where_it_would_be_of_no_use(editor: Editor, project: Path) -> None:
    broken = editor.open(project / "app/broken.py", "def half(\n")
    assert await editor.codes(broken) == ["SST001"]
    assert await editor.actions(broken, 0, 5) == []
    useless = editor.open(project / "app/useless.py", "x = 1  # noqa: SST101\n")
    assert await editor.codes(useless) == ["SST003"]
    assert await editor.actions(useless, 0, 17) == []


async def test_nothing_is_offered_where_nothing_is_found(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py")
    assert await editor.codes(uri) == ["SST101"]
    assert await editor.actions(uri, 0, only=["quickfix"]) == []
    assert await editor.actions(f"{uri}.closed", LINE, COLUMN) == []


@pytest.mark.parametrize(
    ("newline", "prefix"),
    [("\r\n", ""), ("\n", "\ufeff"), ("\n", "\f\n"), ("\n", "x = '\u2028'\n")],
)
async def test_lines_are_the_editors_lines(editor: Editor, project: Path, newline: str, prefix: str) -> None:
    text = (prefix + VIEWS).replace("\n", newline)
    uri = editor.open(project / "app/views.py", text)
    (shown,) = await editor.diagnostics(uri)
    line, mark = LINE + prefix.count("\n"), int(prefix == "\ufeff")
    assert shown.range == types.Range(types.Position(line, 11), types.Position(line, 20))
    fix, noqa, _ = await editor.actions(uri, line, COLUMN)
    imported, called = edits_of(fix)
    assert imported.range == types.Range(
        types.Position(line - 4, 19 + mark), types.Position(line - 4, 26 + mark)
    )
    assert called.range == types.Range(types.Position(line, 11), types.Position(line, 18))
    (comment,) = edits_of(noqa)
    assert comment.range == types.Range(types.Position(line, 20), types.Position(line, 20))


async def test_lines_may_end_as_they_did_on_old_macs(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py", VIEWS.replace("\n", "\r"))
    (shown,) = await editor.diagnostics(uri)
    assert shown.range == types.Range(types.Position(4, 11), types.Position(4, 20))


# -- what is told


async def test_the_rule_is_explained_where_the_pointer_rests(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py")
    await editor.diagnostics(uri)
    told = await editor.hover(uri, LINE, COLUMN)
    assert told is not None
    assert isinstance(told.contents, types.MarkupContent)
    assert told.contents.kind == types.MarkupKind.Markdown
    assert "Manager is constructed directly; get it from app.ws.get\\_manager()" in told.contents.value
    assert "# SST101 direct-instantiation" in told.contents.value
    assert "## Why it matters" in told.contents.value
    assert told.range == types.Range(types.Position(4, 11), types.Position(4, 20))
    assert await editor.hover(uri, 0, 0) is None


# -- what changes on the disk


async def test_the_client_is_asked_to_watch_what_matters(editor: Editor) -> None:
    (registration,) = await editor.until(lambda: editor.registered or None)
    assert registration.method == "workspace/didChangeWatchedFiles"
    watchers = (registration.register_options or {})["watchers"]
    assert {"**/*.py", "**/pyproject.toml", "**/.ssot-lint.toml"} <= {
        each["globPattern"] for each in watchers
    }


async def test_the_configuration_is_read_again(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py")
    assert await editor.codes(uri) == ["SST101"]
    (project / "pyproject.toml").write_text('[tool.ssot-lint]\nignore = ["SST1"]\n', "utf-8")
    editor.tell_of_changes(project / "pyproject.toml")
    await editor.until_shown(uri, [])
    (project / "pyproject.toml").write_text("", "utf-8")
    (project / ".ssot-lint.toml").write_text("", "utf-8")
    editor.tell_of_changes(project / ".ssot-lint.toml")
    await editor.until_shown(uri, ["SST101"])


async def test_a_wrong_configuration_is_told_once_and_the_last_right_one_holds(
    editor: Editor, project: Path
) -> None:
    uri = editor.open(project / "app/views.py")
    assert await editor.codes(uri) == ["SST101"]
    (project / "pyproject.toml").write_text('[tool.ssot-lint]\nselekt = ["SST"]\n', "utf-8")
    editor.tell_of_changes(project / "pyproject.toml")
    message = await editor.message("selekt")
    assert message.startswith("ssot-lint: pyproject.toml:2: ")
    assert "did you mean" in message
    editor.edit(uri, VIEWS + "\n", version=2)
    editor.save(uri)
    assert await editor.codes(uri, version=2) == ["SST101"]
    assert len([each for each in editor.client.messages if "selekt" in each.message]) == 1
    (project / "pyproject.toml").write_text('[tool.ssot-lint]\nignore = ["SST1"]\n', "utf-8")
    editor.save(uri)
    await editor.until_shown(uri, [])


async def test_a_project_that_begins_with_a_wrong_configuration_shows_nothing_until_it_is_right(
    editor: Editor, project: Path
) -> None:
    (project / "pyproject.toml").write_text("[tool.ssot-lint]\nwrong from the start\n", "utf-8")
    uri = editor.open(project / "app/views.py")
    assert await editor.codes(uri) == []
    assert "pyproject.toml:2:7" in await editor.message("no valid TOML")
    assert await editor.actions(uri, LINE, COLUMN) == []
    (project / "pyproject.toml").write_text("[tool.ssot-lint]\n", "utf-8")
    editor.tell_of_changes(project / "pyproject.toml")
    await editor.until_shown(uri, ["SST101"])


async def test_files_that_change_come_and_go_on_the_disk_are_seen(editor: Editor, project: Path) -> None:
    uri = editor.open(project / "app/views.py")
    assert await editor.codes(uri) == ["SST101"]
    sources = project / "app/ws.py"
    sources.write_text(MANAGER.replace("  # ssot: managed factory=get_manager", ""), "utf-8")
    editor.tell_of_changes(sources)
    await editor.until_shown(uri, [])
    sources.write_text(MANAGER, "utf-8")
    editor.tell_of_changes(sources)
    await editor.until_shown(uri, ["SST101"])
    sources.rename(project / "app/moved.py")
    editor.tell_of_changes(sources, project / "app/moved.py")
    await editor.until_shown(uri, [])
    (project / "app/moved.py").rename(sources)
    editor.tell_of_changes(sources, project / "app/moved.py")
    await editor.until_shown(uri, ["SST101"])


async def test_an_open_file_may_vanish_from_the_disk_and_come_back(editor: Editor, project: Path) -> None:
    views = project / "app/views.py"
    uri = editor.open(views)
    assert await editor.codes(uri) == ["SST101"]
    views.unlink()
    editor.tell_of_changes(views)
    editor.edit(uri, VIEWS + "\n", version=2)
    assert await editor.codes(uri, version=2) == ["SST101"]
    editor.close(uri)
    await editor.until_shown(uri, [])
    renamed = project / "app/renamed.py"
    renamed.write_text(VIEWS, "utf-8")
    assert await editor.codes(editor.open(renamed)) == ["SST101"]


async def test_each_workspace_folder_has_its_own_configuration(editor: Editor, tmp_path: Path) -> None:
    one, other = write(tmp_path / "one", FILES), write(tmp_path / "other", FILES)
    (other / "pyproject.toml").write_text('[tool.ssot-lint]\nignore = ["SST101"]\n', "utf-8")
    assert await editor.codes(editor.open(one / "app/views.py")) == ["SST101"]
    folder = types.WorkspaceFolder(other.as_uri(), "other")
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent(added=[folder], removed=[]))
    )
    uri = editor.open(other / "app/views.py")
    assert await editor.codes(uri) == []
    editor.close(uri)
    editor.client.workspace_did_change_workspace_folders(
        types.DidChangeWorkspaceFoldersParams(types.WorkspaceFoldersChangeEvent(added=[], removed=[folder]))
    )
    (other / "pyproject.toml").write_text("[tool.ssot-lint]\n", "utf-8")
    assert await editor.codes(editor.open(other / "app/views.py", version=2), version=2) == ["SST101"]


async def test_reading_a_project_is_shown_as_progress(editor: Editor, project: Path) -> None:
    before = len(editor.client.progress_reports)
    await editor.diagnostics(editor.open(project / "app/views.py"))
    await editor.until(lambda: len(editor.client.progress_reports) > before or None)


# -- what clients can't do


async def test_a_client_of_few_words_gets_no_more_than_it_understands(editor: Editor, project: Path) -> None:
    assert CAPABLE.text_document is not None
    plain = Editor()
    literal = types.CodeActionClientCapabilities(
        code_action_literal_support=CAPABLE.text_document.code_action.code_action_literal_support
        if CAPABLE.text_document.code_action
        else None
    )
    await plain.start(
        capabilities=types.ClientCapabilities(
            text_document=types.TextDocumentClientCapabilities(code_action=literal)
        )
    )
    uri = plain.open(project / "app/views.py")
    (shown,) = await plain.diagnostics(uri, version=None)
    assert (shown.related_information, shown.code_description, shown.tags) == (None, None, None)
    fix, _, fix_all = await plain.actions(uri, LINE, COLUMN)
    assert fix.is_preferred is None
    for action in (fix, fix_all):
        assert action.edit is not None
        assert action.edit.document_changes is None
        assert applied(VIEWS, edits_of(action)) == THROUGH
    told = await plain.hover(uri, LINE, COLUMN)
    assert told is not None
    assert isinstance(told.contents, types.MarkupContent)
    assert told.contents.kind == types.MarkupKind.PlainText
    assert "get_manager" in told.contents.value
    assert plain.registered == []
    assert await plain.stop() == 0
