"""From a finding to what an editor shows of it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from lsprotocol import types

from ssot_lint.model import Confidence
from ssot_lint.reporters.addresses import page_address
from ssot_lint.rules.unused_suppression import UnusedSuppression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ssot_lint.model import Finding, Location
    from ssot_lint.server.client import Client
    from ssot_lint.server.positions import Places

SOURCE: Final = "ssot-lint"

_SEVERITIES: Final[Mapping[Confidence, types.DiagnosticSeverity]] = MappingProxyType(
    {
        Confidence.HIGH: types.DiagnosticSeverity.Error,
        Confidence.MEDIUM: types.DiagnosticSeverity.Warning,
        Confidence.LOW: types.DiagnosticSeverity.Information,
    }
)

Find: TypeAlias = "Callable[[Location], types.Location | None]"
"""Says where a place in any file of the project is, for a client; None if it can't be said."""


def diagnostic(finding: Finding, places: Places, find: Find, client: Client) -> types.Diagnostic:
    """Return what a client shows of a finding in the text of ``places``."""
    return types.Diagnostic(
        range=places.range_of(finding.location.span),
        message=finding.message,
        severity=_SEVERITIES[finding.confidence],
        code=finding.code,
        code_description=(
            types.CodeDescription(page_address(finding.name)) if client.code_description else None
        ),
        source=SOURCE,
        tags=_tags(finding, client),
        related_information=_related(finding, find) or None if client.related_information else None,
    )


def _tags(finding: Finding, client: Client) -> list[types.DiagnosticTag] | None:
    """Return what lets an editor fade out what is there in vain."""
    if client.unnecessary_tag and finding.code == UnusedSuppression.code:
        return [types.DiagnosticTag.Unnecessary]
    return None


def _related(finding: Finding, find: Find) -> list[types.DiagnosticRelatedInformation]:
    """Return the other places that belong to a finding, and the reasons why the class is managed."""
    others = [(each.message, each.location) for each in finding.related]
    others += [(each.text or each.kind, each.location) for each in finding.evidence]
    found = ((message, find(location)) for message, location in others)
    return [types.DiagnosticRelatedInformation(place, message) for message, place in found if place]
