"""The fix of SST405: the cache keeps all that it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, has_comment, insertion
from ssot_lint.model import Applicability, Edit, Suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssot_lint.model import Finding

_FORGETS: Final = ("Take functools.cache", "Say maxsize=None")
_BOUND: Final = "maxsize"


def suggest(file: FixedFile, finding: Finding) -> Iterable[Suggestion]:
    """Yield the decorator with ``maxsize=None``, where it is its bound that is wrong."""
    first, *others = finding.suggestions
    if not first.title.startswith(_FORGETS):
        raise NoFixError("another way of keeping it has to be chosen")
    span = finding.location.span
    call = file.find(span, cst.Call)
    if isinstance(call, cst.Call):
        edit, doubt = _in_call(file, call), has_comment(call)
    else:
        edit, doubt = insertion(span.end_line, span.end_column, f"({_BOUND}=None)"), False
    yield Suggestion(
        f"Keep all instances: {_BOUND}=None", Applicability.UNSAFE if doubt else Applicability.SAFE, (edit,)
    )
    yield from others


def _in_call(file: FixedFile, decorator: cst.Call) -> Edit:
    named = [a for a in decorator.args if a.keyword is not None and a.keyword.value == _BOUND]
    unnamed = [a for a in decorator.args if a.keyword is None and not a.star]
    for argument in (*named, *unnamed[:1]):
        return Edit(file.span(argument.value), "None")
    if any(argument.star for argument in decorator.args):
        raise NoFixError("the decorator's arguments aren't written out here")
    if decorator.args:
        start = file.span(decorator.args[0])
        return insertion(start.line, start.column, f"{_BOUND}=None, ")
    span = file.span(decorator)
    return insertion(span.end_line, span.end_column - 1, f"{_BOUND}=None")
