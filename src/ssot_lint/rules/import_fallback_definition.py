"""SST502: a stand-in takes the managed class's or its factory's name when an import fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import Confidence, Related, Span, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._wording import way_in
from ssot_lint.summary.facts import UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import libcst as cst

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.facts import Binding, ClassFacts, FunctionFacts

_PLACEHOLDERS: Final = frozenset({"object", "builtins.object", "type", "builtins.type"})
_TYPING: Final = ("typing.", "typing_extensions.", "collections.abc.")


class StandIn(msgspec.Struct, frozen=True):
    """A definition in the handler of a failed import."""

    name: str
    managed: str
    is_factory: bool
    is_value: bool
    """Whether the name is only assigned something."""
    scope: int
    raises: bool = False
    """Whether the facts alone tell that it refuses to be used."""


class ImportFallbackDefinition(Rule[StandIn]):
    """Reports definitions in ``except ImportError`` that replace a managed class or its factory."""

    code = "SST502"
    name = "import-fallback-definition"
    summary = "When an import fails, a stand-in silently takes the place of a managed class or its factory"

    @classmethod
    def suspects(cls, module: ModuleSummary, project: Project) -> Mapping[Span, StandIn]:
        """Return stand-ins by the span of the name that they define."""
        found = dict(_at_module_level(module, project))
        found.update(_in_functions(module, project))
        return {span: stand_in for span, stand_in in found.items() if not stand_in.raises}

    @classmethod
    def confidence_of(cls, suspect: StandIn, module: ModuleSummary, project: Project) -> Confidence:
        """Return the confidence of the class; what is only assigned may be meant for annotations."""
        confidence = lowered(project.managed[suspect.managed].confidence, module)
        return min(confidence, Confidence.MEDIUM) if suspect.is_value else confidence

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        """Report a class that can be used."""
        suspect = self.suspect_at(node.name)
        if suspect is not None and not _class_refuses(node):
            self._report(*suspect)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Report a function that returns something."""
        suspect = self.suspect_at(node.name)
        if suspect is not None and not _refuses(node):
            self._report(*suspect)

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        """Report a name that is assigned something else."""
        suspect = self.suspect_at(node.target)
        if suspect is not None:
            self._report(*suspect)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        """Report an annotated name that is assigned something else."""
        suspect = self.suspect_at(node.target)
        if suspect is not None:
            self._report(*suspect)

    def _report(self, span: Span, stand_in: StandIn) -> None:
        project = self.file.project
        managed = project.managed[stand_in.managed]
        what = f"the factory {stand_in.name}()" if stand_in.is_factory else f"the class {stand_in.name}"
        related = (
            ()
            if managed.location is None
            else (Related(f"{managed.name} is defined here", managed.location),)
        )
        self.report(
            span,
            f"When the import fails, a stand-in takes the place of {what}, and nobody notices; "
            f"instances come from {way_in(managed)}",
            confidence=self.confidence_of(stand_in, self.file.module, project),
            evidence=managed.evidence,
            related=related,
            suggestions=(
                Suggestion(
                    "Import it plainly, without the try: a project's own module can always be imported"
                ),
                Suggestion("Let the handler raise, or set the name to None and test for that"),
            ),
            scope=self.file.qualname_at(stand_in.scope),
        )


def _at_module_level(module: ModuleSummary, project: Project) -> Iterator[tuple[Span, StandIn]]:
    for name in _imported_names(module, project):
        bindings = module.bindings.get(name, ())
        imported = next((found for b in bindings if (found := _imported(name, b, project)) is not None), None)
        if imported is None:
            continue
        managed, is_factory = imported
        for binding in bindings:
            if binding.flags & UseFlag.IMPORT_FALLBACK and _is_stand_in(binding, project):
                raises = binding.kind == "class" and _always_raises(binding.symbols[0], project)
                is_value = binding.kind == "value"
                yield binding.span, StandIn(name, managed.qualname, is_factory, is_value, 0, raises)


