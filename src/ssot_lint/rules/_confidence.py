"""What lowers the confidence of any finding: the place that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Confidence
from ssot_lint.project.candidates import VENDORED_FOLDERS

if TYPE_CHECKING:
    from ssot_lint.summary.facts import ModuleSummary


def lowered(confidence: Confidence, module: ModuleSummary) -> Confidence:
    """The confidence that is left for a finding in a module: code that others maintain gives ``low``."""
    folders = module.project_path.split("/")[:-1]
    return Confidence.LOW if VENDORED_FOLDERS.intersection(folders) else confidence
