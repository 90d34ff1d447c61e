"""What a test shows of the names in it, as type checkers narrow them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHECKED: Final = 2


def shown_by(test: ast.expr, *, is_true: bool = True) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that are instances of a class when a test holds, or when it doesn't, and the class."""
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test, is_true = test.operand, not is_true
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And if is_true else ast.Or):
        for value in test.values:
            yield from shown_by(value, is_true=is_true)
    elif is_true and isinstance(test, ast.Call) and getattr(test.func, "id", "") == "isinstance":
        checked = test.args[0] if len(test.args) == _CHECKED else None
        if isinstance(checked, ast.Name):
            yield checked.id, test.args[1]
