"""SST302: code outside the owner reads a factory's slot or registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.project.hits import Hit
from ssot_lint.rules._base import Rule
from ssot_lint.rules._places import confidence_of_place, is_foreign, is_private, is_write, narrowed
from ssot_lint.rules._wording import use_factory, way_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from ssot_lint.model import Confidence, Span
    from ssot_lint.project import Project
    from ssot_lint.summary import ModuleSummary


class RegistryAccess(Rule[Hit]):
    """Reports reads and imports of private slots and registries."""

    code = "SST302"
    name = "registry-access"
    summary = "The slot or registry behind a factory is read by code that doesn't own it"

    @classmethod
    def suspects(cls, module: ModuleSummary, project: Project) -> Mapping[Span, Hit]:
        """Foreign reads, by the span of the whole expression or of the imported name."""
        hits = [
            hit for hit in project.hits_in(module) if hit.role in ("slot", "registry") and is_private(hit)
        ]
        written = {hit.use.span for hit in hits if is_write(hit, project)}
        return {
            hit.use.span: hit
            for hit in hits
            if hit.use.span not in written
            and is_foreign(hit, module, project)
            and not _is_named_instance(hit, project)
        }

    @classmethod
    def confidence_of(cls, suspect: Hit, module: ModuleSummary, project: Project) -> Confidence:
        """The confidence of the class."""
        return confidence_of_place(suspect, module, project)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """Report a slot that is read as an attribute."""
        self._look_at(node)

    def visit_Subscript(self, node: cst.Subscript) -> None:
        """Report an item of a registry."""
        self._look_at(node)

    def visit_Call(self, node: cst.Call) -> None:
        """Report a slot that is read by ``getattr``."""
        self._look_at(node)

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
        """Report a slot that is imported."""
        self._look_at(node)

    def _look_at(self, node: cst.CSTNode) -> None:
        suspect = self.suspect_at(node)
        if suspect is None:
            return
        whole, hit = suspect
        managed = self.file.project.managed[hit.managed]
        kind = "registry" if hit.role == "registry" else "slot"
        name = hit.target.rpartition(".")[2]
        slot = narrowed(node, hit.rest)
        if slot is None:
            return  # it is reported where the local name for it is bound
        self.report(
            self.file.span_of(slot) or whole,
            f"{name} is the {kind} in which {managed.name} is kept; get the instance from {way_in(managed)}",
            confidence=self.confidence_of(hit, self.file.module, self.file.project),
            evidence=managed.evidence,
            suggestions=(use_factory(managed),),
            scope=self.file.qualname_at(hit.use.scope),
        )


def _is_named_instance(hit: Hit, project: Project) -> bool:
    """Whether a module's variable is but a name for the instance that calling the class gives anybody."""
    owner, _, name = hit.target.rpartition(".")
    module = project.names.modules.get(owner)
    bindings = module.bindings.get(name, ()) if module is not None else ()
    if len(bindings) != 1 or not project.managed[hit.managed].is_own_factory:
        return False
    return bindings[0].value == "call" and hit.role == "slot"
