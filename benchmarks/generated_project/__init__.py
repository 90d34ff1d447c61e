"""Projects of any size that look real to the linter: packages, imports, classes, factories, findings."""

from __future__ import annotations

from benchmarks.generated_project.writing import generate

__all__ = ("generate",)
