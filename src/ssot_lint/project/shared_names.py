"""Names that several modules of a run answer to: each module means those of its own part of the repository.

Two services may both have a package ``app``. Each file of theirs has a primary name of its own
(``billing.app.ws``), but writes ``import app.ws``; before linking, such names are turned into the primary
names that they mean.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ssot_lint.summary.facts import ModuleSummary

_OWN: Final = frozenset({"path", "project_path", "module", "aliases"})
"""What a module is called itself."""


def with_nearest_names(summaries: Sequence[ModuleSummary]) -> list[ModuleSummary]:
    """Return the modules, with every name that several share replaced by the name of the nearest one."""
    known = {package for module in summaries for package in _beginnings(module.module)}
    tops = _shared_tops(summaries) - known
    if not tops:
        return list(summaries)
    return [_localized(module, tops, known) for module in summaries]


def _beginnings(name: str) -> Iterable[str]:
    """Yield a dotted name and the packages that it lies in."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _shared_tops(summaries: Iterable[ModuleSummary]) -> set[str]:
    """Return the first parts of the aliases that lead to more than one module."""
    owners: dict[str, set[str]] = defaultdict(set)
    for module in summaries:
        for alias in module.aliases:
            owners[alias].add(module.module)
    return {alias.partition(".")[0] for alias, modules in owners.items() if len(modules) > 1}


def _localized(module: ModuleSummary, tops: set[str], known: set[str]) -> ModuleSummary:
    nearest: dict[str, str] = {}
    for alias in sorted(module.aliases, key=len, reverse=True):
        prefix = module.module.removesuffix(alias)
        for top in tops:
            if prefix.endswith(".") and f"{prefix}{top}" in known:
                nearest.setdefault(top, prefix)
    if not nearest or not any(top in nearest for top in _mentioned(module)):
        return module

    def rename(text: str) -> str:
        top, separator, _ = text.partition(".")
        return f"{nearest[top]}{text}" if separator and top in nearest else text

    fields = {
        name: _renamed(getattr(module, name), rename) for name in module.__struct_fields__ if name not in _OWN
    }
    return msgspec.structs.replace(module, **fields)


def _mentioned(module: ModuleSummary) -> Iterable[str]:
    """Yield the first parts of the names that a module uses or imports."""
    imported = (s for bindings in module.bindings.values() for b in bindings for s in b.symbols)
    for symbol in (*module.packed_uses, *module.star_imports, *imported):
        yield symbol.partition(".")[0]


def _renamed(value: Any, rename: Callable[[str], str]) -> Any:
    """Return a value with all the texts in it renamed: symbols are plain strings, wherever they stand."""
    if isinstance(value, str):
        return rename(value)
    if isinstance(value, tuple):
        return tuple(_renamed(each, rename) for each in value)
    if isinstance(value, dict):
        found: dict[Any, Any] = {}
        for key, each in value.items():
            name = _renamed(key, rename)
            new = _renamed(each, rename)
            found[name] = found[name] + new if name in found else new
        return found
    if isinstance(value, msgspec.Struct):
        changed = {}
        for name in value.__struct_fields__:
            old = getattr(value, name)
            new = _renamed(old, rename)
            if new is not old and new != old:
                changed[name] = new
        return msgspec.structs.replace(value, **changed) if changed else value
    return value
