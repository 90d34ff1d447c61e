"""What the rules about second sources agree on: whose code doesn't count, and what stands apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Location, Related
from ssot_lint.rules._confidence import lowered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.model import Span, Suggestion
    from ssot_lint.project import ManagedClass
    from ssot_lint.rules._base import AnyRule
    from ssot_lint.summary import ModuleSummary

_ASIDE: Final = frozenset(
    {"examples", "example", "scripts", "docs", "demo", "demos", "benchmarks", "samples"}
)
_GENERATED: Final = re.compile(r"(^|/)(_?generated|gen|autogen)/|_pb2(_grpc)?\.pyi?$|(^|/|_)generated\.py$")
_STAND_IN: Final = re.compile(r"(^|_)(mock|fake|dummy|stub|noop|null|testing)(s|ed)?(_|$)", re.IGNORECASE)


def is_somebody_elses(module: ModuleSummary) -> bool:
    """Return whether a module is vendored, generated, a stub, or full of stand-ins by its name."""
    if module.is_stub or _GENERATED.search(module.project_path):
        return True
    if lowered(Confidence.HIGH, module) is Confidence.LOW:
        return True
    return any(_STAND_IN.search(part) for part in module.project_path.removesuffix(".py").split("/"))


def apart(confidence: Confidence, here: ModuleSummary, there: str) -> Confidence:
    """Return the confidence that is left when the other source stands in the module ``there``.

    Code that only shows something gives ``low``. Another distribution may not be able to import the first
    source, and packages that run in parallel (``plugins/a/client.py``, ``plugins/b/client.py``) are made
    after one pattern.
    """
    if _ASIDE.intersection(here.project_path.split("/")[:-1]):
        return Confidence.LOW
    own, other = here.module.split("."), there.split(".")
    differing = [
        position for position, pair in enumerate(zip(own, other, strict=False)) if pair[0] != pair[1]
    ]
    is_parallel = len(own) == len(other) and len(differing) == 1 and differing[0] < len(own) - 1
    if own[0] != other[0] or is_parallel:
        return Confidence(max(confidence - 1, Confidence.LOW))
    return confidence


def second_source(
    rule: AnyRule,
    module: ModuleSummary,
    span: Span,
    message: str,
    managed: ManagedClass,
    *,
    confidence: Confidence,
    related: Iterable[Related] = (),
    suggestions: Iterable[Suggestion] = (),
    scope: str = "",
) -> Finding:
    """Return a finding about a module, for which no syntax tree was needed."""
    return Finding(
        code=rule.code,
        name=rule.name,
        message=message,
        location=Location(module.path, span),
        confidence=confidence,
        evidence=managed.evidence,
        related=tuple(related),
        suggestions=tuple(suggestions),
        scope=scope,
    )
