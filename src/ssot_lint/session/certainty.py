"""Puts the surest findings first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.model import Finding
    from ssot_lint.project import Project


def by_certainty(findings: Iterable[Finding], project: Project) -> tuple[Finding, ...]:
    """Return the findings by confidence, then by the deviance of what they are about, then by place.

    A finding about a managed class carries that class's evidence; by it the class's z statistic is found.
    What is about no managed class stands where a class without uses does.
    """
    z_by_evidence = {managed.evidence: managed.z for managed in project.managed.values() if managed.evidence}
    return tuple(
        sorted(findings, key=lambda f: (-f.confidence, -z_by_evidence.get(f.evidence, 0.0), f.sort_key))
    )
