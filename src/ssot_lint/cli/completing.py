"""What a shell may offer where the user presses Tab: codes, rules, settings, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    import click

    Items = list[CompletionItem[str]]


def complete_codes(_context: click.Context, _option: click.Parameter, incomplete: str) -> Items:
    """Offer codes and their families behind what stands there of a list with commas."""
    from ssot_lint.rules import RULES

    before, comma, begun = incomplete.rpartition(",")
    families = {rule.code[:-2]: f"all {rule.code[:-2]} rules" for rule in RULES}
    offered = sorted({**families, **{rule.code: rule.summary for rule in RULES}}.items())
    return [
        CompletionItem(f"{before}{comma}{code}", help=text)
        for code, text in offered
        if code.startswith(begun.upper())
    ]


def complete_rules(context: click.Context, _argument: click.Parameter, incomplete: str) -> Items:
    """Offer rules by code, and by name to whoever has begun one."""
    from ssot_lint.rules import RULES

    given = context.params.get("wanted") or ()
    named = [(rule.code, rule) for rule in RULES]
    named += [(rule.name, rule) for rule in RULES if incomplete]
    return [
        CompletionItem(name, help=rule.summary)
        for name, rule in named
        if name.lower().startswith(incomplete.lower()) and not {rule.code, rule.name} & set(given)
    ]


def complete_settings(context: click.Context, _argument: click.Parameter, incomplete: str) -> Items:
    """Offer the keys of settings that aren't named yet."""
    from ssot_lint.config.described import SETTINGS

    given = context.params.get("keys") or ()
    return [
        CompletionItem(setting.key, help=setting.kind.value)
        for setting in SETTINGS
        if setting.key.startswith(incomplete) and setting.key not in given
    ]


def complete_configuration(context: click.Context, option: click.Parameter, incomplete: str) -> Items:
    """Offer the keys of settings, and files."""
    from ssot_lint.config.described import SETTINGS

    keys = [
        CompletionItem(f"{setting.key}=", help=setting.kind.value)
        for setting in SETTINGS
        if setting.key.startswith(incomplete)
    ]
    return [*complete_files(context, option, incomplete), *keys]


def complete_files(_context: click.Context, _parameter: click.Parameter | None, incomplete: str) -> Items:
    """Leave it to the shell to offer files."""
    return [CompletionItem(incomplete, type="file")]
