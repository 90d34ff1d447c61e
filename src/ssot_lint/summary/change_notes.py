"""What is noted while a function is read: attributes that are bound, and changes of attributes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from ssot_lint.summary.attribute_facts import Handed, Mutation, Signal
from ssot_lint.summary.change_signals import Reader
from ssot_lint.summary.lookups import Lookups
from ssot_lint.summary.owners import OWN_CLASS, OWN_INSTANCE, Owners, Place
from ssot_lint.summary.traversal import walk
from ssot_lint.summary.values import kind_of_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ssot_lint.summary.positions import Positions
    from ssot_lint.summary.scopes import Scope
    from ssot_lint.summary.suspect_lines import SuspectLines

CALL: Final = ">"
"""Starts the entries of a state that stand for calls on ``self``."""
KEYED: Final = frozenset({"[]=", "del []", "setdefault", "pop"})
"""The operations whose first argument is a key."""
_PUTTING: Final = frozenset({"append", "add", "appendleft", "[]="})
_TAKING: Final = frozenset({"pop", "popleft", "remove", "discard", "del []"})

State = set[str]
"""What holds at a point: bound attributes, as ``name`` or ``variable.name``, and calls, as ``>method``."""


class Setting(NamedTuple):
    """What is the same for all functions of a module."""

    scopes: Mapping[int, Scope]
    """The scopes of nested functions, by the identity of their nodes."""
    positions: Positions
    namespaces: frozenset[str]
    """Names of class attributes that hold a ``SimpleNamespace``."""
    mutable: frozenset[str]
    """Names of class attributes that are mutable."""
    constant: frozenset[str]
    """Names that class bodies bind, and no method of the module does."""


class Found(NamedTuple):
    """A change of an attribute of ``owner`` (as in ``Place``)."""

    owner: str
    mutation: Mutation


class ChangeNotes:
    """The notes on one function."""

    def __init__(
        self, scope: Scope, lines: SuspectLines, setting: Setting, *, name: str, parameters: Sequence[str]
    ) -> None:
        self.found: list[Found] = []
        self.class_level: dict[str, None] = {}
        self.hands: dict[Handed, None] = {}
        self.keeps: set[tuple[str, str]] = set()
        self.binds_any = False
        self.binds_listed = False
        self.seen: set[str] = set()
        """All that was ever bound or called."""
        self._lines = lines
        self._setting = setting
        self._owners = Owners(scope, parameters, is_new=name == "__new__")
        self._looped: dict[str, ast.expr] = {}
        given = frozenset(parameters) - {scope.receiver or ""}
        self._signals = Reader(scope, scope.receiver, given, self._looped, setting.constant)
        self._returned_names: set[str] = set()
        self._returned_attributes: set[str] = set()
        self._stores: list[tuple[int, frozenset[str]]] = []
        self._keyed: list[tuple[int, ast.Subscript, frozenset[str]]] = []
        """Where items are assigned whose keys and values aren't fixed, with the names of the value."""
        self._is_constructor = name == "__init__"
        self._exits: list[State] = []
        self._state: State = set()
        self._is_reached = True
        self._is_inner = 0
        self._inner_name = ""
        """The function inside that is being read."""
        self._indexes: dict[str, str] = {}
        """Variables that go through the positions or keys of what an attribute holds, with the attribute."""
        self._is_final = 0
        self._undone: dict[str, Signal] = {}
        """Attributes out of which this function sees to it that things are taken again."""

    @property
    def always(self) -> State:
        """What holds whenever the function has ended."""
        return set.intersection(*self._exits) if self._exits else set()

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
                if place.owner != OWN_CLASS:
                    self._note_keyed(target, value, names)
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

    def _note_index(self, target: ast.expr, iterated: ast.expr) -> None:
        """Note the variable that stands for the places of an attribute's items, one after the other."""
        if not isinstance(iterated, ast.Call) or not isinstance(target, ast.Tuple):
            return
        function = iterated.func
        if isinstance(function, ast.Attribute) and function.attr == "items":
            held: ast.expr | None = function.value
        elif isinstance(function, ast.Name) and function.id == "enumerate" and iterated.args:
            held = iterated.args[0]
        else:
            return
        place = self._owners.place(held, self._state) if held is not None else None
        first = target.elts[0]
        if isinstance(first, ast.Name):
            self._indexes[first.id] = place.attribute if place is not None and not place.is_item else ""

    def _bind_in_dict(self, target: ast.Subscript) -> None:
        """``self.__dict__["x"] = value``."""
        if isinstance(target.slice, ast.Constant):
            self._bound(str(target.slice.value))
        else:
            self.binds_any = True

    def _bind_attribute(self, target: ast.Attribute, value: ast.expr | None) -> None:
        if target.attr == "__dict__":
            self.binds_any = True
            self._share_state(target.value, value)
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
            if place.owner == OWN_INSTANCE:
                self._owners.keep(place.attribute, value, self._state)

    def _share_state(self, holder: ast.expr, value: ast.expr | None) -> None:
        """``self.__dict__ = self._state``: all instances are to have the same attributes (a Borg)."""
        place = self._owners.place(value, self._state) if value is not None else None
        is_own = place is not None and place.owner in (OWN_INSTANCE, OWN_CLASS) and not place.is_item
        if place is not None and is_own and self._owners.is_self(holder):
            self.class_level[place.attribute] = None

    def _calls(self) -> tuple[str, ...]:
        """Return the methods that are called on ``self`` on every path up to here."""
        return tuple(sorted(entry[1:] for entry in self._state if entry.startswith(CALL)))

    def _ended(self) -> None:
        """Note what holds where the function ends."""
        self._exits.append(self._state)
        self.keeps.update(self._owners.kept())

    def _bound(self, key: str) -> None:
        self._state.add(key)
        self.seen.add(key)

    def _called(self, method: str) -> None:
        self._state.add(CALL + method)
        self.seen.add(CALL + method)

    def _change(
        self,
        place: Place,
        operation: str,
        node: ast.expr,
        key: ast.expr | None,
        values: list[ast.expr],
        names: frozenset[str] = frozenset(),
        *,
        signal: Signal = Signal.NONE,
    ) -> None:
        if place.owner == OWN_CLASS:
            self.class_level[place.attribute] = None
            return
        signals = signal | self._signals.signals(operation, key, values, keyed=operation in KEYED)
        if place.is_item:
            signals |= Signal.NESTED
            if not any(isinstance(n, ast.Attribute) and n.attr == "setdefault" for n in walk(node)):
                signals |= Signal.NEEDS_ITEM
        if operation == "[]=" and isinstance(key, ast.Name) and self._indexes.get(key.id) == place.attribute:
            signals |= Signal.OWN_ITEMS
        if self._is_final and signals & Signal.REMOVES:
            self._undone[place.attribute] = Signal.RESTORED
        if operation in ("[]=", "setdefault"):
            names |= {v.id for v in values if isinstance(v, ast.Name)}
            self._stores.append((len(self.found), names))
        after = self._calls() if place.owner == OWN_INSTANCE else ()
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
            mutation = self.found[position].mutation
            if names & self._returned_names or mutation.attribute in self._returned_attributes:
                self._mark(position, Signal.RETURNED)

    def _note_keyed(self, target: ast.Subscript, value: ast.expr | None, names: frozenset[str]) -> None:
        """Note an assignment that may be one of get-or-create: a counter's first value is none."""
        if value is None or isinstance(value, ast.Constant):
            return
        if isinstance(value, ast.Name):
            if value.id in self._owners.parameters:
                return
            names |= {value.id}
        if self._is_constructor or kind_of_value(value) not in ("mapping", "mutable"):
            self._keyed.append((len(self.found), target, names))

    def _mark_found_again(self, body: Sequence[ast.stmt]) -> None:
        """Mark the stores of what is looked up first, under the same key, and what is stored beside it."""
        lookups = Lookups(body)
        found = {
            self.found[position].mutation.attribute
            for position, target, names in self._keyed
            if lookups.finds_again(target, names)
        }
        for position, target, _ in self._keyed:
            if self.found[position].mutation.attribute in found and lookups.asks_for(target):
                self._mark(position, Signal.FINDS_AGAIN)

    def _mark_undone(self) -> None:
        for position, (_, mutation) in enumerate(self.found):
            signal = self._undone.get(mutation.attribute)
            if signal is not None:
                self._mark(position, signal)

    def _mark_taken_back(self, positions: Sequence[int]) -> None:
        """Mark pairs of changes in one block, in their order, where the second undoes the first."""
        waiting: dict[str, list[int]] = {}
        for position in positions:
            mutation = self.found[position].mutation
            if mutation.operation in _PUTTING:
                waiting.setdefault(mutation.attribute, []).append(position)
            elif mutation.operation in _TAKING and waiting.get(mutation.attribute):
                self._mark(waiting[mutation.attribute].pop(), Signal.TAKEN_BACK)
                self._mark(position, Signal.TAKEN_BACK)

    def _mark_tested(
        self, test: ast.expr, first: int, *, is_absent: bool, signal: Signal = Signal.NONE
    ) -> None:
        """Mark what was put in since ``first``, where ``test`` asks whether it is in, or isn't.

        Without a ``signal`` it is marked with what the member that is asked for says.
        """
        self._mark_looked_at(test, first)
        wanted = ast.NotIn if is_absent else ast.In
        for node in walk(test):
            if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.ops[0], wanted):
                continue
            place = self._owners.place(node.comparators[0], self._state)
            for position in range(first, len(self.found)):
                if place is not None and self.found[position].mutation.attribute == place.attribute:
                    self._mark(position, signal or self._signals.of_member(node.left))

    def _mark_filled(self, test: ast.expr, first: int) -> None:
        """Mark what is changed after ``test`` has seen that it isn't empty."""
        parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
        places = (self._owners.place(part, self._state) for part in parts)
        filled = {place.attribute for place in places if place is not None and not place.is_item}
        for position in range(first, len(self.found)):
            if self.found[position].mutation.attribute in filled:
                self._mark(position, Signal.NEEDS_ITEM)

    def _mark_first_fill(self, test: ast.expr, first: int) -> None:
        """Mark what is put in after ``test`` has seen that there is nothing in it."""
        is_not = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        place = self._owners.place(test.operand, self._state) if isinstance(test, ast.UnaryOp) else None
        if not is_not or place is None or place.is_item:
            return
        for position in range(first, len(self.found)):
            mutation = self.found[position].mutation
            if mutation.attribute == place.attribute and not mutation.signals & Signal.FROM_PARAMETERS:
                self._mark(position, Signal.FIRST_FILL)

    def _mark_looked_at(self, test: ast.expr, first: int) -> None:
        """Mark constants that were put in after ``test`` looked at what is there: they are put in once."""
        places = (self._owners.place(node, self._state) for node in walk(test) if isinstance(node, ast.expr))
        known = {place.attribute for place in places if place is not None}
        for position in range(first, len(self.found)):
            mutation = self.found[position].mutation
            if mutation.signals & Signal.SAME_FOR_ALL and mutation.attribute in known:
                self._mark(position, Signal.CONSTANT)

    def _mark(self, position: int, signal: Signal) -> None:
        owner, mutation = self.found[position]
        marked = msgspec.structs.replace(mutation, signals=mutation.signals | signal)
        self.found[position] = Found(owner, marked)
