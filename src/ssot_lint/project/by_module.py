"""What is found in modules, worked out when it is asked for: for all targets at once, for another alone.

Whoever commits a file asks about that alone: looking for it in the whole project would be most of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ssot_lint.summary.facts import ModuleSummary

Item = TypeVar("Item")


class ByModule(Generic[Item]):
    """Findings by module; ``find`` returns those in some modules by their paths."""

    def __init__(
        self,
        modules: Sequence[ModuleSummary],
        find: Callable[[Sequence[ModuleSummary]], Mapping[str, tuple[Item, ...]]],
    ) -> None:
        self._modules = {module.path: module for module in modules}
        self._targets = tuple(module for module in modules if module.is_target)
        self._find = find
        self._found: dict[str, tuple[Item, ...]] = {}

    def of(self, module: ModuleSummary) -> tuple[Item, ...]:
        """Return what is found in one module; nothing in one that isn't among them."""
        path = module.path
        if path not in self._found and path in self._modules:
            together = self._targets if self._modules[path].is_target else (self._modules[path],)
            self._found.update((each.path, ()) for each in together)
            self._found.update(self._find(together))
        return self._found.get(path, ())
