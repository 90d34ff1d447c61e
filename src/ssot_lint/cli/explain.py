"""``ssot-lint explain``: show a rule's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ssot_lint.cli.terminal import emit

if TYPE_CHECKING:
    from ssot_lint.rules import AnyRule


@click.command()
@click.argument("code")
def explain(code: str) -> int:
    """Show what the rule CODE finds, why it matters, and what to do about it.

    CODE is a code like SST101, or a rule's name like direct-instantiation.
    """
    from importlib.resources import files

    rule = _rule(code)
    page = files("ssot_lint.rules").joinpath(f"{rule.__module__.rpartition('.')[2]}.md")
    emit([page.read_text(encoding="utf-8")])
    return 0


def _rule(wanted: str) -> AnyRule:
    from ssot_lint.rules import RULES

    named = {name.lower(): rule for rule in RULES for name in (rule.code, rule.name)}
    if wanted.lower() in named:
        return named[wanted.lower()]
    nearest = named[max(named, key=lambda name: _likeness(name, wanted.lower()))]
    raise click.ClickException(f"{wanted!r} is no rule; did you mean {nearest.code} ({nearest.name})?")


def _likeness(name: str, wanted: str) -> tuple[int, float]:
    """Return how near a name is: a common start says more than anything else, for a code it is the family."""
    from difflib import SequenceMatcher
    from itertools import takewhile

    common = takewhile(lambda pair: pair[0] == pair[1], zip(name, wanted, strict=False))
    return len(list(common)), SequenceMatcher(None, name, wanted).ratio()
