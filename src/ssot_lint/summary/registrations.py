"""What a module tells a container or a cache to make and to keep: by a call, or by binding a name to one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.summary.facts import Given, Registration
from ssot_lint.summary.symbols import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.records import CallRecord, Target
    from ssot_lint.summary.scopes import Scope

_PROVIDERS: Final = frozenset(
    {
        "Singleton",
        "ThreadSafeSingleton",
        "ThreadLocalSingleton",
        "ContextLocalSingleton",
        "DelegatedSingleton",
        "DelegatedThreadSafeSingleton",
        "Resource",
        "ContextLocalResource",
    }
)
_CACHES: Final = frozenset(
    {"cache", "lru_cache", "alru_cache", "cached", "fifo_cache", "lfu_cache", "rr_cache", "ttl_cache"}
)
REGISTERING: Final = frozenset(
    {"register", "bind", "define", "register_value", "register_factory", "register_local_value"}
)
"""The last words of calls that may register something with a container."""
_TELLING: Final = frozenset({"scope", "instance"})


class _Wrapping(NamedTuple):
    function: ast.expr
    wrapped: ast.expr


class ItemTarget(NamedTuple):
    """``container[key] = value`` with the scope that it stands in."""

    node: ast.Subscript
    value: ast.Call
    scope: Scope


def read_registrations(
    targets: Iterable[Target],
    items: Iterable[ItemTarget],
    calls: Iterable[CallRecord],
    positions: Positions,
) -> Iterator[Registration]:
    """Yield the registrations of a module; ``calls`` are those whose last word may register something."""
    for target in targets:
        wrapping = _wrapping(target.value)
        if wrapping is not None and target.value is not None:
            place = f"{target.scope.symbol}.{target.name}"
            for function in describe(wrapping.function, target.reader)[:1]:
                wrapped = _given("0", wrapping.wrapped, target.reader)
                span = positions.span(target.value)
                yield Registration(function, place, (wrapped,), span, target.reader.index)
    for node, value, scope in items:
        for function in describe(value.func, scope)[:1]:
            given = (_given("key", node.slice, scope), *_all_given(value, scope))
            yield Registration(function, "", given, positions.span(node), scope.index)
    for call, _, scope in calls:
        if _may_register(call):
            functions = describe(call.func, scope) or (f"?.{_last_word(call.func)}",)
            yield Registration(functions[0], "", _all_given(call, scope), positions.span(call), scope.index)


def is_provided(value: ast.expr) -> bool:
    """Tell whether a value reads as a provider that keeps what it makes."""
    return isinstance(value, ast.Call) and _last_word(value.func) in _PROVIDERS


def wrapped_symbols(value: ast.expr | None, scope: Scope) -> tuple[str, ...]:
    """Return what a provider or a cache makes its instances by: it is called as that would be."""
    wrapping = _wrapping(value)
    if wrapping is None or not isinstance(wrapping.wrapped, (ast.Name, ast.Attribute)):
        return ()
    return describe(wrapping.wrapped, scope)


def _wrapping(value: ast.expr | None) -> _Wrapping | None:
    """Return the provider or cache that a call makes, and what that wraps."""
    if not isinstance(value, ast.Call) or not value.args:
        return None
    if _last_word(value.func) in _PROVIDERS:
        return _Wrapping(value.func, value.args[0])
    if isinstance(value.func, ast.Call):  # lru_cache(maxsize=None)(make)
        is_cache = _last_word(value.func.func) in _CACHES
        return _Wrapping(value.func.func, value.args[0]) if is_cache else None
    return _Wrapping(value.func, value.args[0]) if _last_word(value.func) in _CACHES else None


def _may_register(call: ast.Call) -> bool:
    word = _last_word(call.func)
    keywords = {keyword.arg for keyword in call.keywords}
    if word in ("register", "bind"):
        return bool(keywords & _TELLING) or len(call.args) > 2
    if word == "define":
        return len(call.args) == 2 and is_provided(call.args[1])
    return bool(call.args)


def _all_given(call: ast.Call, scope: Scope) -> tuple[Given, ...]:
    given = [_given(str(position), value, scope) for position, value in enumerate(call.args)]
    return tuple(given + [_given(k.arg, k.value, scope) for k in call.keywords if k.arg is not None])


def _given(place: str, node: ast.expr, scope: Scope) -> Given:
    if isinstance(node, ast.Lambda):
        return Given(place, "lambda", describe(node.body, scope))
    if isinstance(node, ast.Constant):
        text = node.value if isinstance(node.value, str) else ""
        is_path = all(part.isidentifier() for part in text.split("."))
        return Given(place, "name", (text,) if is_path else ())
    if isinstance(node, ast.Call):
        wrapped = _handed_on(node)
        return _given(place, wrapped, scope) if wrapped else Given(place, "value", describe(node, scope))
    return Given(place, "name", describe(node, scope))


def _handed_on(call: ast.Call) -> ast.expr | None:
    """Return what a partial function or another provider is made of."""
    arguments: Sequence[ast.expr] = call.args
    word = _last_word(call.func)
    return arguments[0] if arguments and (word == "partial" or word in _PROVIDERS) else None


def _last_word(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
