"""SST505: a managed class is imported over another path than the declared one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Confidence, Suggestion
from ssot_lint.project.hits import is_owner
from ssot_lint.rules._base import Rule
from ssot_lint.rules._sources import second_source
from ssot_lint.summary.facts import UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.model import Finding
    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.hits import Hit
    from ssot_lint.settings import ManagedDeclaration
    from ssot_lint.summary import ModuleSummary


class NonCanonicalImport(Rule[None]):
    """Reports imports of a class and its factories that don't come from the canonical path."""

    code = "SST505"
    name = "non-canonical-import"
    summary = "A managed class is imported over another path than the one that the configuration names"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """Yield a finding for each import over another path, or for the first use through another module."""
        if not any(declaration.canonical for declaration in project.settings.managed):
            return
        canonical = _canonical_modules(project)
        for hit in _imports(module, project):
            managed = project.managed[hit.managed]
            path = canonical.get(hit.managed)
            if path is None or _is_exempt(hit, module, managed, path, project):
                continue
            wanted = _wanted(hit, path, project)
            name = hit.target.rpartition(".")[2]
            if wanted is None or _same(hit.symbol, wanted, project):
                continue
            yield second_source(
                cls,
                module,
                hit.use.span,
                f"{name} is imported from {hit.symbol.rpartition('.')[0]}; its canonical path is {wanted}",
                managed,
                confidence=Confidence.HIGH,
                suggestions=(
                    Suggestion(f"from {wanted.rpartition('.')[0]} import {wanted.rpartition('.')[2]}"),
                ),
                scope=module.scopes[hit.use.scope].qualname,
            )


def _canonical_modules(project: Project) -> dict[str, str]:
    """Return the declared canonical module of each class that has one."""
    found = {}
    for declaration in project.settings.managed:
        managed = _managed_by(declaration, project)
        if declaration.canonical and managed is not None:
            found[managed] = project.managed[managed].canonical
    return found


def _managed_by(declaration: ManagedDeclaration, project: Project) -> str | None:
    target = project.names.resolve(declaration.class_)
    symbol = target.symbol if target is not None else declaration.class_
    return next((known for known in (symbol, declaration.class_) if known in project.managed), None)


def _imports(module: ModuleSummary, project: Project) -> Iterator[Hit]:
    """Yield imports of classes and factories, and the first use of each that is reached by its module."""
    hits = [hit for hit in project.hits_in(module) if hit.role in ("class", "factory") and not hit.rest]
    seen = {(hit.target, hit.symbol) for hit in hits if hit.use.kind is UseKind.IMPORT}
    for hit in hits:
        if hit.use.kind is UseKind.IMPORT:
            yield hit
        elif (hit.target, hit.symbol) not in seen and hit.symbol.rpartition(".")[0] != module.module:
            seen.add((hit.target, hit.symbol))
            yield hit


def _is_exempt(
    hit: Hit, module: ModuleSummary, managed: ManagedClass, canonical: str, project: Project
) -> bool:
    """Whether a module is behind the canonical path itself: it can't import from what imports it."""
    target = project.names.resolve(canonical)
    home = target.symbol if target is not None and target.kind == "module" else canonical
    if module.module == home or (module.module.startswith(f"{home}.")):
        return True
    defining = hit.target.rpartition(".")[0]
    if module.module == defining or hit.use.flags & UseFlag.MAIN_GUARD:
        return True
    if module.module in _on_the_way(f"{canonical}.{hit.target.rpartition('.')[2]}", project):
        return True
    return is_owner(managed.owners, managed.owner_modules, managed.allow, module, hit.use.scope)


def _on_the_way(path: str, project: Project) -> set[str]:
    """Return the modules that hand a name on until the canonical one has it."""
    found: set[str] = set()
    waiting = [path]
    while waiting:
        home, _, name = waiting.pop().rpartition(".")
        module = project.names.modules.get(home)
        if module is None or module.module in found:
            continue
        found.add(module.module)
        imports = (b for b in module.bindings.get(name, ()) if b.kind == "import")
        waiting += [symbol for binding in imports for symbol in binding.symbols]
    return found


def _wanted(hit: Hit, canonical: str, project: Project) -> str | None:
    """Return the path that an import should have taken, where the canonical module has the thing."""
    first = project.duplicates.public_name.get(hit.managed, "")
    names = [hit.symbol.rpartition(".")[2], hit.target.rpartition(".")[2]]
    for name in dict.fromkeys([*names, first] if hit.role == "class" else names):
        target = project.names.resolve(f"{canonical}.{name}")
        if target is not None and target.symbol == hit.target:
            return f"{canonical}.{name}"
    return None


def _same(symbol: str, wanted: str, project: Project) -> bool:
    """Whether two paths are one: a module may be known under a longer and a shorter name."""
    if symbol == wanted:
        return True
    modules = project.names.modules
    one, other = (modules.get(path.rpartition(".")[0]) for path in (symbol, wanted))
    return one is not None and one is other and symbol.rpartition(".")[2] == wanted.rpartition(".")[2]
