"""ssot-lint finds violations of the single source of truth in Python projects.

``check`` lints, and the names below are the values that it takes and returns; nothing else is public.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ssot_lint.errors import ConfigurationError, SsotLintError, UnreadablePathError
from ssot_lint.model import (
    Applicability,
    Confidence,
    Edit,
    Evidence,
    Finding,
    Location,
    Related,
    Scope,
    Span,
    Suggestion,
)
from ssot_lint.settings import Settings

if TYPE_CHECKING:
    from ssot_lint.session import CheckResult, check

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

_LAZY: Final = MappingProxyType({"CheckResult": "ssot_lint.session", "check": "ssot_lint.session"})


def __getattr__(name: str) -> object:
    """Load the session on first use: whoever only asks for ``--help`` needn't wait for it."""
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
