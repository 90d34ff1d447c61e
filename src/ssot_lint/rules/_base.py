"""What every rule is: a code, a page, a cheap question about a module, and visitors for what it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from ssot_lint.model import Confidence, Evidence, Finding, Location, Related, Span, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import libcst as cst

    from ssot_lint.model import SourceFile
    from ssot_lint.project import Project
    from ssot_lint.summary.facts import ModuleSummary

Suspect = TypeVar("Suspect")


class InspectedFile:
    """The file that a rule's visitor walks through, and what may be asked about it."""

    def __init__(self, source: SourceFile, module: ModuleSummary, project: Project) -> None:
        self.source = source
        self.module = module
        self.project = project
        self.findings: list[Finding] = []
        self.positions: Mapping[cst.CSTNode, Span] = {}
        """Where the nodes of the tree stand that is walked through: of a large file there are several."""

    def span_of(self, node: cst.CSTNode) -> Span | None:
        """Where a node stands; None for nodes that have no place of their own."""
        return self.positions.get(node)

    def qualname_at(self, scope: int) -> str:
        """The qualified name of a scope of this module, empty for the module itself."""
        return self.module.scopes[scope].qualname


class Rule(Generic[Suspect]):
    """A rule: the class answers ``suspects`` from the linked facts, an instance visits one LibCST tree.

    Visit methods are named as LibCST names them (``visit_Call``) and are called by one walk for all rules.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    """What the rule reports, in one line."""
    opt_in: ClassVar[bool] = False
    """Whether it is only on when it is selected by its whole code."""
    in_tests: ClassVar[bool] = False
    """Whether test files are looked at without ``check-tests``."""

    def __init__(self, file: InspectedFile) -> None:
        self.file = file
        self.here: Mapping[Span, Suspect] = self.suspects(file.module, file.project)

    @classmethod
    def suspects(cls, module: ModuleSummary, project: Project) -> Mapping[Span, Suspect]:
        """The places of a module that are wrong as far as the facts tell, with what is known of each."""
        return {}

    @classmethod
    def confidence_of(cls, suspect: Suspect, module: ModuleSummary, project: Project) -> Confidence:
        """How sure a finding about a suspect would be."""
        return Confidence.HIGH

    @classmethod
    def is_candidate(cls, module: ModuleSummary, project: Project) -> bool:
        """Whether the module has to be opened for this rule: whether a finding in it would be shown."""
        minimum = project.settings.min_confidence
        return any(
            cls.confidence_of(s, module, project) >= minimum for s in cls.suspects(module, project).values()
        )

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterable[Finding]:
        """Findings that need no syntax tree."""
        return ()

    @classmethod
    def check_project(cls, project: Project) -> Iterable[Finding]:
        """Findings that belong to no single Python file."""
        return ()

    def suspect_at(self, node: cst.CSTNode) -> tuple[Span, Suspect] | None:
        """What is wrong at a node, and the node's span."""
        span = self.file.span_of(node)
        if span is None or span not in self.here:
            return None
        return span, self.here[span]

    def report(
        self,
        span: Span,
        message: str,
        *,
        confidence: Confidence,
        evidence: Iterable[Evidence] = (),
        related: Iterable[Related] = (),
        suggestions: Iterable[Suggestion] = (),
        scope: str = "",
    ) -> None:
        """Report a violation at a span of this file."""
        self.file.findings.append(
            Finding(
                code=self.code,
                name=self.name,
                message=message,
                location=Location(self.file.source.path, span),
                confidence=confidence,
                evidence=tuple(evidence),
                related=tuple(related),
                suggestions=tuple(suggestions),
                scope=scope,
            )
        )


AnyRule = type[Rule[Any]]
