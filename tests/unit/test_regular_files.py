"""What is no regular file is never waited for, and nothing outside of the project is rewritten."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from ssot_lint import regular_files
from ssot_lint.cli import main
from ssot_lint.regular_files import beginning_of, content_of
from ssot_lint.session import check
from ssot_lint.writing import put_content

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and links as POSIX has them")

LEAK = """\
class Basket:
    items: list[str] = []

    def add(self, item: str) -> None:
        self.items.append(item)
"""


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(OSError, match="no regular file"):
        content_of(tmp_path / "pipe.py")
    with pytest.raises(OSError, match="no regular file"):
        beginning_of(tmp_path / "pipe.py", 10)


def test_a_pipe_that_is_asked_for_is_named_and_the_others_are_checked(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "shop.py").write_text(LEAK, "utf-8")
    result = check(["pipe.py", "shop.py"], isolated=True, cwd=tmp_path)
    assert [finding.code for finding in result.findings] == ["SST201"]
    assert any(line.startswith("pipe.py: ") for line in result.problems)


def test_a_configuration_and_an_ignore_file_that_are_pipes_stop_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo(tmp_path / ".gitignore")
    os.mkfifo(tmp_path / "pyproject.toml")
    (tmp_path / "shop.py").write_text(LEAK, "utf-8")
    assert main(["check", "--no-cache", "."]) == 1
    assert "SST201" in capsys.readouterr().out


def test_a_socket_is_no_source(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(tmp_path)  # the path of a socket must be short
        try:
            server.bind("s.py")
        finally:
            os.chdir(here)
        (tmp_path / "shop.py").write_text(LEAK, "utf-8")
        result = check(["shop.py", "s.py"], isolated=True, cwd=tmp_path)
    assert [finding.code for finding in result.findings] == ["SST201"]
    assert any(line.startswith("s.py: ") for line in result.problems)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.py"
    path.write_bytes(b"")
    os.truncate(path, 3 << 20)
    with pytest.raises(OSError, match="larger than 2 MiB"):
        content_of(path, 2 << 20)
    assert content_of(path, 3 << 20) == bytes(3 << 20)


def test_a_file_that_grows_is_read_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no end that memory could hold, and had a few bytes when it was looked at."""
    path = tmp_path / "growing.py"
    path.write_bytes(b"X = 1\n")
    before = path.stat()
    os.truncate(path, 1 << 42)
    monkeypatch.setattr(regular_files, "_status", lambda _: before)
    with pytest.raises(OSError, match="larger than 1 MiB"):
        content_of(path, 1 << 20)


def test_what_a_link_leads_to_outside_of_the_project_is_not_fixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project, outside = tmp_path / "project", tmp_path / "shop.py"
    project.mkdir()
    (project / "pyproject.toml").write_text("", "utf-8")
    outside.write_text(LEAK, "utf-8")
    (project / "shop.py").symlink_to(outside)
    monkeypatch.chdir(project)
    assert main(["check", "--fix", "--unsafe-fixes", "--no-cache", "."]) == 2
    assert "shop.py: not changed: a link leads out of the project to it" in capsys.readouterr().err
    assert outside.read_text("utf-8") == LEAK


def test_a_pipe_takes_a_report_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "report"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        put_content(pipe, b"findings")
        assert os.read(reader, 100) == b"findings"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_names_that_are_no_text_are_checked_without_a_cache(tmp_path: Path) -> None:
    name = os.fsdecode(b"sh\xffop.py")
    try:
        (tmp_path / name).write_text(LEAK, "utf-8")
    except OSError:
        pytest.skip("the file system takes only names that are text")
    result = check([name], isolated=True, cwd=tmp_path, cache=tmp_path / "cache")
    assert [finding.code for finding in result.findings] == ["SST201"]
    assert not (tmp_path / "cache").exists()
