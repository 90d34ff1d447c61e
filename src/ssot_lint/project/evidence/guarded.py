"""Guarded constructors: they refuse everybody but the factory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ssot_lint.model import Scope
from ssot_lint.project.evidence.clues import Clue, location_of
from ssot_lint.project.evidence.keeping import Keeping, functions_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.names import ClassNode, FunctionNode
    from ssot_lint.summary.facts import Guard


_NAME = re.compile(r"[A-Za-z_][\w.]*")
_CODE = re.compile(r"(?<![\w.])\.*([A-Za-z_][\w.]*)\s?\(|[`'\"@]([A-Za-z_][\w.]*)")
"""A name that is called, from its first word on: to try each place in a long one again would take hours."""


class GuardReader:
    """Tells constructors that guard against others from those that check their parameters."""

    def __init__(self, keeping: Keeping) -> None:
        self.keeping = keeping
        self.names = keeping.names
        self._by_name: dict[str, list[FunctionNode]] = {}
        for node in self.names.functions.values():
            self._by_name.setdefault(node.facts.name, []).append(node)

    def clues(self, node: ClassNode) -> Iterator[Clue]:
        """Yield the clue of a class whose constructor refuses."""
        for name in ("__init__", "__new__"):
            constructor = self.names.functions.get(f"{node.symbol}.{name}")
            if constructor is None:
                continue
            for guard in constructor.facts.guards:
                factories = self._factories(node, guard)
                if factories:
                    yield Clue(
                        node.symbol,
                        "guarded",
                        f"{name} refuses to be called by anybody but the factory",
                        location_of(node, guard.span),
                        Scope.PROCESS,
                        factories=tuple(factories),
                        slots=tuple(
                            p for g in guard.names if guard.kind == "slot" and (p := self.keeping.place(g))
                        ),
                        helpers=tuple(self._private_makers(node)) if guard.kind == "always" else (),
                        in_test=node.module.is_test,
                    )
                    return

    def _private_makers(self, node: ClassNode) -> Iterator[str]:
        """Yield the private functions beside a class, whose constructor lets nobody in, that go around it."""
        for function in functions_of(node.module):
            is_private = function.facts.kind == "function" and function.facts.name.startswith("_")
            if is_private and f"{node.symbol}()" in function.facts.made_around:
                yield function.symbol

    def _factories(self, node: ClassNode, guard: Guard) -> list[str]:
        """Return the factories that a refusal leaves; none when it is no guard."""
        places = {place for name in guard.names if (place := self.keeping.place(name)) is not None}
        if guard.kind == "slot" and not places:
            return []
        named = self._named_in(guard.message, node)
        is_elsewhere = all(self.names.functions[symbol].module is not node.module for symbol in named)
        if named and guard.kind == "token" and is_elsewhere:  # and whoever gives the token beside the class
            return list(dict.fromkeys((*named, *(f.symbol for f in self._that_hand_out(node)))))
        if named:
            return named
        if guard.kind == "always" and (decoyed := self._led_to(guard.message)):
            return decoyed
        found = self._that_hand_out(node)
        if guard.kind == "always":
            return [f.symbol for f in found if f"{node.symbol}()" in f.facts.made_around]
        if guard.kind == "flag":
            return [f.symbol for f in found if self._fills_any(f, places)]
        if guard.kind == "slot":
            returners = [g for place in sorted(places) for g in self.keeping.returners.get(place, ())]
            found += [g for g in returners if g.facts.kind != "method" and g not in found]
        return [f.symbol for f in found]

    def _fills_any(self, node: FunctionNode, places: set[str]) -> bool:
        return any(self.keeping.place(fill.target) in places for fill in node.facts.fills)

    def _that_hand_out(self, node: ClassNode) -> list[FunctionNode]:
        """Return what hands the class out: its own classmethods and its module's functions."""
        found = []
        for function in functions_of(node.module):
            if function.facts.kind == "method" or function.facts.name.startswith("__"):
                continue
            product = self.names.resolve(f"{function.symbol}()")
            if product is not None and product.kind == "instance" and product.symbol == node.symbol:
                found.append(function)
        return found

    def _named_in(self, message: str, node: ClassNode) -> list[str]:
        """Return the functions that a message names; plain words only name those beside the class."""
        plain = {name.rpartition(".")[2] for name in _NAME.findall(message)}
        marked = marked_in(message)
        marked |= {name for name in plain if "_" in name}
        return [
            function.symbol
            for name in sorted(plain | marked)
            if not name.startswith("__")
            for function in self._by_name.get(name, ())
            if (name in marked or function.module is node.module) and self._hands_out(function, node)
        ]

    def _led_to(self, message: str) -> list[str]:
        """Return the one function that a decoy's message leads to, which hands out some other class."""
        marked = marked_in(message)
        found = []
        for name in sorted(marked):
            functions = self._by_name.get(name, ())
            if len(functions) == 1 and functions[0].facts.kind == "function":
                product = self.names.resolve(f"{functions[0].symbol}()")
                if product is not None and product.kind == "instance":
                    found.append(functions[0].symbol)
        return found

    def _hands_out(self, function: FunctionNode, node: ClassNode) -> bool:
        """Tell whether a function returns an instance of a class, of a base or of a subclass of it."""
        product = self.names.resolve(f"{function.symbol}()")
        if product is None or product.kind != "instance":
            return False
        return node.symbol in self.names.mro(product.symbol) or product.symbol in self.names.mro(node.symbol)


def marked_in(message: str) -> set[str]:
    """Return the last words of the names that a message marks as code: by brackets, quotes or an at sign."""
    return {(found[1] or found[2]).rpartition(".")[2] for found in _CODE.finditer(message)}
