"""SST102: a managed class is constructed outside its owners by a detour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.project.evidence.foreign import foreign_constructor
from ssot_lint.project.hits import Hit
from ssot_lint.rules._base import Rule
from ssot_lint.rules._construction import is_excused, judged_confidence
from ssot_lint.rules._wording import allow_owner, use_factory, way_in
from ssot_lint.summary.facts import UseFlag, UseKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from ssot_lint.model import Confidence, Span
    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary import ModuleSummary

_TAKERS: Final = {
    "functools.partial#0": "functools.partial",
    "functools.partialmethod#0": "functools.partialmethod",
    "dataclasses.field#default_factory": "a dataclass field, which calls it for every instance",
    "attr.ib#factory": "an attrs field, which calls it for every instance",
    "attr.attrib#factory": "an attrs field, which calls it for every instance",
    "attr.field#factory": "an attrs field, which calls it for every instance",
    "attrs.field#factory": "an attrs field, which calls it for every instance",
    "attr.Factory#0": "an attrs field, which calls it for every instance",
    "attrs.Factory#0": "an attrs field, which calls it for every instance",
    "pydantic.Field#default_factory": "a model field, which calls it for every instance",
    "pydantic.fields.Field#default_factory": "a model field, which calls it for every instance",
    "pydantic.PrivateAttr#default_factory": "a model field, which calls it for every instance",
    "msgspec.field#default_factory": "a struct field, which calls it for every instance",
    "fastapi.Depends#0": "Depends, which calls it for every request",
    "fastapi.Depends#dependency": "Depends, which calls it for every request",
    "fastapi.Security#0": "Security, which calls it for every request",
    "builtins.map#0": "map",
    "itertools.starmap#0": "starmap",
    "litestar.di.Provide#0": "Provide, which calls it for every request",
    "litestar.di.Provide#dependency": "Provide, which calls it for every request",
    "dependency_injector.providers.Factory#0": "a Factory provider, which calls it for everybody who asks",
    "collections.defaultdict#0": "defaultdict, which calls it for every new key",
    "asyncio.to_thread#0": "asyncio.to_thread",
    "threading.Thread#target": "a thread",
    "anyio.to_thread.run_sync#0": "a thread",
    "starlette.concurrency.run_in_threadpool#0": "a thread",
    "fastapi.concurrency.run_in_threadpool#0": "a thread",
    "builtins.object.__new__#0": "object.__new__, which goes around the constructor",
    "builtins.super.__new__#0": "super().__new__, which goes around the constructor",
}
_TAKING_METHODS: Final = {
    ".submit#0": "an executor",
    ".run_in_executor#1": "an executor",
    ".map#0": "map",
    ".imap#0": "map",
    ".imap_unordered#0": "map",
    ".starmap#0": "map",
    ".apply_async#0": "a pool",
}


class Detour(msgspec.Struct, frozen=True):
    """A hit that constructs, and by which way."""

    hit: Hit
    text: str
    is_call: bool
    """Whether the place is what a call calls, so that the call is to be pointed at."""


class IndirectInstantiation(Rule[Detour]):
    """Reports constructions that don't call the class by its name."""

    code = "SST102"
    name = "indirect-instantiation"
    summary = "A managed class is constructed by a detour: an alias, type(x)(), __new__, partial, a callback"

    @classmethod
    def suspects(cls, module: ModuleSummary, project: Project) -> Mapping[Span, Detour]:
        """Detours to managed classes outside their owners, by the span of the class or of what is called."""
        found = {}
        for hit in project.hits_in(module):
            detour = _detour(hit, project)
            if detour is not None and not is_excused(hit, module, project):
                found[hit.use.span] = detour
        return found

    @classmethod
    def confidence_of(cls, suspect: Detour, module: ModuleSummary, project: Project) -> Confidence:
        """The confidence of the class, or of the place where that is less."""
        return judged_confidence(suspect.hit, project.managed[suspect.hit.managed], module, project)

    def visit_Call(self, node: cst.Call) -> None:
        """Report a call that constructs by a detour."""
        suspect = self.suspect_at(node.func)
        span = self.file.span_of(node)
        if suspect is not None and suspect[1].is_call and span is not None:
            self._report(span, suspect[1])
        self._handed_over(node)

    def visit_Subscript(self, node: cst.Subscript) -> None:
        """Report a class that is handed over to be called."""
        self._handed_over(node)

    def visit_Name(self, node: cst.Name) -> None:
        """Report a class that is handed over to be called."""
        self._handed_over(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        """Report a class that is handed over to be called."""
        self._handed_over(node)

    def _handed_over(self, node: cst.CSTNode) -> None:
        suspect = self.suspect_at(node)
        if suspect is not None and not suspect[1].is_call:
            self._report(*suspect)

    def _report(self, span: Span, detour: Detour) -> None:
        hit, module = detour.hit, self.file.module
        managed = self.file.project.managed[hit.managed]
        scope = self.file.qualname_at(hit.use.scope)
        place = f"{module.module}.{scope}".rstrip(".")
        self.report(
            span,
            f"{managed.name} is {detour.text}; get it from {way_in(managed)}",
            confidence=self.confidence_of(detour, module, self.file.project),
            evidence=managed.evidence,
            suggestions=(use_factory(managed), allow_owner(managed, place)),
            scope=scope,
        )


def _detour(hit: Hit, project: Project) -> Detour | None:
    if hit.role != "class":
        return None
    managed = project.managed[hit.managed]
    if hit.use.kind is UseKind.REFERENCE and not hit.rest:
        taker = _taker(hit.use.detail, project)
        if taker is None or (managed.is_own_factory and "__new__" not in hit.use.detail):
            return None
        return Detour(hit, f"handed to {taker}", is_call=False)
    if hit.use.kind is not UseKind.CALL:
        return None
    if hit.rest == ".__new__":
        return Detour(hit, "made by __new__, around its constructor", is_call=True)
    if managed.is_own_factory:
        return None
    if not hit.rest and hit.use.flags & UseFlag.DETOUR:
        through_instance = hit.symbol.endswith(".__class__")
        text = (
            "constructed again from an instance of it"
            if through_instance
            else "constructed under another name"
        )
        return Detour(hit, text, is_call=True)
    if hit.rest and _is_alternative_constructor(hit, managed, project):
        return Detour(hit, f"constructed anew by {managed.name}{hit.rest}()", is_call=True)
    return None


def _taker(detail: str, project: Project) -> str | None:
    """What calls the class that it is given as an argument."""
    callee, _, place = detail.partition("#")
    for ending, text in _TAKING_METHODS.items():
        if detail.endswith(ending):
            return text
    target = project.names.resolve(callee) if callee and not callee.startswith("?") else None
    name = target.symbol if target is not None else callee
    return _TAKERS.get(f"{name}#{place}")


def _is_alternative_constructor(hit: Hit, managed: ManagedClass, project: Project) -> bool:
    """Tell whether a class method makes a new instance while a factory keeps one."""
    if not (managed.slots or managed.registries or managed.is_declared):
        return False
    name = hit.rest.removeprefix(".")
    if managed.qualname not in project.names.classes:
        return foreign_constructor(f"{managed.qualname}.{name}()") == managed.qualname
    node = project.names.functions.get(f"{managed.qualname}.{name}")
    if node is None or node.facts.kind not in ("classmethod", "staticmethod"):
        return False
    fresh = f"{managed.qualname}()"
    if node.symbol in managed.factory_symbols:
        return False
    return node.facts.makes == (fresh,) and not any(fresh in fill.made for fill in node.facts.fills)
