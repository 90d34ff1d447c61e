"""The file that a fix is for: its tree with places and parents, its names, and the project around it."""

from __future__ import annotations

import re
import symtable
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar, cast

import libcst as cst

from ssot_lint.fixes._orphans import ImportUses
from ssot_lint.fixing import text_at
from ssot_lint.model import Edit, Span
from ssot_lint.syntax_tree import nodes_with_parents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.model import SourceFile
    from ssot_lint.project import Project
    from ssot_lint.summary.facts import FunctionFacts, ModuleSummary
    from ssot_lint.syntax_tree import SyntaxTree


Node = TypeVar("Node", bound=cst.CSTNode)

_NAMELESS: Final = frozenset({"lambda", "listcomp", "setcomp", "dictcomp", "genexpr"})


class NoFixError(Exception):
    """There is no fix at this place; the message, a clause, says why."""


class FixedFile:
    """One file as those see it who work out its fixes."""

    def __init__(self, source: SourceFile, module: ModuleSummary, project: Project, tree: SyntaxTree) -> None:
        self.text = source.text
        self.module = module
        self.project = project
        self.tree = tree.module
        self.is_exact = tree.is_exact
        self._positions = tree.positions
        self._syntax_tree = tree
        self.newline = tree.module.default_newline
        self.indent = tree.module.default_indent
        self._uses_in_class: dict[cst.IndentedBlock, dict[str, set[int]]] = {}

    @cached_property
    def parents(self) -> dict[cst.CSTNode, cst.CSTNode | None]:
        """Each node with the one that it is a field of, in no particular order."""
        return dict(nodes_with_parents(self.tree))

    @cached_property
    def _by_kind(self) -> dict[type[cst.CSTNode], list[cst.CSTNode]]:
        found: dict[type[cst.CSTNode], list[cst.CSTNode]] = {}
        for node in self.parents:
            found.setdefault(type(node), []).append(node)
        return found

    def of_kind(self, kind: type[Node]) -> list[Node]:
        """Return the nodes of exactly one kind: a file with many findings isn't gone through for each."""
        return cast("list[Node]", self._by_kind.get(kind, []))

    @cached_property
    def _by_span(self) -> dict[Span, list[cst.CSTNode]]:
        found: dict[Span, list[cst.CSTNode]] = {}
        for node in self.parents:
            if node in self._positions:
                found.setdefault(self._positions[node], []).append(node)
        return found

    def uses_in_class(self, body: cst.IndentedBlock) -> dict[str, set[int]]:
        """Return the names that a class body uses outside of its methods, with the numbers of statements."""
        if body not in self._uses_in_class:
            self._uses_in_class[body] = _uses_in_class(body)
        return self._uses_in_class[body]

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node stands."""
        return self._positions[node]

    def start(self, node: cst.CSTNode) -> tuple[int, int]:
        """Line and column at which a statement begins, with its decorators."""
        decorators = getattr(node, "decorators", ())
        span = self.span(decorators[0] if decorators else node)
        return span.line, span.column

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text without their ends."""
        return re.split(r"\r\n|\r|\n", self.text)

    def margin(self, line: int) -> str:
        """Return the white space that a line begins with."""
        text = self.lines[line - 1]
        return text[: len(text) - len(text.lstrip(" \t\f"))]

    def above(self, line: int) -> int:
        """Return the first of the comment lines directly above a line, which belong to it; else the line."""
        comment = f"{self.margin(line)}#"
        while line > 1 and self.lines[line - 2].startswith(comment):
            line -= 1
        return line

    def written(self, node: cst.CSTNode) -> str:
        """The text of a node as it stands in the file."""
        return text_at(self.text, self.span(node))

    def find(self, span: Span, *kinds: type[cst.CSTNode]) -> cst.CSTNode | None:
        """Return the outermost node of one of the kinds at exactly this place."""
        found = [node for node in self._by_span.get(span, ()) if isinstance(node, kinds)]
        return min(found, key=lambda node: len(list(self.ancestors(node))), default=None)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Yield what a node is part of, innermost first."""
        parent = self.parents[node]
        while parent is not None:
            yield parent
            parent = self.parents[parent]

    def function_around(self, node: cst.CSTNode) -> cst.FunctionDef | None:
        """Return the innermost function in whose body a node stands."""
        child = node
        for parent in self.ancestors(node):
            if isinstance(parent, cst.FunctionDef) and child is parent.body:
                return parent
            child = parent
        return None

    def statement_line(self, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
        """Return the line of simple statements that a node is part of."""
        around = (node, *self.ancestors(node))
        return next((parent for parent in around if isinstance(parent, cst.SimpleStatementLine)), None)

    @cached_property
    def occurring_names(self) -> frozenset[str]:
        """Every identifier in the file that isn't an attribute or the name of an argument."""
        return frozenset(
            node.value
            for node, parent in self.parents.items()
            if isinstance(node, cst.Name)
            if not (isinstance(parent, cst.Attribute) and parent.attr is node)
            if not (isinstance(parent, cst.Arg) and parent.keyword is node)
        )

    @cached_property
    def local_names(self) -> frozenset[str]:
        """The names that some function, class or comprehension binds."""
        try:
            top = symtable.symtable(self.text, self.module.path, "exec")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return self.occurring_names
        found: set[str] = set()
        waiting = list(top.get_children())
        while waiting:
            table = waiting.pop()
            found.update(symbol.get_name() for symbol in table.get_symbols() if symbol.is_local())
            waiting += table.get_children()
        return frozenset(found)

    @cached_property
    def _tables(self) -> list[tuple[tuple[str, ...], symtable.SymbolTable]]:
        """The scopes of the file, each under the names of the definitions that it lies in, with its own.

        Lambdas and comprehensions go under what they stand in.
        """
        try:
            top = symtable.symtable(self.text, self.module.path, "exec")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return []
        found: list[tuple[tuple[str, ...], symtable.SymbolTable]] = [((), top)]
        for names, table in found:
            found += [
                (names if child.get_name() in _NAMELESS else (*names, child.get_name()), child)
                for child in table.get_children()
            ]
        return found

    @cached_property
    def _locals(self) -> dict[tuple[str, ...], set[str]]:
        """The names that scopes bind, but for the module's own, under the names that scopes go by."""
        found: dict[tuple[str, ...], set[str]] = {}
        for names, table in self._tables[1:]:
            bound = (symbol.get_name() for symbol in table.get_symbols() if symbol.is_local())
            found.setdefault(names, set()).update(bound)
        return found

    def locals_at(self, node: cst.CSTNode) -> frozenset[str]:
        """Return the names that mean something else at a place than at the level of the module."""
        if not self._tables:
            return self.occurring_names
        return frozenset().union(*(self._locals.get(names, ()) for names in set(self._scopes_at(node))))

    def _scopes_at(self, node: cst.CSTNode) -> Iterator[tuple[str, ...]]:
        """Yield the definitions whose names a place sees: functions around it, and the class it is in."""
        around: list[cst.FunctionDef | cst.ClassDef] = []
        child = node
        for parent in self.ancestors(node):
            if isinstance(parent, (cst.FunctionDef, cst.ClassDef)) and child is parent.body:
                around.insert(0, parent)
            child = parent
        names = tuple(each.name.value for each in around)
        for end, each in enumerate(around, start=1):
            if isinstance(each, cst.FunctionDef) or end == len(around):
                yield names[:end]
        yield ()

    @cached_property
    def global_names(self) -> frozenset[str]:
        """The names that mean something at the level of the module, wherever they are used."""
        if not self._tables:
            return self.occurring_names
        return frozenset(
            symbol.get_name()
            for names, table in self._tables
            for symbol in table.get_symbols()
            if table.get_type() == "module" or symbol.is_global()
        )

    @cached_property
    def handed_on(self) -> frozenset[str]:
        """The names that other modules import from this one, and those in its ``__all__``."""
        return names_handed_on(self.module, self.project)

    @cached_property
    def import_uses(self) -> ImportUses:
        """The file's imports, and which of them it uses."""
        return ImportUses(self.text, self._syntax_tree)

    def function_facts(self, symbol: str) -> FunctionFacts | None:
        """Return what is known of a function of the project."""
        node = self.project.names.functions.get(symbol)
        return node.facts if node is not None else None


