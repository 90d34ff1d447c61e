"""SST204: a mutable default argument is kept or handed out, and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Related, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered
from ssot_lint.rules._wording import how_changed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project import Project
    from ssot_lint.project.given_objects import SharedDefault
    from ssot_lint.summary import ModuleSummary

_MAX_RELATED: Final = 20


class SharedDefaultArgument(Rule[None]):
    """Reports the default."""

    code = "SST204"
    name = "shared-default-argument"
    summary = (
        "A mutable default argument is kept or returned, and changed: whoever omits the argument shares it"
    )
    in_tests = True

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """Report each such default of the module's functions."""
        return [cls._finding(d, module) for d in project.given_objects.defaults.get(module.path, ())]

    @classmethod
    def _finding(cls, default: SharedDefault, module: ModuleSummary) -> Finding:
        confidence = lowered(default.confidence, module)
        return Finding(
            code=cls.code,
            name=cls.name,
            message=_message(default),
            location=default.location,
            confidence=min(confidence, Confidence.MEDIUM) if module.is_test else confidence,
            related=tuple(
                Related(f"{how_changed(place.operation)} here", place.location)
                for place in default.places[:_MAX_RELATED]
            ),
            suggestions=(
                Suggestion(
                    f"Make the default None, and make the object in the body: "
                    f"if {default.parameter} is None: {default.parameter} = {_fresh(default)}"
                ),
            ),
            scope=module.scopes[default.scope].qualname,
        )


def _fresh(default: SharedDefault) -> str:
    if not default.text.replace(".", "").isidentifier():
        return default.text
    return f"{'dict' if default.kind == 'dict' else 'copy.copy'}({default.text})"


def _message(default: SharedDefault) -> str:
    who = "instances" if default.is_constructor else "calls"
    keeps = f" {default.attribute} keeps it" if default.attribute else f" {default.function}() returns it"
    first = default.places[0]
    more = f" and {len(default.places) - 1} more" if len(default.places) > 1 else ""
    by = f"{first.method}()" if first.method else "code outside the class"
    doubt = f", but {default.reason}" if default.reason else ""
    return (
        f"The default {default.parameter}={_shown(default.text)} is one object for all {who} without it:"
        f"{keeps}, and {by} changes it ({first.location.path}:{first.location.span.line}{more}){doubt}"
    )


def _shown(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:27]}..."
