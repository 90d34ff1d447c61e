"""What lowers the confidence of any finding: the place that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence

if TYPE_CHECKING:
    from ssot_lint.summary.facts import ModuleSummary

_VENDORED: Final = frozenset(
    {
        "_vendor",
        "_vendored",
        "vendor",
        "vendored",
        "vendors",
        "third_party",
        "thirdparty",
        "3rdparty",
        "extern",
        "externals",
    }
)


def lowered(confidence: Confidence, module: ModuleSummary) -> Confidence:
    """The confidence that is left for a finding in a module: code that others maintain gives ``low``."""
    folders = module.project_path.split("/")[:-1]
    return Confidence.LOW if _VENDORED.intersection(folders) else confidence
