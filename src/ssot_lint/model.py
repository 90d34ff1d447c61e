"""The frozen values that pass between the steps: source files, spans, findings, suggestions."""

from __future__ import annotations

import enum

import msgspec

from ssot_lint.confidence import Confidence as Confidence


class Scope(enum.Enum):
    """How many instances of a managed class there may be: one, one for each key, one for each context."""

    PROCESS = "process"
    KEYED = "keyed"
    CONTEXT = "context"


class Applicability(enum.Enum):
    """How far a suggestion can be trusted: applied by ``--fix``, only when asked for, or only shown."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


class Span(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A range of source text: lines count from 1, columns from 0 in characters (LibCST's convention)."""

    line: int
    column: int
    end_line: int
    end_column: int


class Location(msgspec.Struct, frozen=True, order=True):
    """A span in a file; ``path`` is as it is shown to the user."""

    path: str
    span: Span


class Edit(msgspec.Struct, frozen=True, order=True):
    """Replace the text of ``span`` by ``text``."""

    span: Span
    text: str


class Suggestion(msgspec.Struct, frozen=True):
    """A way out of a finding: a sentence in words, and the edits that carry it out, where there are any."""

    title: str
    applicability: Applicability = Applicability.DISPLAY
    edits: tuple[Edit, ...] = ()


class Related(msgspec.Struct, frozen=True):
    """Another place that belongs to a finding, and what it has to do with it."""

    message: str
    location: Location


class Evidence(msgspec.Struct, frozen=True, order=True):
    """One reason why a class is held to be managed, and where it stands; ``text`` is a short phrase."""

    kind: str
    location: Location
    text: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One violation at one place, with all that a reader needs to judge it."""

    code: str
    name: str
    message: str
    location: Location
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()
    related: tuple[Related, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    scope: str = ""
    """Qualified name of the function or class that the finding lies in, empty at module level."""

    @property
    def fix(self) -> Suggestion | None:
        """The way out that edits carry out: the first that is named, or none; the others are for a reader."""
        return self.suggestions[0] if self.suggestions and self.suggestions[0].edits else None

    @property
    def sort_key(self) -> tuple[str, Span, str, str]:
        """The order in which findings are printed."""
        return (self.location.path, self.location.span, self.code, self.message)


class SourceFile(msgspec.Struct, frozen=True, kw_only=True):
    """One Python file, read and decoded.

    ``path`` is shown to the user (relative to the working directory where it lies below it), ``module`` is
    the dotted name that imports use for it, ``aliases`` are longer or shorter names that also lead to it.
    ``text`` has its newlines as in the file and no byte order mark. ``project_path`` is relative to the
    project's root, with forward slashes: patterns of the configuration are matched against it.
    """

    path: str
    project_path: str
    module: str
    text: str
    aliases: tuple[str, ...] = ()
    is_package: bool = False
    is_stub: bool = False
    is_test: bool = False
    is_target: bool = True
    """Whether findings in this file are asked for; other files are only there to be understood."""
    problem: str | None = None
    """Why the bytes could not be decoded (the text is empty then): reported as SST001."""
    digest: bytes = b""
    """A digest of the bytes as they were read."""
