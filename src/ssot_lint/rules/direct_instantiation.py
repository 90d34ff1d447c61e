"""SST101: a managed class is called outside its owners."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Span
from ssot_lint.project.hits import Hit, is_construction
from ssot_lint.rules._base import InspectedFile, Rule
from ssot_lint.rules._construction import is_excused, judged_confidence
from ssot_lint.rules._constructors import always_raises, constructors_of
from ssot_lint.rules._wording import allow_owner, use_factory, way_in
from ssot_lint.summary.positions import Positions

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.summary import ModuleSummary

_PASSING: Final = frozenset({"temp", "tmp", "temporary", "scratch", "throwaway", "dummy", "isolated"})
"""Words in the name of a variable that say that its instance is another one on purpose."""
_NAMING: Final = frozenset({"name", "prefix", "label", "title", "namespace"})
"""Last words of the keywords by which an instance gets a name of its own."""
_REMARK: Final = re.compile(
    r"\b(?:(?:its|our|their|an?) own|private|separate|dedicated|isolated|on purpose|deliberate(?:ly)?|"
    r"intentional(?:ly)?|(?:not|n't) use the (?:global|shared|singleton))\b",
    re.IGNORECASE,
)
"""What comments say of an instance that is another one on purpose."""
_OWNING: Final = re.compile(r"\b_?(?:owns|owned)_\w+\s*(?::\s*bool\s*)?=[^=]")
"""A flag that says whether an instance is somebody's own, as in ``self._owns_client = client is None``."""
_NEAR: Final = 3
_FAR: Final = 300
"""Lines behind a call that are searched for the end of its instance."""
_SCRATCH: Final = re.compile(r"\b_*(?:tmp|temp|(?:tmp|temp)_?(?:dir|path|file|folder)|mkdtemp)\b(?!\s*=[^=])")
"""Names of places that are gone afterwards."""
_CLOSING: Final = r"\.(?:a?close|stop|shutdown|disconnect|dispose|quit|terminate|cleanup|teardown)\("
"""Methods after which an instance is of no use, to whoever else might have it."""


