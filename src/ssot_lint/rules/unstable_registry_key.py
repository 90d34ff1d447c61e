"""SST404: the key of a registry changes between calls for the same owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
    "text": "the text of {text}, which has no text of its own and shows its address",
    "fresh": "{text}(), which is new each time",
}
_OWN_TEXT: Final = ("__str__", "__repr__", "__format__")
_OWN_HASH: Final = ("__hash__", "__eq__")


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
            found: dict[tuple[str, str], tuple[KeyPart, Confidence]] = {}
            for key in handing.keys if handing is not None else ():
                if not _is_registry(key.mapping, factory, managed, project.names):
                    continue
                for each in project.making.parts(key.parts, module.path):
                    confidence = _confidence(each, project)
                    if confidence is not None:
                        found.setdefault((each.part.kind, each.part.text), (each, confidence))
            for each, confidence in found.values():
                yield cls._finding(each, min(confidence, managed.confidence), managed, factory, module)

    @classmethod
    def _finding(
        cls, each: KeyPart, confidence: Confidence, managed: ManagedClass, factory: str, module: ModuleSummary
    ) -> Finding:
        how = _HOW[each.part.kind].format(text=each.part.text)
        through = f" ({each.seen_at.text}() gives it)" if each.seen_at is not each.part else ""
        name = factory.rpartition(".")[2]
        return Finding(
            code=cls.code,
            name=cls.name,
            message=f"{name}() keeps each {managed.name} by {how}{through}: the same owner gets a second one",
            location=Location(module.path, each.seen_at.span),
            confidence=lowered(confidence, module),
            evidence=managed.evidence,
            related=(Related("where the key changes", each.location),) if through else (),
            suggestions=(
                Suggestion("Use what names the owner for good as the key: a user's or tenant's id"),
            ),
            scope=factory.removeprefix(f"{module.module}."),
        )


def _keyed_factories(module: ModuleSummary, project: Project) -> Iterator[tuple[ManagedClass, str]]:
    """Yield the functions of a module that may get or create in a registry."""
    here = {f"{module.module}.{handing.qualname}" for handing in module.handings if handing.keys}
    if here:
        for managed in project.managed.values():
            helpers = (helper for keep in managed.keeps for helper in keep.helpers)
            for factory in dict.fromkeys((*(f.symbol for f in managed.factories), *helpers)):
                if factory in here:
                    yield managed, factory


def _is_registry(mapping: str, factory: str, managed: ManagedClass, names: Names) -> bool:
    """Whether a mapping is a registry of the class, or one whose missing items the factory makes."""
    name = mapping.rpartition(".")[2].replace("[]", "")
    if any(registry.rpartition(".")[2] == name for registry in managed.registries):
        return True
    return any(
        fill.target == f"{mapping}[]"
        and fill.when_empty
        and any(names.class_of(made) == managed.qualname for made in fill.made)
        for fill in names.functions[factory].facts.fills
    )


def _confidence(each: KeyPart, project: Project) -> Confidence | None:
    """How sure it is that the same owner comes with another key next time; None for what is stable."""
    part = each.part
    if part.kind == "fresh":
        return Confidence.MEDIUM if each.is_partial else Confidence.HIGH
    classes = [found for symbol in part.symbols if (found := project.names.class_of(symbol)) is not None]
    is_owner = is_context(part.text, part.symbols, project)
    if part.kind == "id":
        return Confidence.HIGH if is_owner else Confidence.MEDIUM
    own = _OWN_HASH if part.kind == "hash" else _OWN_TEXT
    if classes:
        return _of_class(classes[0], own, project.names, is_owner=is_owner)
    if part.kind == "hash" or not is_owner:
        return None
    return Confidence.HIGH if part.has_attributes else Confidence.MEDIUM


def _of_class(symbol: str, own: tuple[str, ...], names: Names, *, is_owner: bool) -> Confidence | None:
    if names.external_bases(symbol) - {"builtins.object"}:
        return None
    if any(method in names.classes[line].facts.methods for line in names.mro(symbol) for method in own):
        return None
    if is_record(names, symbol):
        return Confidence.MEDIUM if is_owner and own is _OWN_TEXT else None
    return Confidence.HIGH
