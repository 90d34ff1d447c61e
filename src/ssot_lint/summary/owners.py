"""Whose attribute an expression stands for: the instance's, its class's, a parameter's or another's."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.summary.facts import LOCALS
from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ssot_lint.summary.scopes import Scope

OWN_INSTANCE: Final = ""
OWN_CLASS: Final = "cls"
PARAMETER: Final = "#"
_CLASS_NAMES: Final = frozenset({"cls", "klass", "mcs", "mcls", "metacls"})
_ITEM_GETTERS: Final = frozenset({"get", "setdefault", "pop", "popleft", "popitem", "__getitem__"})
_CHOICES: Final = (ast.NamedExpr, ast.IfExp, ast.BoolOp)
_ITERATIONS: Final = frozenset(
    {"values", "items", "enumerate", "reversed", "sorted", "list", "tuple", "iter"}
)


class Place(NamedTuple):
    """An attribute of an object, or an item of what the attribute holds."""

    owner: str
    """``OWN_INSTANCE``, ``OWN_CLASS``, ``#n`` for the parameter at position n, else a symbol."""
    attribute: str
    is_item: bool = False
    key: str = ""
    """The entry of a state that says that it is bound; empty when that can't be known."""


class Owners:
    """The names of one function that lead to attributes: receiver, parameters, local aliases."""

    def __init__(self, scope: Scope, parameters: Sequence[str], *, is_new: bool) -> None:
        self.scope = scope
        self.aliases: dict[str, Place] = {}
        """What local names stand for and, after a dot, other attributes of the instance."""
        self.hidden: frozenset[str] = frozenset()
        """Names that comprehensions, lambdas and inner functions bind themselves."""
        self._function = scope
        self._receiver = scope.receiver
        self._class = scope.class_symbol or ""
        bound = scope.bound.get(self._receiver or "", ())
        self._receives_class = self._receiver in _CLASS_NAMES or any(b.kind == "cls" for b in bound)
        self._is_new = is_new
        self._parameters = {
            name: position for position, name in enumerate(parameters) if name != self._receiver
        }
        self.aliases.update((name, Place(f"{PARAMETER}{at}", "")) for name, at in self._parameters.items())

    # -- scopes inside

    def hide(self, names: Collection[str]) -> tuple[frozenset[str], dict[str, Place]]:
        """Let these names mean nothing; returns what was hidden, and what names stood for, before."""
        before = self.hidden, self.aliases
        self.hidden = self.hidden.union(names)
        self.aliases = {name: place for name, place in self.aliases.items() if name not in names}
        return before

    def enter(self, scope: Scope) -> tuple[Scope, frozenset[str], dict[str, Place]]:
        """Go into a function inside; returns what ``leave`` needs."""
        before = self.scope, self.hidden, self.aliases
        own = [name for name in scope.bound if name not in scope.nonlocals]
        self.hidden = self.hidden.union(own)
        self.aliases = {name: place for name, place in self.aliases.items() if name not in scope.bound}
        self.scope = scope
        return before

    def leave(self, before: tuple[Scope, frozenset[str], dict[str, Place]]) -> None:
        """Come back from a function inside."""
        self.scope, self.hidden, self.aliases = before

    # -- questions

    @property
    def parameters(self) -> Collection[str]:
        """The names of the function's parameters, but for the instance or class."""
        return self._parameters

    def is_self(self, node: ast.expr) -> bool:
        """Tell whether an expression is the instance itself."""
        if not isinstance(node, ast.Name) or node.id in self.hidden:
            return False
        if node.id == self._receiver and not self._receives_class:
            return True
        return self._is_new and bool(self._class) and describe(node, self._function) == (f"{self._class}()",)

    def is_class(self, node: ast.expr) -> bool:
        """Tell whether an expression is the method's class, or the instance's real class."""
        if isinstance(node, ast.Name):
            if node.id == self._receiver and node.id not in self.hidden:
                return self._receives_class
            if node.id in self.hidden or not self._class:
                return False
            return describe(node, self.scope) in ((self._class,), (f"{self._class}().__class__",))
        if isinstance(node, ast.Attribute):
            return node.attr == "__class__" and self.is_self(node.value)
        if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.func, ast.Name):
            return node.func.id == "type" and self.is_self(node.args[0])
        return False

    def is_own_dict(self, node: ast.expr) -> bool:
        """``self.__dict__`` or ``vars(self)``."""
        if isinstance(node, ast.Attribute):
            return node.attr == "__dict__" and self.is_self(node.value)
        if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.func, ast.Name):
            return node.func.id == "vars" and self.is_self(node.args[0])
        return False

    def place(self, node: ast.expr, state: Collection[str], *, bound: bool = False) -> Place | None:
        """Return the attribute that an expression stands for, if any.

        None also when ``state`` says that the instance has a value of its own there. With ``bound``, it is
        the attribute itself, whatever it holds.
        """
        if bound and isinstance(node, ast.Attribute):
            return self._attribute(node.value, self._mangled(node.attr))
        found = self._place(node)
        if found is None or (not bound and found.key and found.key in state):
            return None
        return found

    def _place(self, node: ast.expr) -> Place | None:
        items = False
        while True:
            if isinstance(node, ast.Subscript):
                if isinstance(node.slice, ast.Slice):
                    return None  # a slice is a copy
                node, items = node.value, True
            elif isinstance(node, (ast.NamedExpr, ast.Await)):
                node = node.value
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _ITEM_GETTERS
            ):
                node, items = node.func.value, True
            else:
                break
        found = self._plain_place(node)
        return found._replace(is_item=True) if found is not None and items else found

    def _plain_place(self, node: ast.expr) -> Place | None:
        if isinstance(node, ast.Name):
            return (
                self.aliases.get(node.id) if node.id not in self.hidden or node.id in self.aliases else None
            )
        if isinstance(node, ast.Attribute):
            found = self._attribute(node.value, self._mangled(node.attr))
            kept = self.aliases.get(f".{found.attribute}") if found and found.owner == OWN_INSTANCE else None
            return kept or found
        if isinstance(node, ast.IfExp):
            chosen = self._place(node.body)
            return chosen if chosen is not None and chosen.attribute else self._place(node.orelse) or chosen
        if isinstance(node, ast.BoolOp):
            return self._place(node.values[-1])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            name = node.args[1] if len(node.args) >= 2 else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                return self._attribute(node.args[0], name.value)
        return None

    def _attribute(self, holder: ast.expr, name: str) -> Place | None:
        if self.is_self(holder) or _is_super(holder):
            return Place(OWN_INSTANCE, name, key=name)
        if self.is_class(holder):
            return Place(OWN_CLASS, name)
        if isinstance(holder, ast.Name):
            if holder.id in self.hidden and (
                self.scope is self._function or holder.id not in self.scope.bound
            ):
                return None
            position = self._parameters.get(holder.id) if self.scope is self._function else None
            symbol = self._symbol(holder)
            if symbol is None:
                return None
            key = f"{holder.id}.{name}"
            if position is not None and symbol == f"{self._function.symbol}.{LOCALS}.{holder.id}":
                return Place(f"{PARAMETER}{position}", name, key=key)
            return None if _is_unknown(symbol) else Place(symbol, name, key=key)
        symbol = self._symbol(holder)
        return None if symbol is None or "[]" in symbol or _is_unknown(symbol) else Place(symbol, name)

    def _symbol(self, node: ast.expr) -> str | None:
        symbols = describe(node, self.scope)
        return symbols[0] if len(symbols) == 1 and not symbols[0].startswith("builtins.") else None

    def _mangled(self, name: str) -> str:
        if name.startswith("__") and not name.endswith("__") and self._class:
            return mangled(name, self._class)
        return name

    def guarded(self, test: ast.expr) -> set[str]:
        """Return the attributes whose emptiness, or whose being the class's, a condition asks about."""
        return (
            {key for node in walk(test) for key in self._guarded_by(node)}
            if not _asks_for_none(test)
            else set()
        )

    def _guarded_by(self, node: ast.AST) -> Iterable[str]:
        if isinstance(node, ast.Attribute):
            found = self._plain_place(node)
            if found is not None and found.key and not found.is_item:
                yield found.key
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value

    def may_be_same(self, value: ast.expr | None, attribute: str) -> bool:
        """Tell whether a value that an attribute is set to may be what the attribute held before."""
        if isinstance(value, (ast.Name, ast.Attribute)):
            if isinstance(value, ast.Attribute) and self._mangled(value.attr) == attribute:
                found = self._plain_place(value)
                return found is not None
            alias = self.aliases.get(value.id) if isinstance(value, ast.Name) else None
            return alias is not None and alias.attribute == attribute and not alias.is_item
        if isinstance(value, ast.IfExp):
            return self.may_be_same(value.body, attribute) or self.may_be_same(value.orelse, attribute)
        if isinstance(value, ast.BoolOp):
            # "self.x or []" is a truth-guarded replacement, "given or self.x" keeps what was there
            return self.may_be_same(value.values[-1], attribute)
        if isinstance(value, ast.NamedExpr):
            return self.may_be_same(value.value, attribute)
        return False

    # -- binding

    def bind(self, name: str, value: ast.expr | None, state: set[str]) -> None:
        """Note what a local name stands for from here on."""
        prefix = f"{name}."
        for entry in [entry for entry in state if entry.startswith(prefix)]:
            state.discard(entry)
        found = None
        if isinstance(value, (ast.Attribute, ast.Subscript, ast.Call, ast.Name, *_CHOICES)):
            found = self.place(value, state)
        if found is not None and found.attribute:
            self.aliases[name] = found
        else:
            self.aliases.pop(name, None)

    def keep(self, attribute: str, value: ast.expr | None, state: Collection[str]) -> None:
        """Note which other attribute's object an attribute of the instance holds from here on, if any."""
        found = None
        if isinstance(value, (ast.Attribute, ast.Name, *_CHOICES)):
            found = self.place(value, state)
        if found is not None and found.owner == OWN_INSTANCE and not found.is_item:
            if found.attribute != attribute:
                self.aliases[f".{attribute}"] = found
        else:
            self.aliases.pop(f".{attribute}", None)

    def kept(self) -> Iterable[tuple[str, str]]:
        """Yield the attributes of the instance that hold what another one holds."""
        return ((name[1:], place.attribute) for name, place in self.aliases.items() if name.startswith("."))

    def bind_loop(self, target: ast.expr, iterated: ast.expr, state: Collection[str]) -> None:
        """Note what the variables of a loop over an attribute's items stand for."""
        node, is_pair = iterated, False
        while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            node = node.value
        while isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in _ITERATIONS:
                break
            is_pair = is_pair or name in ("items", "enumerate")
            if isinstance(node.func, ast.Attribute):
                node = node.func.value
            elif node.args:
                node = node.args[0]
            else:
                break
        found = self.place(node, state)
        if is_pair and isinstance(target, ast.Tuple) and len(target.elts) == 2:
            target = target.elts[1]
        if not isinstance(target, ast.Name):
            return
        if found is None:
            self.aliases.pop(target.id, None)
        else:
            self.aliases[target.id] = found._replace(is_item=True)


def mangled(name: str, class_symbol: str) -> str:
    """Return the real name of a private attribute (two leading underscores) of a class."""
    return f"_{class_symbol.rpartition('.')[2].lstrip('_')}{name}"


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _is_unknown(symbol: str) -> bool:
    """Tell whether a symbol is a local variable of which nothing is known."""
    _, separator, tail = symbol.rpartition(f".{LOCALS}.")
    return bool(separator) and "(" not in tail


def _asks_for_none(test: ast.expr) -> bool:
    """Tell a comparison with None: never true of a mutable class attribute."""
    return isinstance(test, ast.Compare) and any(
        isinstance(c, ast.Constant) and c.value is None for c in test.comparators
    )
