"""Fixing files of every make: what isn't mended stays byte for byte, and what can't be kept is refused."""

from __future__ import annotations

import io
import json
import os
import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from small_project import MANAGER, VIEWS, write

from ssot_lint import regular_files, session
from ssot_lint.cli import main
from ssot_lint.session import fix, fixing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIXED = VIEWS.replace("Manager", "get_manager")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path)


@pytest.fixture
def views(project: Path) -> Path:
    return project / "app" / "views.py"


def with_newlines(newline: str) -> Callable[[str], bytes]:
    return lambda text: text.replace("\n", newline).encode()


def mended(text: str) -> str:
    return text.replace("Manager", "get_manager")


COOKIE = "# -*- coding: latin-1 -*-\n# caf\u00e9\n"

MAKES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "LF": (VIEWS, str.encode),
    "CRLF": (VIEWS, with_newlines("\r\n")),
    "mixed": (VIEWS.replace("\n\n\n", "\r\n\n\r\n"), str.encode),
    "BOM": (VIEWS, lambda text: b"\xef\xbb\xbf" + text.encode()),
    "BOM and CRLF": (VIEWS, lambda text: b"\xef\xbb\xbf" + with_newlines("\r\n")(text)),
    "latin-1": (COOKIE + VIEWS, lambda text: text.encode("latin-1")),
    "tabs": (VIEWS.replace("    ", "\t"), str.encode),
    "no newline at the end": (VIEWS.rstrip("\n"), str.encode),
    "a form feed before a function": (VIEWS.replace("\n\n\n", "\n\n\f\n"), str.encode),
    "a form feed in a line": (VIEWS.replace("def view", "\fdef view"), str.encode),
    "form feeds and vertical tabs in strings": (f"{VIEWS}x = '\f\x0b\x1c\u2028'\n", str.encode),
    "odd blanks": (f"{VIEWS}x  =   (1 ,\n 2 ,)  ;  y = 3 ;\n\n\n", str.encode),
}


@pytest.mark.parametrize("make", MAKES)
def test_all_but_the_mended_names_stays_as_it_is(views: Path, make: str) -> None:
    text, encode = MAKES[make]
    views.write_bytes(encode(text))
    assert main(["--fix"]) == 0
    assert views.read_bytes() == encode(mended(text))


def test_an_import_goes_with_its_line_where_no_newline_ends_it(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "[tool.ssot-lint]\n",
        "app/ws/__init__.py": "from app.ws._manager import Manager, get_manager\n",
        "app/ws/_manager.py": MANAGER,
        "app/views.py": "from app.ws import get_manager\nfrom app.ws._manager import Manager",
    }
    (change,) = fix(["."], cwd=write(tmp_path, files), overrides={"select": ["SST301"]}).changes
    assert change.after == b"from app.ws import Manager, get_manager\n"


