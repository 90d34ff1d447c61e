"""The output formats: each turns a report into text, and ``REPORTERS`` lists them by the name users give."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ssot_lint.reporters import concise, counts, json_array, text
from ssot_lint.reporters.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    Reporter: TypeAlias = Callable[[Report], Iterator[str]]

REPORTERS: Final[Mapping[str, Reporter]] = MappingProxyType(
    {"text": text.render, "concise": concise.render, "json": json_array.render}
)
"""One line of findings after the other, by the name of the format."""

STATISTICS: Final[Mapping[str, Reporter]] = MappingProxyType(
    {"text": counts.render, "concise": counts.render, "json": counts.render_json}
)
"""The number of findings of each code, by the name of the format."""

__all__ = ("REPORTERS", "STATISTICS", "Report")
