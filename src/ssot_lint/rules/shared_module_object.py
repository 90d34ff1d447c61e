"""SST205: instances keep a module's mutable object as it is, and change it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Related, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._wording import how_changed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ssot_lint.project import Project
    from ssot_lint.project.given_objects import SharedObject
    from ssot_lint.summary import ModuleSummary

_MAX_RELATED: Final = 20
_COPIES: Final[Mapping[str, str]] = MappingProxyType({"dict": "dict", "list": "list", "set": "set"})


class SharedModuleObject(Rule[None]):
    """Reports the attribute where it is bound."""

    code = "SST205"
    name = "shared-module-object"
    summary = (
        "An instance attribute is a module's mutable object, not a copy, and is changed through the instance"
    )
    in_tests = True

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """Report each such attribute that the module's methods bind."""
        return [cls._finding(o, module) for o in project.given_objects.objects.get(module.path, ())]

    @classmethod
    def _finding(cls, shared: SharedObject, module: ModuleSummary) -> Finding:
        confidence = lowered(shared.confidence, module)
        copied = f"{_COPIES.get(shared.kind, 'copy.copy')}({shared.name})"
        return Finding(
            code=cls.code,
            name=cls.name,
            message=_message(shared),
            location=shared.location,
            confidence=min(confidence, Confidence.MEDIUM) if module.is_test else confidence,
            related=tuple(
                Related(f"{how_changed(place.operation)} here", place.location)
                for place in shared.places[:_MAX_RELATED]
            ),
            suggestions=(Suggestion(f"Copy it: self.{shared.attribute} = {copied}"),),
            scope=module.scopes[shared.scope].qualname,
        )


def _message(shared: SharedObject) -> str:
    first = shared.places[0]
    more = f" and {len(shared.places) - 1} more" if len(shared.places) > 1 else ""
    by = f"{first.method}()" if first.method else "code outside the class"
    doubt = f", but {shared.reason}" if shared.reason else ""
    return (
        f"{shared.class_name}.{shared.attribute} is {shared.symbol} itself, which all instances share, "
        f"and {by} changes it ({first.location.path}:{first.location.span.line}{more}){doubt}"
    )
