"""Summaries to a project: what names mean, which classes are managed, and where they are touched."""

from ssot_lint.project.linking import Project, link
from ssot_lint.project.managed import ManagedClass

__all__ = ["ManagedClass", "Project", "link"]
