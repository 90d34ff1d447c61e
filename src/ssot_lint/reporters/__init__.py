"""The output formats: each turns a report into text, and ``REPORTERS`` lists them by the name users give."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    from ssot_lint.reporters.report import Report

    Reporter: TypeAlias = Callable[[Report], Iterator[str]]


def _later(module: str, function: str = "render") -> Reporter:
    """Return a reporter that is imported when it is used: one run uses one of them, if any."""

    def report(given: Report) -> Iterator[str]:
        reporter: Reporter = getattr(import_module(f"ssot_lint.reporters.{module}"), function)
        return reporter(given)

    return report


REPORTERS: Final[Mapping[str, Reporter]] = MappingProxyType(
    {
        "text": _later("text"),
        "concise": _later("concise"),
        "json": _later("json_array"),
        "sarif": _later("sarif"),
        "github": _later("github"),
        "gitlab": _later("gitlab"),
        "junit": _later("junit"),
    }
)
"""One line of findings after the other, by the name of the format."""

STATISTICS: Final[Mapping[str, Reporter]] = MappingProxyType(
    {"text": _later("counts"), "concise": _later("counts"), "json": _later("counts", "render_json")}
)
"""The number of findings of each code, by the name of the format."""

__all__ = ("REPORTERS", "STATISTICS")
