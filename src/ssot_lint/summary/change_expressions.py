"""Reads expressions for what they change and bind: mutating methods, ``setattr``, walrus, lambdas."""

from __future__ import annotations

import ast
from typing import Final

from ssot_lint.summary.attribute_facts import Handed, Signal
from ssot_lint.summary.change_notes import KEYED, ChangeNotes
from ssot_lint.summary.containers import MUTATING_NAMES, is_changing_function
from ssot_lint.summary.facts import LOCALS
from ssot_lint.summary.owners import OWN_INSTANCE
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import children, walk

_EMPTY: Final = frozenset({ast.Constant, ast.Name})
_TAKING_OUT: Final = frozenset({"discard", "remove"})
_CHANGERS: Final = frozenset(
    {"heappush", "heappop", "heapify", "heapreplace", "heappushpop"}
    | {"shuffle", "insort", "insort_left", "insort_right"}
)


class ChangeExpressions(ChangeNotes):
    """Reads the expressions of one function."""

    def _evaluate(self, node: ast.expr) -> None:
        if type(node) in _EMPTY:
            return
        if self._lines.are_of_interest(node.lineno, node.end_lineno or node.lineno):
            self._expression(node)

    def _expression(self, node: ast.AST) -> None:
        if type(node) in _EMPTY:
            return
        if isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, ast.Attribute):
            self._expression(node.value)
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
            for child in children(node):
                self._expression(child)
            self._state = start
        else:
            for child in children(node):
                self._expression(child)

    def _inside(
        self, node: ast.Lambda | ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> None:
        """Read a scope of its own whose names hide those outside; it may never run."""
        if isinstance(node, ast.Lambda):
            own = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        else:
            own = [n.id for g in node.generators for n in walk(g.target) if isinstance(n, ast.Name)]
        start = set(self._state)
        before = self._owners.hide(own)
        for child in children(node):
            self._expression(child)
        self._owners.hidden, self._owners.aliases = before
        self._state = start

    def _call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Attribute):
            self._expression(function.value)
        elif isinstance(function, ast.Lambda):
            self._expression(function)
        given = [*node.args, *[keyword.value for keyword in node.keywords]]
        for argument in given:
            self._expression(argument)
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
        elif given:
            for argument in given:
                self._bound_method(argument)
            self._hand(node)

    def _method_call(self, node: ast.Call, function: ast.Attribute) -> None:
        method, holder = function.attr, function.value
        if method == "update" and self._owners.is_own_dict(holder):
            self._update_dict(node)
        elif method in MUTATING_NAMES:
            place = self._owners.place(holder, self._state)
            if place is not None:
                key = node.args[0] if method in KEYED and node.args else None
                values = [
                    *(node.args[1:] if key is not None else node.args),
                    *(k.value for k in node.keywords),
                ]
                self._change(place, method, node, key, values)
                if method in _TAKING_OUT and values and self._is_inner_function(values[0]):
                    self._undone[place.attribute] = Signal.UNTIL_DONE
                return
        if self._owners.is_self(holder):
            self._called(method)
        elif isinstance(holder, ast.Call) and isinstance(holder.func, ast.Name) and holder.func.id == "super":
            self._called(f"<super>.{method}")

    def _bound_method(self, node: ast.expr) -> None:
        """Note the change that a bound method stands for which is kept under a name, or handed over."""
        if isinstance(node, ast.Attribute) and node.attr in MUTATING_NAMES:
            place = self._owners.place(node.value, self._state)
            if place is not None:
                self._change(place, node.attr, node, None, [node])

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
        if isinstance(callback, ast.Attribute) and callback.attr in _TAKING_OUT:
            place = self._owners.place(callback.value, self._state)
            if place is not None:
                self._undone[place.attribute] = Signal.UNTIL_DONE

    def _is_inner_function(self, node: ast.expr) -> bool:
        """Tell whether a function inside, that is being read, names itself."""
        return isinstance(node, ast.Name) and bool(node.id) and node.id == self._inner_name

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
        """``setattr`` with a variable: the items of a literal, of a class's list, or whatever."""
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

    def _hand(self, node: ast.Call) -> None:
        """Note that a call passes on the instance, or what one of its class's attributes holds."""
        passed = [(argument, position, "") for position, argument in enumerate(node.args)]
        passed += [(keyword.value, -1, keyword.arg) for keyword in node.keywords if keyword.arg]
        for argument, position, keyword in passed:
            attribute = ""
            if isinstance(argument, ast.Attribute):
                place = self._owners.place(argument, self._state)
                if (
                    place is None
                    or place.owner != OWN_INSTANCE
                    or place.attribute not in self._setting.mutable
                ):
                    continue
                attribute = place.attribute
            elif not isinstance(argument, ast.Name) or not self._owners.is_self(argument):
                continue
            symbols = describe(node.func, self._owners.scope)
            if len(symbols) == 1 and not symbols[0].startswith("builtins.") and LOCALS not in symbols[0]:
                self.hands[Handed(symbols[0], position, keyword, attribute, self._calls())] = None
                if position == 0 and not attribute:
                    self._called(symbols[0])
