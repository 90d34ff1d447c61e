"""SST405: a factory is memoized in a way that forgets what it handed out, or that keeps the wrong thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model import Confidence, Finding, Location, Scope, Suggestion
from ssot_lint.project.evidence.clues import first_word
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._wording import listed, one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.names import Names
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.facts import Decorator, FunctionFacts, Parameter

_DEFAULT_BOUND: Final = "128"
_BOUNDED: Final = frozenset(
    {
        "functools.lru_cache",
        "async_lru.alru_cache",
        "cachetools.func.fifo_cache",
        "cachetools.func.lfu_cache",
        "cachetools.func.lru_cache",
        "cachetools.func.rr_cache",
    }
)
"""Decorators that forget when they are full, and are full at ``_DEFAULT_BOUND`` when nothing is said."""
_UNBOUNDED: Final = frozenset({"functools.cache"})
_KEEPS_COROUTINES: Final = frozenset({"functools.cache", "functools.lru_cache"})
_COMPUTING: Final = frozenset(
    {"parse", "compile", "compute", "calculate", "convert", "decode", "detect", "find", "format", "from"}
    | {"infer", "load", "normalize", "read", "render", "resolve", "split", "to", "tokenize"}
)
"""First words of functions whose results depend on their arguments alone."""
_UNLIMITED: Final = frozenset({"None", "math.inf", "inf", "float('inf')", "sys.maxsize"})


class _Memo(NamedTuple):
    """A memoizing decorator: what it is, and how many results it keeps; None for all of them."""

    decorator: Decorator
    name: str
    bound: str | None


class EvictingMemoization(Rule[None]):
    """Reports the decorators."""

    code = "SST405"
    name = "evicting-memoization"
    summary = "A factory's cache forgets instances, keeps coroutines, or keeps one for each object"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """Report each memoized factory at its decorator, for the surest of its classes."""
        for function in module.functions:
            memo = _memo(function, project.names) if function.decorators else None
            managed = _managed_by(module, function, project) if memo is not None else None
            if memo is None or managed is None:
                continue
            found = _problem(memo, function, managed, module, project)
            if found is not None:
                yield cls._finding(memo, function, managed, found, module)

    @classmethod
    def _finding(
        cls,
        memo: _Memo,
        function: FunctionFacts,
        managed: ManagedClass,
        found: _Problem,
        module: ModuleSummary,
    ) -> Finding:
        return Finding(
            code=cls.code,
            name=cls.name,
            message=found.message,
            location=Location(module.path, memo.decorator.span),
            confidence=lowered(found.confidence, module),
            evidence=managed.evidence,
            suggestions=(Suggestion(found.way_out),),
            scope=function.qualname,
        )


class _Problem(NamedTuple):
    """What is wrong with a memoized factory, and what to do about it."""

    message: str
    way_out: str
    confidence: Confidence


def _problem(
    memo: _Memo, function: FunctionFacts, managed: ManagedClass, module: ModuleSummary, project: Project
) -> _Problem | None:
    if function.is_async and memo.name in _KEEPS_COROUTINES:
        return _Problem(
            f"@{_short(memo.name)} keeps the coroutine of {function.name}(), not the {managed.name}: "
            "the second caller awaits it again, which raises RuntimeError",
            f"Keep the {managed.name} itself, or the task that makes it, in a slot or registry",
            Confidence.HIGH,
        )
    if function.kind == "method":
        return _by_object(memo, function, managed, module, project)
    if memo.bound is None:
        return None
    keys = _keys(function, project.names)
    if not keys:
        return None
    confidence = managed.confidence
    if _saves_work(function, managed):
        confidence = Confidence.LOW
    if not memo.bound.isdigit() or all(parameter.default for parameter in keys):
        confidence = min(confidence, Confidence.MEDIUM)
    way_out = (
        "Take functools.cache"
        if not memo.decorator.called
        else f"Say maxsize=None in @{_short(memo.name)}(...)"
    )
    gets = "gets" if len(keys) == 1 else "get"
    return _Problem(
        f"@{_short(memo.name)} keeps {memo.bound} results of {function.name}(): after that it forgets one, "
        f"and the same {listed([key.name for key in keys])} {gets} another {managed.name}",
        way_out,
        confidence,
    )


def _saves_work(function: FunctionFacts, managed: ManagedClass) -> bool:
    """Tell whether a bounded cache is there to save work: it may forget what can be computed again.

    So it is where the function's name says that it computes, and where nothing but the cache, not even a
    custom, speaks for one instance.
    """
    if managed.is_declared:
        return False
    only_memoized = managed.evidence_kinds <= {"memoized", "module-instance"}
    return only_memoized and (managed.confidence < Confidence.HIGH or first_word(function.name) in _COMPUTING)


def _by_object(
    memo: _Memo, function: FunctionFacts, managed: ManagedClass, module: ModuleSummary, project: Project
) -> _Problem | None:
    """Return what is wrong with a memoized method, unless there is but one object to call it on."""
    owner = f"{module.module}.{function.class_qualname}"
    keeper = project.managed.get(owner)
    if keeper is not None and keeper.scope is Scope.PROCESS:
        return None
    return _Problem(
        f"@{_short(memo.name)} keys {function.name}() by self: each {owner.rpartition('.')[2]} "
        f"gets {one(managed.name)} of its own",
        f"Memoize a function or classmethod, or keep the {managed.name} in a registry",
        min(managed.confidence, Confidence.MEDIUM),
    )


def _managed_by(module: ModuleSummary, function: FunctionFacts, project: Project) -> ManagedClass | None:
    """Return the surest managed class that a function is a factory of; of a method, one that it makes."""
    symbol = f"{module.module}.{function.qualname}"
    made = map(project.names.class_of, function.makes if function.kind == "method" else ())
    found = project.index.made_by(symbol, *made)
    return next((managed for managed in found if not managed.is_own_factory), None)


def _memo(function: FunctionFacts, names: Names) -> _Memo | None:
    for decorator in function.decorators:
        target = names.resolve(decorator.symbol)
        name = target.symbol if target is not None else ""
        if name in _UNBOUNDED:
            return _Memo(decorator, name, None)
        if name in _BOUNDED:
            return _Memo(decorator, name, _bound(decorator))
    return None


def _bound(decorator: Decorator) -> str | None:
    """Return how many results a decorator keeps, as it is written; None when it keeps all."""
    arguments = dict(decorator.arguments)
    if arguments.keys() & {"ttl", "**"}:
        return None  # what is too old is made anew on purpose
    bound = arguments.get("maxsize", arguments.get("0", _DEFAULT_BOUND))
    return None if bound in _UNLIMITED else bound


def _keys(function: FunctionFacts, names: Names) -> list[Parameter]:
    """Return the parameters that results are kept by, without those that have but a few values."""
    own = function.parameters[1:] if function.kind == "classmethod" else function.parameters
    return [parameter for parameter in own if not _is_one_of_few(parameter, names)]


def _is_one_of_few(parameter: Parameter, names: Names) -> bool:
    if parameter.default in ("True", "False"):
        return True
    return bool(parameter.annotation) and all(
        _has_few_values(symbol, names) for symbol in parameter.annotation
    )


def _has_few_values(symbol: str, names: Names) -> bool:
    if symbol == "builtins.bool":
        return True
    target = names.resolve(symbol)
    if target is None or target.kind != "class":
        return False
    return any(base.startswith("enum.") for base in names.external_bases(target.symbol))


def _short(name: str) -> str:
    return name.rpartition(".")[2]
