"""What a function gives to the objects that it makes, by the names of the arguments or their positions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from ssot_lint.summary.symbols import describe
from ssot_lint.summary.traversal import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssot_lint.summary.factories import FunctionReader

ANYTHING: Final = "**"
"""What is given where arguments are unpacked."""


def given_to_products(
    reader: FunctionReader, node: ast.FunctionDef | ast.AsyncFunctionDef
) -> tuple[str, ...]:
    """Return the keywords of the calls that make what a function returns or keeps, positions as ``#0``."""
    made = {*reader.makes, *(symbol for fill in reader.fills for symbol in fill.made)}
    if not made:
        return ()
    return tuple(
        dict.fromkeys(
            name
            for statement in node.body
            for call in walk(statement)
            if isinstance(call, ast.Call)
            and any(f"{symbol}()" in made for symbol in describe(call.func, reader.scope))
            for name in _names(call)
        )
    )


def _names(call: ast.Call) -> Iterator[str]:
    for index, argument in enumerate(call.args):
        yield ANYTHING if isinstance(argument, ast.Starred) else f"#{index}"
    for keyword in call.keywords:
        yield keyword.arg or ANYTHING
