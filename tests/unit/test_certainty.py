"""The order of the surest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from small_project import write

from ssot_lint.cli import main
from ssot_lint.model import Confidence
from ssot_lint.session import check

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SLOT = """
class {name}:
    pass


_one = None


def get_{name}():
    global _one
    if _one is None:
        _one = {name}()
    return _one
"""
USES = "from app.{module} import {name}, get_{name}\n\n" + "get_{name}()\n" * 3


def project(folder: Path) -> Path:
    """Write a class that all but one get from its factory, one that more do, and one that nobody does."""
    return write(
        folder,
        {
            "pyproject.toml": "[tool.ssot-lint]\n",
            "app/a.py": SLOT.format(name="Rare"),
            "app/a_use.py": "from app.a import Rare\n\nRare()\n",
            "app/b.py": SLOT.format(name="Usual"),
            "app/b_use.py": USES.format(module="b", name="Usual") + "Usual()\n",
            "app/c.py": SLOT.format(name="Sure"),
            "app/c_use.py": USES.format(module="c", name="Sure") * 5 + "Sure()\n",
        },
    )


def test_confidence_goes_first_then_deviance_then_place(tmp_path: Path) -> None:
    project(tmp_path)
    low = {"min_confidence": Confidence.LOW}
    paths = [f.location.path for f in check(cwd=tmp_path, overrides=low, surest_first=True).findings]
    assert paths == ["app/c_use.py", "app/b_use.py", "app/a_use.py"]
    assert [f.location.path for f in check(cwd=tmp_path, overrides=low).findings] == sorted(paths)


def test_the_command_line_takes_the_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project(tmp_path))
    arguments = ["check", "--min-confidence", "low", "--output-format", "concise", "--sort"]
    shown = {}
    for order in ("place", "confidence"):
        main([*arguments, order])
        lines = capsys.readouterr().out.splitlines()
        shown[order] = [line.partition(":")[0] for line in lines if "SST101" in line]
    assert shown["confidence"] == ["app/c_use.py", "app/b_use.py", "app/a_use.py"]
    assert shown["place"] == sorted(shown["confidence"])
