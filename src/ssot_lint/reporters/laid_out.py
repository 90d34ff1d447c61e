"""Lays Markdown out for a terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.markdown import Heading, Markdown
from rich.theme import Theme

if TYPE_CHECKING:
    from rich.console import ConsoleOptions, RenderResult

# No background of ours: nobody knows what the terminal's is.
_THEME = Theme(
    {
        "markdown.h1": "bold underline",
        "markdown.h2": "bold magenta",
        "markdown.h3": "bold",
        "markdown.code": "cyan",
        "markdown.code_block": "none",
    }
)
_HEIGHT: Final = 25
"""Of no account, but rich fails for what is no number in LINES if it isn't told."""


class _LeftHeading(Heading):
    """A heading where the lines begin that it stands over."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        self.text.justify = "left"
        yield self.text


class _Page(Markdown):
    elements = {**Markdown.elements, "heading_open": _LeftHeading}  # noqa: RUF012 - rich's own way


def lay_out(markdown: str, *, width: int, color: bool, links: bool) -> str:
    """Return the text with its headings, lists and code as a terminal of that width shows them."""
    console = Console(
        file=io.StringIO(),
        width=width,
        height=_HEIGHT,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        theme=_THEME,
    )
    with console.capture() as captured:
        console.print(_Page(markdown, code_theme="ansi_dark", hyperlinks=links))
    lines = (line.rstrip() for line in captured.get().split("\n"))
    return "\n".join(lines)
