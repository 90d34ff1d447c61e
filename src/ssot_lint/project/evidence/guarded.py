"""Guarded constructors: they refuse everybody but the factory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Scope
from ssot_lint.project.evidence.clues import Clue, location_of
from ssot_lint.project.evidence.keeping import Keeping, functions_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.names import ClassNode, FunctionNode
    from ssot_lint.summary.facts import Guard


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
                        in_test=node.module.is_test,
                    )
                    return

    def _factories(self, node: ClassNode, guard: Guard) -> list[str]:
        """Return the factories that a refusal leaves; none when it is no guard."""
        if guard.kind == "slot" and not any(self.keeping.place(g) is not None for g in guard.names):
            return []
        named = self._named_in(guard.message, node)
        if named:
            return named
        found = self._that_hand_out(node)
        if guard.kind in ("always", "flag") and not (found and self._is_made_around(node, found)):
            return []
        return found

    def _that_hand_out(self, node: ClassNode) -> list[str]:
        """Return what hands the class out: its own classmethods and its module's functions."""
        found = []
        for function in functions_of(node.module):
            if function.facts.kind == "method" or function.facts.name.startswith("__"):
                continue
            product = self.names.resolve(f"{function.symbol}()")
            if product is not None and product.kind == "instance" and product.symbol == node.symbol:
                found.append(function.symbol)
        return found

    def _named_in(self, message: str, node: ClassNode) -> list[str]:
        words = {word.strip("()`'\".,:;!") for word in message.replace("(", " ").split()}
        short = {word.rpartition(".")[2] for word in words if word}
        return [
            function.symbol
            for function in self._functions_named(short)
            if (product := self.names.resolve(f"{function.symbol}()")) is not None
            and product.kind == "instance"
            and (
                node.symbol in self.names.mro(product.symbol) or product.symbol in self.names.mro(node.symbol)
            )
        ]

    def _functions_named(self, short: set[str]) -> Iterator[FunctionNode]:
        for name in sorted(short):
            if not name.startswith("__"):
                yield from self._by_name.get(name, ())

    def _is_made_around(self, node: ClassNode, factories: list[str]) -> bool:
        """Tell whether a factory makes the object by ``__new__``, without the constructor."""
        for symbol in factories:
            module = self.names.functions[symbol].module
            for made in (f"{node.symbol}.__new__", "object.__new__", "builtins.object.__new__"):
                if any(module.uses_of(made)):
                    return True
        return False
