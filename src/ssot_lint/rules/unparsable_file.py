"""SST001: a file that isn't valid Python."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Location, Suggestion
from ssot_lint.rules._base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project import Project
    from ssot_lint.summary import ModuleSummary

_READ_AS: Final = f"Python {sys.version_info.major}.{sys.version_info.minor}"


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
                suggestions=(
                    Suggestion(
                        f"Mend it, or run ssot-lint with the Python that it is for: {_READ_AS} read it"
                    ),
                ),
            ),
        )
