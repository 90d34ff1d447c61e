"""The fix of SST205: the instance gets a copy of the module's object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError
from ssot_lint.fixes._values import copy_of
from ssot_lint.model import Applicability, Edit, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.model import Finding


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the copy; other code that changes the module's object then changes it for itself."""
    shared = next(
        each
        for each in file.project.given_objects.objects.get(file.module.path, ())
        if each.location.span == finding.location.span
    )
    value = _value(file, finding)
    copied = copy_of(file, value, value)
    edits = (*copied.edits, Edit(file.span(value), copied.text))
    yield Suggestion(f"Copy it: self.{shared.attribute} = {copied.text}", Applicability.UNSAFE, edits)
    yield from finding.suggestions[1:]


def _value(file: FixedFile, finding: Finding) -> cst.Name | cst.Attribute:
    """Return what the attribute at a finding's place is bound to, if that is a name."""
    for node, parent in file.parents.items():
        if (
            not isinstance(node, (cst.Attribute, cst.Assign, cst.AnnAssign))
            or file.span(node) != finding.location.span
        ):
            continue
        statement = file.parents[parent] if isinstance(parent, cst.AssignTarget) else parent
        for each in (node, statement):
            value = each.value if isinstance(each, (cst.Assign, cst.AnnAssign)) else None
            if isinstance(value, (cst.Name, cst.Attribute)):
                return value
    raise NoFixError("it isn't bound by a plain assignment")
