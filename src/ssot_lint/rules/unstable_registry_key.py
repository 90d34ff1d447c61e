"""SST404: the key of a registry changes between calls for the same owner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model import Confidence, Finding, Location, Related, Suggestion
from ssot_lint.project.kinds import is_record
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._contexts import is_context

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.project.making import KeyPart
    from ssot_lint.project.names import Names
    from ssot_lint.summary import ModuleSummary

_HOW: Final = {
    "id": "the identity of {text}, which is another object next time",
    "hash": "the hash of {text}, which is another object next time",
    "text": "the text of {text}, which is no text or number",
    "address": "the text of {text}, which has no text of its own and shows its address",
    "fields": "the text of {text}, in which all of its fields stand",
    "fresh": "{text}, which is new each time",
}
_SURROUNDINGS: Final = re.compile(
    r"asyncio\.(?:\w+\.)*(?:get_running_loop|get_event_loop|new_event_loop|current_task|AbstractEventLoop|Task)"
    r"|threading\.(?:current_thread|main_thread|Thread)"
)
"""What one runs in: it stays the same object for as long as it runs."""
_OWN_TEXT: Final = ("__str__", "__repr__", "__format__")
_OWN_HASH: Final = ("__hash__", "__eq__")


class _Verdict(NamedTuple):
    """How sure it is that a key changes, and by what it does."""

    confidence: Confidence
    how: str


class UnstableRegistryKey(Rule[None]):
    """Reports the part of the key that changes, where the factory takes it in."""

    code = "SST404"
    name = "unstable-registry-key"
    summary = "The key of a registry changes between calls for the same owner"

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """One finding for each factory and way in which its key changes."""
        for managed, factory in _keyed_factories(module, project):
            handing = project.making.handing(factory)
            found: dict[tuple[str, str], tuple[KeyPart, _Verdict]] = {}
            for key in handing.keys if handing is not None else ():
                if not _is_registry(key.mapping, factory, managed, project.names):
                    continue
                for each in project.making.parts(key.parts, module.path):
                    verdict = _verdict(each, project)
                    if verdict is not None:
                        found.setdefault((each.part.kind, each.part.text), (each, verdict))
            for each, verdict in found.values():
                yield cls._finding(each, verdict, managed, factory, module)

    @classmethod
    def _finding(
        cls, each: KeyPart, verdict: _Verdict, managed: ManagedClass, factory: str, module: ModuleSummary
    ) -> Finding:
        how = _HOW[verdict.how].format(text=each.part.text)
        through = f" ({each.seen_at.text}() gives it)" if each.seen_at is not each.part else ""
        name = factory.rpartition(".")[2]
        return Finding(
            code=cls.code,
            name=cls.name,
            message=f"{name}() keeps each {managed.name} by {how}{through}: the same owner gets a second one",
            location=Location(module.path, each.seen_at.span),
            confidence=lowered(min(verdict.confidence, managed.confidence), module),
            evidence=managed.evidence,
            related=(Related("where the key changes", each.location),) if through else (),
            suggestions=(
                Suggestion("Use what names the owner for good as the key: a user's or tenant's id"),
            ),
            scope=factory.removeprefix(f"{module.module}."),
        )


def _keyed_factories(module: ModuleSummary, project: Project) -> Iterator[tuple[ManagedClass, str]]:
    """Yield the functions of a module that may get or create in a registry."""
    here = [f"{module.module}.{handing.qualname}" for handing in module.handings if handing.keys]
    if here:
        for managed in project.index.near(module):
            for factory in dict.fromkeys(here):
                if factory in managed.factory_symbols or factory in managed.helpers:
                    yield managed, factory


def _is_registry(mapping: str, factory: str, managed: ManagedClass, names: Names) -> bool:
    """Whether a mapping is a registry of the class, or one whose missing items the factory makes."""
    name = mapping.rpartition(".")[2].replace("[]", "")
    if name in managed.registry_names:
        return True
    return any(
        fill.target == f"{mapping}[]"
        and fill.when_empty
        and any(names.class_of(made) == managed.qualname for made in fill.made)
        for fill in names.functions[factory].facts.fills
    )


def _verdict(each: KeyPart, project: Project) -> _Verdict | None:
    """How sure it is that the same owner comes with another key next time; None for what is stable."""
    part = each.part
    if part.kind == "fresh":
        return _Verdict(Confidence.MEDIUM if each.is_partial else Confidence.HIGH, part.kind)
    is_owner = is_context(part.text, part.symbols, project)
    if part.kind == "id":
        if any(_SURROUNDINGS.fullmatch(symbol.removesuffix("()")) for symbol in part.symbols):
            return None
        return _Verdict(Confidence.HIGH if is_owner else Confidence.MEDIUM, part.kind)
    classes = [found for symbol in part.symbols if (found := project.names.class_of(symbol)) is not None]
    if classes:
        return _of_class(classes[0], part.kind, project.names, is_owner=is_owner)
    if part.kind == "hash" or not is_owner:
        return None
    return _Verdict(Confidence.HIGH if part.has_attributes else Confidence.MEDIUM, part.kind)


def _of_class(symbol: str, kind: str, names: Names, *, is_owner: bool) -> _Verdict | None:
    """Return the verdict about an object whose class is known."""
    own = _OWN_HASH if kind == "hash" else _OWN_TEXT
    if names.external_bases(symbol) - {"builtins.object"}:
        return None
    if any(method in names.classes[line].facts.methods for line in names.mro(symbol) for method in own):
        return None
    if is_record(names, symbol):
        return _Verdict(Confidence.MEDIUM, "fields") if is_owner and kind == "text" else None
    return _Verdict(Confidence.HIGH, "hash" if kind == "hash" else "address")
