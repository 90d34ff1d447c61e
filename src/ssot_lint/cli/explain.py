"""``ssot-lint explain``: show the pages of rules."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import click

from ssot_lint.cli.completing import complete_rules
from ssot_lint.cli.helping import command
from ssot_lint.cli.options import color_option
from ssot_lint.cli.terminal import complain, emit, enable_color, follows_links, is_terminal, wants_color

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_lint.rules import AnyRule

_DONE: Final = 0
_FAILED: Final = 2

_NEAR: Final = (3, 0.0)
"""A name that starts with fewer of the same characters isn't what was meant."""

_WIDEST: Final = 100
"""Cells beyond which lines of prose are hard to follow."""


@command(
    short_help="Show the pages of rules: what, why, what to do.",
    epilog="""\b
Examples:
  ssot-lint explain SST101
  ssot-lint explain direct-instantiation SST201
  ssot-lint explain SST4                               all rules of a family
  ssot-lint explain SST --color always | less -R
  ssot-lint explain SST --output-format json > rules.json

\b
Exit status: 0 the pages are shown, 2 a rule is unknown.
""",
)
@click.argument("wanted", metavar="RULE...", nargs=-1, required=True, shell_complete=complete_rules)
@click.option(
    "--output-format",
    "--format",
    "output_format",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    help="Write pages in this format (default: text, laid out on terminals, Markdown elsewhere).",
)
@color_option
def explain(*, wanted: tuple[str, ...], output_format: str, color: str) -> int:
    """Show what a rule finds, why it matters, and what to do about it.

    RULE is a code like SST101, a rule's name like direct-instantiation, or the start of codes like SST1.
    """
    rules, mistakes = _rules(wanted)
    for mistake in mistakes:
        complain("error", mistake)
    if mistakes:
        return _FAILED
    colored = wants_color(color, os.environ)
    if output_format == "json":
        emit(_as_json(rules))
    elif output_format == "text" and (is_terminal() or colored):
        emit(_laid_out(rules, color=colored))
    else:
        emit("\n".join(map(_page, rules)).splitlines(keepends=True))
    return _DONE


def _rules(wanted: Sequence[str]) -> tuple[list[AnyRule], list[str]]:
    """Return the rules that are meant, each once and as they are asked for, and what is wrong with others."""
    from ssot_lint.rules import RULES

    found: dict[str, AnyRule] = {}
    mistakes: list[str] = []
    for text in wanted:
        given = text.lower()
        meant = [rule for rule in RULES if given in (rule.code.lower(), rule.name)]
        meant = meant or [rule for rule in RULES if given and rule.code.lower().startswith(given)]
        found.update((rule.code, rule) for rule in meant)
        if not meant:
            nearest = max(RULES, key=lambda rule: _likeness(rule, given))
            hint = "ssot-lint rules lists them all"
            if _likeness(nearest, given) >= _NEAR:
                hint = f"did you mean {nearest.code} ({nearest.name})?"
            mistakes.append(f"{text!r} is no rule; {hint}")
    return list(found.values()), mistakes


def _likeness(rule: AnyRule, wanted: str) -> tuple[int, float]:
    return max(_likeness_of(name, wanted) for name in (rule.code.lower(), rule.name))


def _likeness_of(name: str, wanted: str) -> tuple[int, float]:
    """Return how near a name is: a common start says more than anything else, for a code it is the family."""
    from difflib import SequenceMatcher
    from itertools import takewhile

    common = takewhile(lambda pair: pair[0] == pair[1], zip(name, wanted, strict=False))
    return len(list(common)), SequenceMatcher(None, name, wanted).ratio()


def _page(rule: AnyRule) -> str:
    from importlib.resources import files

    page = files("ssot_lint.rules").joinpath(f"{rule.__module__.rpartition('.')[2]}.md")
    return page.read_text(encoding="utf-8")


def _as_json(rules: Iterable[AnyRule]) -> Iterator[str]:
    import json

    from ssot_lint.reporters.addresses import page_address

    explained = [
        {
            "code": rule.code,
            "name": rule.name,
            "summary": rule.summary,
            "opt_in": rule.opt_in,
            "url": page_address(rule.name),
            "explanation": _page(rule),
        }
        for rule in rules
    ]
    yield json.dumps(explained, indent=2, ensure_ascii=False) + "\n"


def _laid_out(rules: Iterable[AnyRule], *, color: bool) -> Iterator[str]:
    """Yield the pages as a terminal shows them best, one by one."""
    from shutil import get_terminal_size

    from ssot_lint.reporters.laid_out import lay_out

    if color:
        enable_color()
    width = min(get_terminal_size().columns, _WIDEST)
    links = color and follows_links(os.environ)
    for number, rule in enumerate(rules):
        yield "\n" if number else ""
        yield lay_out(_page(rule), width=width, color=color, links=links)
