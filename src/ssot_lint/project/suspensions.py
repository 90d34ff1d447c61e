"""Whether another task may run where a function awaits something."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.names import Names
    from ssot_lint.summary.creation_facts import Gap


class Suspensions:
    """Answers for one project."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._never: set[str] = set()
        """Functions that are known never to let others run."""
        self._calm = {
            f"{module.module}.{calm.qualname}": calm
            for module in names.sources
            for calm in module.creation.calm
        }

    def suspends(self, gap: Gap) -> bool:
        """Tell whether anything else may run at a gap; an awaited function that never suspends is none."""
        if gap.kind != "await" or not gap.symbols:
            return True
        return any(self._may_suspend(symbol.removesuffix("()")) for symbol in gap.symbols)

    def _may_suspend(self, symbol: str) -> bool:
        """Whether a function, or one that it awaits at whatever distance, may let others run."""
        seen: set[str] = set()
        waiting = [symbol]
        while waiting:
            target = self._names.resolve(waiting.pop())
            if target is None or target.kind != "function":
                return True
            for function in self._meant(target.symbol):
                if function in seen or function in self._never:
                    continue
                calm = self._calm.get(function)
                if calm is None:
                    return True
                seen.add(function)
                waiting += calm.awaits
        self._never |= seen
        return False

    def _meant(self, function: str) -> Iterator[str]:
        """Yield a function, and the methods of subclasses that take its place."""
        yield function
        owner, _, name = function.rpartition(".")
        if owner in self._names.classes:
            for subclass in self._names.subclasses(owner):
                if f"{subclass}.{name}" in self._names.functions:
                    yield f"{subclass}.{name}"
