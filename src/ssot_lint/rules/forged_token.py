"""SST306: a constructor's private guard parameter is given by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ssot_lint.rules._base import Rule
from ssot_lint.rules._construction import is_excused, judged_confidence
from ssot_lint.rules._constructors import token_parameters
from ssot_lint.rules._roles import function_at
from ssot_lint.rules._wording import use_factory, way_in
from ssot_lint.summary.facts import UseKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from ssot_lint.model import Confidence, Span
    from ssot_lint.project import Project
    from ssot_lint.project.hits import Hit
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.facts import Parameter


class Guarded(NamedTuple):
    """A foreign call of a class whose constructor asks for a token."""

    hit: Hit
    tokens: tuple[tuple[int | None, Parameter], ...]


class ForgedToken(Rule[Guarded]):
    """Reports tokens that are given to constructors by others than their factories."""

    code = "SST306"
    name = "forged-token"
    summary = "The token by which a constructor knows its factory is given by hand"

    @classmethod
    def suspects(cls, module: ModuleSummary, project: Project) -> Mapping[Span, Guarded]:
        """Calls of guarded classes outside their owners, by the span of what is called."""
        found: dict[Span, Guarded] = {}
        for hit in project.hits_in(module):
            if hit.use.kind is not UseKind.CALL or hit.role not in ("class", "subclass"):
                continue
            if hit.rest not in ("", "[]") or is_excused(hit, module, project):
                continue
            tokens = tuple(token_parameters(hit.target, project))
            if tokens:
                found[hit.use.span] = Guarded(hit, tokens)
        return found

    @classmethod
    def confidence_of(cls, suspect: Guarded, module: ModuleSummary, project: Project) -> Confidence:
        """The confidence of the class, or of the place where that is less."""
        return judged_confidence(suspect.hit, project.managed[suspect.hit.managed], module, project)

    def visit_Call(self, node: cst.Call) -> None:
        """Report the argument that is to pass for the factory's token."""
        suspect = self.suspect_at(node.func)
        if suspect is None:
            return
        hit, tokens = suspect[1]
        managed = self.file.project.managed[hit.managed]
        for position, parameter in tokens:
            argument, value = _argument(node, position, parameter.name)
            if argument is None or value is None or self._is_honest(value, parameter, hit):
                continue
            span = self.file.span_of(argument)
            if span is not None:
                self.report(
                    span,
                    f"{parameter.name} is what {managed.name} knows its factory by, and is given by hand; get"
                    f" the instance from {way_in(managed)}",
                    confidence=self.confidence_of(suspect[1], self.file.module, self.file.project),
                    evidence=managed.evidence,
                    suggestions=(use_factory(managed),),
                    scope=self.file.qualname_at(hit.use.scope),
                )

    def _is_honest(self, value: cst.BaseExpression, parameter: Parameter, hit: Hit) -> bool:
        """Whether nothing is made up: the default is given, or what the function was given is passed on."""
        import libcst as cst

        if cst.Module(()).code_for_node(value) == parameter.default:
            return True
        function = function_at(self.file.module, hit.use.scope, self.file.project)
        passed_on = {p.name for p in function.parameters} if function is not None else set()
        return isinstance(value, cst.Name) and value.value in passed_on


def _argument(
    call: cst.Call, position: int | None, name: str
) -> tuple[cst.Arg | None, cst.BaseExpression | None]:
    """Return the argument that gives a parameter its value, and the value."""
    for index, argument in enumerate(call.args):
        if argument.star == "**":
            value = _item(argument.value, name)
            if value is not None:
                return argument, value
        elif argument.star:
            position = None
        elif argument.keyword is not None:
            if argument.keyword.value == name:
                return argument, argument.value
        elif index == position:
            return argument, argument.value
    return None, None


def _item(mapping: cst.BaseExpression, name: str) -> cst.BaseExpression | None:
    """Return the value that a mapping's display gives under a name."""
    import libcst as cst

    for element in mapping.elements if isinstance(mapping, cst.Dict) else ():
        key = element.key if isinstance(element, cst.DictElement) else None
        if isinstance(key, cst.SimpleString) and key.evaluated_value == name:
            return element.value
    return None
