"""SST303: code outside the owner changes a factory's slot or registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Span, Suggestion
from ssot_lint.project.hits import Hit
from ssot_lint.rules._base import Rule
from ssot_lint.rules._places import confidence_of_place, is_foreign, is_private, is_write, narrowed
from ssot_lint.rules._wording import way_in
from ssot_lint.summary.facts import UseFlag

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from ssot_lint.project import Project
    from ssot_lint.summary import ModuleSummary

_RESETTING: Final = re.compile(r"_*(?:reset|clear|tear_?down)(?:_|$)")
_MANY: Final = 3


class RegistryWrite(Rule[Hit]):
    """Reports assignments, deletions and changing calls."""

    code = "SST303"
    name = "registry-write"
    summary = "The slot or registry behind a factory is changed by code that doesn't own it"

    @classmethod
    def suspects(cls, module: ModuleSummary, project: Project) -> Mapping[Span, Hit]:
        """Foreign writes, by the span of the target or of what is called."""
        return {
            hit.use.span: hit
            for hit in project.hits_in(module)
            if is_write(hit, project) and is_foreign(hit, module, project)
        }

    @classmethod
    def confidence_of(cls, suspect: Hit, module: ModuleSummary, project: Project) -> Confidence:
        """The confidence of the class; a public slot may be meant to be set.

        A patch is undone, and what stands beside a factory may tell it to forget.
        """
        confidence = confidence_of_place(suspect, module, project)
        is_plain = is_private(suspect) and not suspect.use.flags & UseFlag.PATCHED
        if suspect.role == "factory":
            package = module.module.rpartition(".")[0]
            is_beside = suspect.target.rpartition(".")[0].rpartition(".")[0] == package
            is_plain = not (is_beside and "." in package)  # the topmost package is the whole application
        if is_plain and not project.managed[suspect.managed].is_declared:
            is_plain = not _resets_many(suspect, module, project)
        return confidence if is_plain else min(confidence, Confidence.MEDIUM)

    def visit_Name(self, node: cst.Name) -> None:
        """Report a slot that was imported by name."""
        self._look_at(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """Report a slot that is set as an attribute, or a changing method of it."""
        self._look_at(node)

    def visit_Subscript(self, node: cst.Subscript) -> None:
        """Report an item of a registry that is set or deleted."""
        self._look_at(node)

    def visit_Call(self, node: cst.Call) -> None:
        """Report ``setattr``, ``delattr`` and ``mock.patch``, whose whole call is the place."""
        self._look_at(node)

    def _look_at(self, node: cst.CSTNode) -> None:
        suspect = self.suspect_at(node)
        if suspect is None:
            return
        whole, hit = suspect
        managed = self.file.project.managed[hit.managed]
        slot = narrowed(node, hit.rest if hit.rest != "[]" else "")
        place = self.file.span_of(slot) if slot is not None else None
        self.report(
            place or whole,
            _message(hit, managed.name, way_in(managed)),
            confidence=self.confidence_of(hit, self.file.module, self.file.project),
            evidence=managed.evidence,
            suggestions=(
                Suggestion(f"Give the owner of {managed.name} a function that does this, and call it"),
            ),
            scope=self.file.qualname_at(hit.use.scope),
        )


def _resets_many(suspect: Hit, module: ModuleSummary, project: Project) -> bool:
    """Tell whether a function has the process start anew, by its name and by all that it resets."""
    scope = suspect.use.scope
    if not _RESETTING.match(module.scopes[scope].qualname.rpartition(".")[2]):
        return False
    classes: set[str] = set()
    for hit in project.hits_in(module):
        if hit.use.scope == scope and hit.managed not in classes and is_write(hit, project):
            classes.add(hit.managed)
            if len(classes) == _MANY:
                return True
    return False


def _message(hit: Hit, class_name: str, way: str) -> str:
    name = hit.target.rpartition(".")[2]
    if hit.role == "factory":
        return (
            f"{name}() is made to forget its {class_name}: "
            "whoever holds the old one goes on with it, others get a new one"
        )
    kind = "registry" if hit.role == "registry" else "slot"
    return f"{name}, the {kind} in which {class_name} is kept, is changed from outside; its owner is {way}"
