"""SST304: a constructor, factory or owner goes on although a validation was skipped, or said no."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Location, Related, Scope, Span, Suggestion
from ssot_lint.project.words import all_ends
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._roles import Place, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.names import Names
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.fail_open_facts import GuardCall, ImportFlag, SkippedGuard, Subject, Verdict

_CONTEXT_CLASSES: Final = ("Context", "Request", "WebSocket", "User", "Tenant", "Principal", "Identity")
_NO_CONTEXTS: Final = frozenset({"SSLContext", "contextvars.Context", "decimal.Context", "AppContext"})
_CONTEXT_NAMES: Final = frozenset(
    {"context", "ctx", "user", "user_id", "tenant", "tenant_id", "session_id", "request", "websocket"}
    | {"principal", "identity", "account", "account_id"}
)
_CONTEXT_ENDINGS: Final = ("_context", "_ctx")


class FailOpenGuard(Rule[None]):
    """Reports the handlers and conditions that let a guard be skipped."""

    code = "SST304"
    name = "fail-open-guard"
    summary = "A validation in a constructor, factory or owner is skipped without a word of failure"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """Report each place once, whatever number of guards it lets pass."""
        found: dict[Span, Finding] = {}
        for skipped in module.fail_open.skipped:
            finding = cls._finding(skipped, module, project)
            if finding is None:
                continue
            known = found.get(finding.location.span)
            if known is None or known.confidence < finding.confidence:
                found[finding.location.span] = finding
        return found.values()

    @classmethod
    def _finding(cls, skipped: SkippedGuard, module: ModuleSummary, project: Project) -> Finding | None:
        place = place_of(module, skipped.scope, project)
        if place is None:
            return None
        names = project.names
        if not any(_is_subject(s, place, names) for s in skipped.guard.subjects):
            return None
        if skipped.returned and not any(_is_instance(s, place.managed, names) for s in skipped.returned):
            return None
        confidence = _confidence(skipped, module, place, names)
        if confidence is None:
            return None
        span, related = skipped.span, [Related("the guard", Location(module.path, skipped.guard.span))]
        if skipped.how == "flag" and skipped.flags:
            flag = _flag(skipped, names)
            if flag is None:
                return None
            setter, asked = flag
            if setter is module:
                span = asked.span
            else:
                related.append(Related("the flag is set", Location(setter.path, asked.span)))
        managed = place.managed
        return Finding(
            code=cls.code,
            name=cls.name,
            message=_message(skipped, place),
            location=Location(module.path, span),
            confidence=lowered(min(confidence, managed.confidence), module),
            evidence=managed.evidence,
            related=tuple(related) if skipped.how != "verdict" else (),
            suggestions=_suggestions(skipped, managed),
            scope=module.scopes[skipped.scope].qualname,
        )


def _confidence(
    skipped: SkippedGuard, module: ModuleSummary, place: Place, names: Names
) -> Confidence | None:
    """How sure it is that a validation is lost; None when none is."""
    verdict = _verdict(skipped.guard, names)
    if skipped.how == "verdict":
        lost = verdict is not None and verdict.is_bool and not verdict.raises
        return Confidence.MEDIUM if lost else None
    if skipped.how == "error":
        if verdict is not None and not _is_swallowed(skipped, verdict, names):
            return None
        if verdict is None and (skipped.caught or skipped.spared):
            return None
        if verdict is None:
            return Confidence.MEDIUM
    elif not _is_ours(skipped.guard, module, names) or not skipped.is_imported:
        return Confidence.MEDIUM
    if skipped.is_busy or not (place.is_maker or skipped.in_construction):
        return Confidence.MEDIUM
    return Confidence.HIGH


def _verdict(guard: GuardCall, names: Names) -> Verdict | None:
    """How a guard of the project says no."""
    for symbol in guard.symbols:
        target = names.resolve(symbol)
        node = (
            names.functions.get(target.symbol) if target is not None and target.kind == "function" else None
        )
        if node is not None:
            verdicts = node.module.fail_open.verdicts
            return next((v for v in verdicts if v.qualname == node.facts.qualname), None)
    return None


def _is_ours(guard: GuardCall, module: ModuleSummary, names: Names) -> bool:
    """Whether a guard is, or by its name was to be, the project's own."""
    home = module.module.partition(".")[0]
    for symbol in guard.symbols:
        if symbol.partition(".")[0] == home:
            return True
        parts = names.prefixes(symbol, all_ends(symbol))
        if any(target.kind in ("module", "instance", "class", "function") for _, target in parts):
            return True
    return False


def _is_instance(symbol: str, managed: ManagedClass, names: Names) -> bool:
    """Whether something that is returned is the managed instance, made or kept."""
    target = names.resolve(symbol)
    if target is None:
        return False
    if target.symbol.removesuffix("[]") in (*managed.registries, *managed.slots):
        return True
    return names.class_of(symbol) == managed.qualname


