"""Whether a subclass's own version of a method hands something else to the one that it overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.summary.facts import SUPER, UseFlag, UseKind

if TYPE_CHECKING:
    from ssot_lint.project.names import FunctionNode, Names

_REST: Final = frozenset({"*", "**"})
"""Parameters that take whatever is given, and mostly hand it on as it is."""


def may_give_its_own(names: Names, subclass: str, owner: str, method: str) -> bool:
    """Tell whether ``subclass`` calls the ``method`` of ``owner`` with arguments alone that it chooses.

    Then a default of ``owner.method`` needn't ever be in an instance of ``subclass``.
    """
    for symbol in names.mro(subclass):
        if symbol == owner:
            return False
        override = names.functions.get(f"{symbol}.{method}")
        if override is not None:
            return not _hands_on(override) and not _leaves_out(override, symbol, method)
    return False


def _hands_on(override: FunctionNode) -> bool:
    return any(parameter.kind in _REST for parameter in override.facts.parameters)


def _leaves_out(override: FunctionNode, symbol: str, method: str) -> bool:
    """Whether it calls the method that it overrides without any arguments."""
    return any(
        use.kind is UseKind.CALL and not use.flags & UseFlag.GIVEN
        for use in override.module.uses_of(f"{symbol}.{SUPER}.{method}")
    )
