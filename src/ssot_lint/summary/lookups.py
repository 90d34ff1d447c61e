"""Whether a function looks an item up under the key that it stores one under: what is there is used again."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from ssot_lint.summary.traversal import walk
from ssot_lint.summary.values import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Lookups:
    """What a function asks for by key, by the texts of the collection and of the key."""

    def __init__(self, body: Sequence[ast.stmt]) -> None:
        self._asked: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._read: dict[tuple[str, str], None] = {}
        self._names: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._counted: set[str] = set()
        self._tested: set[str] = set()
        for statement in body:
            for node in walk(statement):
                self._note(node)

    def finds_again(self, target: ast.Subscript, names: Iterable[str]) -> bool:
        """Tell whether an item that is there already is used in the place of the one that is stored.

        It is asked for and read besides, or it is read into one of ``names``, those of the stored value.
        Under a constant key it is both, unless the collection is asked whether there is anything in it.
        """
        place = _place(target)
        again = self._names[place].intersection(names) - self._counted
        if isinstance(target.slice, ast.Constant):
            return bool(again) and (self._asked[place] > 1 or place[0] in self._tested)
        return place in self._read and (self._asked[place] > 1 or bool(again))

    def asks_for(self, target: ast.Subscript) -> bool:
        """Tell whether it is asked anywhere what is under the key."""
        return self._asked[_place(target)] > 0

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, (ast.Assign, ast.NamedExpr)):
            place = _read_place(node.value)
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if place is not None:
                self._names[place].update(t.id for t in targets if isinstance(t, ast.Name))
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            self._counted.add(node.target.id)
        elif isinstance(node, ast.If):
            test = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
            self._tested.add(text_of(test))
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            if isinstance(node.ops[0], (ast.In, ast.NotIn)):
                self._asked[text_of(node.comparators[0]), text_of(node.left)] += 1
        elif isinstance(node, (ast.Subscript, ast.Call)):
            place = _read_place(node)
            if place is not None:
                self._asked[place] += 1
                self._read[place] = None


def _place(node: ast.Subscript) -> tuple[str, str]:
    return text_of(node.value), text_of(node.slice)


def _read_place(node: ast.AST) -> tuple[str, str] | None:
    """``holder[key]`` where it is read, and ``holder.get(key)``; one with a default goes on from that."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        return _place(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return (text_of(node.func.value), text_of(node.args[0])) if len(node.args) == 1 else None
    return None
