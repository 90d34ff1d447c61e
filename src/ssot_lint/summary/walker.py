"""One pass over a module's syntax tree: its scopes, what they bind, and every place where a name is used.

Names are only collected here; what they mean is asked when the whole module has been seen, because a binding further
down counts as well. The walk is the dearest step of a run, so it goes over the tree once, by exact node types.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple

from ssot_lint.summary.facts import LOCALS, ScopeFacts, UseFlag, UseKind
from ssot_lint.summary.scopes import Scope, ScopeKind

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})


class Argument(NamedTuple):
    """The call that an expression is an argument of, and its position or keyword."""

    call: ast.Call
    place: str


class RawUse(NamedTuple):
    """A use of a name before it is known what the name means."""

    node: ast.expr
    kind: UseKind
    flags: UseFlag
    scope: Scope
    argument: Argument | None


class ImportUse(NamedTuple):
    """``from module import name``."""

    symbol: str
    node: ast.alias
    flags: UseFlag
    scope: Scope


class Target(NamedTuple):
    """A name that a module or class body binds to a value (or only annotates)."""

    scope: Scope
    name: str
    node: ast.expr
    value: ast.expr | None
    annotation: ast.expr | None
    flags: UseFlag
    reader: Scope
    """The scope in which the value is to be read: a function's, when the name is declared global there."""


class InstanceTarget(NamedTuple):
    """``self.name = value`` in a method; ``scope`` is the method's."""

    scope: Scope
    name: str
    value: ast.expr | None
    annotation: ast.expr | None


class FunctionRecord(NamedTuple):
    """A function with the scope of its body; ``owner`` is the class that it is a method of."""

    node: FunctionNode
    scope: Scope
    owner: ClassRecord | None
    flags: UseFlag


class ClassRecord(NamedTuple):
    """A class statement with the scope of its body."""

    node: ast.ClassDef
    scope: Scope
    flags: UseFlag


