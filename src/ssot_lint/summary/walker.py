"""One pass over a module's syntax tree: its scopes, what they bind, and every place where a name is used.

Names are only collected here; what they mean is asked when the whole module has been seen, because a binding
further down counts as well.
"""

from __future__ import annotations

import ast
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.blocks import BEGIN, END, Block, Point, end_of, if_chain, start_of
from ssot_lint.summary.expressions import all_arguments, annotation_of
from ssot_lint.summary.facts import LOCALS, ScopeFacts, UseFlag, UseKind
from ssot_lint.summary.name_binding import NameWalker
from ssot_lint.summary.narrowing import shown_by
from ssot_lint.summary.records import (
    ClassRecord,
    Definition,
    FunctionNode,
    FunctionRecord,
    method_kind,
)
from ssot_lint.summary.scopes import Scope, ScopeKind
from ssot_lint.summary.traversal import children

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "FunctionDef": "_function",
        "AsyncFunctionDef": "_function",
        "ClassDef": "_class",
        "Import": "_import",
        "ImportFrom": "_import_from",
        "AnnAssign": "_annotated",
        "Assert": "_assert",
        "AugAssign": "_augmented",
        "Delete": "_delete",
        "TypeAlias": "_type_alias",
        "For": "_for",
        "AsyncFor": "_for",
        "While": "_while",
        "With": "_with",
        "AsyncWith": "_with",
        "If": "_if",
        "Try": "_try",
        "TryStar": "_try",
        "Match": "_match",
        "Global": "_global",
        "Nonlocal": "_nonlocal",
    }
)
"""What is done with a statement, by the name of its node: some came with later versions of Python."""
_BROAD: Final = frozenset({"Exception", "BaseException"})
_IMPORT_ERRORS: Final = frozenset({"ImportError", "ModuleNotFoundError"})
_LEAVING: Final = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class ModuleWalker(NameWalker):
    """Walks one module; the lists that it fills are read when ``walk`` is done."""

    def __init__(self, module: str, *, is_package: bool) -> None:
        super().__init__(Scope("module", None, "", module, 0))
        self.top.package = module if is_package else module.rpartition(".")[0]
        self.scopes: list[ScopeFacts] = [ScopeFacts("", "module", 0)]
        self.definitions: list[Definition] = []
        self.functions: list[FunctionRecord] = []
        self.classes: list[ClassRecord] = []
        self._owner: ClassRecord | None = None

    def walk(self, tree: ast.Module) -> None:
        """Collect everything in ``tree``."""
        self._body(tree.body)

    def _body(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            kind = type(statement)
            if kind is ast.Expr:
                self._expression(statement.value)  # type: ignore[attr-defined]  # narrowed by the exact type
            elif kind is ast.Assign:
                self._assign(statement)  # type: ignore[arg-type]  # narrowed by the exact type
            else:
                method = _METHODS.get(kind.__name__)
                if method is not None:
                    getattr(self, method)(statement)
                else:
                    self._parts(statement)

    def _branch(
        self,
        statements: Sequence[ast.stmt],
        flag: UseFlag = UseFlag.NONE,
        *,
        start: Point | None = None,
        is_loop: bool = False,
        rivals_end: Point = BEGIN,
        first: Callable[[], None] | None = None,
    ) -> None:
        """Statements that don't always run; ``first`` is what happens from ``start`` on before them."""
        if not statements:
            return
        scope, outer, flags = self._scope, self._scope.block, self._flags
        start = start or start_of(statements[0])
        scope.block = Block(start, statements, outer, is_loop=is_loop, rivals_end=rivals_end)
        if is_loop and not (scope.loops and scope.loops[-1].holds(scope.block.start)):
            scope.loops.append(scope.block)
        self._flags = flags | flag | (UseFlag.REPEATED if is_loop else UseFlag.NONE)
        if first is not None:
            first()
        self._body(statements)
        self._flags, scope.block = flags, outer

    # -- definitions

    def _function(self, node: FunctionNode) -> None:
        outer, owner = self._scope, self._owner
        for decorator in node.decorator_list:
            self._expression(decorator, UseKind.DECORATOR)
        typed = self._scope = self._with_type_parameters(node)
        self._signature(node.args)
        if node.returns is not None:
            self._expression(node.returns, UseKind.ANNOTATION)
        scope = self._enter("function", node.name, outer, typed)
        outer.bind(node.name, "definition", node, scope.symbol, since=end_of(node), site=node)
        if outer.kind == "module":
            self.definitions.append(Definition(node.name, "function", node, self._flags))
        in_class = outer.kind == "class"
        self._parameters(node, scope, owner if in_class else None)
        self.functions.append(FunctionRecord(node, scope, owner if in_class else None, self._flags))
        self._scope, self._owner = scope, None
        self._body(node.body)
        self._scope, self._owner = outer, owner

    def _parameters(self, node: FunctionNode, scope: Scope, owner: ClassRecord | None) -> None:
        """Bind the parameters; the first one of a method is the instance or the class."""
        names = [*node.args.posonlyargs, *node.args.args]
        for argument in all_arguments(node.args):
            scope.bind(argument.arg, "parameter", annotation_of(argument, node))
        if owner is None:
            return
        scope.class_symbol = owner.scope.symbol
        kind = method_kind(node)
        if not names or kind == "staticmethod":
            return
        first = names[0].arg
        scope.receiver = first
        is_class = kind == "classmethod" or (kind == "method" and _is_metaclass(owner))
        symbol = owner.scope.symbol if is_class else f"{owner.scope.symbol}()"
        scope.bound[first] = []
        scope.bind(first, "cls" if is_class else "self", None, symbol)

    def _class(self, node: ast.ClassDef) -> None:
        outer, owner = self._scope, self._owner
        for decorator in node.decorator_list:
            self._expression(decorator, UseKind.DECORATOR)
        typed = self._scope = self._with_type_parameters(node)
        for base in node.bases:
            self._expression(base, UseKind.BASE)
        for keyword in node.keywords:
            self._expression(keyword.value, UseKind.BASE if keyword.arg == "metaclass" else UseKind.REFERENCE)
        scope = self._enter("class", node.name, outer, typed)
        outer.bind(node.name, "definition", node, scope.symbol, since=end_of(node), site=node)
        if outer.kind == "module":
            self.definitions.append(Definition(node.name, "class", node, self._flags))
        record = ClassRecord(node, scope, self._flags)
        self.classes.append(record)
        self._scope, self._owner = scope, record
        self._body(node.body)
        self._scope, self._owner = outer, owner

    def _enter(self, kind: ScopeKind, name: str, place: Scope, parent: Scope) -> Scope:
        """Make the scope of a function or class; ``place`` names it, in ``parent`` names are looked up."""
        inside = place.kind == "function"
        steps = [part for part in (place.qualname, LOCALS if inside else "", name) if part]
        symbol = ".".join([place.symbol, *([LOCALS] if inside else []), name])
        scope = Scope(kind, parent, ".".join(steps), symbol, len(self.scopes))
        self.scopes.append(ScopeFacts(scope.qualname, kind, place.index))
        return scope

    # -- compound statements

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self._expression(node.iter)
        self._branch(
            node.body,
            start=start_of(node.target),
            is_loop=True,
            first=lambda: self._items(node.target, node.iter, end_of(node.target)),
        )
        self._branch(node.orelse)

    def _while(self, node: ast.While) -> None:
        flags, self._flags = self._flags, self._flags | UseFlag.REPEATED
        self._expression(node.test)
        self._flags = flags
        self._branch(node.body, start=start_of(node), is_loop=True)
        self._branch(node.orelse)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        entering = "__aenter__" if isinstance(node, ast.AsyncWith) else "__enter__"
        for item in node.items:
            self._expression(item.context_expr)
            if item.optional_vars is not None:
                method = ast.copy_location(
                    ast.Attribute(item.context_expr, entering, ast.Load()), item.context_expr
                )
                value = ast.copy_location(ast.Call(method, [], []), item.context_expr)
                self._target(item.optional_vars, value, end_of(item.optional_vars))
        self._body(node.body)

    def _if(self, node: ast.If) -> None:
        chain = if_chain(node)
        end = end_of(node)
        for link in chain:
            self._expression(link.test)
            flag = UseFlag.NONE
            if _is_main_guard(link.test):
                flag = UseFlag.MAIN_GUARD
            elif _is_type_checking(link.test):
                flag = UseFlag.TYPE_CHECKING
            for name, classes in shown_by(link.test):
                self._scope.narrow(name, start_of(link.body[0]), end_of(link.body[-1]), classes)
            self._branch(link.body, flag, rivals_end=end)
        for name, classes in shown_by(node.test, is_true=False):
            if node.orelse:
                self._scope.narrow(name, start_of(node.orelse[0]), end, classes)
            elif isinstance(node.body[-1], _LEAVING):
                self._narrow_rest(name, end, classes)
        self._branch(chain[-1].orelse)

    def _assert(self, node: ast.Assert) -> None:
        self._parts(node)
        for name, classes in shown_by(node.test):
            self._narrow_rest(name, end_of(node), classes)

    def _narrow_rest(self, name: str, start: Point, classes: ast.expr) -> None:
        """Note what a name is shown to be for the rest of the block that the walk is in."""
        block = self._scope.block
        self._scope.narrow(name, start, block.end if block is not None else END, classes)

    def _try(self, node: ast.Try) -> None:
        if all(isinstance(handler.body[-1], _LEAVING) for handler in node.handlers):
            self._body(node.body)
        else:
            self._branch(node.body)
        for handler in node.handlers:
            if handler.type is not None:
                self._expression(handler.type, UseKind.CHECK)
            flag = UseFlag.IMPORT_FALLBACK if _is_import_fallback(node, handler) else UseFlag.NONE
            self._branch(
                handler.body,
                flag,
                start=start_of(handler),
                rivals_end=end_of(node.orelse[-1]) if node.orelse else end_of(node.handlers[-1]),
                first=partial(self._caught, handler),
            )
        self._body(node.orelse)
        self._body(node.finalbody)

    def _caught(self, handler: ast.ExceptHandler) -> None:
        if handler.name is not None:
            self._scope.bind(handler.name, "opaque", since=start_of(handler), site=handler)

    def _global(self, node: ast.Global) -> None:
        self._scope.declare_global(node.names)

    def _nonlocal(self, node: ast.Nonlocal) -> None:
        self._scope.declare_nonlocal(node.names)

    def _match(self, node: ast.Match) -> None:
        self._expression(node.subject)
        for case in node.cases:
            if isinstance(case.pattern, ast.MatchClass) and isinstance(node.subject, ast.Name):
                start = end_of(case.pattern)
                self._scope.narrow(node.subject.id, start, end_of(case.body[-1]), case.pattern.cls)
            self._branch(
                case.body,
                start=start_of(case.pattern),
                rivals_end=end_of(node),
                first=partial(self._case, case),
            )

    def _case(self, case: ast.match_case) -> None:
        self._pattern(case.pattern)
        if case.guard is not None:
            self._expression(case.guard)

    def _pattern(self, pattern: ast.pattern) -> None:
        if isinstance(pattern, ast.MatchClass):
            self._expression(pattern.cls, UseKind.CHECK)
        elif isinstance(pattern, ast.MatchValue):
            self._expression(pattern.value)
        for name in (getattr(pattern, "name", None), getattr(pattern, "rest", None)):
            whole = pattern.pattern if isinstance(pattern, ast.MatchAs) else None
            if name is not None and isinstance(whole, ast.MatchClass):  # case C() as name
                self._scope.bind(name, "annotation", whole.cls, since=end_of(pattern), site=pattern)
            elif name is not None:
                self._scope.bind(name, "opaque", since=end_of(pattern), site=pattern)
        for child in children(pattern):
            if isinstance(child, ast.pattern):
                self._pattern(child)


def _is_metaclass(owner: ClassRecord) -> bool:
    return any(
        isinstance(base, ast.Name) and base.id in ("type", "ABCMeta", "EnumMeta") for base in owner.node.bases
    )


def _is_import_fallback(node: ast.Try, handler: ast.ExceptHandler) -> bool:
    """Whether an ``except`` clause names ``ImportError``, or takes whatever mere imports raise."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    if any(isinstance(kind, ast.Name) and kind.id in _IMPORT_ERRORS for kind in kinds):
        return True
    if not all(isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in node.body):
        return False
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in _BROAD) for kind in kinds)


def _is_main_guard(test: ast.expr) -> bool:
    if not (isinstance(test, ast.Compare) and len(test.comparators) == 1):
        return False
    sides = (test.left, test.comparators[0])
    return any(isinstance(s, ast.Name) and s.id == "__name__" for s in sides) and any(
        isinstance(s, ast.Constant) and s.value == "__main__" for s in sides
    )


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return bool(name == "TYPE_CHECKING")
