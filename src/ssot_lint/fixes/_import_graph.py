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
    if first is None or first is importer or _takes_names(importer, first, project):
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


def _takes_names(importer: ModuleSummary, imported: ModuleSummary, project: Project) -> bool:
    """Whether a module has names of another one already, and not only runs it, or a module in it.

    A package that is being imported itself can be run once more, but needn't have its names yet.
    """
    modules = project.names.modules
    if any(modules.get(name) is imported for name in importer.star_imports):
        return True
    return any(
        symbol not in modules and modules.get(symbol.rpartition(".")[0]) is imported
        for symbol in _imported_symbols(importer)
    )


def _imported_symbols(module: ModuleSummary) -> Iterator[str]:
    """Yield what a module binds by imports when it is imported itself, stars aside."""
    for bindings in module.bindings.values():
        for binding in bindings:
            if binding.kind == "import" and not binding.flags & UseFlag.TYPE_CHECKING:
                yield from binding.symbols


def _imported_by(module: ModuleSummary, project: Project) -> Iterator[ModuleSummary]:
    """Yield the modules that run when a module is imported, except the packages that it lies in."""
    for symbol in (*_imported_symbols(module), *module.star_imports, *module.dotted_imports):
        parts = symbol.split(".")
        for end in range(1, len(parts) + 1):
            name = ".".join(parts[:end])
            found = project.names.modules.get(name)
            if found is not None and not f"{module.module}.".startswith(f"{found.module}."):
                yield found
