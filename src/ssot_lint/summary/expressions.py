"""The part of the walk that goes through expressions: every place where a name is used, and how.

The walk is the dearest step of a run, so it goes by exact node types. What people chain to great lengths
(operators, attributes, calls, conditions) is gone through in loops: generated files would exhaust the stack.
"""

from __future__ import annotations

import ast
from typing import Any, Final

from ssot_lint.summary.blocks import end_of
from ssot_lint.summary.facts import UseFlag, UseKind
from ssot_lint.summary.iteration import loop_variables
from ssot_lint.summary.records import (
    Argument,
    CallRecord,
    FunctionNode,
    OwnName,
    PathUse,
    RawUse,
    Store,
)
from ssot_lint.summary.registrations import REGISTERING
from ssot_lint.summary.scopes import BoundKind, Scope
from ssot_lint.summary.symbols import is_lookup
from ssot_lint.summary.traversal import children

_NAMING: Final = frozenset({ast.Name, ast.Attribute, ast.Subscript})
_CALLED: Final = _NAMING | {ast.NamedExpr, ast.IfExp, ast.BoolOp}
_RESULTS: Final = frozenset({ast.Call, ast.Await})
_CHAIN: Final = frozenset({ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Await})
_TYPES: Final = frozenset({UseKind.ANNOTATION, UseKind.BASE})
_SPREADING: Final = frozenset({UseKind.ANNOTATION, UseKind.CHECK})
_SETTERS: Final = frozenset({"setattr", "delattr", "patch", "object", "dict"})
COPYING: Final = frozenset({"copy", "deepcopy", "replace", "evolve", "loads"})
"""The last words of calls that may copy what they are given."""
_CLASS_WORDS: Final = ("_class", "_cls", "_type", "_factory")

_WITH_ARGUMENTS: Final = tuple(UseFlag(flags) | UseFlag.GIVEN for flags in range(UseFlag.GIVEN))
"""The flags of a call with arguments by those of one without; to put them together each time is slow."""


