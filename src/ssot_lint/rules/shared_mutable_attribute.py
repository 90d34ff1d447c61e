"""SST201: a mutable class attribute is changed through instances that don't have one of their own."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Related, Span, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._wording import how_changed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import libcst as cst

    from ssot_lint.project import Project
    from ssot_lint.project.shared_attributes import SharedAttribute
    from ssot_lint.summary import ModuleSummary

_MAX_RELATED: Final = 20
_EMPTY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "list": "list",
        "dict": "dict",
        "set": "set",
        "deque": "deque",
        "bytearray": "bytearray",
        "OrderedDict": "OrderedDict",
    }
)


class SharedMutableAttribute(Rule["SharedAttribute"]):
    """Reports the attribute in the class body."""

    code = "SST201"
    name = "shared-mutable-attribute"
    summary = "A mutable class attribute is changed through instances, and all of them share it"
    in_tests = True

    @classmethod
    def suspects(cls, module: ModuleSummary, project: Project) -> Mapping[Span, SharedAttribute]:
        """Return the shared attributes of the module's classes, by the span of the attribute's name."""
        return {shared.location.span: shared for shared in project.shared_attributes.of(module)}

    @classmethod
    def confidence_of(cls, suspect: SharedAttribute, module: ModuleSummary, project: Project) -> Confidence:
        """Return what the changes and the signs of intent give; test code at most ``medium``."""
        confidence = lowered(suspect.confidence, module)
        return min(confidence, Confidence.MEDIUM) if module.is_test else confidence

    def visit_Name(self, node: cst.Name) -> None:
        """Report the attribute where the class body binds it."""
        suspect = self.suspect_at(node)
        if suspect is None:
            return
        span, shared = suspect
        self.report(
            span,
            _message(shared),
            confidence=self.confidence_of(shared, self.file.module, self.file.project),
            related=_related(shared),
            suggestions=_suggestions(shared),
            scope=shared.owner.removeprefix(f"{self.file.module.module}."),
        )


def _message(shared: SharedAttribute) -> str:
    what = f"{shared.class_name}.{shared.name} is one {_noun(shared.kind)} that all instances share"
    if not shared.places:
        return f"{what}: a default in attrs isn't copied"
    first = shared.places[0]
    more = f" and {len(shared.places) - 1} more" if len(shared.places) > 1 else ""
    by = f"{first.method}()" if first.method else "code outside the class"
    doubt = f", but {shared.reason}" if shared.reason else ""
    return f"{what}, and {by} changes it ({first.location.path}:{first.location.span.line}{more}){doubt}"


def _noun(kind: str) -> str:
    return {"tuple": "tuple of mutable objects", "any": "mutable object"}.get(kind, kind)


def _related(shared: SharedAttribute) -> Iterable[Related]:
    for place in shared.places[:_MAX_RELATED]:
        yield Related(f"{how_changed(place.operation)} here", place.location)
    for location in shared.overrides[:_MAX_RELATED]:
        yield Related("the same code changes this attribute of a subclass", location)


def _suggestions(shared: SharedAttribute) -> Iterable[Suggestion]:
    factory = _EMPTY.get(shared.kind)
    if shared.home == "dataclass":
        yield Suggestion(
            f"Make it a field: {shared.name}: ... = field(default_factory={factory or 'lambda: ...'})"
        )
    elif shared.home == "attrs":
        yield Suggestion(
            f"Give each instance its own: {shared.name} = field(factory={factory or 'lambda: ...'})"
        )
    elif shared.home == "namedtuple":
        yield Suggestion(f"Give {shared.name} an immutable default, or none")
    else:
        yield Suggestion(f"Bind it in __init__: self.{shared.name} = ...; then each instance has its own")
    if shared.may_be_declared and shared.home != "namedtuple":
        yield Suggestion(
            f"If all instances are meant to share it, say so: {shared.name}: ClassVar[...] = ..."
        )
