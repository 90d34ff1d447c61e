"""Where Python can't tell the scopes of a file, any name may be a local one: fixes take more care."""

from __future__ import annotations

import symtable
from typing import TYPE_CHECKING, Final, NoReturn

import pytest
from small_project import FILES, write

from ssot_lint.cli import main

if TYPE_CHECKING:
    from pathlib import Path

IMPLEMENTATION: Final = """\
class _Manager:
    pass


_manager = None


def get_manager():
    global _manager
    if _manager is None:
        _manager = _Manager()
    return _manager
"""
TYPE: Final = """\
from app.pool._impl import _Manager


def view(manager: _Manager):
    return manager
"""
CALL: Final = FILES["app/views.py"]
NO_SCOPES: Final = "\n\ndef f(x):\n    global x\n"
"""What Python parses, and refuses when it looks at its names."""


def mended(folder: Path, monkeypatch: pytest.MonkeyPatch, behind: str = "") -> tuple[str, str]:
    """Return what --fix makes of a call and of an import."""
    files = {
        "app/pool/__init__.py": "from app.pool._impl import _Manager as Manager, get_manager\n",
        "app/pool/_impl.py": IMPLEMENTATION,
        "app/call.py": CALL + behind,
        "app/type.py": TYPE + behind,
    }
    monkeypatch.chdir(write(folder, {**FILES, **files}))
    assert main(
        (
            "--fix",
            "--unsafe-fixes",
            "--no-cache",
            "--min-confidence",
            "low",
            "--select",
            "SST101,SST301",
            "app",
        )
    ) in (0, 1)
    texts = ((folder / "app" / name).read_text(encoding="utf-8") for name in ("call.py", "type.py"))
    call, type_ = (text.removesuffix(behind) for text in texts)
    return call, type_


def test_a_use_is_renamed_where_the_scopes_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call, type_ = mended(tmp_path, monkeypatch)
    assert "return get_manager()" in call
    assert "def view(manager: Manager):" in type_


@pytest.mark.parametrize("kind", [None, SyntaxError, ValueError, RecursionError, MemoryError])
def test_a_use_keeps_its_name_where_they_are_not(
    kind: type[Exception] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> NoReturn:
        assert kind is not None
        raise kind

    if kind is not None:
        monkeypatch.setattr(symtable, "symtable", fail)
    call, type_ = mended(tmp_path, monkeypatch, "" if kind else NO_SCOPES)
    assert "return get_manager()" in call
    assert "import Manager as _Manager\n" in type_
    assert "def view(manager: _Manager):" in type_