# -- whether the verdict is lost


def _is_swallowed(skipped: SkippedGuard, verdict: Verdict, names: Names) -> bool:
    """Whether an exception by which a guard says no is caught, and not before by a handler that refuses."""
    for raised in verdict.raises:
        if any(_is_caught(raised, kind, names) for kind in skipped.spared):
            continue
        if not raised and (skipped.caught or skipped.spared):
            continue  # it may be another one
        if not skipped.caught or any(_is_caught(raised, kind, names) for kind in skipped.caught):
            return True
    return False


def _is_caught(raised: str, kind: str, names: Names) -> bool:
    """Whether a handler for one exception catches the other."""
    raised = raised.removesuffix("()")
    target, caught = names.resolve(raised), names.resolve(kind)
    if target is not None and target.kind == "class":
        if caught is not None and caught.symbol in names.mro(target.symbol):
            return True
        return any(_is_builtin_subclass(base, kind) for base in names.external_bases(target.symbol))
    return raised == kind or _is_builtin_subclass(raised, kind)


def _is_builtin_subclass(name: str, base: str) -> bool:
    lower, upper = (getattr(builtins, symbol.removeprefix("builtins."), None) for symbol in (name, base))
    return isinstance(lower, type) and isinstance(upper, type) and issubclass(lower, upper)


def _flag(skipped: SkippedGuard, names: Names) -> tuple[ModuleSummary, ImportFlag] | None:
    """Return the flag of a failed import of the guard that is asked, and the module that sets it."""
    for symbol in skipped.flags:
        target = names.resolve(symbol)
        for place in (symbol, target.symbol if target is not None else symbol):
            home, _, name = place.rpartition(".")
            module = names.modules.get(home)
            if module is None:
                continue
            for flag in module.fail_open.flags:
                if flag.name == name and _imports(flag, skipped.guard):
                    return module, flag
    return None


def _imports(flag: ImportFlag, guard: GuardCall) -> bool:
    parts = {part for symbol in guard.symbols for part in symbol.split(".")}
    return guard.name in flag.imported or bool(parts.intersection(flag.imported))


# -- what a guard is called on


def _is_subject(subject: Subject, place: Place, names: Names) -> bool:
    """Whether something is the managed instance, its key, or the context that it is made for."""
    for symbol in subject.symbols:
        target = names.resolve(symbol)
        held = names.class_of(symbol) or (target.symbol if target is not None else symbol)
        if held == place.managed.qualname or _is_context_class(held):
            return True
    return _is_key(subject, place) or _is_context_name(subject, place)


def _is_context_class(symbol: str) -> bool:
    name = symbol.removesuffix("()")
    if name.rpartition(".")[2] in _NO_CONTEXTS or name in _NO_CONTEXTS:
        return False
    return name.rpartition(".")[2].endswith(_CONTEXT_CLASSES)


def _is_key(subject: Subject, place: Place) -> bool:
    root = subject.text.partition(".")[0]
    function = place.function
    keys = {name for fill in function.fills for name in fill.key_parameters}
    keys.update(name for item in function.returned_items for name in item.key_parameters)
    return root in keys


def _is_context_name(subject: Subject, place: Place) -> bool:
    """Whether a name says that something is a context; not where there is one instance for all."""
    if place.managed.scope is Scope.PROCESS:
        return False
    return any(
        part in _CONTEXT_NAMES or part.endswith(_CONTEXT_ENDINGS)
        for part in (name.lstrip("_") for name in subject.text.split("."))
    )


# -- words

_REASONS: Final = {
    "import": "can't be imported",
    "unavailable": "can't be found",
    "flag": "can't be imported",
    "stand-in": "can't be imported",
    "error": "says no",
}


def _message(skipped: SkippedGuard, place: Place) -> str:
    guard, managed, function = skipped.guard.name, place.managed.name, place.function.name
    if skipped.how == "verdict":
        return f"Nobody looks at what {guard}() returns; {function}() goes on with {managed} whatever it says"
    return f"When {guard}() {_REASONS[skipped.how]}, {function}() goes on, and {managed} is used unchecked"


def _suggestions(skipped: SkippedGuard, managed: ManagedClass) -> tuple[Suggestion, ...]:
    guard = skipped.guard.name
    if skipped.how == "verdict":
        return (Suggestion(f"Raise unless {guard}() returns True"),)
    if skipped.how == "error":
        return (
            Suggestion(f"Raise an error of {managed.name}'s own from it, or the exception itself again"),
            Suggestion(f"Or catch around {guard}() only what isn't its verdict"),
        )
    return (
        Suggestion(f"Raise an error of {managed.name}'s own from it"),
        Suggestion(f"Or import {guard}() at the top of the module, where its failure can't be missed"),
    )
