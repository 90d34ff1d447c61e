"""SST206: what belongs to one user is stored where all users meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Finding, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import Project
    from ssot_lint.project.context_stores import ContextStore
    from ssot_lint.summary import ModuleSummary


class ContextInSharedState(Rule[None]):
    """Reports the variable or attribute where it is stored."""

    code = "SST206"
    name = "context-in-shared-state"
    summary = "A user's, tenant's or request's context is stored where all users meet"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """One finding for each store."""
        for store in project.context_stores.of(module):
            yield Finding(
                code=cls.code,
                name=cls.name,
                message=_message(store),
                location=store.location,
                confidence=lowered(store.confidence, module),
                related=store.place.related,
                suggestions=(
                    Suggestion("Hand it on as an argument"),
                    Suggestion(
                        "Keep it in a contextvars.ContextVar: tasks and threads have values of their own"
                    ),
                ),
                scope=module.scopes[store.scope].qualname,
            )


def _message(store: ContextStore) -> str:
    then = "the next user's takes its place while this one is still served"
    if store.is_first:
        then = "all who come after are served with it"
    elif store.is_read_after_await:
        then = "after the await that follows it may be another user's"
    but = f" ({store.reason})" if store.reason else ""
    return f"{store.label} is stored in {store.place.words}: {then}{but}"
