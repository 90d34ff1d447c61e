"""The ``# noqa`` comments of a file: what they silence, and those that would silence what is found."""

from __future__ import annotations

from ssot_lint.suppression.adding import added_comments
from ssot_lint.suppression.reading import NamedCode, NoqaMap, named_codes, suppressed_lines

__all__ = ("NamedCode", "NoqaMap", "added_comments", "named_codes", "suppressed_lines")
