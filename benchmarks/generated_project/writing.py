"""Writes a planned project to the disk."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from benchmarks.generated_project.code import text_of
from benchmarks.generated_project.layout import plan

if TYPE_CHECKING:
    from pathlib import Path


def generate(folder: Path, modules: int, seed: int) -> int:
    """Write a project of so many modules into a new folder, and return how many lines it has."""
    random = Random(seed)
    lines = 0
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n', encoding="utf-8")
    for module in plan(modules, random):
        path = folder / module.path
        path.parent.mkdir(parents=True, exist_ok=True)
        text = text_of(module, random)
        path.write_text(text, encoding="utf-8")
        lines += text.count("\n")
    return lines
