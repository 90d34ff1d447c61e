"""From what the code shows to declarations of it: which classes, which factories, in which file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssot_lint.config.declaring import as_tables, with_declarations
from ssot_lint.config.files import place_to_write
from ssot_lint.config.validation import is_dotted_name
from ssot_lint.errors import ConfigurationError
from ssot_lint.project.traffic import Road, find_traffic
from ssot_lint.regular_files import content_of, is_there
from ssot_lint.settings import ManagedDeclaration
from ssot_lint.writing import put_content, replace_content

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ssot_lint.model import Confidence
    from ssot_lint.project import ManagedClass
    from ssot_lint.session.linked import LinkedProject


@dataclass(frozen=True)
class Proposal:
    """What a configuration file is to say of the managed classes that nobody has declared yet."""

    path: Path
    shown_path: str
    """The path from where the user is, if the file is below."""
    before: bytes | None
    """What the file holds now; None when there is none."""
    after: bytes
    classes: tuple[ManagedClass, ...]
    """The classes that get an entry."""
    entries: str
    """The entries alone."""
    declared: int
    """How many are declared already."""
    guarded: int
    """How many need no declaration: the class itself says who may construct it, or that everybody may."""
    unsure: int
    """How many are less sure than was asked for."""

    def write(self) -> str | None:
        """Write the file in one step; where that isn't done, return why, as a clause."""
        if self.before is not None:
            return replace_content(str(self.path), self.before, self.after)
        if is_there(self.path):
            return "it was made while the linter was running"
        try:
            put_content(self.path, self.after)
        except OSError as error:
            return error.strerror or type(error).__name__
        return None


def propose(
    opened: LinkedProject, confidence: Confidence, *, named: Path | None = None, own: bool = False
) -> Proposal:
    """Return what is to be added to a project's configuration: to the file that counts, or to the named one.

    ``own`` asks for a file of our own. Classes that are less sure than ``confidence`` are left out. An
    SsotLintError says why no file can take the entries.
    """
    path = place_to_write(
        opened.root, opened.cwd, named=None if named is None else opened.cwd / named, own=own
    )
    managed = [each for each in opened.managed_classes() if is_dotted_name(each.qualname)]
    undeclared = [each for each in managed if not each.is_declared]
    in_need = [each for each in undeclared if _is_kept(each) and not each.is_own_factory]
    chosen = tuple(each for each in in_need if each.confidence >= confidence)
    shown = str(path.relative_to(opened.cwd)) if path.is_relative_to(opened.cwd) else str(path)
    try:
        before = content_of(path) if is_there(path) else None
    except OSError as error:
        raise ConfigurationError((f"{shown}: can't be read: {error.strerror}",)) from error
    declarations = tuple(_declarations(chosen, opened))
    text = (before or b"").decode("utf-8")
    changed = with_declarations(text, path.name, declarations)
    return Proposal(
        path=path,
        shown_path=shown,
        before=before,
        after=changed.encode("utf-8"),
        classes=chosen,
        entries=as_tables(text, path.name, declarations),
        declared=len(managed) - len(undeclared),
        guarded=len(undeclared) - len(in_need),
        unsure=len(in_need) - len(chosen),
    )


def _is_kept(managed: ManagedClass) -> bool:
    """Return whether the code shows where instances are kept; else an entry would claim too much."""
    return bool(managed.keeps or managed.slots or managed.registries)


def _declarations(chosen: Sequence[ManagedClass], opened: LinkedProject) -> Iterator[ManagedDeclaration]:
    """Yield declarations by name; of several factories those beside the class stand first, by their uses."""
    traffic = find_traffic(opened.project) if chosen else {}
    for managed in sorted(chosen, key=lambda each: each.qualname):
        uses = Counter(each.by for each in traffic[managed.qualname] if each.road is Road.FACTORY)
        home = managed.qualname.removesuffix(managed.name)
        symbols = [factory.symbol for factory in managed.factories if is_dotted_name(factory.symbol)]
        symbols.sort(key=lambda symbol: (not symbol.startswith(home), -uses[symbol]))
        yield ManagedDeclaration(class_=managed.qualname, factories=tuple(symbols), scope=managed.scope)
