"""SST002: the configuration names what the project doesn't have."""

from __future__ import annotations

import difflib
import fnmatch
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence, Finding, Location, Related, Scope, Suggestion
from ssot_lint.path_patterns import matches, rules_of
from ssot_lint.project.hits import is_owner
from ssot_lint.project.linking import location_in_configuration, location_of_declaration
from ssot_lint.project.names import ClassNode
from ssot_lint.rules._base import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.project import ManagedClass, Project
    from ssot_lint.settings import ManagedDeclaration, PerFileIgnore
    from ssot_lint.summary import ModuleSummary
    from ssot_lint.summary.facts import Marker

_NEAR: Final = 0.6


class UnknownNameInConfig(Rule[None]):
    """Reports entries of the configuration that fit nothing in the project; on the command line alone."""

    code = "SST002"
    name = "unknown-name-in-config"
    summary = "The configuration names a class, factory, path or file that the project doesn't have"
    in_tests = True

    @classmethod
    def check_module(cls, module: ModuleSummary, project: Project) -> Iterator[Finding]:
        """Yield a finding for each name in a comment on a class line that leads nowhere."""
        for facts in module.classes:
            if facts.marker is not None:
                where = Location(module.path, facts.marker.span)
                lookup = _Lookup(project)
                for message, suggestions in lookup.unknown_in(facts.marker, ClassNode(module, facts)):
                    yield cls._finding(where, message, suggestions=suggestions)

    @classmethod
    def check_project(cls, project: Project) -> Iterator[Finding]:
        """Yield a finding for each name that leads nowhere, and in a full run for what matches nothing."""
        is_full = all(module.is_target for module in project.modules)
        for declaration in project.settings.managed:
            entry = _Entry(declaration, project)
            where = location_of_declaration(project.settings, declaration)
            for name, message, suggestions in entry.unknown_names():
                if is_full or entry.concerns_target(name):
                    yield cls._finding(where, message, suggestions=suggestions)
            if is_full or entry.concerns_target(declaration.class_):
                for message, related in entry.contradictions():
                    yield cls._finding(where, message, related=related)
            for message in entry.unused_owners() if is_full else ():
                yield cls._finding(where, message)
        yield from cls._unknown_bases(project, is_full=is_full)
        for ignore in project.settings.per_file_ignores if is_full else ():
            if ignore.row is not None and not _matches_any(ignore, project.modules):
                where = location_in_configuration(project.settings, ignore.row)
                yield cls._finding(
                    where, f'the pattern "{ignore.pattern}" in per-file-ignores matches no file'
                )

    @classmethod
    def _unknown_bases(cls, project: Project, *, is_full: bool) -> Iterator[Finding]:
        """Yield a finding for each base class in a list of bases that the project should have and doesn't."""
        lookup = _Lookup(project)
        for base in (*project.settings.copied_bases, *project.settings.declarative_bases):
            is_wanted = "*" not in base.name and (is_full or lookup.concerns_target(base.name))
            if is_wanted and lookup.is_missing(base.name):
                _, message, suggestions = lookup.unknown(base.name, "base class", project.names.classes)
                where = location_in_configuration(project.settings, base.row)
                yield cls._finding(where, message, suggestions=suggestions)

    @classmethod
    def _finding(
        cls,
        location: Location,
        message: str,
        *,
        related: Iterable[Related] = (),
        suggestions: Iterable[Suggestion] = (),
    ) -> Finding:
        return Finding(
            code=cls.code,
            name=cls.name,
            message=message[0].upper() + message[1:],
            location=location,
            confidence=Confidence.HIGH,
            related=tuple(related),
            suggestions=tuple(suggestions),
        )


class _Lookup:
    """Looks for names in a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.names = project.names

    def concerns_target(self, name: str) -> bool:
        """Return whether a name leads into a file that is checked, as far as it leads anywhere."""
        module = self._module_of(name)
        if module is not None:
            return module.is_target
        top = name.partition(".")[0]
        return any(m.is_target for m in self.project.modules if m.module.partition(".")[0] == top)

    def is_missing(self, name: str) -> bool:
        """Return whether a name should be the project's and isn't; other packages can't be looked into."""
        target = self.names.resolve(name)
        if target is not None and target.kind != "external":
            return False
        if name.partition(".")[0] not in self.project.duplicates.top_packages:
            return False
        if target is not None:  # imported by the project from outside, or below a folder without a module
            parent = self._module_of(name)
            is_import = parent is not None and target.symbol != name
            return not is_import
        module = self._module_of(name)
        return module is None or module.error is None

    def _module_of(self, name: str) -> ModuleSummary | None:
        """Return the innermost module that a dotted name leads to or through."""
        parts = name.split(".")
        prefixes = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
        return next((self.names.modules[p] for p in prefixes if p in self.names.modules), None)

    def unknown(self, name: str, role: str, known: Iterable[str]) -> tuple[str, str, tuple[Suggestion, ...]]:
        """Return the name, a message that it leads nowhere, and the nearest known name as a suggestion."""
        meant, hint = _meant(_nearest(name, known))
        return name, f"the {role} {name} doesn't exist in the project{meant}", hint

    def unknown_in(self, marker: Marker, node: ClassNode) -> Iterator[tuple[str, tuple[Suggestion, ...]]]:
        """Yield messages about what a comment on a class line names and the project doesn't have."""
        names, factory = self.names, marker.factory
        places = (node.symbol, node.module.module)
        is_beside = any(names.resolve(f"{place}.{factory}") is not None for place in places)
        if factory is not None and not is_beside and ("." not in factory or self.is_missing(factory)):
            near = [f"{node.module.module}.{facts.qualname}" for facts in node.module.functions]
            _, message, hint = self.unknown(factory, "factory", near or names.functions)
            yield message, hint
        known = [scope.value for scope in Scope]
        if marker.scope is not None and marker.scope not in known:
            meant, hint = _meant(next(iter(difflib.get_close_matches(marker.scope, known)), None))
            yield f"the scope {marker.scope} is none of {', '.join(known)}{meant}", hint


