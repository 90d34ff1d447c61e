"""Source text to what the project needs to know of it, by one pass over the syntax tree of ``ast``."""

from ssot_lint.summary.build import summarize
from ssot_lint.summary.facts import ModuleSummary

__all__ = ["ModuleSummary", "summarize"]
