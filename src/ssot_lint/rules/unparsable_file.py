"""SST001: a file that isn't valid Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Confidence, Finding, Location
from ssot_lint.rules._base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project import Project
    from ssot_lint.summary import ModuleSummary


class UnparsableFile(Rule[None]):
    """Reports the first place at which the running interpreter's grammar fails."""

    code = "SST001"
    name = "unparsable-file"
    summary = "The file is no valid Python, so nothing else could be checked in it"
    in_tests = True

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """One finding for a module that could not be parsed."""
        if module.error is None:
            return ()
        message, span = module.error
        return (
            Finding(
                code=cls.code,
                name=cls.name,
                message=f"The file can't be parsed: {message}",
                location=Location(module.path, span),
                confidence=Confidence.HIGH,
            ),
        )
