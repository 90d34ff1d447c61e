"""SST301: the private class behind a factory is imported by code that doesn't own it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Location, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._wording import use_factory, way_in
from ssot_lint.summary.facts import UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.hits import Hit
    from ssot_lint.summary import ModuleSummary


_AS_TYPE: Final = frozenset({UseKind.ANNOTATION, UseKind.CHECK})


class PrivateImplementationImport(Rule[None]):
    """Reports imports of private classes; no syntax tree is needed for that."""

    code = "SST301"
    name = "private-implementation-import"
    summary = "The private class behind a factory is imported by code that doesn't own it"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """Yield a finding for each foreign import."""
        for hit in project.hits_in(module):
            if hit.role != "class" or hit.use.kind is not UseKind.IMPORT or hit.rest:
                continue
            managed = project.managed[hit.managed]
            if managed.is_own_factory or not managed.factories:
                continue  # there is nothing else to import
            if not _is_private(hit, managed, module, project) or _belongs(hit, managed, module, project):
                continue
            public = _public_path(managed, project)
            suggestions = [use_factory(managed)]
            if public is not None:
                path, _, name = public.rpartition(".")
                suggestions.append(Suggestion(f"For annotations: from {path} import {name}"))
            yield Finding(
                code=cls.code,
                name=cls.name,
                message=f"{managed.name} is the private class behind {way_in(managed)}; import that instead",
                location=Location(module.path, hit.use.span),
                confidence=min(lowered(managed.confidence, module), _confidence(hit, module, public)),
                evidence=managed.evidence,
                suggestions=tuple(suggestions),
                scope=module.scopes[hit.use.scope].qualname,
            )


def _confidence(hit: Hit, module: ModuleSummary, public: str | None) -> Confidence:
    """How sure it is that there is something better to import.

    A type needs a public name, and the private modules of a package are no strangers to one another.
    """
    kinds = {use.kind for use in module.uses_of(hit.symbol)} - {UseKind.IMPORT}
    as_type = bool(kinds) and kinds <= _AS_TYPE
    return Confidence.MEDIUM if as_type and (public is None or _is_inside(hit, module)) else Confidence.HIGH


def _is_inside(hit: Hit, module: ModuleSummary) -> bool:
    """Whether an import gets a public name into a private module of the same distribution's package."""
    top, _, rest = module.module.partition(".")
    name = hit.symbol.rpartition(".")[2]
    return hit.symbol.startswith(f"{top}.") and "._" in f".{rest}" and not name.startswith("_")


def _is_private(hit: Hit, managed: ManagedClass, module: ModuleSummary, project: Project) -> bool:
    """Whether the imported name is private, or its module is, although a public one has the class, too."""
    path, _, name = hit.symbol.rpartition(".")
    if name.startswith("_"):
        return True
    parts = path.split(".")
    private = next((i for i, part in enumerate(parts) if part.startswith("_") and i), None)
    package = project.names.modules.get(".".join(parts[:private])) if private is not None else None
    if package is None or f"{module.module}.".startswith(f"{package.module}."):
        return False  # the modules of a package share its private ones
    return _public_path(managed, project) is not None


def _belongs(hit: Hit, managed: ManagedClass, module: ModuleSummary, project: Project) -> bool:
    """Whether a module has to do with the making of the class, or hands on what its package defines."""
    if hit.use.flags & (UseFlag.MAIN_GUARD | UseFlag.TYPE_CHECKING) or module.is_stub:
        return True
    if project.owns(managed, module, hit.use) or module.module == managed.canonical:
        return True
    if module.is_package and managed.qualname.startswith(f"{module.module}."):
        return True
    return module.module in managed.surroundings


def _public_path(managed: ManagedClass, project: Project) -> str | None:
    """Return the shortest path to the class by its own, a package's or the canonical module, if public."""
    found = []
    for module in project.names.sources:
        is_around = managed.qualname.startswith(f"{module.module}.")
        if not (is_around or module.module == managed.canonical) or "._" in f".{module.module}":
            continue
        for name, bindings in module.bindings.items():
            if name.startswith("_") or not any(
                symbol.rpartition(".")[2] in (managed.name, name) for b in bindings for symbol in b.symbols
            ):
                continue
            target = project.names.resolve(f"{module.module}.{name}")
            if target is not None and target.kind == "class" and target.symbol == managed.qualname:
                found.append(f"{module.module}.{name}")
    return min(found, key=lambda path: (path.count("."), path), default=None)
