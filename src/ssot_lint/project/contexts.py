"""What stands for a user, tenant, request or session: by annotation first, then by whole names."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssot_lint.summary.facts import Parameter
    from ssot_lint.summary.kept_facts import Origin

_CLASSES: Final = re.compile(
    r"(?:.*(?:User|Tenant|Principal)|.*(?:User|Chat|Login|Tenant)Session"
    r"|(?:Http|HTTP|Web|ASGI|Starlette|User|Chat|Auth)?Request"
    r"|(?:.*[a-z])?WebSocket(?:ServerProtocol|Connection)?|HTTPConnection|.*(?:[a-z0-9]|^)Context)"
)
_TECHNICAL: Final = re.compile(
    r"(?:SSL|Ssl|Tls|TLS|Crypt|Crypto|Process|Multiprocessing|Base|Spark|SQL|Gpu|GPU|Cuda|CUDA|Device|Render"
    r"|Template|Decimal|Parser?|Parsing|Lexer|Compil\w*|Build|Plugin|Test|Database|Db|DB|Engine|Async|Null"
    r"|Data|Migration|Alembic|Cli|CLI|Command|Debug\w*|Type|Import|Code|Draw\w*|Graphics|Cairo|Font|Style"
    r"|Device|Zmq|ZMQ|Application|App|Ssh|Python|Config\w*|Validation|Serialization|Deserialization)Context"
)
"""Contexts of a computation, a connection or a program, which no user has of his own."""
_OF_SOMEBODY: Final = re.compile(
    r"User|Tenant|Request|Session|Principal|Auth|Login|Customer|Account|Member|Chat|Conversation|Visitor"
    r"|Caller|Client|Socket|Connection|Http|HTTP|Web|Security|Identity|Message"
)
"""What makes a class of contexts one of somebody's, rather than of a computation."""
_OUTGOING: Final = frozenset({"urllib", "requests", "httpx", "scrapy", "urllib3", "httplib2", "http"})
"""Libraries whose requests go out."""
_NAMES: Final = frozenset(
    {"user", "user_id", "userid", "current_user", "current_user_id", "logged_in_user", "user_context"}
    | {"user_ctx", "user_session", "user_info", "tenant", "tenant_id", "current_tenant", "tenant_context"}
    | {"request", "http_request", "web_request", "request_context", "request_ctx", "session_context"}
    | {"websocket", "customer_id", "principal"}
)
"""Whole names that stand for a context by themselves."""
_THREADS: Final = frozenset({"session_id", "chat_id", "conversation_id"})
"""Names of a context in a server, and of the one thing at hand in a tool that one person runs."""
_MESSAGES: Final = frozenset({"message", "msg", "event", "update", "payload", "envelope", "data"})
"""Parameters that are no contexts, and whose items may be parts of one."""
_PARTS: Final = _NAMES | {"from_user", "sender", "sender_id", "author", "chat", "chat_id"}
"""Not a session: what a message tells of is as often the program's own with the server."""
_SERVING: Final = frozenset({"app", "application", "server", "registry"})
"""What a request also leads to: that which serves all of them."""
_CONNECTION: Final = frozenset(
    {"host", "hostname", "port", "dsn", "database", "dbname", "passwd", "pwd", "key_filename", "password"}
)
"""Parameters beside which a user is an account, by which the program logs in somewhere."""
_PLAIN: Final = frozenset({"str", "int", "object", "dict", "bytes", "UUID", "Any", "Mapping"})


class ContextValue(msgspec.Struct, frozen=True):
    """A value that is a context, a part of one, or made of one."""

    parameter: str
    label: str
    """What to call it in a message."""
    is_made: bool = False
    """Whether it is only the result of something that was given the context."""
    is_sure: bool = True
    """Whether the name means a context in all kinds of programs."""


class Contexts:
    """Knows contexts; ``further`` are names of classes and parameters, with ``*``, that the user adds."""

    def __init__(self, further: Sequence[str] = ()) -> None:
        self._further = tuple(further)

    def is_class(self, symbol: str) -> bool:
        """Whether instances of a class are contexts, by its name."""
        name = symbol.removesuffix("()").rpartition(".")[2]
        if self._is_further(name) or self._is_further(symbol.removesuffix("()")):
            return True
        if symbol.partition(".")[0] in _OUTGOING and not name.endswith("Context"):
            return False
        return bool(_CLASSES.fullmatch(name)) and not _TECHNICAL.fullmatch(name)

    def _is_further(self, name: str) -> bool:
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self._further)

    def value(
        self, origin: Origin, parameter: Parameter | None, beside: Sequence[Parameter] = ()
    ) -> ContextValue | None:
        """Return the context that a value is, or is a part of; None for all other values.

        ``beside`` are all the parameters of the function that the value comes from.
        """
        name = origin.parameter
        annotation = parameter.annotation if parameter is not None else ()
        if _leads_to_server(origin.steps):
            return None
        made = "()" in origin.steps
        label = name + "".join(step for step in origin.steps if step != "()")
        is_account = name.startswith("user") and any(p.name in _CONNECTION for p in beside)
        if self._is_context(name, annotation, by_name=not is_account):
            return ContextValue(name, label, made, self._is_sure(name, annotation))
        if name in _MESSAGES and any(_words(step) in _PARTS for step in origin.steps):
            return ContextValue(name, label, made)
        return None

    def _is_sure(self, name: str, annotation: Iterable[str]) -> bool:
        """Tell whether a context is a user's: a class's name may say no more than that it is some context."""
        contexts = [symbol for symbol in annotation if self.is_class(symbol)]
        if not contexts:
            return name not in _THREADS
        words = [symbol.removesuffix("()").rpartition(".")[2] for symbol in contexts]
        return name in _NAMES or any(
            not word.endswith("Context") or _OF_SOMEBODY.search(word) or self._is_further(word)
            for word in words
        )

    def _is_context(self, name: str, annotation: Iterable[str], *, by_name: bool) -> bool:
        classes = [symbol.removesuffix("()") for symbol in annotation]
        if any(self.is_class(symbol) for symbol in classes) or self._is_further(name):
            return True
        if name not in (_NAMES | _THREADS) or not by_name:
            return False
        simple = {symbol.rpartition(".")[2] for symbol in classes}
        return not simple or bool(simple & _PLAIN) or name in ("user", "tenant", "principal")


def _leads_to_server(steps: Sequence[str]) -> bool:
    """Tell whether a way from a context leads to what serves all users, as ``request.app.state`` does."""
    first = next((word for step in steps if (word := _words(step)) not in ("scope", "")), "")
    return first in _SERVING


def _words(step: str) -> str:
    return step.strip("._[]").lower()
