"""SST203: an instance method stores what belongs to the instance on the class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Confidence, Finding, Suggestion
from ssot_lint.rules._base import Rule
from ssot_lint.rules._confidence import lowered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.project import Project
    from ssot_lint.project.class_state import StateOnClass
    from ssot_lint.summary import ModuleSummary


class InstanceStateOnClass(Rule[None]):
    """Reports the place that is stored into."""

    code = "SST203"
    name = "instance-state-on-class"
    summary = "An instance method stores what belongs to its instance on the class"
    in_tests = True

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """Report each store in the module's methods."""
        return [cls._finding(state, module) for state in project.class_state.get(module.path, ())]

    @classmethod
    def _finding(cls, state: StateOnClass, module: ModuleSummary) -> Finding:
        confidence = lowered(state.confidence, module)
        return Finding(
            code=cls.code,
            name=cls.name,
            message=_message(state),
            location=state.location,
            confidence=min(confidence, Confidence.MEDIUM) if module.is_test else confidence,
            suggestions=(
                Suggestion(f"Keep it on the instance: self.{state.attribute} = ..."),
                Suggestion(
                    "If the class is meant to know it, set it in a class method, "
                    f"and declare {state.attribute}: ClassVar[...]"
                ),
            ),
            scope=module.scopes[state.scope].qualname,
        )


def _message(state: StateOnClass) -> str:
    doubt = f" ({state.reason})" if state.reason else ""
    return (
        f"{state.method}() stores {state.what} in {state.class_name}.{state.attribute}, "
        f"which all instances share: the last one to do so wins for all of them{doubt}"
    )
