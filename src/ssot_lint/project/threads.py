"""Where a project runs threads, as far as can be seen."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import UseKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.project.names import Names
    from ssot_lint.summary.facts import ModuleSummary

_STARTERS: Final = frozenset(
    {
        "threading.Thread",
        "threading.Timer",
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.thread.ThreadPoolExecutor",
        "multiprocessing.pool.ThreadPool",
        "multiprocessing.dummy.Pool",
        "asyncio.to_thread",
        "anyio.to_thread.run_sync",
    }
)
_TAKING: Final = re.compile(
    r"(?:^|\.)(?:Thread#target|Thread#1|Timer#function|Timer#1|to_thread#0|run_in_executor#1|run_sync#0|submit#0)$"
)
"""The arguments that are called in another thread."""


class Threads:
    """Answers for one project."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def starts(self, module: ModuleSummary) -> bool:
        """Tell whether a module starts threads."""
        if any(_TAKING.search(detail) and "submit" not in detail for detail in module.details):
            return True
        return any(
            use.kind in (UseKind.CALL, UseKind.BASE)
            for symbol in _STARTERS
            if symbol in module.packed_uses
            for use in module.uses_of(symbol)
        )

    def runs(self, places: Iterable[str]) -> bool:
        """Tell whether one of some functions is what a thread was started with."""
        return not self._entries.isdisjoint(places)

    @cached_property
    def _entries(self) -> frozenset[str]:
        return frozenset(self._find_entries())

    def _find_entries(self) -> Iterator[str]:
        for module in self._names.sources:
            if not any(map(_TAKING.search, module.details)):
                continue
            for symbol in module.packed_uses:
                if any(_TAKING.search(use.detail) for use in module.uses_of(symbol)):
                    target = self._names.resolve(symbol)
                    if target is not None and target.kind == "function":
                        yield target.symbol
