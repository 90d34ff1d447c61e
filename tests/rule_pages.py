"""Rule pages and case files as test cases: fenced blocks under their paths, expectations as comments.

A heading ``###`` (or ``## Example`` and ``## Not a violation`` themselves) starts a case, a small project of
its own. Each fenced block is headed by its path in backticks. ``# error: SST101`` at the end of a line
expects a finding there, ``# error: SST101 medium`` one of that confidence; several are parted by commas.
A block headed by its path and ``after `--fix` `` (or ``after `--fix --unsafe-fixes` ``) holds the file as the
fixes leave it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model import Confidence
from ssot_lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGES: Final = Path(__file__).parent.parent / "src" / "ssot_lint" / "rules"
CASES: Final = Path(__file__).parent / "cases"
HEADINGS: Final = (
    "What it finds",
    "Why it matters",
    "Example",
    "Not a violation",
    "Suggestion",
    "Fix safety",
    "Options",
    "References",
)

_FENCE: Final = re.compile(r"^(?P<fence>`{3,})(?P<language>\w*)")
_PATH: Final = re.compile(r"^`(?P<path>[^`\s]+\.\w+)`:?$")
_FIXED: Final = re.compile(r"^`(?P<path>[^`\s]+\.\w+)` after `(?P<options>--fix( --unsafe-fixes)?)`:?$")
_HEADING: Final = re.compile(r"^(?P<level>#{1,6})\s+(?P<title>.+?)\s*$")
_EXPECTED: Final = re.compile(r"# error: (?P<codes>SST\d{3}[^#]*?)\s*$")
_ANY_EXPECTED: Final = re.compile(r"[ ]*# error: SST\d{3}[^#\n]*$", re.MULTILINE)
_ONE_EXPECTED: Final = re.compile(r"(?P<code>SST\d{3})(?: (?P<confidence>high|medium|low))?")


class Expected(NamedTuple):
    """One finding that a case expects, or that a run gave."""

    path: str
    line: int
    code: str
    confidence: Confidence


class Block(NamedTuple):
    """One fenced block: the heading that starts its case, the section around it, its path and its text."""

    section: str
    heading: str
    path: str | None
    text: str
    line: int
    options: str = ""
    """The options after which a file is to be what the block holds; empty for a file as it is before."""


@dataclass(frozen=True)
class Case:
    """A small project, and the findings that it must give."""

    id: str
    code: str
    section: str
    files: Mapping[str, str]
    fixed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By the options that are given, and by path: what fixes make of the files."""

    @property
    def expected(self) -> frozenset[Expected]:
        """The findings that the comments name."""
        return frozenset(found for path, text in self.files.items() for found in _expected(path, text))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes to select: the one that the page is about, and those that the comments name."""
        return tuple(sorted({self.code, *(found.code for found in self.expected)}))

    def write(self, folder: Path, *, comments: bool = True) -> Path:
        """Lay the project out in ``folder``, with a configuration that makes it a root of its own.

        With ``comments`` off the files come without the comments that expect findings.
        """
        for path, text in {"pyproject.toml": "[tool.ssot-lint]\n", **self.files}.items():
            if not comments:
                text = _ANY_EXPECTED.sub("", text)
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="")
        return folder


def pages() -> Mapping[str, Path]:
    """Return the page of each rule by its code, also where the file is missing."""
    return {rule.code: PAGES / f"{rule.__module__.rpartition('.')[2]}.md" for rule in RULES}


@cache
def all_cases() -> tuple[Case, ...]:
    """Return every case of every page and case file."""
    found = [case for code, page in pages().items() if page.exists() for case in read_cases(page, code)]
    for file in sorted(CASES.glob("*/*.md")):
        found += read_cases(file, file.parent.name)
    return tuple(found)


def read_cases(file: Path, code: str) -> Iterator[Case]:
    """Yield the cases of one file; a block that a case can't use is an error."""
    page = file.is_relative_to(PAGES)
    files: dict[tuple[str, str], dict[str, str]] = {}
    fixed: dict[tuple[str, str], dict[tuple[str, str], str]] = {}
    for block in read_blocks(file.read_text(encoding="utf-8")):
        if page and block.section not in ("Example", "Not a violation"):
            continue
        where = f"{file.name}:{block.line}"
        assert block.path, f"{where}: a block without the path of its file in backticks right before it"
        if block.options:
            after = fixed.setdefault((block.section, block.heading), {})
            assert (block.options, block.path) not in after, f"{where}: {block.path} comes twice in one case"
            after[block.options, block.path] = block.text
            continue
        case = files.setdefault((block.section, block.heading), {})
        assert block.path not in case, f"{where}: {block.path} comes twice in one case"
        case[block.path] = block.text
    for (section, heading), texts in files.items():
        slug = re.sub(r"\W+", "-", heading.lower()).strip("-")
        after = fixed.get((section, heading), {})
        assert {path for _, path in after} <= texts.keys(), f"{file.name}: {heading}: a fix of no file"
        yield Case(f"{code}/{file.stem}/{slug}", code, section, texts, after)


def read_blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a Markdown text."""
    section = heading = above = ""
    lines = iter(enumerate(text.split("\n"), start=1))
    for number, line in lines:
        if fence := _FENCE.match(line):
            inner: list[str] = []
            for _, content in lines:
                if content.startswith(fence["fence"]):
                    break
                inner.append(f"{content}\n")
            path, fixed = _PATH.match(above), _FIXED.match(above)
            named = (path or fixed or {"path": None})["path"]
            options = fixed["options"] if fixed else ""
            yield Block(section, heading, named, "".join(inner), number, options)
            above = ""
        elif title := _HEADING.match(line):
            heading = title["title"]
            section = heading if len(title["level"]) <= 2 else section
            above = ""
        elif line.strip():
            above = line.strip()


def read_headings(text: str) -> list[tuple[int, str]]:
    """Return level and title of the headings outside fenced blocks."""
    plain = re.sub(r"^(`{3,}).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    return [
        (len(found["level"]), found["title"]) for found in map(_HEADING.match, plain.split("\n")) if found
    ]


def _expected(path: str, text: str) -> Iterator[Expected]:
    for number, line in enumerate(text.split("\n"), start=1):
        comment = _EXPECTED.search(line)
        for item in comment["codes"].split(",") if comment else ():
            found = _ONE_EXPECTED.fullmatch(item.strip())
            assert found, f"{path}:{number}: unclear expectation {item.strip()!r}"
            yield Expected(path, number, found["code"], Confidence[(found["confidence"] or "high").upper()])
