"""Which modules import which when they are imported themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.summary.facts import UseFlag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import Project
    from ssot_lint.summary.facts import ModuleSummary


def would_close_circle(importer: ModuleSummary, imported: str, project: Project) -> bool:
    """Whether a module that came to import another one would have its own import wait for itself."""
    modules = project.names.modules
    first = modules.get(imported)
    if first is None or first is importer or any(m is first for m in _imported_by(importer, project)):
        return False
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        module = waiting.pop()
        if module is importer:
            return True
        if module.module not in seen:
            seen.add(module.module)
            waiting += _imported_by(module, project)
    return False


def _imported_by(module: ModuleSummary, project: Project) -> Iterator[ModuleSummary]:
    """Yield the modules that run when a module is imported, except the packages that it lies in."""
    symbols = [
        symbol
        for bindings in module.bindings.values()
        for binding in bindings
        if binding.kind == "import" and not binding.flags & UseFlag.TYPE_CHECKING
        for symbol in binding.symbols
    ]
    for symbol in (*symbols, *module.star_imports):
        parts = symbol.split(".")
        for end in range(1, len(parts) + 1):
            name = ".".join(parts[:end])
            found = project.names.modules.get(name)
            if found is not None and not f"{module.module}.".startswith(f"{found.module}."):
                yield found
