"""The language server from start to end: encodings, what real editors can do, mishaps, exit statuses."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import attrs
import pytest
from editors import CAPABLE, PATIENCE, SERVER, Editor, applied, edits_of
from lsprotocol import types
from pytest_lsp import client_capabilities
from small_project import FILES, THROUGH, VIEWS, write

from ssot_lint.cli import main

if TYPE_CHECKING:
    from pathlib import Path

ASTRAL: Final = """\
from app.ws import Manager


def view():
    return "\N{BUG}\N{LATIN SMALL LETTER E WITH ACUTE}", Manager(), "\N{BUG}"
"""
FAILING: Final = """\
import sys
from ssot_lint.rules.direct_instantiation import DirectInstantiation
from ssot_lint.server import reports, session
from ssot_lint.cli import main

def fail(*_, **__):
    print("this is no message")
    raise ValueError("out of order")

{what} = fail
sys.exit(main(["server"]))
"""


@pytest.mark.parametrize(
    ("offered", "encoding", "start", "end"),
    [
        (None, "utf-16-le", 18, 27),
        (["utf-8", "utf-16"], "utf-8", 21, 30),
        (["utf-32", "utf-16"], "utf-32-le", 17, 26),
    ],
)
@pytest.mark.asyncio
async def test_columns_are_counted_as_agreed(
    tmp_path: Path, offered: list[str] | None, encoding: str, start: int, end: int
) -> None:
    project = write(tmp_path, FILES)
    (project / "app/ws.py").write_text(
        "class Manager: x = '\N{BUG}' # ssot: managed factory=get_manager\n\n\ndef get_manager():\n    ...\n",
        "utf-8",
    )
    kinds = None if offered is None else [types.PositionEncodingKind(each) for each in offered]
    capabilities = attrs.evolve(CAPABLE, general=types.GeneralClientCapabilities(position_encodings=kinds))
    editor = Editor()
    answer = await editor.start(project, capabilities=capabilities)
    assert answer.capabilities.position_encoding == encoding.removesuffix("-le")
    uri = editor.open(project / "app/views.py", ASTRAL)
    (shown,) = await editor.diagnostics(uri)
    assert shown.range == types.Range(types.Position(4, start), types.Position(4, end))
    (related,) = shown.related_information or ()
    assert related.location.range.start.character == {"utf-16-le": 24, "utf-8": 26, "utf-32-le": 23}[encoding]
    assert await editor.hover(uri, 4, start)
    assert not await editor.hover(uri, 4, start - 1)
    fix, *_ = await editor.actions(uri, 4, start)
    assert applied(ASTRAL, edits_of(fix), encoding=encoding) == ASTRAL.replace("Manager", "get_manager")
    assert await editor.stop() == 0


@pytest.mark.parametrize("name", ["visual-studio-code", "neovim", "emacs"])
@pytest.mark.asyncio
async def test_real_editors_are_sent_what_they_understand(tmp_path: Path, name: str) -> None:
    """What pytest-lsp takes for a breach of the protocol is a warning, and warnings are errors here."""
    project = write(tmp_path, FILES)
    editor = Editor()
    await editor.start(project, capabilities=client_capabilities(name))
    uri = editor.open(project / "app/views.py")
    (shown,) = await editor.diagnostics(uri, version=None)
    assert shown.code == "SST101"
    fix, *_ = await editor.actions(uri, 4, 12)
    assert applied(VIEWS, edits_of(fix)) == THROUGH
    assert await editor.hover(uri, 4, 12)
    assert await editor.stop() == 0


@pytest.mark.asyncio
async def test_a_rule_that_fails_is_told_without_a_traceback(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    project = write(tmp_path, FILES)
    editor = Editor()
    program = FAILING.format(what="DirectInstantiation.suspects")
    await editor.start(project, command=(sys.executable, "-c", program))
    uri = editor.open(project / "app/views.py")
    assert await editor.codes(uri) == []
    message = await editor.message("out of order")
    assert "SST101 failed on this file: ValueError: out of order; please report it" in message
    assert "Traceback" not in message
    assert await editor.stop() == 0
    assert "out of order" in capfd.readouterr().err


@pytest.mark.parametrize("what", ["reports.EditedProject.check", "reports.Reporter.report"])
@pytest.mark.asyncio
async def test_a_check_that_fails_ends_nothing(
    tmp_path: Path, what: str, capfd: pytest.CaptureFixture[str]
) -> None:
    project = write(tmp_path, FILES)
    editor = Editor()
    await editor.start(project, command=(sys.executable, "-c", FAILING.format(what=what)))
    uri = editor.open(project / "app/views.py")
    message = await editor.message("out of order")
    assert "internal error: ValueError: out of order" in message
    assert await editor.actions(uri, 4, 12) == []
    assert await editor.stop() == 0
    assert "Traceback" in capfd.readouterr().err


@pytest.mark.asyncio
async def test_a_question_that_can_not_be_answered_is_left_unanswered(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    project = write(tmp_path, FILES)
    editor = Editor()
    await editor.start(project, command=(sys.executable, "-c", FAILING.format(what="session.explanation")))
    uri = editor.open(project / "app/views.py")
    await editor.diagnostics(uri)
    assert await editor.hover(uri, 4, 12) is None
    assert "out of order" in await editor.message("out of order")
    assert (await editor.actions(uri, 4, 12))[0].edit
    assert await editor.stop() == 0
    assert "Traceback" in capfd.readouterr().err


@pytest.mark.asyncio
async def test_an_editor_that_is_gone_leaves_no_server_behind(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *SERVER, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.asyncio
async def test_ctrl_c_ends_a_server_at_once(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *SERVER,
        "--stdio",
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # it may be ignored around here
    )
    assert process.stdin is not None
    assert process.stdout is not None
    # An answer, if only that there's no such method, shows that it has started.
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "no/such", "params": {}}'
    process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    assert await asyncio.wait_for(process.stdout.readline(), PATIENCE)
    process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(process.wait(), PATIENCE) == 130
    process.stdin.close()


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("ssot_lint.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls.lsp.server", None)
    assert main(["server"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "pip install 'ssot-lint[lsp]'" in captured.err
    assert "Traceback" not in captured.err