def test_a_file_of_carriage_returns_is_kept_or_refused(
    views: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = with_newlines("\r")(VIEWS)
    views.write_bytes(data)
    status = main(["--fix"])
    out = capsys.readouterr().out
    if status == 0:
        assert views.read_bytes() == with_newlines("\r")(FIXED)
    else:
        assert views.read_bytes() == data
        assert "not by --fix: LibCST doesn't give this file back as it is" in out


def test_an_empty_file_stays_empty(project: Path) -> None:
    assert main(["--fix"]) == 0
    assert (project / "app" / "__init__.py").read_bytes() == b""


def test_a_name_that_the_encoding_lacks_is_refused(
    project: Path, views: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ws = project / "app" / "ws.py"
    ws.write_text(ws.read_text("utf-8").replace("get_manager", "get_\u03bcanager"), "utf-8")
    data = (COOKIE + VIEWS).encode("latin-1")
    views.write_bytes(data)
    assert main(["--fix"]) == 2
    assert "app/views.py: not changed: the text can't be written in iso-8859-1" in capsys.readouterr().err
    assert views.read_bytes() == data


def test_an_encoding_that_does_not_give_its_bytes_back_is_refused(
    views: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = f"# coding: utf-7\n{VIEWS}# +AGE-\n".encode("ascii")
    views.write_bytes(data)
    assert main(["--fix"]) == 2
    assert "its encoding doesn't give its bytes back" in capsys.readouterr().err
    assert views.read_bytes() == data


@pytest.mark.skipif(os.name != "posix", reason="modes as POSIX has them")
def test_a_read_only_file_is_refused_and_the_others_are_mended(
    project: Path, views: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = project / "app" / "other.py"
    other.write_text(VIEWS, "utf-8")
    views.chmod(0o444)
    assert main(["--fix"]) == 2
    shown = capsys.readouterr()
    assert shown.err == "ssot-lint: error: app/views.py: not changed: it is read-only\n"
    assert "1 fixed" in shown.out
    assert (views.read_text("utf-8"), other.read_text("utf-8")) == (VIEWS, FIXED)


def test_a_file_that_changes_meanwhile_is_not_written(
    views: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(changes: object) -> object:
        views.write_text("theirs = 1\n", "utf-8")
        return fixing.write(changes)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr(session, "write", change)
    assert main(["--fix"]) == 2
    assert "app/views.py: not changed: it changed while the linter was running" in capsys.readouterr().err
    assert views.read_text("utf-8") == "theirs = 1\n"


def test_a_file_that_changes_before_the_end_is_not_taken_for_the_one_that_was_read(
    views: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = regular_files.content_of

    def change(location: str) -> bytes:
        views.write_text("theirs = 1\n", "utf-8")
        return content(location)

    monkeypatch.setattr(fixing, "content_of", change)
    made = fix()
    assert made.changes == ()
    assert made.result.problems == ("app/views.py: not changed: it changed while the linter was running",)


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_a_link_stays_one(project: Path, views: Path) -> None:
    real = project / "real.txt"
    views.rename(real)
    views.symlink_to(real)
    assert main(["--fix", "app/views.py"]) == 0
    assert views.is_symlink()
    assert real.read_text("utf-8") == FIXED


# -- what the command line makes of fixes


def test_a_finding_under_noqa_is_not_mended(views: Path) -> None:
    text = VIEWS.replace("Manager()", "Manager()  # noqa: SST101")
    views.write_text(text, "utf-8")
    assert main(["--fix"]) == 0
    assert views.read_text("utf-8") == text


def test_fix_reports_what_remains(project: Path, views: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left = VIEWS.replace("Manager()", "Manager(*[])")
    (project / "app" / "left.py").write_text(left, "utf-8")
    assert main(["--fix", "--output-format", "concise"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("app/left.py:5:12: SST101")
    assert lines[1:] == ["Found 2 findings: 1 fixed, 1 remaining."]
    assert views.read_text("utf-8") == FIXED


def test_unsafe_fixes_have_to_be_asked_for(views: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = VIEWS.replace("return Manager()", "with Manager() as it:\n        return it")
    views.write_text(text, "utf-8")
    assert main(["--fix", "--output-format", "concise"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "1 fixable with --fix --unsafe-fixes."
    assert views.read_text("utf-8") == text
    assert main(["--fix", "--unsafe-fixes"]) == 0
    assert views.read_text("utf-8") == mended(text)


def test_a_hook_fails_when_it_changed_something(views: Path) -> None:
    assert main(["--fix", "--exit-non-zero-on-fix"]) == 1
    assert views.read_text("utf-8") == FIXED
    assert main(["--fix", "--exit-non-zero-on-fix"]) == 0


def hand_in(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))


@pytest.mark.parametrize("make", MAKES)
def test_standard_input_goes_to_standard_output_with_the_fixes_in_it(
    views: Path, make: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    text, encode = MAKES[make]
    on_disk = views.read_bytes()
    hand_in(encode(text), monkeypatch)
    assert main(["--fix", "-", "--stdin-filename", "app/views.py"]) == 0
    shown = capfdbinary.readouterr()
    assert shown.out == encode(mended(text))
    assert b"1 fixed" in shown.err
    assert views.read_bytes() == on_disk


def test_standard_input_without_fixes_comes_out_as_it_went_in_and_findings_beside_it(
    views: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = VIEWS.replace("Manager()", "Manager(*[])").encode()
    hand_in(data, monkeypatch)
    assert main(["--fix", "-", "--stdin-filename", "app/views.py"]) == 1
    shown = capfdbinary.readouterr()
    assert shown.out == data
    assert b"SST101" in shown.err


def test_standard_input_that_is_no_text_comes_out_as_it_went_in(
    views: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    hand_in(b"x = '\xff'\n", monkeypatch)
    main(["--fix", "-", "--stdin-filename", "app/views.py"])
    assert capfdbinary.readouterr().out == b"x = '\xff'\n"


def test_json_has_the_edits(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--output-format", "json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)
    assert found["fix"]["applicability"] == "safe"
    assert [edit["content"] for edit in found["fix"]["edits"]] == ["get_manager", "get_manager"]
    assert found["fix"]["edits"][1]["location"] == {"row": 5, "column": 12}


@pytest.mark.parametrize("make", MAKES)
def test_git_applies_the_patch(
    project: Path, views: Path, make: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    text, encode = MAKES[make]
    views.write_bytes(encode(text))
    assert main(["--diff"]) == 1
    patch = capfdbinary.readouterr().out
    assert views.read_bytes() == encode(text)
    subprocess.run(["git", "apply", "-"], cwd=project, input=patch, check=True)
    assert views.read_bytes() == encode(mended(text))
    assert main(["--diff"]) == 0
    assert capfdbinary.readouterr().out == b""


@pytest.mark.parametrize(
    "name", ["a b.py", 'quo"te.py', "t\tab.py", "caf\u00e9.py", "back\\slash.py", "no\udcfftext.py"]
)
@pytest.mark.skipif(os.name != "posix", reason="names that POSIX allows")
def test_git_applies_patches_of_files_with_odd_names(
    project: Path, name: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    try:
        (project / "app" / "views.py").rename(project / "app" / name)
    except OSError:
        pytest.skip("the file system takes only names that are text")
    assert main(["--diff"]) == 1
    patch = capfdbinary.readouterr().out
    subprocess.run(["git", "apply", "-"], cwd=project, input=patch, check=True)
    assert (project / "app" / name).read_text("utf-8") == FIXED


def test_a_patch_of_standard_input(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    hand_in(VIEWS.encode(), monkeypatch)
    assert main(["--diff", "-", "--stdin-filename", "app/views.py"]) == 1
    patch = capfdbinary.readouterr().out
    assert patch.startswith(b"--- a/app/views.py\n+++ b/app/views.py\n")
    assert b"+    return get_manager()\n" in patch


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("SST101", "Call app.ws.get_manager() instead"),
        ("SST505", "from app.ws import Manager"),
    ],
)
def test_a_suggestion_says_where_an_import_had_to_go(tmp_path: Path, code: str, expected: str) -> None:
    files = {
        "pyproject.toml": '[[tool.ssot-lint.managed]]\nclass = "app.manager.Manager"\n'
        'factory = "app.ws.get_manager"\ncanonical = "app.ws"\n',
        "app/manager.py": "class Manager:\n    pass\n",
        "app/ws.py": "from app.manager import Manager\nimport app.views\n\n_manager = Manager()\n\n\n"
        "def get_manager():\n    return _manager\n",
        "app/views.py": "import app.manager\n\n\ndef view():\n    return app.manager.Manager()\n",
    }
    (finding,) = session.check(["."], cwd=write(tmp_path, files), overrides={"select": [code]}).findings
    assert finding.suggestions[0].title == (
        f"{expected} (the import goes into the function, or it would go in a circle)"
    )