class ModuleWalker:
    """Walks one module; the lists that it fills are read when ``walk`` is done."""

    def __init__(self, module: str, *, is_package: bool) -> None:
        self.package = module if is_package else module.rpartition(".")[0]
        self.top = Scope("module", None, "", module, 0)
        self.scopes: list[ScopeFacts] = [ScopeFacts("", "module", 0)]
        self.uses: list[RawUse] = []
        self.imports: list[ImportUse] = []
        self.definitions: list[tuple[str, str, ast.AST, UseFlag]] = []
        self.import_bindings: list[tuple[str, str, ast.alias, UseFlag]] = []
        self.star_imports: list[str] = []
        self.targets: list[Target] = []
        self.instance_targets: list[InstanceTarget] = []
        self.functions: list[FunctionRecord] = []
        self.classes: list[ClassRecord] = []
        self._scope = self.top
        self._flags = UseFlag.NONE
        self._owner: ClassRecord | None = None

    def walk(self, tree: ast.Module) -> None:
        """Collect everything in ``tree``."""
        self._body(tree.body)

    # -- statements

    def _body(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            kind = type(statement)
            if kind is ast.Expr:
                self._expression(statement.value)  # type: ignore[attr-defined]  # narrowed by the exact type
            elif kind is ast.Assign:
                self._assign(statement)  # type: ignore[arg-type]  # narrowed by the exact type
            else:
                method = getattr(self, "_visit_" + kind.__name__, None)
                if method is not None:
                    method(statement)
                else:
                    self._children(statement)

    def _flagged(self, statements: Iterable[ast.stmt], flag: UseFlag) -> None:
        before, self._flags = self._flags, self._flags | flag
        self._body(statements)
        self._flags = before

    def _children(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._expression(child)
            elif isinstance(child, ast.stmt):
                self._body((child,))
            else:
                self._children(child)

    def _visit_FunctionDef(self, node: FunctionNode) -> None:
        outer, owner = self._scope, self._owner
        for decorator in node.decorator_list:
            self._expression(decorator, UseKind.DECORATOR)
        self._signature(node.args)
        if node.returns is not None:
            self._expression(node.returns, UseKind.ANNOTATION)
        scope = self._enter("function", node.name)
        outer.bind(node.name, "definition", node, scope.symbol)
        if outer.kind == "module":
            self.definitions.append((node.name, "function", node, self._flags))
        in_class = outer.kind == "class"
        self._parameters(node, scope, owner if in_class else None)
        self.functions.append(FunctionRecord(node, scope, owner if in_class else None, self._flags))
        self._type_parameters(node)
        self._scope, self._owner = scope, None
        self._body(node.body)
        self._scope, self._owner = outer, owner

    _visit_AsyncFunctionDef = _visit_FunctionDef

    def _signature(self, arguments: ast.arguments) -> None:
        for argument in _all_arguments(arguments):
            if argument.annotation is not None:
                self._expression(argument.annotation, UseKind.ANNOTATION)
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self._expression(default)

    def _parameters(self, node: FunctionNode, scope: Scope, owner: ClassRecord | None) -> None:
        """Bind the parameters; the first one of a method is the instance or the class."""
        names = [*node.args.posonlyargs, *node.args.args]
        for argument in _all_arguments(node.args):
            scope.bind(argument.arg, "parameter", _annotation_of(argument, node.args))
        if owner is None:
            return
        scope.class_symbol = owner.scope.symbol
        kind = method_kind(node)
        if not names or kind == "staticmethod":
            return
        first = names[0].arg
        scope.receiver = first
        is_class = kind == "classmethod" or (kind == "method" and self._is_metaclass(owner))
        symbol = owner.scope.symbol if is_class else f"{owner.scope.symbol}()"
        scope.bound[first] = []
        scope.bind(first, "cls" if is_class else "self", None, symbol)

    def _is_metaclass(self, owner: ClassRecord) -> bool:
        return any(isinstance(base, ast.Name) and base.id in ("type", "ABCMeta", "EnumMeta") for base in owner.node.bases)

    def _visit_ClassDef(self, node: ast.ClassDef) -> None:
        outer, owner = self._scope, self._owner
        for decorator in node.decorator_list:
            self._expression(decorator, UseKind.DECORATOR)
        for base in node.bases:
            self._expression(base, UseKind.BASE)
        for keyword in node.keywords:
            self._expression(keyword.value, UseKind.BASE if keyword.arg == "metaclass" else UseKind.REFERENCE)
        scope = self._enter("class", node.name)
        outer.bind(node.name, "definition", node, scope.symbol)
        if outer.kind == "module":
            self.definitions.append((node.name, "class", node, self._flags))
        record = ClassRecord(node, scope, self._flags)
        self.classes.append(record)
        self._type_parameters(node)
        self._scope, self._owner = scope, record
        self._body(node.body)
        self._scope, self._owner = outer, owner

    def _enter(self, kind: ScopeKind, name: str) -> Scope:
        """A new scope for a function or class below the current one."""
        parent = self._scope
        inside = parent.kind in ("function", "comprehension")
        steps = [part for part in (parent.qualname, LOCALS if inside else "", name) if part]
        symbol = ".".join([parent.symbol, *([LOCALS] if inside else []), name])
        scope = Scope(kind, parent, ".".join(steps), symbol, len(self.scopes))
        self.scopes.append(ScopeFacts(scope.qualname, kind, parent.index))
        return scope

    def _type_parameters(self, node: ast.AST) -> None:
        for parameter in getattr(node, "type_params", ()):
            self._scope.bind(parameter.name, "opaque")

    def _visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            self._bind_import(alias.asname or top, alias.name if alias.asname else top, alias)

    def _visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = self._absolute(node.module or "", node.level)
        if module is None:
            for alias in node.names:
                if alias.name != "*":
                    self._scope.bind(alias.asname or alias.name, "opaque")
            return
        for alias in node.names:
            if alias.name == "*":
                self.star_imports.append(module)
                continue
            symbol = f"{module}.{alias.name}"
            self._bind_import(alias.asname or alias.name, symbol, alias)
            self.imports.append(ImportUse(symbol, alias, self._flags, self._scope))

    def _bind_import(self, name: str, symbol: str, alias: ast.alias) -> None:
        self._scope.bind(name, "import", alias, symbol)
        if self._scope.home_of(name) is self.top:
            self.import_bindings.append((name, symbol, alias, self._flags))

    def _absolute(self, module: str, level: int) -> str | None:
        """The absolute name of an imported module; None when it would lie above the topmost package."""
        if level == 0:
            return module
        parts = self.package.split(".") if self.package else []
        if level - 1 > len(parts):
            return None
        base = parts[: len(parts) - (level - 1)]
        return ".".join([*base, module] if module else base) or None

    def _assign(self, node: ast.Assign) -> None:
        value = node.value
        aliased = type(value) in (ast.Name, ast.Attribute) and all(isinstance(t, ast.Name) for t in node.targets)
        self._expression(value, UseKind.ALIAS if aliased else UseKind.REFERENCE)
        for target in node.targets:
            self._target(target, value)

    def _visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._expression(node.annotation, UseKind.ANNOTATION)
        if node.value is not None:
            self._expression(node.value)
        if not isinstance(node.target, ast.Name):
            self._target(node.target, node.value, node.annotation)
            return
        name = node.target.id
        if node.value is not None:
            self._scope.bind(name, "value", node.value)
        elif self._scope.kind != "module":
            self._scope.bind(name, "annotation", node.annotation)
        self._note_target(name, node.target, node.value, node.annotation)

    def _visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._expression(node.value)
        if isinstance(node.target, ast.Name):
            self._scope.bind(node.target.id, "opaque")
        else:
            self._expression(node.target, UseKind.STORE)

    def _visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if not isinstance(target, ast.Name):
                self._expression(target, UseKind.DELETE)

    def _visit_TypeAlias(self, node: ast.AST) -> None:
        name, value = node.name, node.value  # type: ignore[attr-defined]  # ast.TypeAlias came with Python 3.12
        self._expression(value, UseKind.ANNOTATION)
        self._scope.bind(name.id, "value", value)

    def _target(self, target: ast.expr, value: ast.expr | None, annotation: ast.expr | None = None) -> None:
        """Bind the names of an assignment's target; ``value`` is None when it can't be told what they get."""
        if isinstance(target, ast.Name):
            if value is None:
                self._scope.bind(target.id, "opaque")
            else:
                self._scope.bind(target.id, "value", value)
            self._note_target(target.id, target, value, None)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                parts = list(value.elts)
            for element, part in zip(target.elts, parts, strict=True):
                self._target(element, part)
        elif isinstance(target, ast.Starred):
            self._target(target.value, None)
        else:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                if target.value.id == self._scope.receiver:
                    self.instance_targets.append(InstanceTarget(self._scope, target.attr, value, annotation))
            self._expression(target, UseKind.STORE)

    def _note_target(self, name: str, node: ast.expr, value: ast.expr | None, annotation: ast.expr | None) -> None:
        home = self._scope.home_of(name)
        if home.kind in ("module", "class"):
            self.targets.append(Target(home, name, node, value, annotation, self._flags, self._scope))

    def _visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._expression(node.iter)
        self._target(node.target, None)
        self._body(node.body)
        self._body(node.orelse)

    _visit_AsyncFor = _visit_For

    def _visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._expression(item.context_expr)
            if item.optional_vars is not None:
                self._target(item.optional_vars, None)
        self._body(node.body)

    _visit_AsyncWith = _visit_With

    def _visit_If(self, node: ast.If) -> None:
        self._expression(node.test)
        if _is_main_guard(node.test):
            self._flagged(node.body, UseFlag.MAIN_GUARD)
        elif _is_type_checking(node.test):
            self._flagged(node.body, UseFlag.TYPE_CHECKING)
        else:
            self._body(node.body)
        self._body(node.orelse)

    def _visit_Try(self, node: ast.Try) -> None:
        self._body(node.body)
        for handler in node.handlers:
            if handler.type is not None:
                self._expression(handler.type, UseKind.CHECK)
            if handler.name is not None:
                self._scope.bind(handler.name, "opaque")
            if catches_import_error(handler):
                self._flagged(handler.body, UseFlag.IMPORT_FALLBACK)
            else:
                self._body(handler.body)
        self._body(node.orelse)
        self._body(node.finalbody)

    _visit_TryStar = _visit_Try

    def _visit_Global(self, node: ast.Global) -> None:
        self._scope.globals.update(node.names)

    def _visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self._scope.nonlocals.update(node.names)

    def _visit_Pass(self, node: ast.Pass) -> None:
        """Nothing to see."""

    def _visit_Match(self, node: ast.Match) -> None:
        self._expression(node.subject)
        for case in node.cases:
            self._pattern(case.pattern)
            if case.guard is not None:
                self._expression(case.guard)
            self._body(case.body)

    def _pattern(self, pattern: ast.pattern) -> None:
        if isinstance(pattern, ast.MatchClass):
            self._expression(pattern.cls, UseKind.CHECK)
        elif isinstance(pattern, ast.MatchValue):
            self._expression(pattern.value)
        for name in (getattr(pattern, "name", None), getattr(pattern, "rest", None)):
            if name is not None:
                self._scope.bind(name, "opaque")
        for child in ast.iter_child_nodes(pattern):
            if isinstance(child, ast.pattern):
                self._pattern(child)

    # -- expressions

    def _expression(self, node: ast.expr, kind: UseKind = UseKind.REFERENCE, argument: Argument | None = None) -> None:
        exact = type(node)
        if exact is ast.Constant:
            return
        if exact in _CHAIN:
            self._chain(node, kind, argument)
        elif isinstance(node, ast.BinOp):
            left: ast.expr = node
            while isinstance(left, ast.BinOp):
                self._expression(left.right, kind if kind is UseKind.ANNOTATION else UseKind.REFERENCE)
                left = left.left
            self._expression(left, kind if kind is UseKind.ANNOTATION else UseKind.REFERENCE)
        elif isinstance(node, ast.NamedExpr):
            self._expression(node.value)
            self._walrus(node)
        elif isinstance(node, ast.Lambda):
            self._lambda(node)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            self._comprehension(node)
        elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            for element in node.elts:
                self._expression(element, kind if kind in _SPREADING else UseKind.REFERENCE)
        else:
            self._children(node)

    def _chain(self, node: ast.expr, kind: UseKind, argument: Argument | None) -> None:
        """A name with attributes, calls and items behind it: each of its calls is a use, and the whole."""
        found: list[tuple[ast.expr, UseKind, Argument | None]] = []
        if not isinstance(node, (ast.Call, ast.Await)) or _names_something(node):
            found.append((node, kind, argument))
        here = node
        while True:
            if isinstance(here, ast.Attribute):
                here = here.value
            elif isinstance(here, ast.Call):
                self._arguments(here)
                here = here.func
                found.append((here, UseKind.CALL, None))
            elif isinstance(here, ast.Subscript):
                self._expression(here.slice, UseKind.ANNOTATION if kind in _TYPES else UseKind.REFERENCE)
                here = here.value
            elif isinstance(here, ast.Await):
                here = here.value
            else:
                break
        if isinstance(here, ast.Name):
            if here.id == self._receiver_name() and not _reaches_class(found):
                return
        else:
            self._expression(here)
        scope, flags = self._scope, self._flags
        for use, use_kind, use_argument in found:
            if isinstance(use, (ast.Name, ast.Attribute, ast.Subscript)) or _names_something(use):
                self.uses.append(RawUse(use, use_kind, flags, scope, use_argument))

    def _receiver_name(self) -> str | None:
        scope: Scope | None = self._scope
        while scope is not None and scope.receiver is None and scope.kind in ("function", "comprehension"):
            scope = scope.parent
        return scope.receiver if scope is not None else None

    def _arguments(self, call: ast.Call) -> None:
        function = call.func.id if isinstance(call.func, ast.Name) else ""
        if function in ("setattr", "delattr"):
            self._named_attribute(call, UseKind.STORE if function == "setattr" else UseKind.DELETE)
        checks = function in ("isinstance", "issubclass")
        for position, value in enumerate(call.args):
            if type(value) is ast.Constant:
                continue
            kind = UseKind.CHECK if checks and position == 1 else UseKind.REFERENCE
            self._expression(value, kind, Argument(call, str(position)))
        for keyword in call.keywords:
            self._expression(keyword.value, UseKind.REFERENCE, Argument(call, keyword.arg or "**"))

    def _named_attribute(self, call: ast.Call, kind: UseKind) -> None:
        """``setattr(object, "name", value)`` stores as an assignment does."""
        name = call.args[1] if len(call.args) > 1 else None
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            node = ast.copy_location(ast.Attribute(call.args[0], name.value, ast.Store()), call)
            self.uses.append(RawUse(node, kind, self._flags, self._scope, None))

    def _walrus(self, node: ast.NamedExpr) -> None:
        inner = self._scope
        while self._scope.kind == "comprehension" and self._scope.parent is not None:
            self._scope = self._scope.parent
        self._target(node.target, node.value)
        self._scope = inner

    def _lambda(self, node: ast.Lambda) -> None:
        self._signature(node.args)
        outer = self._scope
        self._scope = Scope("comprehension", outer, outer.qualname, outer.symbol, outer.index)
        for argument in _all_arguments(node.args):
            self._scope.bind(argument.arg, "parameter")
        self._expression(node.body)
        self._scope = outer

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        outer = self._scope
        self._expression(node.generators[0].iter)
        self._scope = Scope("comprehension", outer, outer.qualname, outer.symbol, outer.index)
        for position, generator in enumerate(node.generators):
            if position:
                self._expression(generator.iter)
            self._target(generator.target, None)
            for test in generator.ifs:
                self._expression(test)
        if isinstance(node, ast.DictComp):
            self._expression(node.key)
            self._expression(node.value)
        else:
            self._expression(node.elt)
        self._scope = outer


_CHAIN = frozenset({ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Await})
_TYPES = frozenset({UseKind.ANNOTATION, UseKind.BASE})
_SPREADING = frozenset({UseKind.ANNOTATION, UseKind.CHECK})


def _names_something(node: ast.expr) -> bool:
    """Whether an expression is a call that only names something: ``type(x)``, ``getattr(x, "name")``."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("type", "getattr")


def _reaches_class(found: list[tuple[ast.expr, UseKind, Argument | None]]) -> bool:
    """Whether a chain on ``self`` goes through ``__class__``."""
    return any(
        _names_something(node) or (isinstance(node, ast.Attribute) and node.attr == "__class__") for node, _, _ in found
    )


def _all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    rest = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def _annotation_of(argument: ast.arg, arguments: ast.arguments) -> ast.expr | None:
    return None if argument in (arguments.vararg, arguments.kwarg) else argument.annotation


def method_kind(node: FunctionNode) -> str:
    """What a function in a class body is: ``method``, ``classmethod``, ``staticmethod`` or ``property``."""
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        if name in ("classmethod", "staticmethod"):
            return str(name)
        if name in ("abstractclassmethod", "abstractstaticmethod"):
            return str(name).removeprefix("abstract")
        if name in ("property", "cached_property", "setter", "getter", "deleter"):
            return "property"
    if node.name in ("__new__", "__init_subclass__", "__class_getitem__"):
        return "classmethod"
    return "method"


def catches_import_error(handler: ast.ExceptHandler) -> bool:
    """Whether an ``except`` clause names ``ImportError``."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in _IMPORT_ERRORS for kind in kinds)


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
