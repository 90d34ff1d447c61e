"""What flake8 itself says that the noqa comments of a text silence."""

from __future__ import annotations

import argparse

from flake8.processor import FileProcessor
from flake8.violation import Violation

CODES = ("SST101", "SST102", "SST201")


def flake8_lines(text: str) -> list[str]:
    """Return the lines that flake8 makes of a file with this text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line + "\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]


def silenced_by_flake8(text: str) -> set[tuple[int, str]]:
    """Return the (line, code) pairs that flake8 itself would not report in a file with this text."""
    lines = flake8_lines(text)
    options = argparse.Namespace(
        hang_closing=False,
        indent_size=4,
        max_line_length=79,
        max_doc_length=None,
        verbose=0,
        disable_noqa=False,
    )
    processor = FileProcessor("module.py", options, lines)
    numbers = range(1, len(lines) + 1)
    if processor.should_ignore_file():
        return {(number, code) for number in numbers for code in CODES}
    silenced = set()
    for number in numbers:
        line = processor.noqa_line_for(number)
        for code in CODES:
            # Flake8 reads the physical line from disk when it has no logical one; here there is no disk.
            found = Violation(code, "module.py", number, 1, "", lines[number - 1] if line is None else line)
            if found.is_inline_ignored(disable_noqa=False):
                silenced.add((number, code))
    return silenced
