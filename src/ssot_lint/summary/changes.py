"""What one function does to the attributes of ``self`` and of other objects: which it binds, and which it changes.

The reading follows control flow as far as it matters: a change counts where the instance doesn't have a value of its own
on every path that leads there. Statements are read in order; what holds after a branch is what holds on all its ways.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from ssot_lint.summary.attribute_facts import Mutation, Signal
from ssot_lint.summary.blocks import if_chain
from ssot_lint.summary.change_signals import Reader
from ssot_lint.summary.containers import MUTATING_NAMES, is_changing_function
from ssot_lint.summary.facts import LOCALS
from ssot_lint.summary.owners import OWN_CLASS, OWN_INSTANCE, Owners, Place
from ssot_lint.summary.positions import Positions
from ssot_lint.summary.scopes import Scope, describe
from ssot_lint.summary.suspect_lines import SuspectLines

CALL: Final = ">"
"""Starts the entries of a state that stand for calls on ``self``."""
_CHANGERS: Final = frozenset(
    {
        "heappush",
        "heappop",
        "heapify",
        "heapreplace",
        "heappushpop",
        "shuffle",
        "insort",
        "insort_left",
        "insort_right",
    }
)
_OPERATORS: Final = MappingProxyType(
    {ast.Add: "+=", ast.Mult: "*=", ast.BitOr: "|=", ast.BitAnd: "&=", ast.Sub: "-=", ast.BitXor: "^="}
)
_KEYED: Final = frozenset({"[]=", "del []", "setdefault", "pop"})

State = set[str]
"""What holds at a point: attributes that are bound, as ``name`` or ``variable.name``, and calls, as ``>method``."""


class Setting(NamedTuple):
    """What is the same for all functions of a module."""

    scopes: Mapping[int, Scope]
    """The scopes of nested functions, by the identity of their nodes."""
    positions: Positions
    namespaces: frozenset[str]
    """Names of class attributes that hold a ``SimpleNamespace``."""


class Found(NamedTuple):
    """A change of an attribute of ``owner`` (as in ``Place``)."""

    owner: str
    mutation: Mutation


class ChangeReader:
    """Reads one function; the collections that it fills are read when ``read`` is done."""

    def __init__(
        self, scope: Scope, lines: SuspectLines, setting: Setting, *, name: str, parameters: Sequence[str]
    ) -> None:
        self.found: list[Found] = []
        self.class_level: dict[str, None] = {}
        self.hands_self: dict[tuple[str, int], None] = {}
        self.binds_any = False
        self.binds_listed = False
        self.seen: set[str] = set()
        """All that was ever bound or called."""
        self._lines = lines
        self._setting = setting
        self._owners = Owners(scope, parameters, is_new=name == "__new__")
        self._signals = Reader(scope, scope.receiver, frozenset(parameters) - {scope.receiver or ""})
        self._returned_names: set[str] = set()
        self._returned_attributes: set[str] = set()
        self._stores: list[tuple[int, frozenset[str]]] = []
        self._exits: list[State] = []
        self._state: State = set()
        self._is_reached = True
        self._is_inner = 0
        self._looped: dict[str, ast.expr] = {}
        self._is_final = 0
        self._undone: dict[str, Signal] = {}
        """Attributes out of which this function sees to it that things are taken again."""

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Read the body."""
        self._block(body)
        if self._is_reached:
            self._exits.append(self._state)
        self._mark_returned()
        if self._undone:
            self._mark_undone()

    @property
    def always(self) -> State:
        """What holds whenever the function has ended."""
        return set.intersection(*self._exits) if self._exits else set()

    # -- statements

    def _block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            if not self._is_reached:
                return
            method = getattr(self, "_visit_" + type(statement).__name__, None)
            if method is not None:
                method(statement)

    def _visit_Expr(self, node: ast.Expr) -> None:
        self._evaluate(node.value)

    def _visit_Assign(self, node: ast.Assign) -> None:
        self._evaluate(node.value)
        names = frozenset(t.id for t in node.targets if isinstance(t, ast.Name))
        for target in node.targets:
            self._assign(target, node.value, names)

    def _visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._evaluate(node.value)
            self._assign(node.target, node.value)

    def _visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._evaluate(node.value)
        target = node.target
        if isinstance(target, ast.Subscript):
            place = self._owners.place(target.value, self._state)
            if place is not None:
                self._change(place, "[]=", target, target.slice, [node.value])
            return
        operation = _OPERATORS.get(type(node.op))
        place = self._owners.place(target, self._state) if operation is not None else None
        if operation is not None and place is not None and not _is_number(node.value):
            self._change(place, operation, target, None, [node.value])

    def _visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                place = self._owners.place(target.value, self._state)
                if place is not None:
                    self._change(place, "del []", target, target.slice, [])
            elif isinstance(target, ast.Attribute):
                place = self._owners.place(target, self._state, bound=True)
                if place is not None:
                    self._state.discard(place.key)

    def _visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._evaluate(node.value)
            self._note_returned(node.value)
        if not self._is_inner:
            self._exits.append(self._state)
        self._is_reached = False

    def _visit_Raise(self, node: ast.Raise) -> None:
        self._is_reached = False

    _visit_Continue = _visit_Break = _visit_Raise

    def _visit_Assert(self, node: ast.Assert) -> None:
        self._evaluate(node.test)

    def _visit_If(self, node: ast.If) -> None:
        *chain, last = if_chain(node)
        if chain:
            self._branches([*(partial(self._chosen, link) for link in chain), lambda: self._last_if(last)])
        else:
            self._last_if(last)

    def _chosen(self, node: ast.If) -> None:
        self._evaluate(node.test)
        self._block(node.body)

    def _last_if(self, node: ast.If) -> None:
        self._evaluate(node.test)
        before = set(self._state)
        self._branches([lambda: self._block(node.body), lambda: self._block(node.orelse)])
        guarded = self._owners.guarded(node.test)
        if guarded and self._is_reached and not node.orelse:
            self._state |= {
                key for key in guarded if key in self.seen and self._binds(node.body, key, before)
            }

    def _binds(self, body: Sequence[ast.stmt], key: str, before: State) -> bool:
        """Whether a statement right in the body binds the attribute that its condition asks about."""
        for statement in body:
            targets = (
                statement.targets
                if isinstance(statement, ast.Assign)
                else [getattr(statement, "target", None)]
            )
            for target in targets:
                place = (
                    self._owners.place(target, before, bound=True)
                    if isinstance(target, ast.Attribute)
                    else None
                )
                if place is not None and place.key == key:
                    return True
        return False

    def _branches(self, ways: Sequence[Callable[[], None]]) -> None:
        """Follow each of the ways from here; what holds on all that come back holds afterwards."""
        start, aliases = self._state, self._owners.aliases
        after: list[State] = []
        merged = {}
        for way in ways:
            self._state, self._owners.aliases, self._is_reached = set(start), dict(aliases), True
            way()
            if self._is_reached:
                after.append(self._state)
                merged.update(self._owners.aliases)
        self._is_reached = bool(after)
        self._state = set.intersection(*after) if after else set(start)
        self._owners.aliases = merged if after else aliases

    def _visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._evaluate(node.iter)

        if isinstance(node.target, ast.Name):
            self._looped[node.target.id] = node.iter

        def loop() -> None:
            self._owners.bind_loop(node.target, node.iter, self._state)
            self._bind_targets(node.target)
            self._block(node.body)

        runs = isinstance(node.iter, (ast.Tuple, ast.List, ast.Set)) and bool(node.iter.elts)
        self._branches([loop] if runs else [lambda: None, loop])
        self._block(node.orelse)

    _visit_AsyncFor = _visit_For

    def _visit_While(self, node: ast.While) -> None:
        self._evaluate(node.test)
        start = set(self._state)
        self._branches([lambda: None, lambda: self._block(node.body)])
        self._state |= start
        self._block(node.orelse)

    def _visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._evaluate(item.context_expr)
            if item.optional_vars is not None:
                self._bind_targets(item.optional_vars)
        self._block(node.body)

    _visit_AsyncWith = _visit_With

    def _visit_Try(self, node: ast.Try) -> None:
        before = set(self._state)

        def tried() -> None:
            self._block(node.body)
            self._block(node.orelse)

        def handled(handler: ast.ExceptHandler) -> Callable[[], None]:
            return lambda: self._block(handler.body)

        self._branches([tried, *(handled(handler) for handler in node.handlers)])
        reached, self._is_reached = self._is_reached, True
        if not reached:
            self._state = before
        self._is_final += 1
        self._block(node.finalbody)
        self._is_final -= 1
        self._is_reached = self._is_reached and reached

    _visit_TryStar = _visit_Try

    def _visit_Match(self, node: ast.Match) -> None:
        self._evaluate(node.subject)
        ways: list[Callable[[], None]] = []
        for case in node.cases:
            ways.append(lambda body=case.body: self._block(body))  # type: ignore[misc]  # a lambda with a default
        last = node.cases[-1]
        if not (
            isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
        ):
            ways.append(lambda: None)
        self._branches(ways)

    def _visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """A function inside: it runs some time later, with what is bound by now."""
        scope = self._setting.scopes.get(id(node))
        if scope is not None:
            start = set(self._state)
            outer = self._owners.enter(scope)
            self._is_inner += 1
            self._block(node.body)
            self._is_inner -= 1
            self._owners.leave(outer)
            self._state, self._is_reached = start, True

    _visit_AsyncFunctionDef = _visit_FunctionDef

    # -- binding

    def _assign(self, target: ast.expr, value: ast.expr | None, names: frozenset[str] = frozenset()) -> None:
        if isinstance(target, ast.Name):
            self._owners.bind(target.id, value, self._state)
        elif isinstance(target, ast.Attribute):
            self._bind_attribute(target, value)
        elif isinstance(target, ast.Subscript):
            if self._owners.is_own_dict(target.value):
                self._bind_in_dict(target)
                return
            place = self._owners.place(target.value, self._state)
            if place is not None:
                self._change(place, "[]=", target, target.slice, [value] if value is not None else [], names)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                parts = list(value.elts)
            for element, part in zip(target.elts, parts, strict=True):
                self._assign(element, part)
        elif isinstance(target, ast.Starred):
            self._assign(target.value, None)

    def _bind_targets(self, target: ast.expr) -> None:
        if not isinstance(target, ast.Name):
            self._assign(target, None)

    def _bind_in_dict(self, target: ast.Subscript) -> None:
        """``self.__dict__["x"] = value``."""
        if isinstance(target.slice, ast.Constant):
            self._bound(str(target.slice.value))
        else:
            self.binds_any = True

    def _bind_attribute(self, target: ast.Attribute, value: ast.expr | None) -> None:
        if target.attr == "__dict__":
            self.binds_any = True
            return
        inner = target.value
        if isinstance(inner, ast.Attribute) and inner.attr in self._setting.namespaces:
            holder = self._owners.place(inner, self._state)
            if holder is not None:
                self._change(holder, ".=", target, None, [value] if value is not None else [])
        place = self._owners.place(target, self._state, bound=True)
        if place is None:
            return
        if place.owner == OWN_CLASS:
            self.class_level[place.attribute] = None
        elif not place.is_item and place.key and not self._owners.may_be_same(value, place.attribute):
            self._bound(place.key)

    def _bound(self, key: str) -> None:
        self._state.add(key)
        self.seen.add(key)

    # -- changing

    def _change(
        self,
        place: Place,
        operation: str,
        node: ast.expr,
        key: ast.expr | None,
        values: list[ast.expr],
        names: frozenset[str] = frozenset(),
    ) -> None:
        if place.owner == OWN_CLASS:
            self.class_level[place.attribute] = None
            return
        signals = self._signals.signals(operation, key, values, keyed=operation in _KEYED)
        if place.is_item:
            signals |= Signal.NESTED
        if self._is_final and signals & Signal.REMOVES:
            self._undone[place.attribute] = Signal.RESTORED
        if operation in ("[]=", "setdefault"):
            names |= {v.id for v in values if isinstance(v, ast.Name)}
            self._stores.append((len(self.found), names))
        own = place.owner == OWN_INSTANCE
        after = tuple(sorted(entry[1:] for entry in self._state if entry[0] == CALL)) if own else ()
        span = self._setting.positions.span(node)
        self.found.append(Found(place.owner, Mutation(place.attribute, operation, span, signals, after)))

    def _note_returned(self, value: ast.expr) -> None:
        if isinstance(value, ast.Await):
            value = value.value
        if isinstance(value, ast.NamedExpr):
            value = value.value
        if isinstance(value, ast.Name):
            self._returned_names.add(value.id)
        place = self._owners.place(value, self._state)
        if place is not None and place.is_item:
            self._returned_attributes.add(place.attribute)

    def _mark_returned(self) -> None:
        """Mark the stores of what is returned: get-or-create."""
        for position, names in self._stores:
            owner, mutation = self.found[position]
            if names & self._returned_names or mutation.attribute in self._returned_attributes:
                marked = msgspec.structs.replace(mutation, signals=mutation.signals | Signal.RETURNED)
                self.found[position] = Found(owner, marked)

    def _mark_undone(self) -> None:
        for position, (owner, mutation) in enumerate(self.found):
            signal = self._undone.get(mutation.attribute)
            if signal is not None:
                marked = msgspec.structs.replace(mutation, signals=mutation.signals | signal)
                self.found[position] = Found(owner, marked)

    # -- expressions

    def _evaluate(self, node: ast.expr) -> None:
        if type(node) in (ast.Constant, ast.Name):
            return
        if self._lines.are_of_interest(node.lineno, node.end_lineno or node.lineno):
            self._expression(node)

    def _expression(self, node: ast.AST) -> None:
        kind = type(node)
        if kind in (ast.Constant, ast.Name):
            return
        if isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, ast.NamedExpr):
            self._expression(node.value)
            self._owners.bind(node.target.id, node.value, self._state)
        elif isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            self._inside(node)
        elif isinstance(node, ast.BinOp):
            here: ast.expr = node
            while isinstance(here, ast.BinOp):
                self._expression(here.right)
                here = here.left
            self._expression(here)
        elif isinstance(node, (ast.BoolOp, ast.IfExp)):
            start = set(self._state)
            for child in ast.iter_child_nodes(node):
                self._expression(child)
            self._state = start
        else:
            for child in ast.iter_child_nodes(node):
                self._expression(child)

    def _inside(
        self, node: ast.Lambda | ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> None:
        """A scope of its own whose names hide those outside; it may never run."""
        if isinstance(node, ast.Lambda):
            own = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        else:
            own = [n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)]
        start = set(self._state)
        hidden = self._owners.hide(own)
        for child in ast.iter_child_nodes(node):
            self._expression(child)
        self._owners.hidden = hidden
        self._state = start

    def _call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Attribute):
            self._expression(function.value)
        for argument in node.args:
            self._expression(argument)
        for keyword in node.keywords:
            self._expression(keyword.value)
        if isinstance(function, ast.Attribute):
            self._method_call(node, function)
            name = function.attr
        else:
            name = getattr(function, "id", "")
        if name in _CHANGERS and node.args:
            self._changing_function(node)
        elif name in ("setattr", "__setattr__"):
            self._setattr(node)
        elif name == "add_done_callback" and node.args:
            self._called_when_done(node.args[0])
        if node.args:
            self._hand_self(node)

    def _method_call(self, node: ast.Call, function: ast.Attribute) -> None:
        method, holder = function.attr, function.value
        if method in MUTATING_NAMES:
            place = self._owners.place(holder, self._state)
            if place is not None:
                key = node.args[0] if method in _KEYED and node.args else None
                values = [
                    *(node.args[1:] if key is not None else node.args),
                    *(k.value for k in node.keywords),
                ]
                self._change(place, method, node, key, values)
                return
            if method == "update" and self._owners.is_own_dict(holder):
                self._update_dict(node)
        if self._owners.is_self(holder):
            self._called(method)
        elif isinstance(holder, ast.Call) and isinstance(holder.func, ast.Name) and holder.func.id == "super":
            self._called(f"<super>.{method}")

    def _called(self, method: str) -> None:
        self._state.add(CALL + method)
        self.seen.add(CALL + method)

    def _update_dict(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg is not None:
                self._bound(keyword.arg)
        if node.args or any(k.arg is None for k in node.keywords):
            self.binds_any = True

    def _changing_function(self, node: ast.Call) -> None:
        symbols = describe(node.func, self._owners.scope)
        if len(symbols) == 1 and is_changing_function(symbols[0]):
            place = self._owners.place(node.args[0], self._state)
            if place is not None:
                self._change(place, symbols[0], node, None, list(node.args[1:]))

    def _called_when_done(self, callback: ast.expr) -> None:
        if isinstance(callback, ast.Attribute) and callback.attr in ("discard", "remove"):
            place = self._owners.place(callback.value, self._state)
            if place is not None:
                self._undone[place.attribute] = Signal.UNTIL_DONE

    def _setattr(self, node: ast.Call) -> None:
        arguments = node.args
        if len(arguments) == 2 and isinstance(node.func, ast.Attribute):  # super().__setattr__(name, value)
            name: ast.expr = arguments[0]
            is_own = True
        elif len(arguments) == 3:
            name, is_own = arguments[1], self._owners.is_self(arguments[0])
            if not is_own and self._owners.is_class(arguments[0]) and isinstance(name, ast.Constant):
                self.class_level[str(name.value)] = None
        else:
            return
        if is_own and isinstance(name, ast.Constant):
            self._bound(str(name.value))
        elif is_own:
            self._bind_by_name(name)

    def _bind_by_name(self, name: ast.expr) -> None:
        """``setattr`` with a variable for the name: the items of a literal, of a class's list, or whatever."""
        names = self._looped.get(name.id) if isinstance(name, ast.Name) else None
        if isinstance(names, (ast.Tuple, ast.List, ast.Set)) and all(
            isinstance(e, ast.Constant) for e in names.elts
        ):
            for element in names.elts:
                self._bound(str(element.value) if isinstance(element, ast.Constant) else "")
        elif isinstance(names, ast.Attribute) and (
            self._owners.is_self(names.value) or self._owners.is_class(names.value)
        ):
            self.binds_listed = True
        else:
            self.binds_any = True

    def _hand_self(self, node: ast.Call) -> None:
        for position, argument in enumerate(node.args):
            if isinstance(argument, ast.Name) and self._owners.is_self(argument):
                symbols = describe(node.func, self._owners.scope)
                if len(symbols) == 1 and not symbols[0].startswith("builtins.") and LOCALS not in symbols[0]:
                    self.hands_self[symbols[0], position] = None
                    if position == 0:
                        self._called(symbols[0])


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))
