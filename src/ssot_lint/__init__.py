"""ssot-lint finds violations of the single source of truth in Python projects.

``check`` lints, and the names below are the values that it takes and returns; nothing else is public.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ssot_lint.confidence import Confidence
    from ssot_lint.errors import ConfigurationError, SsotLintError, UnreadablePathError
    from ssot_lint.model import (
        Applicability,
        Edit,
        Evidence,
        Finding,
        Location,
        Related,
        Scope,
        Span,
        Suggestion,
    )
    from ssot_lint.session import CheckResult, check
    from ssot_lint.settings import Settings

__all__ = (
    "Applicability",
    "CheckResult",
    "Confidence",
    "ConfigurationError",
    "Edit",
    "Evidence",
    "Finding",
    "Location",
    "Related",
    "Scope",
    "Settings",
    "Span",
    "SsotLintError",
    "Suggestion",
    "UnreadablePathError",
    "check",
)

_MODULES: Final = MappingProxyType(
    {
        "Applicability": "model",
        "CheckResult": "session",
        "Confidence": "confidence",
        "ConfigurationError": "errors",
        "Edit": "model",
        "Evidence": "model",
        "Finding": "model",
        "Location": "model",
        "Related": "model",
        "Scope": "model",
        "Settings": "settings",
        "Span": "model",
        "SsotLintError": "errors",
        "Suggestion": "model",
        "UnreadablePathError": "errors",
        "check": "session",
    }
)


def __getattr__(name: str) -> object:
    """Load what is asked for on first use: whoever only asks for ``--help`` needn't wait for it."""
    if name in _MODULES:
        return getattr(import_module(f"ssot_lint.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