class _Entry(_Lookup):
    """One ``[[tool.ssot-lint.managed]]`` entry, held against the project."""

    def __init__(self, declaration: ManagedDeclaration, project: Project) -> None:
        super().__init__(project)
        self.declaration = declaration

    # -- names

    def unknown_names(self) -> Iterator[tuple[str, str, tuple[Suggestion, ...]]]:
        """Yield names that the project should have and doesn't, each with a message and the nearest name."""
        declared, names = self.declaration, self.names
        if self.is_missing(declared.class_):
            yield self.unknown(declared.class_, "class", (*names.classes, *names.functions))
        for factory in declared.factories:
            if self.is_missing(factory):
                yield self.unknown(factory, "factory", names.functions)
        if declared.canonical and self.is_missing(declared.canonical):
            yield self.unknown(declared.canonical, "canonical path", names.modules)
        elif declared.canonical and not self._offers_class(declared.canonical):
            class_name = declared.class_.rpartition(".")[2]
            message = f"the canonical path {declared.canonical} doesn't offer {class_name}"
            yield declared.canonical, message, (Suggestion(f"Import {class_name} in {declared.canonical}"),)

    def _offers_class(self, canonical: str) -> bool:
        """Return whether the class can be had from its canonical path, under whatever public name."""
        target = self.names.resolve(self.declaration.class_)
        place = self.names.resolve(canonical)
        if target is None or target.kind != "class" or place is None or place.kind == "external":
            return True
        if place == target:
            return True
        if place.kind != "module":
            return False
        public = self.project.duplicates.public_name.get(target.symbol, "")
        wanted = {self.declaration.class_.rpartition(".")[2], target.symbol.rpartition(".")[2], public}
        return any(self.names.resolve(f"{canonical}.{name}") == target for name in wanted if name)

    # -- contradictions

    def contradictions(self) -> Iterator[tuple[str, tuple[Related, ...]]]:
        """Yield what a marker on the class says otherwise."""
        target = self.names.resolve(self.declaration.class_)
        node = self.names.classes.get(target.symbol) if target is not None else None
        if node is None or node.facts.marker is None:
            return
        marker, name = node.facts.marker, node.facts.name
        place = (Related("the comment on the class line", Location(node.module.path, marker.span)),)
        scope = self.declaration.scope
        if scope is not None and marker.scope is not None and marker.scope != scope.value:
            here, there = scope.value, marker.scope
            yield f"the scope of {name} is {here} here, and {there} in the comment on its class line", place
        declared = {factory.rpartition(".")[2] for factory in self.declaration.factories}
        named = (marker.factory or "").rpartition(".")[2]
        if declared and named and named not in declared:
            ours, theirs = ", ".join(self.declaration.factories), marker.factory
            yield (
                f"the factory of {name} is {ours} here, and {theirs} in the comment on its class line",
                place,
            )

    # -- owners

    def unused_owners(self) -> Iterator[str]:
        """Yield a message for each ``allow`` entry that lets nobody do anything."""
        managed = self._managed()
        for pattern in self.declaration.allow:
            if not self._exists(pattern):
                yield f'"{pattern}" in allow matches nothing in the project'
            elif managed is not None and not self._is_used(pattern, managed):
                yield f'"{pattern}" in allow is of no use: {managed.name} isn\'t used there'

    def _managed(self) -> ManagedClass | None:
        target = self.names.resolve(self.declaration.class_)
        symbol = target.symbol if target is not None else self.declaration.class_
        return self.project.managed.get(symbol)

    def _exists(self, pattern: str) -> bool:
        if "/" in pattern or pattern.endswith(".py"):
            return any(fnmatch.fnmatchcase(m.project_path, pattern) for m in self.project.modules)
        if "*" not in pattern and "?" not in pattern and "[" not in pattern:
            return self.names.resolve(pattern) is not None or any(
                name.startswith(f"{pattern}.") for name in self.names.modules
            )
        known = (self.names.modules, self.names.classes, self.names.functions)
        return any(fnmatch.filter(names, pattern) for names in known)

    def _is_used(self, pattern: str, managed: ManagedClass) -> bool:
        return any(
            hit.managed == managed.qualname
            and is_owner(frozenset(), frozenset(), (pattern,), module, hit.use.scope)
            for module in self.project.modules
            for hit in self.project.hits_in(module)
        )


def _meant(nearest: str | None) -> tuple[str, tuple[Suggestion, ...]]:
    """Return a question for the end of a message, and the same as a suggestion."""
    if nearest is None:
        return "", ()
    return f"; did you mean {nearest}?", (Suggestion(f'Did you mean "{nearest}"?'),)


def _matches_any(ignore: PerFileIgnore, modules: Iterable[ModuleSummary]) -> bool:
    rules = rules_of([ignore.pattern])
    return any(matches(rules, module.project_path) for module in modules)


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like another: first by the last part, then by the whole."""
    by_last: dict[str, list[str]] = {}
    for each in known:
        by_last.setdefault(each.rpartition(".")[2], []).append(each)
    last = name.rpartition(".")[2]
    like = [last] if last in by_last else difflib.get_close_matches(last, by_last, n=3, cutoff=_NEAR)
    found = sorted(each for part in like for each in by_last[part])
    return next(iter(difflib.get_close_matches(name, found, n=1, cutoff=0.0)), None)
