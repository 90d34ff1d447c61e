"""``ssot-lint config``: what can be configured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from ssot_lint.cli.completing import complete_settings
from ssot_lint.cli.helping import command
from ssot_lint.cli.terminal import complain, emit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssot_lint.config.described import Described

_DONE: Final = 0
_FAILED: Final = 2


@command(
    short_help="List all settings, or tell of some.",
    epilog="""\b
Examples:
  ssot-lint config
  ssot-lint config per-file-ignores managed
  ssot-lint config --output-format json
  ssot-lint config --schema > ssot-lint.schema.json

\b
Exit status: 0 the settings are shown, 2 a setting is unknown.
""",
)
@click.argument("keys", metavar="[SETTING]...", nargs=-1, shell_complete=complete_settings)
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Write the settings in this format (default: text).",
)
@click.option(
    "--schema",
    is_flag=False,
    flag_value="settings",
    type=click.Choice(["settings", "pyproject"]),
    help="Write a JSON schema, for editors, of the settings, or of a pyproject.toml (default: none).",
)
def config(*, keys: tuple[str, ...], output_format: str, schema: str | None) -> int:
    """Tell what can be configured: each setting with what it takes, its default and an example.

    Without SETTING all are listed. What holds in a project is shown by ssot-lint check --show-settings.
    """
    from ssot_lint.config.described import SETTINGS
    from ssot_lint.config.mistakes import suggestion

    if schema is not None:
        if keys:
            raise click.UsageError("--schema is about all settings")
        emit(_schema(schema))
        return _DONE
    known = {setting.key: setting for setting in SETTINGS}
    unknown = [key for key in keys if key not in known]
    for key in unknown:
        complain("error", f'there is no setting "{key}"{suggestion(key, known)}')
    wanted = [known[key] for key in keys if key in known] if keys else SETTINGS
    if output_format == "json":
        emit(_as_json(wanted))
    else:
        emit(_pages(wanted) if keys else _listed(wanted))
    return _FAILED if unknown else _DONE


def _schema(which: str) -> Iterator[str]:
    import json

    from ssot_lint.config.schema import pyproject_schema, settings_schema
    from ssot_lint.rules import RULES

    schema = settings_schema({rule.code: rule.summary for rule in RULES})
    yield json.dumps(pyproject_schema(schema) if which == "pyproject" else schema, indent=2) + "\n"


def _listed(settings: Sequence[Described]) -> Iterator[str]:
    width = max(len(setting.key) for setting in settings)
    for setting in settings:
        yield f"{setting.key:<{width}}  {setting.kind.value}\n"


def _pages(settings: Sequence[Described]) -> Iterator[str]:
    import textwrap

    from ssot_lint.config.described import MANAGED, Kind

    for index, setting in enumerate(settings):
        yield "\n" if index else ""
        yield f"{setting.key}\n\n"
        yield textwrap.indent(textwrap.fill(setting.text, 96), "  ") + "\n\n"
        yield f"  takes    {setting.kind.value}\n"
        yield f"  default  {_default(setting)}\n"
        option = setting.option or f"--config '{setting.key} = ...'"
        yield f"  option   {option}\n"
        yield from (f"  {label:<7}  {line}\n" for label, line in _example(setting))
        for key in MANAGED if setting.kind is Kind.DECLARATIONS else ():
            yield f"\n  {key.key}: {key.kind.value}\n"
            yield textwrap.indent(textwrap.fill(key.text, 92), "    ") + "\n"


def _example(setting: Described) -> Iterator[tuple[str, str]]:
    lines = setting.example.splitlines()
    yield from zip(["example", *[""] * (len(lines) - 1)], lines, strict=True)


def _default(setting: Described) -> str:
    from ssot_lint.config.described import Kind
    from ssot_lint.config.written import toml

    return "{}" if setting.kind is Kind.CODES_BY_PATTERN else toml(setting.default)


def _as_json(settings: Sequence[Described]) -> Iterator[str]:
    import json

    listed = [
        {
            "key": setting.key,
            "takes": setting.kind.value,
            "default": _default(setting),
            "option": setting.option,
            "description": setting.text,
            "example": setting.example,
        }
        for setting in settings
    ]
    yield json.dumps(listed, indent=2) + "\n"
