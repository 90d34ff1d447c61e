"""Whether the instances in a registry ever leave it, as far as the project's code shows."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import UseKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ssot_lint.project.hits import Hit
    from ssot_lint.project.names import Names
    from ssot_lint.summary.facts import ModuleSummary

    HitsIn = Callable[[ModuleSummary], tuple[Hit, ...]]

_REMOVING: Final = re.compile(
    r"(?:\[\]|\.get\(\)|\.setdefault\(\))*\.(?:pop|popitem|clear|__delitem__)(?:\(\).*)?"
)
_ITEM: Final = re.compile(r"(?:\[\])+")
_PLAIN: Final = frozenset(
    {"builtins.dict()", "collections.OrderedDict()", "collections.defaultdict()", "typing.Dict()"}
)
_READING: Final = ("builtins.", "copy.", "json.", "?.")
_CONSTRUCTORS: Final = ("__init__", "__new__", "__post_init__")


class Removals:
    """Answers for one project."""

    def __init__(self, names: Names, hits_in: HitsIn) -> None:
        self._names = names
        self._hits_in = hits_in

    def is_unbounded(self, registry: str, managed: str) -> bool:
        """Tell whether a registry is a plain mapping that no code removes from or hands on."""
        if self._is_bound_anew(registry) or registry in self._dropped:
            return False
        if any(symbol not in _PLAIN for symbol in self._values(registry)):
            return False
        return (registry, managed) not in self._removed_from and not self._is_returned(registry)

    @cached_property
    def _removed_from(self) -> frozenset[tuple[str, str]]:
        """The registries, each with its class, that something is taken from somewhere."""
        return frozenset(
            (hit.target, hit.managed)
            for module in self._names.sources
            if not module.is_test
            for hit in self._hits_in(module)
            if hit.role == "registry" and _may_remove(hit)
        )

    def _is_bound_anew(self, registry: str) -> bool:
        """Whether a module's variable is bound more than once, as by a function that starts all over."""
        owner, _, name = registry.rpartition(".")
        module = self._names.modules.get(owner)
        return module is not None and sum(bool(b.value) for b in module.bindings.get(name, ())) > 1

    def _values(self, registry: str) -> Iterator[str]:
        """Yield what a registry is bound to, where that isn't a display."""
        owner, _, name = registry.rpartition(".")
        module, node = self._names.modules.get(owner), self._names.classes.get(owner)
        symbols = [s for b in module.bindings.get(name, ()) for s in b.symbols] if module is not None else []
        if node is not None:
            symbols += [s for a in node.facts.attributes if a.name == name for s in a.symbols]
            symbols += [s for n, held in node.facts.instance_attributes if n == name for s in held]
        for symbol in symbols:
            target = self._names.resolve(symbol)
            yield target.symbol if target is not None else symbol

    @cached_property
    def _dropped(self) -> frozenset[str]:
        """The mappings that a function deletes an item of, and the attributes that it binds anew."""
        symbols = [
            symbol
            for module in self._names.sources
            if not module.is_test
            for handing in module.handings
            for symbol in handing.drops
        ]
        symbols += [
            fill.target
            for node in self._names.functions.values()
            if node.facts.name not in _CONSTRUCTORS and not node.module.is_test
            for fill in node.facts.fills
            if not fill.key and not fill.when_empty
        ]
        found = (self._names.resolve(symbol.replace("[]", "")) for symbol in symbols)
        return frozenset(target.symbol for target in found if target is not None)

    def _is_returned(self, registry: str) -> bool:
        """Whether somebody is handed the mapping itself."""
        for symbol in self._returned.get(registry.rpartition(".")[2], ()):
            target = self._names.resolve(symbol)
            if target is not None and target.symbol == registry:
                return True
        return False

    @cached_property
    def _returned(self) -> Mapping[str, Iterable[str]]:
        """What functions return, by the last name of it."""
        found: dict[str, dict[str, None]] = {}
        for node in self._names.functions.values():
            for symbol in node.facts.returns:
                found.setdefault(symbol.rpartition(".")[2], {})[symbol] = None
        return found


def _may_remove(hit: Hit) -> bool:
    """Whether a use of a registry takes something out, binds the name anew, or hands the mapping on."""
    use = hit.use
    if _REMOVING.fullmatch(hit.rest) or (use.kind is UseKind.DELETE and _ITEM.fullmatch(hit.rest)):
        return True
    if hit.rest:
        return False
    return use.kind is UseKind.STORE or (bool(use.detail) and not use.detail.startswith(_READING))
