"""Takes out the imports that nothing uses any more once a fix is made, and those that fixes made twice."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from ssot_lint.fixing import apply
from ssot_lint.model import Edit, Span
from ssot_lint.syntax_tree import nodes_with_parents, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping

    from ssot_lint.syntax_tree import SyntaxTree


class _Import(NamedTuple):
    """A name that an import brings, and the function or module that it is brought to."""

    name: str
    source: str
    alias: cst.ImportAlias
    scope: cst.CSTNode


class ImportUses:
    """The imports of a text, and which of them are used."""

    def __init__(self, text: str, tree: SyntaxTree | None = None) -> None:
        self.text = text
        self.tree = tree or parse(text)
        self.parents = dict(nodes_with_parents(self.tree.module))
        self.names: dict[str, list[cst.CSTNode]] = {}
        for node, parent in self.parents.items():
            for name in self._named(node, parent):
                self.names.setdefault(name, []).append(node)
        self.imports = list(self._imports())

    @cached_property
    def used(self) -> frozenset[tuple[str, str]]:
        """The names that imports bring and that are used, each with where it comes from."""
        return frozenset((each.name, each.source) for each in self.imports if self.is_used(each))

    @cached_property
    def lines(self) -> Counter[str]:
        """How often each line occurs in the text."""
        return Counter(self.text.splitlines())

    @cached_property
    def uses(self) -> Mapping[str, int]:
        """How often the names that imports bring are used; of two imports of a name the one that is less."""
        found: dict[str, int] = {}
        for each in self.imports:
            found[each.name] = min(self._count(each), found.get(each.name, len(self.parents)))
        return found

    def _count(self, found: _Import) -> int:
        return sum(
            found.scope is self.tree.module or found.scope in self._around(node)
            for node in self.names.get(found.name, ())
            if not any(isinstance(around, (cst.Import, cst.ImportFrom)) for around in self._around(node))
        )

    def _imports(self) -> Iterator[_Import]:
        for node, parent in self.parents.items():
            if isinstance(node, cst.ImportAlias) and isinstance(parent, (cst.Import, cst.ImportFrom)):
                whole = self.tree.module.code_for_node(parent).partition("import")[0]
                name = node.evaluated_alias or node.evaluated_name.partition(".")[0]
                yield _Import(name, f"{whole}{node.evaluated_name}", node, self._scope(node))

    def _around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        parent = self.parents[node]
        while parent is not None:
            yield parent
            parent = self.parents[parent]

    def _scope(self, node: cst.CSTNode) -> cst.CSTNode:
        kinds = (cst.FunctionDef, cst.ClassDef)
        return next((a for a in self._around(node) if isinstance(a, kinds)), self.tree.module)

    def _named(self, node: cst.CSTNode, parent: cst.CSTNode | None) -> Iterator[str]:
        """Yield the names that a node uses: its own, or those in the string that it is."""
        if isinstance(node, cst.Name):
            if not (
                (isinstance(parent, cst.Attribute) and parent.attr is node)
                or (isinstance(parent, cst.Arg) and parent.keyword is node)
            ):
                yield node.value
        elif isinstance(node, cst.SimpleString) and self._stands_for_code(node):
            yield from re.findall(r"(?<![\w.])\w+", node.raw_value)

    def _stands_for_code(self, string: cst.SimpleString) -> bool:
        """Whether the names in a string are names to Python: in annotations, in ``cast``, in ``__all__``."""
        for around in self._around(string):
            if isinstance(around, (cst.Annotation, cst.SubscriptElement)):
                return True
            if isinstance(around, cst.Call) and _ends_with(around.func, ("cast", "TypeVar", "NewType")):
                return True
            if isinstance(around, cst.Assign):
                return any(_ends_with(target.target, ("__all__",)) for target in around.targets)
            if isinstance(around, (cst.BaseCompoundStatement, cst.SimpleStatementLine)):
                return False
        return False

    def is_used(self, found: _Import) -> bool:
        """Whether the name of an import occurs in the scope that it is brought to."""
        return any(
            found.scope is self.tree.module or found.scope in self._around(node)
            for node in self.names.get(found.name, ())
            if not any(isinstance(around, (cst.Import, cst.ImportFrom)) for around in self._around(node))
        )

    def is_fixed(self, found: _Import) -> bool:
        """Whether an import has to stay: it hands its name on, is tried, or has a comment."""
        if found.alias.evaluated_alias == found.alias.evaluated_name:
            return True
        around = list(self._around(found.alias))
        if any(isinstance(inner, cst.Comment) for inner, _ in nodes_with_parents(around[0])):
            return True
        line = next((each for each in around if isinstance(each, cst.SimpleStatementLine)), None)
        if line is None or line.trailing_whitespace.comment is not None or len(line.body) > 1:
            return True
        return any(isinstance(each, cst.Try) for each in around)


def _ends_with(node: cst.CSTNode, names: tuple[str, ...]) -> bool:
    last = node.attr if isinstance(node, cst.Attribute) else node
    return isinstance(last, cst.Name) and last.value in names


def without_orphans(old: ImportUses, after: str, handed_on: Callable[[], Container[str]]) -> str:
    """Return the text ``after`` without the imports that the ``old`` one used and that it doesn't any more.

    ``handed_on`` tells the names that other modules import from this one; it takes long, and is seldom asked.
    """
    if not _touches_imports(old, after):
        return after
    new = ImportUses(after)
    orphans = [
        each
        for each in new.imports
        if (each.name, each.source) in old.used and not new.is_used(each)
        if not new.is_fixed(each) and each.name not in handed_on()
    ]
    orphans += [each for each in _made_twice(old, new) if each not in orphans]
    if not orphans:
        return after
    return apply(after, _removals(new, [each.alias for each in orphans]))


def _touches_imports(old: ImportUses, after: str) -> bool:
    """Whether a change may leave an import without use, or bring a second one of the same name.

    It is told by the words of the lines that go and come. This spares most new texts the parsing.
    """
    now = Counter(after.splitlines())
    gone, come = old.lines - now, now - old.lines
    fewer = _words(gone) - _words(come)
    if any(fewer[name] >= old.uses[name] for name in fewer.keys() & old.uses.keys()):
        return True
    more = _words(_imports_in(come)) - _words(_imports_in(gone))
    return any(more[name] > (name not in old.uses) for name in more)


def _imports_in(lines: Counter[str]) -> Counter[str]:
    return Counter({line: number for line, number in lines.items() if "import" in line})


def _words(lines: Counter[str]) -> Counter[str]:
    return Counter(word for line in lines.elements() for word in re.findall(r"\w+", line))


def _made_twice(old: ImportUses, new: ImportUses) -> Iterator[_Import]:
    """Yield the imports of names that are imported before, as they weren't in the old text."""
    known = Counter(each.name for each in old.imports if each.scope is old.tree.module)
    found: dict[str, list[_Import]] = {}
    for each in new.imports:
        if each.scope is new.tree.module:
            found.setdefault(each.name, []).append(each)
    for name, imports in found.items():
        first = max(known[name], 1)
        if len(imports) > first:
            free = [each for each in imports if not new.is_fixed(each)]
            yield from sorted(free, key=lambda each: new.tree.positions[each.alias])[first:]