class DirectInstantiation(Rule[Hit]):
    """Reports calls of managed classes."""

    code = "SST101"
    name = "direct-instantiation"
    summary = "A managed class is constructed directly instead of by its factory"

    @classmethod
    def suspects(cls, module: ModuleSummary, project: Project) -> Mapping[Span, Hit]:
        """Calls of managed classes outside their owners, by the span of what is called."""
        return {
            hit.use.span: hit
            for hit in project.hits_in(module)
            if is_construction(hit)
            and (not project.managed[hit.managed].is_own_factory or always_raises(hit.managed, project))
            and not is_excused(hit, module, project)
        }

    @classmethod
    def confidence_of(cls, suspect: Hit, module: ModuleSummary, project: Project) -> Confidence:
        """The confidence of the class, or of the place where that is less."""
        return judged_confidence(suspect, project.managed[suspect.managed], module, project)

    def __init__(self, file: InspectedFile) -> None:
        super().__init__(file)
        self._on_purpose: set[Span] = set()
        self._functions: list[tuple[Span, str, frozenset[str]]] = []
        self._kept: set[Span] = set()
        self._variables: dict[Span, str] = {}
        """The names that instances are bound to right where they are made."""

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        """Note how far a function goes, and what it is given."""
        span = self.file.span_of(node)
        parameters = node.params
        if span is not None:
            given = (*parameters.posonly_params, *parameters.params, *parameters.kwonly_params)
            names = frozenset(p.name.value for p in given).difference({"self"})
            self._function_around(span)
            self._functions.append((span, node.name.value, names))

    def visit_Assign(self, node: cst.Assign) -> None:
        """Note an instance whose variable's name says that it is meant to be another one."""
        for target in node.targets:
            self._note_purpose(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        """As for a plain assignment."""
        if node.value is not None:
            self._note_purpose(node.target, node.value)

    def _note_purpose(self, target: cst.CSTNode, value: cst.CSTNode) -> None:
        name = getattr(target, "value", "")  # what an attribute belongs to says nothing, and is a tree
        span = self.file.span_of(value)
        if span is not None and getattr(name, "value", "") == "self":
            self._kept.add(span)
        if span is not None and isinstance(name, str) and name:
            self._variables[span] = name
            if _PASSING.intersection(name.lower().split("_")):
                self._on_purpose.add(span)

    def visit_Call(self, node: cst.Call) -> None:
        """Report the call when what is called is a managed class."""
        suspect = self.suspect_at(node.func)
        span = self.file.span_of(node)
        if suspect is None or span is None:
            return
        hit = suspect[1]
        managed = self.file.project.managed[hit.managed]
        confidence = self.confidence_of(hit, self.file.module, self.file.project)
        if not managed.is_closed and (
            self._has_role(node, managed)
            or self._is_explained(span)
            or self._gives_more(node, managed)
            or self._is_closed(span)
            or self._is_a_part(span, managed)
        ):
            confidence = min(confidence, Confidence.MEDIUM)
        scope = self.file.qualname_at(hit.use.scope)
        place = f"{self.file.module.module}.{scope}".rstrip(".")
        refused = ", which always raises" if always_raises(hit.managed, self.file.project) else ""
        self.report(
            span,
            f"{managed.name} is constructed directly{refused}; get it from {way_in(managed)}",
            confidence=Confidence.LOW if span in self._on_purpose else confidence,
            evidence=managed.evidence,
            suggestions=(use_factory(managed), allow_owner(managed, place)),
            scope=scope,
        )

    def _is_closed(self, span: Span) -> bool:
        """Whether the function that makes an instance closes it again: the shared one must stay open."""
        function, name = self._function_around(span), self._variables.get(span)
        if function is None or name is None:
            return False
        last = min(function[0].end_line, span.end_line + _FAR)
        rest = "\n".join(self._lines[span.end_line : last])
        return re.search(rf"(?<![\w.]){name}{_CLOSING}", rest) is not None

    def _is_a_part(self, span: Span, managed: ManagedClass) -> bool:
        """Whether an instance gets a passing place, or belongs to an object whose maker says what it gets.

        Of instances of which there is one for each key, the object might as well have asked for its own.
        """
        lines = self._lines[span.line - 1 : span.end_line]
        text = "\n".join([lines[0][span.column :], *lines[1:]])
        if _SCRATCH.search(text):
            return True
        function = self._function_around(span)
        if managed.registries or span not in self._kept or function is None or function[1] != "__init__":
            return False
        return not function[2].isdisjoint(re.findall(r"[^\W\d]\w*(?!\w|\s*=[^=])", text))

    def _function_around(self, span: Span) -> tuple[Span, str, frozenset[str]] | None:
        """Return the innermost function around a place; the walk comes by the places in their order."""
        while self._functions and self._functions[-1][0].end_line < span.line:
            self._functions.pop()
        return self._functions[-1] if self._functions else None

    @cached_property
    def _lines(self) -> list[str]:
        return self.file.source.text.splitlines()

    def _is_explained(self, span: Span) -> bool:
        """Whether a comment beside or right above a call, or a flag near it, tells of another one."""
        lines = self._lines[max(span.line - 1 - _NEAR, 0) : span.end_line + _NEAR]
        if any(map(_OWNING.search, lines)):
            return True
        comments = Positions(self.file.source.text).comments(span.line, span.end_line)
        return _REMARK.search(" ".join(" ".join(reversed(comments)).replace("#", " ").split())) is not None

    def _has_role(self, call: cst.Call, managed: ManagedClass) -> bool:
        """Whether a call gives what the factory can't: a name that stands right there, or ``self``.

        Instances of which there is one for each key have names of their own anyway.
        """
        if managed.registries:
            return False
        taken = self.file.project.index.given_to_factories(managed)
        return any(
            getattr(argument.value, "value", "") == "self"
            or (
                argument.keyword is not None
                and argument.keyword.value.rpartition("_")[2] in _NAMING
                and argument.keyword.value not in taken
                and hasattr(argument.value, "raw_value")
            )
            for argument in call.args
        )

    def _gives_more(self, call: cst.Call, managed: ManagedClass) -> bool:
        """Whether a call sets what the constructor leaves open, and no factory takes or gives.

        A text or number in the place of a parameter is no more than a key, for all that is known.
        """
        for facts in constructors_of(managed.qualname, self.file.project) if call.args else ():
            parameters = facts.parameters[1:]
            positional = [p.name for p in parameters if p.kind == "positional"]
            names = {
                argument.keyword.value
                if argument.keyword is not None
                else "".join(positional[index : index + 1])
                for index, argument in enumerate(call.args)
                if argument.keyword is not None or not (argument.star or hasattr(argument.value, "raw_value"))
            }
            given = self.file.project.index.factories_give(managed, parameters)
            if given is not None:
                return any(p.default and p.name in names - given for p in parameters)
        return False
