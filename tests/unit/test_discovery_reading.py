"""Files are decoded as Python decodes them, and what can't be decoded says why."""

from __future__ import annotations

import codecs
import pickle
import re
from typing import TYPE_CHECKING

import pytest

from ssot_lint.discovery import FileRecord, decode, read, source_of
from ssot_lint.model import SourceFile

if TYPE_CHECKING:
    from pathlib import Path


def record_for(path: Path) -> FileRecord:
    return FileRecord(path=path.name, location=str(path), project_path=path.name, module=path.stem)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"x = 1\r\ny = 2\rz = 3\n", "x = 1\r\ny = 2\rz = 3\n"),
        (codecs.BOM_UTF8 + "é = 1\n".encode(), "é = 1\n"),
        (codecs.BOM_UTF8 + b"# coding: utf-8\n", "# coding: utf-8\n"),
        ("# -*- coding: latin-1 -*-\né\n".encode("latin-1"), "# -*- coding: latin-1 -*-\né\n"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n€".encode("cp1252"), None),
        ("# coding: cp1252\r€".encode("cp1252"), "# coding: cp1252\r€"),
        ("\n\n# coding: latin-1\né".encode(), "\n\n# coding: latin-1\né"),
        ("'coding: latin-1'\né".encode(), "'coding: latin-1'\né"),
        (b"x = 1\x0c\n\x1c\n", "x = 1\x0c\n\x1c\n"),
    ],
)
def test_the_text_is_what_python_reads_with_its_newlines_kept(data: bytes, text: str | None) -> None:
    decoded = decode(data)
    assert decoded == (data.decode("cp1252") if text is None else text)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"x = 1\ny = '\xff'\n", "line 2: the bytes are no valid utf-8"),
        (codecs.BOM_UTF8 + b"\n\xff", "line 2: the bytes are no valid utf-8"),
        (b"# coding: ascii\nx = '\xe9'", "line 2: the bytes are no valid ascii"),
        (b"x = 1\n\n\0", "line 3: NUL byte in the source"),
        (b"# coding: no-such-thing\n", "encoding declaration: unknown encoding: no-such-thing"),
        (b"# coding: rot13\nk = 1", "the source can't be decoded as rot13"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", "encoding declaration: encoding problem: utf-8"),
    ],
)
def test_bytes_that_python_refuses_are_a_problem_in_one_line(data: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        decode(data)


def test_an_undecodable_file_comes_back_without_text_but_with_its_problem(tmp_path: Path) -> None:
    path = tmp_path / "binary.py"
    path.write_bytes(b"\x80\0")
    source = read(record_for(path))
    assert isinstance(source, SourceFile)
    assert (source.text, source.problem) == ("", "line 1: NUL byte in the source")


def test_a_file_that_vanished_gives_one_line(tmp_path: Path) -> None:
    assert read(record_for(tmp_path / "gone.py")) == "gone.py: can't be read: No such file or directory"


def test_the_source_has_all_that_the_record_knows(tmp_path: Path) -> None:
    record = FileRecord(
        path="a/__init__.pyi",
        location=str(tmp_path / "a" / "__init__.pyi"),
        project_path="x/a/__init__.pyi",
        module="a",
        aliases=("x.a",),
        is_package=True,
        is_stub=True,
        is_test=True,
        is_target=False,
    )
    source = source_of(record, b"x: int\n")
    fields = [name for name in record.__struct_fields__ if name != "location"]
    assert [getattr(source, name) for name in fields] == [getattr(record, name) for name in fields]
    assert (source.text, source.problem) == ("x: int\n", None)
    assert pickle.loads(pickle.dumps(record)) == record