class ExpressionWalker:
    """Walks expressions; statements are for the class that builds on it."""

    def __init__(self, top: Scope) -> None:
        self.top = top
        self.uses: list[RawUse] = []
        self.path_uses: list[PathUse] = []
        self.stores: list[Store] = []
        self._scope = top
        self._flags = UseFlag.NONE
        self.copying_calls: list[CallRecord] = []
        self.registering_calls: list[CallRecord] = []
        self._copying = set(COPYING)
        self.own_names: list[OwnName] = []
        self._named_classes: set[str] = set()
        """Attributes that class bodies of this module bind to what may be a class."""

    def _expression(
        self, node: ast.expr, kind: UseKind = UseKind.REFERENCE, argument: Argument | None = None
    ) -> None:
        exact = type(node)
        if exact is ast.Constant:
            return
        if exact in _CHAIN:
            self._chain(node, kind, argument)
        elif isinstance(node, ast.BinOp):
            self._operators(node, kind if kind is UseKind.ANNOTATION else UseKind.REFERENCE)
        elif isinstance(node, (ast.UnaryOp, ast.IfExp)):
            self._conditions(node)
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
            self._parts(node)

    def _parts(self, node: ast.AST) -> None:
        """All expressions right below a node."""
        for child in children(node):
            if isinstance(child, ast.expr):
                self._expression(child)
            else:
                self._parts(child)

    def _operators(self, node: ast.BinOp, kind: UseKind) -> None:
        waiting: list[ast.expr] = [node]
        while waiting:
            here = waiting.pop()
            if isinstance(here, ast.BinOp):
                waiting += (here.right, here.left)
            else:
                self._expression(here, kind)

    def _conditions(self, node: ast.expr) -> None:
        """``not not x`` and ``a if b else c if d else e``."""
        while True:
            if isinstance(node, ast.UnaryOp):
                node = node.operand
            elif isinstance(node, ast.IfExp):
                self._expression(node.test)
                self._expression(node.body)
                node = node.orelse
            else:
                break
        self._expression(node)

    def _chain(self, node: ast.expr, kind: UseKind, argument: Argument | None) -> None:
        """Note a name with attributes, calls and items behind it: each call is a use, and so is the whole."""
        found: list[tuple[ast.expr, UseKind, bool, Argument | None]] = []
        if type(node) not in _RESULTS or _names_something(node):
            found.append((node, kind, False, argument))
        steps = 0
        here: Any = node  # narrowed by the exact type, for speed
        while True:
            exact = type(here)
            if exact is ast.Attribute:
                steps += 1
                here = here.value
            elif exact is ast.Call:
                self._arguments(here)
                is_given = bool(here.args or here.keywords)
                here = here.func
                found.append((here, UseKind.CALL, is_given, None))
            elif exact is ast.Subscript:
                self._expression(here.slice, UseKind.ANNOTATION if kind in _TYPES else UseKind.REFERENCE)
                here = here.value
            elif exact is ast.Await:
                here = here.value
            else:
                break
        if exact is not ast.Name:
            self._expression(here)
        elif steps < 2 and here.id == self._receiver_name() and not self._leads_away(found):
            self._note_own(found)
            return
        scope, flags = self._scope, self._flags
        for use, use_kind, is_given, use_argument in found:
            naming = _NAMING if use_kind is not UseKind.CALL else _CALLED
            if type(use) in naming or _names_something(use, called=use_kind is UseKind.CALL):
                marks = _WITH_ARGUMENTS[flags] if is_given else flags
                self.uses.append(RawUse(use, use_kind, marks, scope, use_argument))

    def _note_own(self, found: list[tuple[ast.expr, UseKind, bool, Argument | None]]) -> None:
        for node, kind, _, _ in found:
            if type(node) is ast.Attribute and kind is not UseKind.STORE:
                is_once = kind is UseKind.CALL and not self._flags & UseFlag.REPEATED
                self.own_names.append(OwnName(self._scope, node.attr, kind is UseKind.CALL, is_once))

    def _receiver_name(self) -> str | None:
        scope: Scope | None = self._scope
        while scope is not None and scope.receiver is None and scope.kind not in ("class", "module"):
            scope = scope.parent
        return scope.receiver if scope is not None else None

    def _leads_away(self, found: list[tuple[ast.expr, UseKind, bool, Argument | None]]) -> bool:
        """Whether a short chain on ``self`` names a class: by ``__class__``, or an attribute that keeps one.

        So does a call of ``cls`` itself. All others are the class's own business, and there are too many of
        them to keep.
        """
        for node, kind, _, _ in found:
            if _names_something(node) or (type(node) is ast.Name and kind is UseKind.CALL):
                return True
            if isinstance(node, ast.Attribute):
                if node.attr == "__class__":
                    return True
                if kind is UseKind.CALL and (
                    node.attr in self._named_classes or node.attr.endswith(_CLASS_WORDS)
                ):
                    return True
        return False

    def _arguments(self, call: ast.Call) -> None:
        function: Any = call.func
        exact = type(function)
        name = function.id if exact is ast.Name else ""
        word = function.attr if exact is ast.Attribute else name
        if word in _SETTERS:
            self._named(call)
        if word in self._copying:
            self.copying_calls.append(CallRecord(call, self._flags, self._scope))
        if word in REGISTERING and call.args:
            self.registering_calls.append(CallRecord(call, self._flags, self._scope))
        checks = name in ("isinstance", "issubclass")
        for position, value in enumerate(call.args):
            if type(value) is not ast.Constant:
                kind = UseKind.CHECK if checks and position == 1 else UseKind.REFERENCE
                self._expression(value, kind, Argument(call, str(position)))
        for keyword in call.keywords:
            if type(keyword.value) is not ast.Constant:
                self._expression(keyword.value, UseKind.REFERENCE, Argument(call, keyword.arg or "**"))

    def _named(self, call: ast.Call) -> None:
        """Note what ``setattr(object, "name", value)`` and ``mock.patch("path")`` store into or delete."""
        before, word = _last_words(call.func)
        if not call.args or (word in ("object", "dict") and before != "patch"):
            return
        kind = UseKind.DELETE if word == "delattr" else UseKind.STORE
        flags = self._flags | UseFlag.PATCHED if before or word == "patch" else self._flags
        target, path = call.args[0], _text(call.args[0])
        name = _text(call.args[1]) if len(call.args) > 1 else None
        if path is not None:
            if flags & UseFlag.PATCHED and all(part.isidentifier() for part in path.split(".")):
                symbol = f"{path}[]" if word == "dict" else path
                self.path_uses.append(PathUse(symbol, call, kind, flags, self._scope))
        elif word == "dict":
            item = ast.copy_location(ast.Subscript(target, ast.Constant(None), ast.Store()), call)
            self.uses.append(RawUse(item, kind, flags, self._scope, None))
        elif name is not None and word != "patch":
            place = ast.copy_location(ast.Attribute(target, name, ast.Store()), call)
            if word == "setattr" and len(call.args) == 3 and self._scope.kind == "function":
                self.stores.append(Store(self._scope, place, call.args[2]))
            self.uses.append(RawUse(place, kind, flags, self._scope, None))

    def _walrus(self, node: ast.NamedExpr) -> None:
        home = self._scope
        while home.kind == "comprehension" and home.parent is not None:
            home = home.parent
        home.bind(node.target.id, "value", node.value, since=end_of(node), site=node.target)

    def _lambda(self, node: ast.Lambda) -> None:
        self._signature(node.args)
        outer = self._scope
        self._scope = Scope("lambda", outer, outer.qualname, outer.symbol, outer.index)
        for argument in all_arguments(node.args):
            self._scope.bind(argument.arg, "parameter")
        flags, self._flags = self._flags, self._flags | UseFlag.REPEATED
        self._expression(node.body)
        self._scope, self._flags = outer, flags

    def _signature(self, arguments: ast.arguments) -> None:
        """Walk the annotations and defaults, which are read outside the function."""
        for argument in all_arguments(arguments):
            if argument.annotation is not None:
                self._expression(argument.annotation, UseKind.ANNOTATION)
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self._expression(default)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        outer = self._scope
        self._expression(node.generators[0].iter)
        self._scope = Scope("comprehension", outer, outer.qualname, outer.symbol, outer.index)
        flags, self._flags = self._flags, self._flags | UseFlag.REPEATED
        for position, generator in enumerate(node.generators):
            if position:
                self._expression(generator.iter)
            self._loop_variables(generator.target, generator.iter)
            for test in generator.ifs:
                self._expression(test)
        if isinstance(node, ast.DictComp):
            self._expression(node.key)
            self._expression(node.value)
        else:
            self._expression(node.elt)
        self._scope, self._flags = outer, flags

    def _loop_variables(self, target: ast.expr, iterable: ast.expr) -> None:
        """Bind what a comprehension takes from its iterable."""
        for variable, collection in loop_variables(target, iterable):
            waiting = [variable]
            while waiting:
                here = waiting.pop()
                if isinstance(here, ast.Name):
                    kind: BoundKind = "item" if collection is not None else "opaque"
                    self._scope.bind(here.id, kind, collection=collection)
                elif isinstance(here, (ast.Tuple, ast.List)):
                    waiting += here.elts
                elif isinstance(here, ast.Starred):
                    waiting.append(here.value)
                else:
                    self._expression(here, UseKind.STORE)


def _last_words(function: ast.expr) -> tuple[str, str]:
    """Return the last two words of a dotted name, the first one empty if there is but one."""
    if not isinstance(function, ast.Attribute):
        return "", getattr(function, "id", "")
    before = function.value
    return getattr(before, "attr", "") or getattr(before, "id", "?"), function.attr


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Every parameter of a signature."""
    rest = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]


def annotation_of(argument: ast.arg, function: FunctionNode) -> ast.expr | None:
    """Return the annotation of a parameter's own value; that of ``*args`` is about what it holds."""
    return None if argument in (function.args.vararg, function.args.kwarg) else argument.annotation


def _names_something(node: ast.expr, *, called: bool = False) -> bool:
    """Whether an expression is a call that only names something: ``type(x)``, ``getattr(x, "name")``.

    What is called itself may also be the item of a table.
    """
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in ("type", "getattr")
    return called and is_lookup(node)
