"""Reads the pages of the documentation: their fenced blocks, and what a comment right before one says of it.

The commands of a page run from top to bottom in one shell, in a fresh copy of what the page speaks of: by
default the README, ``pyproject.toml`` and the example, as they lie in a clone. A comment right before a block
says otherwise:

``<!-- commands: in examples/chat_backend/before -->``
    A fresh copy of that folder, for this block and those that follow.
``<!-- commands: not run, it asks the network -->``
    The commands of this block aren't run, for the reason that follows.

In a ``console`` block the lines behind ``$`` and ``>`` are commands, the others what they print, on either
stream; a block without any output says nothing of it, as ``bash`` blocks do. A line ``...`` in the output
stands for any number of lines. Commands end with status 0, linters that find something with 1; an ``echo $?``
right after a command shows any other status.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parent.parent
RULES: Final = ROOT / "src" / "ssot_lint" / "rules"
SHELLS: Final = frozenset({"console", "bash", "shell", "sh"})
CLONE: Final = "a clone"

_FENCE: Final = re.compile(r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[\w-]*)(?P<rest>.*)$")
_SAYS: Final = re.compile(r"^ *<!-- commands: (?:in (?P<folder>\S+)|not run, (?P<reason>.+?)) -->$")


class Block(NamedTuple):
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    text: str
    section: str
    folder: str | None = None
    """Where the block begins anew; None where it goes on with the one before."""
    reason: str | None = None
    """Why its commands aren't run."""
    title: str = ""
    """The name of the file that it is, where the page says so."""

    @property
    def place(self) -> str:
        """Page and line, for messages."""
        return f"{self.page}:{self.line}"


class Command(NamedTuple):
    """One command of a block, and what the page says that it prints; None where it says nothing."""

    text: str
    shown: str | None
    line: int


def all_pages() -> tuple[Path, ...]:
    """Return the pages that are written by hand, the rules' pages among them."""
    return (
        *(ROOT / name for name in ("README.md", "CHANGELOG.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / "examples").glob("*/README.md")),
        *sorted(RULES.glob("*.md")),
    )


def read_blocks(text: str, page: str) -> Iterator[Block]:
    """Yield the fenced blocks of a page."""
    section = ""
    said: dict[str, str | None] = {}
    lines = iter(enumerate(text.split("\n"), start=1))
    for number, line in lines:
        if fence := _FENCE.match(line):
            inner = []
            for _, content in lines:
                if content.strip() == fence["fence"]:
                    break
                inner.append(content.removeprefix(fence["indent"]) + "\n")
            (title,) = re.findall(r'title="(.*?)"', fence["rest"]) or [""]
            yield Block(page, number, fence["language"], "".join(inner), section, **said, title=title)
            said = {}
        elif found := _SAYS.match(line):
            said = found.groupdict()
        elif line.strip():
            said = {}
            section = line[3:].strip() if line.startswith("## ") else section


def blocks_of(page: Path) -> list[Block]:
    """Return the fenced blocks of a page; for a rule's page without those that its own tests run."""
    found = read_blocks(page.read_text("utf-8"), page.relative_to(ROOT).as_posix())
    own = ("Example", "Not a violation") if page.is_relative_to(RULES) else ()
    return [block for block in found if block.section not in own]


def read_commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a block of a shell."""
    if block.language != "console":
        yield Command(block.text.rstrip("\n"), None, block.line + 1)
        return
    commands: list[tuple[list[str], list[str], int]] = []
    for number, line in enumerate(block.text.split("\n")[:-1], start=block.line + 1):
        if line.startswith("$ "):
            commands.append(([line[2:]], [], number))
        elif line.startswith("> ") and commands and not commands[-1][1]:
            commands[-1][0].append(line[2:])
        else:
            assert commands, f"{block.page}:{number}: output before any command"
            commands[-1][1].append(line)
    shows = any(printed for _, printed, _ in commands)
    for texts, printed, number in commands:
        yield Command("\n".join(texts), "".join(f"{each}\n" for each in printed) if shows else None, number)


def agrees(shown: str, printed: str) -> bool:
    """Whether a command printed what is shown, in which a line ``...`` stands for any number of lines."""
    parts = re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)
    return re.fullmatch("(?:.*\n)*?".join(map(re.escape, parts)), printed) is not None
