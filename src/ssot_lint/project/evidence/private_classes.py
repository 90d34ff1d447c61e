"""Private classes that a public function constructs and hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.model import Scope
from ssot_lint.project.evidence.clues import Clue, first_word, is_picker, location_of
from ssot_lint.project.kinds import can_be_managed, is_record
from ssot_lint.summary.facts import LOCALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.project.evidence.keeping import Keeping
    from ssot_lint.project.names import ClassNode, FunctionNode, Names

_VERBS: Final = frozenset(
    {"get", "create", "make", "build", "new", "open", "connect", "start", "construct", "produce", "obtain"}
    | {"acquire", "provide", "instantiate"}
)
_TOOL_METHODS: Final = frozenset(
    {
        "__enter__",
        "__aenter__",
        "__get__",
        "__set__",
        "__iter__",
        "__next__",
        "__aiter__",
        "__anext__",
        "__call__",
    }
    | {"__await__", "__getitem__"}
)
"""What has these is used up where it is made: context managers, descriptors, iterators, decorators, views."""


def private_class_clues(keeping: Keeping) -> Iterator[Clue]:
    """Yield clues of private classes with a public function that reads as their factory.

    Where the class's own module has none, the first other module with one owns the class.
    """
    by_class: dict[str, list[FunctionNode]] = {}
    for node in keeping.names.functions.values():
        facts = node.facts
        if facts.makes and facts.kind == "function" and _reads_as_factory(node):
            for symbol in facts.makes:
                class_node = _private_class(symbol, keeping.names)
                if class_node is not None:
                    by_class.setdefault(class_node.symbol, []).append(node)
    for symbol, functions in by_class.items():
        yield _clue(keeping.names.classes[symbol], functions)


def _reads_as_factory(node: FunctionNode) -> bool:
    facts = node.facts
    if facts.name.startswith("_") or LOCALS in facts.qualname or facts.is_generator or facts.only_wraps:
        return False
    if is_picker(facts.makes):
        return False
    return first_word(facts.name) in _VERBS


def _private_class(symbol: str, names: Names) -> ClassNode | None:
    """Return the private module-level class that a call makes an instance of."""
    target = names.resolve(symbol[:-2])
    if target is None or target.kind != "class":
        return None
    node = names.classes[target.symbol]
    name = node.facts.name
    if not name.startswith("_") or name.startswith("__") or node.facts.is_local or "." in node.facts.qualname:
        return None
    if any(_TOOL_METHODS.intersection(names.classes[c].facts.methods) for c in names.mro(node.symbol)):
        return None
    if not can_be_managed(names, node.symbol) or is_record(names, node.symbol):
        return None
    return node


def _clue(node: ClassNode, functions: list[FunctionNode]) -> Clue:
    home = node.module.module
    own = [f for f in functions if f.module.module == home]
    first = min((f.module for f in functions), key=lambda m: (m.is_test, m.path)).module
    factories = own or [f for f in functions if f.module.module == first]
    return Clue(
        node.symbol,
        "typed-factory",
        f"the class is private, and {factories[0].facts.name}() hands it out",
        location_of(factories[0], factories[0].facts.span),
        Scope.PROCESS,
        factories=tuple(f.symbol for f in factories),
        in_test=factories[0].module.is_test,
        canonical=None if own else first,
    )