def _removals(uses: ImportUses, orphans: list[cst.ImportAlias]) -> Iterator[Edit]:
    by_import: dict[cst.CSTNode, list[cst.ImportAlias]] = {}
    for alias in orphans:
        by_import.setdefault(uses.parents[alias] or alias, []).append(alias)
    for node, gone in by_import.items():
        names = [each for each in getattr(node, "names", ()) if each not in gone]
        if names:
            yield from _without_names(uses.tree.positions, getattr(node, "names", ()), gone)
        else:
            yield _without_statement(uses, node)


def _without_names(
    positions: Mapping[cst.CSTNode, Span], names: tuple[cst.ImportAlias, ...], gone: list[cst.ImportAlias]
) -> Iterator[Edit]:
    """Yield the removal of single names, each with the comma before it, or after it for the first ones."""
    kept = [index for index, name in enumerate(names) if name not in gone]
    for index, name in enumerate(names):
        if name not in gone:
            continue
        span = positions[name]
        if index < kept[0]:
            following = positions[names[index + 1]]
            yield Edit(Span(span.line, span.column, following.line, following.column), "")
        else:
            end = positions[names[index - 1].asname or names[index - 1].name]
            own = positions[name.asname or name.name]
            yield Edit(Span(end.end_line, end.end_column, own.end_line, own.end_column), "")


def _without_statement(uses: ImportUses, node: cst.CSTNode) -> Edit:
    """Return the removal of a whole import; where it is all that a block has, ``pass`` takes its place."""
    positions = uses.tree.positions
    line = uses.parents[node] or node
    block = uses.parents[line]
    span = positions[line]
    if isinstance(block, cst.IndentedBlock) and len(block.body) == 1:
        return Edit(span, "pass")
    end = positions[node].end_line + 1
    lines = re.split(r"\r\n|\r|\n", uses.text)
    if end > len(lines):
        return Edit(Span(span.line, 0, end - 1, len(lines[-1])), "")
    is_first = isinstance(block, cst.IndentedBlock) and block.body[0] is line
    start = 0 if is_first else span.line - 1
    return Edit(Span(span.line, 0, end + _blanks_too_many(lines, start, end - 1), 0), "")


def _blanks_too_many(lines: list[str], start: int, end: int) -> int:
    """Return how many blank lines after some that go are too many: as at the top, or as stand before them."""
    after = next((n for n, line in enumerate(lines[end:]) if line.strip()), 0)
    before = next((n for n, line in enumerate(reversed(lines[:start])) if line.strip()), after)
    return min(before, after)
