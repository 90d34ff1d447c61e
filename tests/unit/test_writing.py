"""Writing a file: all of it or nothing, with mode and links as before, and never over what others wrote."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from ssot_lint import writing
from ssot_lint.writing import replace_content

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(os.name != "posix", reason="modes and links as POSIX has them")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "a.py"
    made.write_bytes(b"old\r\n")
    return made


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_new_content_is_written_and_nothing_else_is_left(file: Path) -> None:
    assert replace_content(str(file), b"old\r\n", b"new\r") is None
    assert file.read_bytes() == b"new\r"
    assert names(file.parent) == ["a.py"]


def test_a_file_that_changed_meanwhile_is_left_alone(file: Path) -> None:
    assert replace_content(str(file), b"older", b"new") == "it changed while the linter was running"
    assert file.read_bytes() == b"old\r\n"
    assert names(file.parent) == ["a.py"]


def test_a_file_that_changes_while_it_is_written_is_left_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = writing._keep_owner

    def change(path: str, known: os.stat_result) -> None:
        keep(path, known)
        file.write_bytes(b"theirs")

    monkeypatch.setattr(writing, "_keep_owner", change)
    assert replace_content(str(file), b"old\r\n", b"new") == "it changed while the linter was running"
    assert file.read_bytes() == b"theirs"
    assert names(file.parent) == ["a.py"]


def test_a_file_that_is_gone_is_not_made_again(file: Path) -> None:
    file.unlink()
    assert replace_content(str(file), b"old\r\n", b"new") == "No such file or directory"
    assert names(file.parent) == []


@posix
@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600])
def test_the_mode_is_kept(file: Path, mode: int) -> None:
    file.chmod(mode)
    assert replace_content(str(file), b"old\r\n", b"new") is None
    assert stat.S_IMODE(file.stat().st_mode) == mode


@posix
def test_a_read_only_file_is_left_alone(file: Path) -> None:
    file.chmod(0o444)
    assert replace_content(str(file), b"old\r\n", b"new") == "it is read-only"
    assert file.read_bytes() == b"old\r\n"


@posix
def test_a_symbolic_link_stays_one_and_its_target_is_written(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "links" / "b.py"
    link.parent.mkdir()
    link.symlink_to("../a.py")
    assert replace_content(str(link), b"old\r\n", b"new") is None
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert names(link.parent) == ["b.py"]


@posix
def test_a_file_with_other_names_is_left_alone(file: Path, tmp_path: Path) -> None:
    os.link(file, tmp_path / "b.py")
    refusal = replace_content(str(file), b"old\r\n", b"new")
    assert refusal is not None
    assert "hard links" in refusal
    assert file.read_bytes() == b"old\r\n"


@posix
def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    assert replace_content(str(tmp_path), b"", b"new") == "it is no regular file"


def test_a_failure_leaves_the_file_and_no_other_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    assert replace_content(str(file), b"old\r\n", b"new") == "No space left on device"
    assert file.read_bytes() == b"old\r\n"
    assert names(file.parent) == ["a.py"]