def _imported_names(module: ModuleSummary, project: Project) -> set[str]:
    """Return the module's names that may stand for something managed."""
    duplicates = project.duplicates
    found = {
        n
        for names in (duplicates.managed_named, duplicates.factories_named)
        for n in names
        if n in module.bindings
    }
    symbols = {
        hit.symbol for hit in project.hits_in(module) if hit.use.kind is UseKind.IMPORT and not hit.rest
    }
    if any(symbol.rpartition(".")[2] not in module.bindings for symbol in symbols):
        found.update(
            n
            for n, all_ in module.bindings.items()
            if any(b.symbols[:1] and b.symbols[0] in symbols for b in all_)
        )
    found.update(name for symbol in symbols if (name := symbol.rpartition(".")[2]) in module.bindings)
    return found


def _imported(name: str, binding: Binding, project: Project) -> tuple[ManagedClass, bool] | None:
    """Return the managed class that an import means, and whether it names the factory.

    An import that leads nowhere in the project means what has that name elsewhere in it: the stand-in is all
    there is.
    """
    if binding.kind != "import" or binding.flags & UseFlag.IMPORT_FALLBACK:
        return None
    symbol = binding.symbols[0]
    target = project.names.resolve(symbol)
    if target is not None and target.kind == "class" and target.symbol in project.managed:
        return project.managed[target.symbol], False
    duplicates = project.duplicates
    if target is not None and target.kind == "function":
        for factory, managed in duplicates.factories_named.get(target.symbol.rpartition(".")[2], ()):
            if factory == target.symbol:
                return managed, True
    leads_nowhere = target is None or (target.kind == "external" and target.symbol == symbol)
    if leads_nowhere and symbol.partition(".")[0] in duplicates.top_packages:
        if name in duplicates.managed_named:
            return duplicates.managed_named[name][0], False
        if name in duplicates.factories_named:
            return duplicates.factories_named[name][0][1], True
    return None


def _is_stand_in(binding: Binding, project: Project) -> bool:
    if binding.kind in ("class", "function"):
        return True
    if binding.kind != "value" or binding.value not in ("call", "expression"):
        return False
    for symbol in binding.symbols:
        target = project.names.resolve(symbol)
        name = target.symbol if target is not None else symbol
        if name in _PLACEHOLDERS or name.startswith(_TYPING):
            return False
    return True


def _in_functions(module: ModuleSummary, project: Project) -> Iterator[tuple[Span, StandIn]]:
    """Yield stand-ins that are defined where a function's own import fails."""
    imports = {
        (hit.use.scope, hit.symbol.rpartition(".")[2]): hit
        for hit in project.hits_in(module)
        if hit.use.kind is UseKind.IMPORT
        and hit.use.scope
        and not hit.rest
        and hit.role in ("class", "factory")
    }
    if not imports:
        return
    definitions: list[ClassFacts | FunctionFacts] = [*module.classes, *module.functions]
    for facts in definitions:
        parent = module.scopes[facts.scope].parent
        hit = imports.get((parent, facts.name))
        if hit is not None and facts.flags & UseFlag.IMPORT_FALLBACK:
            yield (
                facts.span,
                StandIn(facts.name, hit.managed, hit.role == "factory", is_value=False, scope=parent),
            )


def _always_raises(symbol: str, project: Project) -> bool:
    """Whether a class or a base of it refuses to be constructed."""
    names = project.names
    constructors = (f"{each}.{name}" for each in names.mro(symbol) for name in ("__init__", "__new__"))
    return any(
        guard.kind == "always"
        for constructor in constructors
        if constructor in names.functions
        for guard in names.functions[constructor].facts.guards
    )


def _class_refuses(node: cst.ClassDef) -> bool:
    """Whether a class's constructor raises, or all that it has does."""
    import libcst as cst

    methods = [item for item in node.body.body if isinstance(item, cst.FunctionDef)]
    constructors = [method for method in methods if method.name.value in ("__init__", "__new__")]
    return any(map(_refuses, constructors)) or (bool(methods) and all(map(_refuses, methods)))


def _refuses(node: cst.FunctionDef) -> bool:
    """Whether a function does nothing but raise, after whatever it says about that."""
    import libcst as cst

    last = node.body.body[-1] if node.body.body else None
    small = last.body if isinstance(last, cst.SimpleStatementLine) else (last,)
    return bool(small) and isinstance(small[-1], cst.Raise)
