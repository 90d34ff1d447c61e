"""SST101: a managed class is called outside its owners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ssot_lint.model import Confidence, Span
from ssot_lint.project.hits import Hit, is_construction
from ssot_lint.rules._base import Rule
from ssot_lint.rules._construction import is_excused, judged_confidence
from ssot_lint.rules._wording import allow_owner, use_factory, way_in

if TYPE_CHECKING:
    import libcst as cst

    from ssot_lint.project import Project
    from ssot_lint.summary import ModuleSummary


class DirectInstantiation(Rule[Hit]):
    """Reports calls of managed classes."""

    code = "SST101"
    name = "direct-instantiation"
    summary = "A managed class is constructed directly instead of by its factory"

    @classmethod
    def suspects(cls, module: ModuleSummary, project: Project) -> Mapping[Span, Hit]:
        """Calls of managed classes outside their owners, by the span of what is called."""
        return {
            hit.use.span: hit
            for hit in project.hits_in(module)
            if is_construction(hit)
            and not project.managed[hit.managed].is_own_factory
            and not is_excused(hit, module, project)
        }

    @classmethod
    def confidence_of(cls, suspect: Hit, module: ModuleSummary, project: Project) -> Confidence:
        """The confidence of the class, or of the place where that is less."""
        return judged_confidence(suspect, project.managed[suspect.managed], module)

    def visit_Call(self, node: cst.Call) -> None:
        """Report the call when what is called is a managed class."""
        suspect = self.suspect_at(node.func)
        span = self.file.span_of(node)
        if suspect is None or span is None:
            return
        hit = suspect[1]
        managed = self.file.project.managed[hit.managed]
        scope = self.file.qualname_at(hit.use.scope)
        place = f"{self.file.module.module}.{scope}".rstrip(".")
        self.report(
            span,
            f"{managed.name} is constructed directly; get it from {way_in(managed)}",
            confidence=self.confidence_of(hit, self.file.module, self.file.project),
            evidence=managed.evidence,
            suggestions=(use_factory(managed), allow_owner(managed, place)),
            scope=scope,
        )