def names_handed_on(module: ModuleSummary, project: Project) -> frozenset[str]:
    """Return the names that other modules import from this one, and those in its ``__all__``."""
    prefix = f"{module.module}."
    found = {
        symbol.removeprefix(prefix).partition(".")[0]
        for other in project.modules
        if other is not module
        for bindings in other.bindings.values()
        for binding in bindings
        if binding.kind == "import"
        for symbol in binding.symbols
        if symbol.startswith(prefix)
    }
    return frozenset(found | set(module.exports or ()))


def _uses_in_class(body: cst.IndentedBlock) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for index, statement in enumerate(body.body):
        parts: list[cst.CSTNode] = [statement]
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            parts = [*statement.decorators, *getattr(getattr(statement, "params", None), "params", ())]
        for part in parts:
            for node, parent in nodes_with_parents(part):
                is_other = (isinstance(parent, cst.Attribute) and parent.attr is node) or (
                    isinstance(parent, cst.Param) and parent.name is node
                )
                if isinstance(node, cst.Name) and not is_other:
                    found.setdefault(node.value, set()).add(index)
    return found


def insertion(line: int, column: int, text: str) -> Edit:
    """Return the edit that puts text in at a place."""
    return Edit(Span(line, column, line, column), text)


def has_comment(node: cst.CSTNode) -> bool:
    """Whether there is a comment anywhere in a node."""
    return any(isinstance(inner, cst.Comment) for inner, _ in nodes_with_parents(node))


def moved(text: str, margin: str, to: str) -> str:
    """Return a text whose further lines get another margin, where they may be moved."""
    if re.search(r"'''|\"\"\"|\\\r?\n", text):
        return text
    return re.sub(rf"(\r\n|\r|\n){re.escape(margin)}(?=[^\r\n])", lambda found: f"{found[1]}{to}", text)
