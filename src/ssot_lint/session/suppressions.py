"""Which noqa comments of a file are of no use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.rules import RULES
from ssot_lint.rules.unknown_name_in_config import UnknownNameInConfig
from ssot_lint.rules.unused_suppression import UnusedSuppression
from ssot_lint.suppression import NamedCode, named_codes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ssot_lint.model import Finding, SourceFile
    from ssot_lint.rules import AnyRule

PREFIX: Final = "SST"
_ELSEWHERE: Final = (UnknownNameInConfig.code, UnusedSuppression.code)
"""Codes that aren't found by looking at a file's code."""


def codes_to_judge(
    source: SourceFile, rules: Sequence[AnyRule], ignored: tuple[str, ...], *, check_tests: bool
) -> tuple[NamedCode, ...]:
    """Return the codes in a file's noqa comments of which this run sees everything that they could silence.

    Of codes that weren't asked for, or that another setting hides in this file, nothing is known.
    """
    if UnusedSuppression not in rules:
        return ()
    seen = {
        rule.code
        for rule in rules
        if rule.in_tests or check_tests or not source.is_test
        if rule.code not in _ELSEWHERE and not rule.code.startswith(ignored)
    }
    return tuple(each for each in named_codes(source.text, PREFIX) if _meant(each.code) <= seen)


def unused_suppressions(
    source: SourceFile, named: Collection[NamedCode], findings: Sequence[Finding]
) -> list[Finding]:
    """Return a finding for each of the codes that silences none of a file's findings, however unsure."""
    return [
        UnusedSuppression.unused(source.path, each.span, each.code, exists=bool(_meant(each.code)))
        for each in named
        if not any(map(each.silences, findings))
    ]


def _meant(prefix: str) -> set[str]:
    """Return the codes that a noqa with a code or the beginning of one means."""
    return {rule.code for rule in RULES if rule.code.startswith(prefix)}
