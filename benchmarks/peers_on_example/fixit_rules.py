"""A rule for Fixit that names the example's managed classes, by the paths that they are imported from."""

from typing import Final

import libcst as cst
from fixit import LintRule
from libcst.metadata import QualifiedNameProvider

MANAGED: Final = frozenset(
    {
        "chat.ws.manager._WebSocketManagerImpl",
        "chat.ws.manager.WebSocketManager",
        "chat.ws.WebSocketManager",
        "chat.hub.MessageHub",
        "chat.sessions.SessionStore",
        "chat.db.Database",
        "chat.limits.RateLimiter",
        "chat.history.ConversationLog",
        "chat.presence.PresenceTracker",
        "chat.agents.registry.AgentRegistry",
        "chat.agents.llm.LlmGateway",
        "chat.tools.dispatcher.ToolDispatcher",
    }
)


class ManagedClassConstructed(LintRule):
    """Reports calls of the classes; Fixit resolves names within a file."""

    MESSAGE = "Ask the factory."
    METADATA_DEPENDENCIES = (QualifiedNameProvider,)

    def visit_Call(self, node: cst.Call) -> None:
        """Report the call of a managed class."""
        found = self.get_metadata(QualifiedNameProvider, node.func, set())
        if MANAGED & {name.name for name in found}:
            self.report(node)
